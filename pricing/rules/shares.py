"""Which line earned how much of an account: share(i) = R(turnover with line i) - R(turnover before it).

In the order (known_in, cause, line), so the shares always add up and a line of a later month never changes an
old one. The line that crosses a retrospective bracket carries the jump.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pricing.rules.rebates import ZERO, Terms, Turnover, rebate_earned, slices
from pricing.rules.settling import CAUSES


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one line adds to (or, moved away, takes from) an account; ``amount`` in the programme's currency."""

    line: int
    known_in: date
    cause: str
    amount: Decimal
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Share:
    """One contribution's part of the rebate, and how much of its qualifier fell into which band."""

    contribution: Contribution
    amount: Decimal
    bands: tuple[tuple[int, Decimal], ...]


def in_order(contributions: Iterable[Contribution]) -> list[Contribution]:
    """By month of knowledge, then cause in the order of the split, then line."""
    return sorted(contributions, key=lambda c: (c.known_in, CAUSES.index(c.cause), c.line))


def shares(*, contributions: Sequence[Contribution], terms: Terms) -> list[Share]:
    """The contributions in order, each with its share; together R(all) - R(nothing), R(nothing) being a guarantee."""
    found = []
    counted = Turnover(ZERO, ZERO)
    value, filled = rebate_earned(turnover=counted, terms=terms), _filled(counted, terms)
    for contribution in in_order(contributions):
        counted = Turnover(counted.amount + contribution.amount, counted.quantity + contribution.quantity)
        value_after, filled_after = rebate_earned(turnover=counted, terms=terms), _filled(counted, terms)
        found.append(Share(contribution, value_after - value, _difference(filled, filled_after)))
        value, filled = value_after, filled_after
    return found


def _filled(counted: Turnover, terms: Terms) -> dict[int, Decimal]:
    return {part.band: part.qualifying for part in slices(turnover=counted, terms=terms)}


def _difference(before: dict[int, Decimal], after: dict[int, Decimal]) -> tuple[tuple[int, Decimal], ...]:
    bands = sorted({*before, *after})
    changes = ((band, after.get(band, ZERO) - before.get(band, ZERO)) for band in bands)
    return tuple((band, change) for band, change in changes if change)
