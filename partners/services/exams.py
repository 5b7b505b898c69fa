"""Exams of people: begun, answered, handed in by the server's clock, marked, and with a pass certified."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from channelhub.core.models import User
from channelhub.core.services.fence import unfenced
from channelhub.lib import formats
from channelhub.lib.locks import advisory_lock, locked_in_key_order
from channelhub.lib.periods import business_day, last_day
from partners.enums import Certified, ExamState
from partners.errors import AnswerUnknown, CertificateRefused, ExamIsOver, ExamNotOpen, ExamTimeOver
from partners.models import (
    Certificate,
    CertificationLevel,
    Course,
    CourseDone,
    ExamAttempt,
    ExamKey,
    ExamQuestion,
    ExamRetake,
    Membership,
    Partner,
)
from partners.rules import certification as rules
from partners.rules.certification import Refusal, Sitting
from partners.services import certification
from partners.services.certification import Grounds, Holder

Answers = Mapping[str, Iterable[int]]


@dataclass(frozen=True)
class Candidate:
    """Who takes an exam, for which partner."""

    user: User
    partner: Partner


def why_not(*, level: CertificationLevel, candidate: Candidate, on: date) -> Refusal | None:
    """Why a person may not begin the exam of a level on a day; None: it may."""
    with unfenced():
        return _why_not(level, candidate, on)


def start_attempt(*, level: CertificationLevel, candidate: Candidate, at: datetime) -> ExamAttempt:
    """Begin an exam: questions are drawn by chance and kept, and the clock runs. One that runs already is answered.

    Refused: no questions enough, courses not worked through, tries used up, the pause, certified for long yet. Two
    starts at once are one try.
    """
    with unfenced():
        advisory_lock(f"partners_exam:{candidate.partner.pk}:{candidate.user.pk}:{level.pk}")
        close_overdue(at=at, level=level, candidate=candidate)
        mine = _tries(level, candidate)
        running = mine.running().first()
        if running is not None:
            return running
        refusal = _why_not(level, candidate, business_day(at))
        if refusal is not None:
            raise ExamNotOpen(said(refusal), why=refusal.why)
        member = _member(candidate, business_day(at))
        return _begin(level, candidate, member.name, mine.count() + 1, at)


def save_answers(*, attempt: ExamAttempt, answers: Answers, at: datetime) -> ExamAttempt:
    """Keep what was answered so far; what is not named stays. Refused: after the deadline, other questions."""
    with unfenced():
        row = _running(attempt, at)
        ExamAttempt.objects.filter(pk=row.pk).update(answers={**row.answers, **_checked(row, answers)})
        row.refresh_from_db()
    return row


def submit(*, attempt: ExamAttempt, answers: Answers, at: datetime) -> ExamAttempt:
    """Hand an exam in, once: it is marked, and a pass is a certificate. Refused: after the deadline, or twice."""
    with unfenced():
        row = _running(attempt, at)
        kept = {**row.answers, **_checked(row, answers)}
        return _end(row, kept, at=at, handed_in=True)


def close_overdue(*, at: datetime, level: CertificationLevel | None = None, candidate: Candidate | None = None) -> int:
    """End the tries whose time is over, with what was saved in time; the number ended."""
    with unfenced():
        late = ExamAttempt.objects.out_of_time(at)
        if candidate is not None:
            late = late.filter(partner=candidate.partner, user=candidate.user)
        if level is not None:
            late = late.filter(level=level)
        rows = list(locked_in_key_order(late))
        for row in rows:
            _end(row, row.answers, at=row.deadline_at, handed_in=False)
    return len(rows)


def allow_another(*, attempt: ExamAttempt, reason: str, at: datetime, by: User) -> ExamRetake:
    """One more try for the person of a try, with a reason."""
    if not reason.strip():
        raise CertificateRefused(_("Say why."))
    with unfenced():
        return ExamRetake.objects.create(
            level_id=attempt.level_id, partner_id=attempt.partner_id, user_id=attempt.user_id, allowed_at=at,
            allowed_by=by, reason=reason.strip()[:300],
        )  # fmt: skip


def work_through(*, course: Course, candidate: Candidate, at: datetime) -> CourseDone:
    """A person has worked through a course; the first time counts."""
    with unfenced():
        _member(candidate, business_day(at))
        return CourseDone.objects.get_or_create(
            course=course, partner=candidate.partner, user=candidate.user, defaults={"done_at": at}
        )[0]


def _why_not(level: CertificationLevel, candidate: Candidate, on: date) -> Refusal | None:
    if level.programme.certified != Certified.PERSON or not level.programme.is_open:
        return Refusal("no_exam")
    if sum(map(len, _bank(level).values())) < level.questions:
        return Refusal("no_exam")
    return rules.refused_start(_sitting(level, candidate, on), pause_days=level.pause_days, on=on)


def _sitting(level: CertificationLevel, candidate: Candidate, on: date) -> Sitting:
    """Tries count since the last pass; further tries that somebody allowed add to those of the level."""
    mine = list(_tries(level, candidate).exclude(state=ExamState.OPEN).order_by("number"))
    passed = max((row.number for row in mine if row.state == ExamState.PASSED), default=0)
    failed = [row for row in mine if row.number > passed]
    since = max((row.ended_at for row in mine if row.ended_at and row.number == passed), default=None)
    further = ExamRetake.objects.filter(level=level, partner=candidate.partner, user=candidate.user)
    if since is not None:
        further = further.filter(allowed_at__gt=since)
    ended = [business_day(row.ended_at) for row in failed if row.ended_at]
    held = Certificate.objects.filter(level=level, partner=candidate.partner, user=candidate.user)
    ends = [last_day(row.valid_during) for row in held.in_force(on)]
    required = Course.objects.filter(level=level, required=True)
    done = CourseDone.objects.filter(partner=candidate.partner, user=candidate.user)
    return Sitting(
        courses_missing=required.exclude(pk__in=done.values("course_id")).count(),
        used=len(failed),
        allowed=level.tries + further.count(),
        failed_on=max(ended, default=None),
        certified_through=max((day for day in ends if day), default=None),
    )


def _tries(level: CertificationLevel, candidate: Candidate) -> Any:
    return ExamAttempt.objects.filter(level=level, partner=candidate.partner, user=candidate.user)


def _member(candidate: Candidate, on: date) -> Membership:
    members = Membership.objects.filter(partner=candidate.partner, user=candidate.user, valid_during__contains=on)
    member = members.first()
    if member is None:
        raise ExamNotOpen(_("Exams are for people who act for a partner."), why="no_member")
    return member


def _bank(level: CertificationLevel) -> dict[int, list[int]]:
    """The questions that can be drawn, by course: with an option that is right and one that is not."""
    complete = ExamQuestion.objects.filter(course__level=level, is_retired=False)
    complete = complete.filter(options__is_right=True).filter(pk__in=_with_a_wrong_option(level)).distinct()
    bank: dict[int, list[int]] = {}
    for pk, course in complete.order_by("pk").values_list("pk", "course_id"):
        bank.setdefault(course, []).append(pk)
    return bank


def _with_a_wrong_option(level: CertificationLevel) -> Any:
    return ExamQuestion.objects.filter(course__level=level, options__is_right=False).values("pk")


def _begin(level: CertificationLevel, candidate: Candidate, person: str, number: int, at: datetime) -> ExamAttempt:
    seed = secrets.token_hex(16)
    drawn = rules.draw(_bank(level), number=level.questions, seed=seed)
    rows = ExamQuestion.objects.filter(pk__in=drawn).prefetch_related("options").in_bulk()
    attempt = ExamAttempt.objects.create(
        level=level,
        partner=candidate.partner,
        user=candidate.user,
        person=person,
        number=number,
        seed=seed,
        pass_mark=level.pass_mark,
        drawn=[_shown(rows[pk], seed) for pk in drawn],
        started_at=at,
        deadline_at=at + timedelta(minutes=level.minutes),
        asked=len(drawn),
    )
    right = {str(pk): [option.pk for option in rows[pk].options.all() if option.is_right] for pk in drawn}
    ExamKey.objects.create(attempt=attempt, right=right)
    return attempt


def _shown(question: ExamQuestion, seed: str) -> dict[str, Any]:
    """A question as it is kept with the try: words and options, not which of them are right."""
    options = {option.pk: option for option in question.options.all()}
    order = rules.shuffled(list(options), seed=f"{seed}:{question.pk}")
    return {
        "question": question.pk,
        "course": question.course_id,
        "text": question.text,
        "text_en": question.text_en,
        "several": sum(option.is_right for option in options.values()) > 1,
        "options": [{"option": pk, "text": options[pk].text, "text_en": options[pk].text_en} for pk in order],
    }


def _running(attempt: ExamAttempt, at: datetime) -> ExamAttempt:
    """The try as it stands now, held; refused once it ended or its time is over."""
    row = ExamAttempt.objects.select_for_update(of=("self",)).select_related("level__programme").get(pk=attempt.pk)
    if not row.is_open:
        raise ExamIsOver(_("This exam is handed in already."))
    if rules.is_over(deadline_at=row.deadline_at, at=at):
        raise ExamTimeOver(_("The time is over: what was saved before counts."))
    return row


def _checked(row: ExamAttempt, answers: Answers) -> dict[str, list[int]]:
    offered = {str(question["question"]): question for question in row.drawn}
    kept: dict[str, list[int]] = {}
    for question, chosen in answers.items():
        options = {option["option"] for option in offered.get(question, {"options": ()})["options"]}
        picked = sorted(set(chosen))
        if not options or not options.issuperset(picked):
            raise AnswerUnknown(_("This answer does not belong to a question that was asked."))
        if len(picked) > 1 and not offered[question]["several"]:
            raise AnswerUnknown(_("This question has one answer."))
        kept[question] = picked
    return kept


def _end(row: ExamAttempt, answers: Answers, *, at: datetime, handed_in: bool) -> ExamAttempt:
    """Mark a try that is held; a pass certifies its person from this day on."""
    result = rules.mark(
        course_of={str(question["question"]): question["course"] for question in row.drawn},
        right=row.key.right,
        answers=answers,
        pass_mark=row.pass_mark,
    )
    ExamAttempt.objects.filter(pk=row.pk).update(
        answers=answers,
        state=ExamState.PASSED if result.is_passed else ExamState.FAILED,
        ended_at=at,
        handed_in=handed_in,
        right=result.right,
        score=result.score,
        by_course=rules.plain(result),
    )
    row.refresh_from_db()
    if result.is_passed:
        _certify(row, at)
    return row


def _certify(row: ExamAttempt, at: datetime) -> None:
    """A person who left while the exam ran is not certified."""
    day = business_day(at)
    if not Membership.objects.filter(partner=row.partner, user=row.user, valid_during__contains=day).exists():
        return
    before = Certificate.objects.filter(level=row.level, partner=row.partner, user=row.user).in_force(day)
    certification.issue(
        level=row.level,
        partner=row.partner,
        holder=Holder(row.user),
        first=day,
        at=at,
        grounds=Grounds(attempt=row, renews=before.order_by("-issued_at").first()),
    )


def said(refusal: Refusal) -> str:
    """A refusal in words, with its day or number."""
    day = formats.day_text(refusal.until) if refusal.until else ""
    words = {
        "no_exam": _("There is no exam here: too few questions, or the programme is closed."),
        "already_certified": _("You are certified. The exam opens again on %(day)s.") % {"day": day},
        "courses_missing": ngettext(
            "%(count)s course is still to be worked through.",
            "%(count)s courses are still to be worked through.",
            refusal.count,
        )
        % {"count": refusal.count},
        "no_tries": _("All tries are used up: ask your channel manager for another one."),
        "pause": _("You may try again on %(day)s.") % {"day": day},
    }
    return words[refusal.why]
