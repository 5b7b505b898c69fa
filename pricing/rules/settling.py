"""What an account has earned, by the month in which it became known and by cause; what is left to post.

T(m, cause) is the difference one cause makes on the way from "known before m" to "known in m". The formula is
evaluated and rounded after each step, in the order of ``CAUSES``; the differences telescope, so the parts add
up. What was known before is corrected first, so that new sales are not blamed on old causes.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from pricing.rules.rebates import ZERO, Terms, Turnover, rebate_earned

CAUSES = ("version", "rates", "moves", "sales", "late", "returns", "manual")
NOTHING = dict.fromkeys(CAUSES, ZERO)
MEASURED = ("moves", "sales", "late", "returns")


class Measure(NamedTuple):
    """A sum of lines under one version: what became known in one month for one cause, in one currency."""

    version: int
    currency: str
    rate_month: date
    cause: str
    known_in: date
    amount: Decimal
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Version:
    """Terms from a day on, as known from an accounting month on. No terms: nothing is earned any more."""

    id: int
    valid_from: date
    known_in: date
    terms: Terms | None


@dataclass(frozen=True, slots=True)
class Rate:
    """One unit of ``currency`` in the programme's currency, from ``month`` until a later month has its own."""

    id: int
    currency: str
    month: date
    known_in: date
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Manual:
    """An amount a person gave or took, with its reason elsewhere."""

    amount: Decimal
    known_in: date


@dataclass(frozen=True)
class Facts:
    """Everything taken that speaks of one account: programme x earner x earned period.

    ``member_in`` and ``opened_in`` are the months in which the membership and the period became known (None: not
    yet); before both, nothing is earned.
    """

    currency: str
    starts_on: date
    member_in: date | None
    opened_in: date | None
    versions: Sequence[Version]
    measures: Sequence[Measure]
    rates: Sequence[Rate] = ()
    manuals: Sequence[Manual] = ()


@dataclass(frozen=True, slots=True)
class Due:
    """A posting to write: the parts by cause, in the month they became known, booked in an open one."""

    known_in: date
    booked_in: date
    parts: Mapping[str, Decimal]

    @property
    def amount(self) -> Decimal:
        return sum(self.parts.values(), ZERO)


def version_in_force(versions: Iterable[Version], *, starts_on: date, known_by: date) -> Version | None:
    """The version that rules a period, as known at the end of a month: the latest start, then the latest row."""
    candidates = [v for v in versions if v.valid_from <= starts_on and v.known_in <= known_by]
    return max(candidates, key=lambda v: (v.valid_from, v.id), default=None)


def rate_in_force(rates: Iterable[Rate], *, currency: str, month: date, known_by: date) -> Rate | None:
    """The rate a month uses, as known at the end of another: its own or the latest earlier one; then the latest row."""
    candidates = [r for r in rates if r.currency == currency and r.month <= month and r.known_in <= known_by]
    return max(candidates, key=lambda r: (r.month, r.id), default=None)


def turnover(sums: Mapping[tuple[str, date], Decimal], quantity: Decimal, facts: Facts, known_by: date) -> Turnover:
    """The amounts in the programme's currency by the rates known; an amount without a rate waits for one."""
    total = ZERO
    for (currency, month), amount in sums.items():
        if currency == facts.currency:
            total += amount
        elif rate := rate_in_force(facts.rates, currency=currency, month=month, known_by=known_by):
            total += amount * rate.rate
    return Turnover(total, quantity)


def ruling(facts: Facts, known_by: date) -> Version | None:
    """The version in force as known at the end of a month; None before member and period are known."""
    if facts.member_in is None or facts.opened_in is None or max(facts.member_in, facts.opened_in) > known_by:
        return None
    return version_in_force(facts.versions, starts_on=facts.starts_on, known_by=known_by)


def months_of(facts: Facts) -> list[date]:
    """The months in which anything about the account became known, in order."""
    months = {fact.known_in for group in (facts.measures, facts.versions, facts.manuals) for fact in group}
    months |= {month for month in (facts.member_in, facts.opened_in) if month is not None}
    if facts.rates:
        last: dict[str, date] = {}
        for measure in facts.measures:
            last[measure.currency] = max(measure.rate_month, last.get(measure.currency, date.min))
        months |= {rate.known_in for rate in facts.rates if rate.month <= last.get(rate.currency, date.min)}
    return sorted(months)


def split(facts: Facts) -> dict[date, dict[str, Decimal]]:
    """T: per month of knowledge and per cause, what the account earned; months without any part are left out."""
    found: dict[date, dict[str, Decimal]] = {}
    walk, value = _Walk(facts), ZERO
    for month in months_of(facts):
        parts = {}
        for cause, after in walk.through(month):
            if after != value:
                parts[cause] = after - value
            value = after
        if parts:
            found[month] = parts
    return found


class _Walk:
    """An account's state on its way through the months; the formula is evaluated where a cause changed the state."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.version: Version | None = None
        self.rates_by = date.min
        self.given = ZERO
        self.ruled_in = {facts.member_in, facts.opened_in, *(version.known_in for version in facts.versions)}
        self.rated_in = {rate.known_in for rate in facts.rates}
        self.rows: dict[int, dict[date, list[Measure]]] = defaultdict(lambda: defaultdict(list))
        for row in facts.measures:
            self.rows[row.version][row.known_in].append(row)
        self._start_sums()

    def through(self, month: date) -> Iterator[tuple[str, Decimal]]:
        """From "known before the month" to "known in it": the causes that happened, with the value after each."""
        if month in self.ruled_in and self._rule_anew(month):
            yield "version", self._value()
        if month in self.rated_in:
            self.rates_by = month
            yield "rates", self._value()
        new = self.rows[self.version.id].get(month, ()) if self.version is not None else ()
        for cause in MEASURED if new else ():
            if rows := [row for row in new if row.cause == cause]:
                self._add(rows)
                yield cause, self._value()
        given = [row.amount for row in self.facts.manuals if row.known_in == month] if self.facts.manuals else ()
        if given:
            self.given += sum(given, ZERO)
            yield "manual", self._value()

    def _rule_anew(self, month: date) -> bool:
        """Start again from what was known before the month if another version rules from it on."""
        version = ruling(self.facts, month)
        if version is self.version:
            return False
        self.version = version
        self._start_sums()
        for known_in, rows in self.rows[version.id].items() if version is not None else ():
            if known_in < month:
                self._add(rows)
        return True

    def _start_sums(self) -> None:
        self.amount, self.quantity = ZERO, ZERO
        self.foreign: dict[tuple[str, date], Decimal] = defaultdict(Decimal)

    def _add(self, rows: Iterable[Measure]) -> None:
        for row in rows:
            if row.currency == self.facts.currency:
                self.amount += row.amount
            else:
                self.foreign[row.currency, row.rate_month] += row.amount
            self.quantity += row.quantity

    def _value(self) -> Decimal:
        if self.version is None or self.version.terms is None:
            return self.given
        amount = self.amount
        if self.foreign:
            amount += turnover(self.foreign, ZERO, self.facts, self.rates_by).amount
        return rebate_earned(turnover=Turnover(amount, self.quantity), terms=self.version.terms) + self.given


def earned(facts: Facts) -> Decimal:
    """Everything the account has earned as known today: the sum of T over months and causes."""
    return sum((part for parts in split(facts).values() for part in parts.values()), ZERO)


def booked_in(known_in: date, *, first_open: date) -> date:
    """The month a posting is booked in: the one in which its facts became known if it is open, else the first open."""
    return max(known_in, first_open)


def due(
    *, earned_by: Mapping[date, Mapping[str, Decimal]], posted: Mapping[date, Mapping[str, Decimal]], first_open: date
) -> list[Due]:
    """T minus what was posted, per month of knowledge; nothing where no part differs.

    A month whose parts differ but cancel to zero is due all the same: its causes have changed.
    """
    found = []
    for month in sorted({*earned_by, *posted}):
        wanted, have = earned_by.get(month, {}), posted.get(month, {})
        if wanted == have:
            continue
        parts = {**NOTHING, **wanted}
        for cause, amount in have.items():
            parts[cause] -= amount
        if any(parts.values()):
            found.append(Due(month, booked_in(month, first_open=first_open), parts))
    return found
