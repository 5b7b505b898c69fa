"""What is drawn for an exam, what it is worth, when it may be tried again; what a partner lacks and would lose."""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

from partners.enums import CertificateStanding

# Before its last day a certificate may be renewed from here on; the first warning comes on the same day.
RENEWAL_DAYS = 90
WARNINGS = (90, 30, 7)
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class CourseMark:
    """How many questions of a course were asked, and how many answered rightly."""

    course: int
    asked: int
    right: int


@dataclass(frozen=True)
class Mark:
    """What a try is worth: right of asked, per cent, passed or not, and the steps by course."""

    asked: int
    right: int
    score: Decimal
    is_passed: bool
    courses: tuple[CourseMark, ...]


@dataclass(frozen=True)
class Refusal:
    """Why an exam may not begin now: a code, the day from which it may, and what is missing."""

    why: str
    until: date | None = None
    count: int = 0


@dataclass(frozen=True)
class Sitting:
    """What is known of a person before an exam: courses to do, tries used and allowed, the last that failed."""

    courses_missing: int
    used: int
    allowed: int
    failed_on: date | None = None
    certified_through: date | None = None


@dataclass(frozen=True)
class Need:
    """A requirement: so many holders of a programme at a rank or above. ``key`` names it."""

    key: int
    programme: int
    rank: int
    needed: int


@dataclass(frozen=True)
class Holding:
    """A certificate as it counts: whose it is, for what, from the first to the last day included."""

    holder: str
    programme: int
    rank: int
    first: date
    last: date


@dataclass(frozen=True)
class Lack:
    """A requirement that is not met: so many are needed, so many are there."""

    key: int
    needed: int
    have: int

    @property
    def missing(self) -> int:
        return self.needed - self.have


def draw(courses: Mapping[int, Sequence[int]], *, number: int, seed: str) -> list[int]:
    """Questions by chance, the same for the same seed: from each course in turn, so that none is left out."""
    chance = Random(seed)  # noqa: S311 - the seed is the secret; the draw must be repeatable
    stacks = []
    for course in sorted(courses):
        stack = sorted(courses[course])
        chance.shuffle(stack)
        stacks.append(stack)
    chance.shuffle(stacks)
    drawn: list[int] = []
    while len(drawn) < number and any(stacks):
        drawn += [stack.pop() for stack in stacks if stack]
    drawn = drawn[:number]
    chance.shuffle(drawn)
    return drawn


def shuffled(options: Sequence[int], *, seed: str) -> list[int]:
    """The options of a question in an order by chance, the same for the same seed."""
    order = sorted(options)
    Random(seed).shuffle(order)  # noqa: S311 - an order, not a secret
    return order


def mark(
    *,
    course_of: Mapping[str, int],
    right: Mapping[str, Iterable[int]],
    answers: Mapping[str, Iterable[int]],
    pass_mark: int,
) -> Mark:
    """Mark a try: a question counts when exactly its right options were chosen; per cent of those asked.

    Passed: the exact share reaches the pass mark; the rounded score is for people.
    """
    good = {question for question in course_of if set(answers.get(question, ())) == set(right.get(question, ()))}
    good = {question for question in good if answers.get(question)}
    asked = len(course_of)
    courses = tuple(
        CourseMark(
            course,
            sum(1 for of in course_of.values() if of == course),
            sum(1 for question in good if course_of[question] == course),
        )
        for course in dict.fromkeys(course_of.values())
    )
    score = (Decimal(100 * len(good)) / asked).quantize(_CENT, ROUND_HALF_UP) if asked else Decimal(0)
    return Mark(asked, len(good), score, bool(asked) and 100 * len(good) >= pass_mark * asked, courses)


def refused_start(sitting: Sitting, *, pause_days: int, on: date) -> Refusal | None:
    """Why a person may not begin on this day; None: it may.

    In this order: certified until later than 90 days from now, courses to be worked through, no tries left, the pause
    after the last try that was not passed.
    """
    through = sitting.certified_through
    if through is not None and through - timedelta(days=RENEWAL_DAYS) > on:
        return Refusal("already_certified", through - timedelta(days=RENEWAL_DAYS))
    if sitting.courses_missing:
        return Refusal("courses_missing", count=sitting.courses_missing)
    if sitting.used >= sitting.allowed:
        return Refusal("no_tries", count=sitting.used)
    if sitting.failed_on is not None and on < sitting.failed_on + timedelta(days=pause_days):
        return Refusal("pause", sitting.failed_on + timedelta(days=pause_days))
    return None


def is_over(*, deadline_at: datetime, at: datetime) -> bool:
    """Whether the time of a try is over: the deadline itself is too late."""
    return at >= deadline_at


def last_day_of(first: date, months: int) -> date:
    """The last day of so many months that begin on a day: the day before the same day of the month, or its last."""
    years, month = divmod(first.month - 1 + months, 12)
    year = first.year + years
    day = min(first.day, monthrange(year, month + 1)[1])
    return date(year, month + 1, day) - timedelta(days=1)


def standing(*, first: date, last: date, withdrawn: bool, suspended: bool, left: bool, on: date) -> CertificateStanding:
    """What a certificate is worth on a day; what weighs most comes first."""
    cases = (
        (withdrawn, CertificateStanding.WITHDRAWN),
        (on > last, CertificateStanding.EXPIRED),
        (on < first, CertificateStanding.NOT_YET),
        (left, CertificateStanding.LEFT),
        (suspended, CertificateStanding.SUSPENDED),
    )
    return next((value for is_so, value in cases if is_so), CertificateStanding.VALID)


def lacking(needs: Iterable[Need], holdings: Iterable[Holding], *, on: date) -> list[Lack]:
    """Requirements that are not met on a day. A holder counts once, and a higher rank for the lower ones."""
    there = [holding for holding in holdings if holding.first <= on <= holding.last]
    found = []
    for need in needs:
        able = {h.holder for h in there if h.programme == need.programme and h.rank >= need.rank}
        if len(able) < need.needed:
            found.append(Lack(need.key, need.needed, len(able)))
    return found


def would_lose(needs: Sequence[Need], holdings: Sequence[Holding], *, last: date, on: date) -> list[Lack]:
    """What is met on a day and no longer on the day after ``last``, when everything that ends by then has ended."""
    now = {lack.key for lack in lacking(needs, holdings, on=on)}
    return [lack for lack in lacking(needs, holdings, on=last + timedelta(days=1)) if lack.key not in now]


def due_warning(*, last: date, warned: Iterable[int], on: date) -> int | None:
    """The warning to be given on a day: the nearest of 90, 30 and 7 days that is reached and was not given yet.

    None: too early, over, or given. A night that was missed gives the nearest only.
    """
    left = (last - on).days
    reached = [days for days in WARNINGS if 0 <= left <= days]
    nearest = min(reached, default=None)
    return None if nearest is None or nearest in set(warned) else nearest


def initials(name: str) -> str:
    """A person by initials: of a Chinese name the first character, of others the first letter of each word."""
    words = name.split()
    if not words:
        return ""
    if any("\u4e00" <= sign <= "\u9fff" for sign in name):
        return f"{words[0][0]}＊"
    return " ".join(f"{word[0].upper()}." for word in words[:4])


def plain(value: Mark) -> list[dict[str, Any]]:
    """The steps of a mark as they are kept."""
    return [{"course": row.course, "asked": row.asked, "right": row.right} for row in value.courses]
