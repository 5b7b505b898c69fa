"""Amounts of money: Decimal with a currency beside it, rounded by a named policy, shared without losing a cent."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal
from functools import cache
from typing import Self

from channelhub.lib.errors import DomainError

# ISO 4217: what is not listed has two digits. Metals, test and fund codes have none at all.
MINOR_UNITS = {
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV"), 0
    ),
    **dict.fromkeys(("XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
NO_MINOR_UNITS = frozenset(("XAG", "XAU", "XBA", "XBB", "XBC", "XBD", "XDR", "XPD", "XPT", "XSU", "XTS", "XUA", "XXX"))
DEFAULT_MINOR_UNITS = 2

MODES = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "down": ROUND_DOWN, "up": ROUND_UP}


class CurrencyMismatch(DomainError):
    """Two amounts of different currencies were added, compared or subtracted."""

    code = "currency_mismatch"


class NothingToShareBy(DomainError):
    """An amount cannot be shared by ratios that are negative or all zero."""

    code = "nothing_to_share_by"


def minor_units(currency: str) -> int:
    """How many digits after the point the currency's smallest unit has."""
    if currency in NO_MINOR_UNITS:
        raise ValueError(f"{currency} has no minor units")
    return MINOR_UNITS.get(currency, DEFAULT_MINOR_UNITS)


@cache
def smallest_unit(currency: str) -> Decimal:
    """0.01 for CNY, 1 for JPY, 0.001 for KWD."""
    return Decimal(1).scaleb(-minor_units(currency))


@dataclass(frozen=True)
class Rounding:
    """A rounding policy as data: ``mode`` half_up, half_even, down or up (down and up: towards and away from zero).

    To the currency's minor units, or to multiples of ``step`` (0.05 for Swiss cash, 100 for price endings).
    """

    mode: str = "half_up"
    step: Decimal | None = None

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise ValueError(f"no rounding mode {self.mode!r}")
        if self.step is not None and self.step <= 0:
            raise ValueError("a rounding step is greater than zero")

    def round(self, amount: Decimal, currency: str) -> Decimal:
        """The multiple of the step (or of the minor unit) that the mode chooses."""
        unit = smallest_unit(currency)
        if self.step is None:
            return amount.quantize(unit, rounding=MODES[self.mode])
        return (amount / self.step).quantize(Decimal(1), rounding=MODES[self.mode]) * self.step


HALF_UP = Rounding()


@dataclass(frozen=True)
class Money:
    """An amount with its currency; arithmetic across currencies is refused, never guessed."""

    amount: Decimal
    currency: str

    def _amount_of(self, other: "Money") -> Decimal:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} do not add up.")
        return other.amount

    def __add__(self, other: "Money") -> Self:
        return type(self)(self.amount + self._amount_of(other), self.currency)

    def __sub__(self, other: "Money") -> Self:
        return type(self)(self.amount - self._amount_of(other), self.currency)

    def __neg__(self) -> Self:
        return type(self)(-self.amount, self.currency)

    def __mul__(self, factor: Decimal | int) -> Self:
        return type(self)(self.amount * factor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._amount_of(other)

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def rounded(self, policy: Rounding = HALF_UP) -> Self:
        """The same money, rounded once by the policy."""
        return type(self)(policy.round(self.amount, self.currency), self.currency)

    def allocate(self, ratios: Sequence[Decimal | int]) -> list[Self]:
        """Shares in whole minor units that add up to this amount, which must itself be whole minor units."""
        unit = smallest_unit(self.currency)
        units = self.amount / unit
        if units != units.to_integral_value():
            raise ValueError(f"{self} is not in whole minor units; round it first")
        return [type(self)(share * unit, self.currency) for share in allocate(int(units), ratios)]


def allocate(units: int, ratios: Sequence[Decimal | int]) -> list[int]:
    """Share whole units by largest remainder; ties go to the first.

    The remainder is taken from the *floored* shares, so a negative total is not the mirror of a positive one
    (5 by 7:3 is 4, 1 and -5 by 7:3 is -3, -2): who reverses an allocation negates the stored shares. A zero
    ratio never receives anything.
    """
    total = sum(ratios)
    if total <= 0 or min(ratios) < 0:
        raise NothingToShareBy("The ratios must not be negative, and one must be greater than zero.")
    exact = [units * Decimal(ratio) / Decimal(total) for ratio in ratios]
    shares = [int(part.to_integral_value(rounding="ROUND_FLOOR")) for part in exact]
    by_remainder = sorted(
        (index for index, ratio in enumerate(ratios) if ratio > 0),
        key=lambda index: (shares[index] - exact[index], index),
    )
    for index in by_remainder[: units - sum(shares)]:
        shares[index] += 1
    return shares
