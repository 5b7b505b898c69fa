"""Quantity breaks: which row of a list a quantity reaches, and what the rows make of a line, in three modes."""

from collections.abc import Sequence
from decimal import Decimal

from pricing.enums import BreakMode
from pricing.rules.price_questions import Break

ONE, ZERO = Decimal(1), Decimal(0)


def break_for(breaks: Sequence[Break], quantity: Decimal) -> Break | None:
    """The highest break that the quantity reaches and that has a price; None: there is none."""
    best = None
    for row in breaks:
        reached = row.min_quantity <= quantity and row.unit_price is not None
        if reached and (best is None or row.min_quantity > best.min_quantity):
            best = row
    return best


def why_no_price(breaks: Sequence[Break]) -> str:
    """Why a list has no price for a quantity: the product is not on it, all prices ended, or only larger quantities."""
    if not breaks:
        return "not_on_list"
    return "ended" if all(row.unit_price is None for row in breaks) else "below_smallest_break"


def before_conversion(mode: str, breaks: Sequence[Break], row: Break, quantity: Decimal) -> tuple[Decimal, Decimal]:
    """What the list says, and for how many pieces: for one, or for the whole line. ``row``: the break reached."""
    assert row.unit_price is not None
    if mode == BreakMode.MARGINAL:
        return marginal_total(breaks, quantity), quantity
    return row.unit_price, quantity if mode == BreakMode.BAND_TOTAL else ONE


def marginal_total(breaks: Sequence[Break], quantity: Decimal) -> Decimal:
    """Each piece at the price of its own band: 25 at 10, 8 from 11, 6 from 21 are 10 x 10 + 10 x 8 + 5 x 6 = 210.

    A band ends one piece before the next one that is reached and has a price; the first also holds what lies below it.
    """
    reached = sorted(
        (row.min_quantity, row.unit_price)
        for row in breaks
        if row.unit_price is not None and row.min_quantity <= quantity
    )
    starts = [ZERO, *(max(low - ONE, ZERO) for low, _ in reached[1:]), quantity]
    return sum(
        (price * (end - start) for (_, price), start, end in zip(reached, starts, starts[1:], strict=False)), ZERO
    )
