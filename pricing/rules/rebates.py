"""What one earner's turnover of one period earns under a programme's terms, and the steps that explain it."""

import itertools
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from channelhub.lib.money import HALF_UP, Rounding

ZERO = Decimal(0)

RETROSPECTIVE = "retrospective"
INCREMENTAL = "incremental"
METHODS = (RETROSPECTIVE, INCREMENTAL)

AMOUNT = "amount"
QUANTITY = "quantity"
QUALIFIERS = (AMOUNT, QUANTITY)

PERCENT = "percent"
PER_UNIT = "per_unit"
PAYS = (PERCENT, PER_UNIT)


class Turnover(NamedTuple):
    """What counts for an account: the amount in the programme's currency and the quantity in base units."""

    amount: Decimal
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Band:
    """From ``starts_at`` of the qualifier upwards, pay ``rate``: percent of the amount, or money per unit."""

    starts_at: Decimal
    rate: Decimal


@dataclass(frozen=True)
class Terms:
    """A programme version's formula.

    ``qualifier`` chooses the band, ``pays`` says what the band's rate is applied to: they may differ (the band
    chosen by units, paid on value). ``cap`` is the most, ``floor`` the least (a guarantee) an account earns.
    """

    method: str
    qualifier: str
    pays: str
    bands: Sequence[Band]
    currency: str
    cap: Decimal | None = None
    floor: Decimal | None = None
    rounding: Rounding = field(default=HALF_UP)
    starts: tuple[Decimal, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.method not in METHODS or self.qualifier not in QUALIFIERS or self.pays not in PAYS:
            raise ValueError(f"no such formula: {self.method}, {self.qualifier}, {self.pays}")
        starts = tuple(band.starts_at for band in self.bands)
        object.__setattr__(self, "starts", starts)
        if any(later <= earlier for earlier, later in itertools.pairwise(starts)) or min(starts, default=0) < 0:
            raise ValueError("bands start at zero or above and each above the one before")
        if self.cap is not None and self.floor is not None and self.cap < self.floor:
            raise ValueError("the cap is not below the floor")


class Slice(NamedTuple):
    """A part of the turnover that earns one band's rate: ``amount`` = ``base`` x rate, not yet rounded."""

    band: int
    starts_at: Decimal
    ends_at: Decimal | None
    qualifying: Decimal
    base: Decimal
    rate: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class BandReached:
    """``qualifying`` turnover reached this band (None: not even the first); ``missing`` is left to the next one."""

    band: int | None
    qualifying: Decimal
    next_starts_at: Decimal | None
    missing: Decimal | None
    code: str = "band_reached"


@dataclass(frozen=True, slots=True)
class SliceEarned:
    """One slice earned its amount; ``unit`` says whether the rate is percent of value or money per unit."""

    slice: Slice
    unit: str
    code: str = "slice_earned"


@dataclass(frozen=True, slots=True)
class Limited:
    """A cap (``code`` capped) or a guarantee (``code`` guaranteed) took the place of what the bands gave."""

    code: str
    limit: Decimal
    before: Decimal

    @property
    def change(self) -> Decimal:
        return self.limit - self.before


@dataclass(frozen=True, slots=True)
class Rounded:
    """Rounded once, at the end, by the version's policy."""

    before: Decimal
    after: Decimal
    mode: str
    step: Decimal | None
    code: str = "rounded"

    @property
    def change(self) -> Decimal:
        return self.after - self.before


Step = BandReached | SliceEarned | Limited | Rounded


@dataclass(frozen=True)
class Explained:
    """The amount earned and the steps that lead to it, as codes and values."""

    amount: Decimal
    steps: Sequence[Step]


def slices(*, turnover: Turnover, terms: Terms) -> list[Slice]:
    """Which part of the turnover earns which band's rate.

    Retrospective: everything earns the rate of the highest band reached. Incremental: each slice of the
    qualifier earns the rate of its own band, and carries its proportional part of the base when the base is
    another figure. Turnover at or below zero reaches nothing.
    """
    qualifying = turnover.amount if terms.qualifier == AMOUNT else turnover.quantity
    base = turnover.amount if terms.pays == PERCENT else turnover.quantity
    if qualifying <= 0 or base <= 0:
        return []
    starts = terms.starts
    reached = bisect_right(starts, qualifying)
    ceilings = (*starts[1:], None)
    if terms.method == RETROSPECTIVE:
        if not reached:
            return []
        last, rate = reached - 1, terms.bands[reached - 1].rate
        return [Slice(last, starts[last], ceilings[last], qualifying, base, rate, base * rate)]
    found = []
    for index in range(reached):
        start, ceiling, rate = starts[index], ceilings[index], terms.bands[index].rate
        inside = (qualifying if ceiling is None else min(qualifying, ceiling)) - start
        part = inside if base == qualifying else base * inside / qualifying
        found.append(Slice(index, start, ceiling, inside, part, rate, part * rate))
    return found


def rebate_earned(*, turnover: Turnover, terms: Terms) -> Decimal:
    """The sum of the slices, at most the cap, at least the floor, rounded once at the end."""
    earned = ZERO
    for part in slices(turnover=turnover, terms=terms):
        earned += part.amount
    return terms.rounding.round(_limited(earned, terms), terms.currency)


def explain(*, turnover: Turnover, terms: Terms) -> Explained:
    """The same amount with its steps: band reached, each slice, cap or guarantee, rounding."""
    parts = slices(turnover=turnover, terms=terms)
    earned = sum((part.amount for part in parts), ZERO)
    limited = _limited(earned, terms)
    amount = terms.rounding.round(limited, terms.currency)
    steps: list[Step] = [_band_reached(turnover, terms), *(SliceEarned(part, terms.pays) for part in parts)]
    if limited != earned:
        steps.append(Limited("capped" if limited < earned else "guaranteed", limited, earned))
    if amount != limited:
        steps.append(Rounded(limited, amount, terms.rounding.mode, terms.rounding.step))
    return Explained(amount, steps)


def _limited(earned: Decimal, terms: Terms) -> Decimal:
    if terms.cap is not None:
        earned = min(earned, terms.cap)
    return earned if terms.floor is None else max(earned, terms.floor)


def _band_reached(turnover: Turnover, terms: Terms) -> BandReached:
    qualifying = turnover.amount if terms.qualifier == AMOUNT else turnover.quantity
    starts = terms.starts
    count = bisect_right(starts, qualifying) if qualifying > 0 else 0
    following = starts[count] if count < len(starts) else None
    missing = None if following is None else following - qualifying
    return BandReached(count - 1 if count else None, qualifying, following, missing)
