"""What may be promised of a stock level, and how much of it is told: plain arithmetic."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from inventory.enums import Band, Shows

NOTHING = Decimal(0)


def available(*, on_hand: Decimal, reserved: Decimal) -> Decimal:
    """Available to promise = on hand - reserved; never below zero.

    Goods in transit are not promised: they are somebody's count until they are somebody else's.
    """
    return max(on_hand - reserved, NOTHING)


def band(quantity: Decimal, *, few_below: Decimal) -> Band:
    """None at zero, few below the rule's limit, else in stock."""
    if quantity <= NOTHING:
        return Band.NONE
    return Band.FEW if quantity < few_below else Band.IN_STOCK


@dataclass(frozen=True)
class Piece:
    """What one location has of a product, and how much of that is told."""

    location_id: int
    quantity: Decimal
    shows: Shows
    few_below: Decimal = NOTHING


@dataclass(frozen=True)
class Told:
    """What somebody is told of several locations together.

    ``quantity``: the sum, if every location that is shown tells its quantity; None: only the band is told.
    """

    quantity: Decimal | None
    band: Band


def told(pieces: Iterable[Piece]) -> Told | None:
    """The locations together; None: nothing is shown. One that tells only its band makes the whole a band.

    The band of the whole is that of the sum, under the highest limit of the locations that tell only a band: a sum
    that gave away a hidden figure by subtraction is never told.
    """
    shown = [piece for piece in pieces if piece.shows != Shows.HIDDEN]  # read twice: a list, never a generator
    if not shown:
        return None
    total = sum((piece.quantity for piece in shown), NOTHING)
    vague = [piece.few_below for piece in shown if piece.shows == Shows.BAND]
    if vague:
        return Told(None, band(total, few_below=max(vague)))
    return Told(total, band(total, few_below=NOTHING))
