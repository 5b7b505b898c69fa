from decimal import Decimal

from performance.rules.provinces import TILES, shades


def test_there_are_34_tiles_and_no_two_stand_on_one_place():
    assert (len(TILES), len({(column, row) for column, row, _short in TILES.values()})) == (34, 34)


def test_shades_go_by_rank_and_nothing_has_none():
    values = [Decimal(n) for n in (1, 2, 3, 4, 1000)]

    assert shades([*values, None, Decimal(3)]) == [1, 2, 3, 4, 5, 0, 3]


def test_without_a_value_there_is_no_shade():
    assert shades([None, None]) == [0, 0]
