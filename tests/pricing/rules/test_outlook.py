from decimal import Decimal

import pytest

from pricing.rules.outlook import band_progress, next_band
from pricing.rules.rebates import Band, Terms, Turnover


def terms(*bands, method="retrospective", qualifier="amount", pays="percent", **more):
    return Terms(method, qualifier, pays, [Band(Decimal(a), Decimal(b)) for a, b in bands], "CNY", **more)


LADDER = ((0, "0.01"), (1_000_000, "0.025"), (2_500_000, "0.04"))


@pytest.mark.parametrize(
    ("amount", "missing", "gain"),
    [
        ("2310000", "190000", "42250.00"),  # 2.5m x 4% - 2.31m x 2.5%
        ("1", "999999", "24999.99"),
    ],
)
def test_the_next_band_says_how_much_more_brings_how_much(amount, missing, gain):
    found = next_band(turnover=Turnover(Decimal(amount), Decimal(0)), terms=terms(*LADDER))

    assert (found.missing, found.gain, found.exact) == (Decimal(missing), Decimal(gain), True)


def test_turnover_below_zero_has_everything_ahead():
    found = next_band(turnover=Turnover(Decimal(-5), Decimal(0)), terms=terms((100, "0.1")))

    assert (found.missing, found.gain) == (Decimal(105), Decimal("10.00"))


def test_an_incremental_ladder_gains_only_what_the_slice_earns():
    found = next_band(turnover=Turnover(Decimal(900_000), Decimal(0)), terms=terms(*LADDER, method="incremental"))

    assert (found.missing, found.gain) == (Decimal(100_000), Decimal("1000.00"))


def test_above_the_highest_band_nothing_is_next():
    assert next_band(turnover=Turnover(Decimal(2_500_000), Decimal(0)), terms=terms(*LADDER)) is None


def test_a_cap_that_is_reached_leaves_nothing_to_gain():
    capped = terms(*LADDER, cap=Decimal(10_000))

    assert next_band(turnover=Turnover(Decimal(1_000_000), Decimal(0)), terms=capped) is None


def test_a_band_by_units_paid_on_value_is_an_estimate():
    by_units = terms((0, "0.01"), (100, "0.02"), qualifier="quantity")

    found = next_band(turnover=Turnover(Decimal(5_000), Decimal(50)), terms=by_units)

    assert (found.missing, found.gain, found.exact) == (Decimal(50), Decimal("150.00"), False)


def test_each_band_shows_how_much_of_it_is_filled():
    progress = band_progress(turnover=Turnover(Decimal(1_750_000), Decimal(0)), terms=terms(*LADDER))

    assert [(band.reached, band.percent) for band in progress] == [(True, 100), (True, 50), (False, 0)]
