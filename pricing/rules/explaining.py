"""Why an account holds its amount: typed steps, codes and values, a pure function of its facts."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pricing.rules import rebates, settling
from pricing.rules.rebates import ZERO, Turnover
from pricing.rules.settling import Facts


@dataclass(frozen=True, slots=True)
class NotEarning:
    """Nothing is earned: ``code`` not_a_member, not_opened, no_terms or ended."""

    code: str


@dataclass(frozen=True, slots=True)
class RuledBy:
    """The version in force, from which day its terms hold and since which month they are known."""

    version: int
    valid_from: date
    known_in: date
    code: str = "ruled_by"


@dataclass(frozen=True, slots=True)
class Counted:
    """The turnover in one currency and month; ``rate`` None: no rate is known, so it does not count yet."""

    currency: str
    month: date
    amount: Decimal
    rate: Decimal | None
    converted: Decimal
    code: str = "counted"


@dataclass(frozen=True, slots=True)
class Summed:
    """Everything that counts, in the programme's currency and in base units."""

    amount: Decimal
    quantity: Decimal
    currency: str
    code: str = "summed"


@dataclass(frozen=True, slots=True)
class Given:
    """An amount a person gave or took by hand."""

    amount: Decimal
    known_in: date
    code: str = "given"


@dataclass(frozen=True, slots=True)
class Changed:
    """How much one cause changed the account in the month in which it became known."""

    known_in: date
    cause: str
    amount: Decimal
    code: str = "changed"


AccountStep = NotEarning | RuledBy | Counted | Summed | rebates.Step | Given | Changed


@dataclass(frozen=True)
class AccountExplained:
    """An account's amount with its steps, in the order in which a person would compute it."""

    amount: Decimal
    steps: list[AccountStep]


def explain_account(facts: Facts, *, known_by: date = date.max) -> AccountExplained:
    """The amount as known at the end of a month (default: now) and how it comes about."""
    steps: list[AccountStep] = []
    amount = ZERO
    version = settling.ruling(facts, known_by)
    if version is None or version.terms is None:
        steps.append(NotEarning(_why_not(facts, version, known_by)))
    else:
        steps.append(RuledBy(version.id, version.valid_from, version.known_in))
        counted = _counted(facts, version.id, known_by)
        quantity = sum((row.quantity for row in _rows(facts, version.id, known_by)), ZERO)
        turnover = Turnover(sum((step.converted for step in counted), ZERO), quantity)
        explained = rebates.explain(turnover=turnover, terms=version.terms)
        steps += [*counted, Summed(turnover.amount, turnover.quantity, facts.currency), *explained.steps]
        amount = explained.amount
    given = [Given(row.amount, row.known_in) for row in facts.manuals if row.known_in <= known_by]
    changes = [
        Changed(month, cause, part)
        for month, parts in settling.split(facts).items()
        if month <= known_by
        for cause, part in parts.items()
    ]
    return AccountExplained(amount + sum((step.amount for step in given), ZERO), [*steps, *given, *changes])


def _why_not(facts: Facts, version: settling.Version | None, known_by: date) -> str:
    if version is not None:
        return "ended"
    if facts.member_in is None or facts.member_in > known_by:
        return "not_a_member"
    return "not_opened" if facts.opened_in is None or facts.opened_in > known_by else "no_terms"


def _rows(facts: Facts, version: int, known_by: date) -> list[settling.Measure]:
    return [row for row in facts.measures if row.version == version and row.known_in <= known_by]


def _counted(facts: Facts, version: int, known_by: date) -> list[Counted]:
    sums: dict[tuple[str, date], Decimal] = defaultdict(Decimal)
    for row in _rows(facts, version, known_by):
        sums[row.currency, row.rate_month] += row.amount
    found = []
    for (currency, month), amount in sorted(sums.items()):
        rate: Decimal | None = Decimal(1)
        if currency != facts.currency:
            in_force = settling.rate_in_force(facts.rates, currency=currency, month=month, known_by=known_by)
            rate = None if in_force is None else in_force.rate
        found.append(Counted(currency, month, amount, rate, amount * (rate or ZERO)))
    return found
