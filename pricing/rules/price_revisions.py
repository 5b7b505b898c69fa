"""What a change makes of a price: a share or an amount of money, rounded once as the list rounds."""

from dataclasses import dataclass
from decimal import Decimal

from channelhub.lib.money import Rounding, smallest_unit

PERCENT, AMOUNT = "percent", "amount"
KINDS = (PERCENT, AMOUNT)


@dataclass(frozen=True)
class PriceChange:
    """By how much prices change: ``percent`` as a share (0.03 is +3 %), ``amount`` in the list's currency.

    ``on_top``: of what the draft says already, not of the price that holds without it.
    """

    kind: str
    value: Decimal
    on_top: bool = False

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no kind of change {self.kind!r}")


def revised_price(*, price: Decimal, change: PriceChange, rounding: Rounding, currency: str) -> Decimal:
    """``price x (1 + share)`` or ``price + amount``, rounded once; below zero it means nothing and is refused."""
    exact = price * (1 + change.value) if change.kind == PERCENT else price + change.value
    return rounding.round(exact, currency)


def grain(*, step: Decimal | None, currency: str) -> Decimal:
    """Prices on a list are multiples of it: the currency's smallest unit, or the list's step where that is finer."""
    unit = smallest_unit(currency)
    return unit if step is None else min(step, unit)


def fits_currency(*, price: Decimal, step: Decimal | None, currency: str) -> bool:
    """Whether a price has no more digits than the currency, or the list's rounding step, allows."""
    return price % grain(step=step, currency=currency) == 0
