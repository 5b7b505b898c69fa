from decimal import Decimal

import pytest

from inventory.enums import Band, Shows
from inventory.rules.availability import Piece, Told, available, band, told

D = Decimal


@pytest.mark.parametrize(
    ("on_hand", "reserved", "expected"),
    [("5", "0", "5"), ("5", "2", "3"), ("5", "5", "0"), ("2", "5", "0"), ("0", "0", "0"), ("-3", "0", "0")],
)
def test_what_is_on_hand_and_not_reserved_may_be_promised_and_never_less_than_nothing(on_hand, reserved, expected):
    assert available(on_hand=D(on_hand), reserved=D(reserved)) == D(expected)


@pytest.mark.parametrize(
    ("quantity", "expected"),
    [("0", Band.NONE), ("0.5", Band.FEW), ("9.99", Band.FEW), ("10", Band.IN_STOCK)],
)
def test_a_quantity_is_told_as_a_band(quantity, expected):
    assert band(D(quantity), few_below=D(10)) == expected


def test_quantities_of_several_locations_add_up():
    pieces = [Piece(1, D(3), Shows.EXACT), Piece(2, D(4), Shows.EXACT), Piece(3, D(100), Shows.HIDDEN)]

    assert told(pieces) == Told(D(7), Band.IN_STOCK)


def test_one_location_that_tells_only_a_band_makes_the_whole_a_band():
    pieces = [Piece(1, D(3), Shows.EXACT), Piece(2, D(4), Shows.BAND, D(10))]

    assert told(pieces) == Told(None, Band.FEW)


def test_where_nothing_is_shown_nothing_is_told():
    assert (told([]), told([Piece(1, D(3), Shows.HIDDEN)])) == (None, None)


def test_a_generator_of_pieces_is_told_like_a_list():
    pieces = [Piece(1, D(3), Shows.EXACT), Piece(2, D(4), Shows.BAND, D(5))]

    assert told(piece for piece in pieces) == told(pieces)
