from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.lib.money import Rounding
from pricing.rules.rebates import (
    Band,
    BandReached,
    Limited,
    Rounded,
    SliceEarned,
    Terms,
    Turnover,
    explain,
    rebate_earned,
)
from tests.pricing.rules.strategies import terms_of_all_kinds

BANDS = (Band(Decimal(100), Decimal("0.02")), Band(Decimal(200), Decimal("0.03")))


def of(amount, quantity=0):
    return Turnover(Decimal(amount), Decimal(quantity))


def terms(method="retrospective", qualifier="amount", pays="percent", bands=BANDS, **more):
    return Terms(method, qualifier, pays, bands, "CNY", **more)


@pytest.mark.parametrize(("amount", "rebate"), [("99.99", "0"), ("100", "2"), ("199.99", "4.00"), ("200", "6")])
def test_a_band_is_reached_on_its_first_cent(amount, rebate):
    assert rebate_earned(turnover=of(amount), terms=terms()) == Decimal(rebate)


@pytest.mark.parametrize(("amount", "rebate"), [("100", "0"), ("150", "1"), ("300", "5")])
def test_each_slice_earns_the_rate_of_its_own_band(amount, rebate):
    assert rebate_earned(turnover=of(amount), terms=terms("incremental")) == Decimal(rebate)


def test_units_choose_the_band_and_units_are_paid():
    per_unit = terms(qualifier="quantity", pays="per_unit", bands=[Band(Decimal(10), Decimal("1.5"))])

    assert rebate_earned(turnover=of(5000, 12), terms=per_unit) == Decimal(18)
    assert rebate_earned(turnover=of(5000, 9), terms=per_unit) == Decimal(0)


def test_a_slice_of_units_carries_its_part_of_the_value():
    mixed = terms("incremental", "quantity", bands=[Band(Decimal(0), Decimal(0)), Band(Decimal(30), Decimal("0.10"))])

    assert rebate_earned(turnover=of(1000, 40), terms=mixed) == Decimal(25)


@pytest.mark.parametrize("method", ["retrospective", "incremental"])
@pytest.mark.parametrize(("amount", "quantity"), [(0, 0), (-500, 5), (500, -5), (-500, -5)])
def test_nothing_and_less_than_nothing_earn_nothing(method, amount, quantity):
    mixed = terms(method, "quantity", bands=[Band(Decimal(0), Decimal("0.05"))])

    assert rebate_earned(turnover=of(amount, quantity), terms=mixed) == Decimal(0)


def test_a_cap_is_the_most_and_a_floor_the_least():
    limits = terms(cap=Decimal(5), floor=Decimal("1.50"))

    assert rebate_earned(turnover=of(1000), terms=limits) == Decimal(5)
    assert rebate_earned(turnover=of(0), terms=limits) == Decimal("1.50")


def test_the_amount_is_rounded_once_by_the_policy():
    bands = [Band(Decimal(0), Decimal("0.033"))]

    assert rebate_earned(turnover=of("46.80"), terms=terms(bands=bands)) == Decimal("1.54")
    assert rebate_earned(turnover=of("46.80"), terms=terms(bands=bands, rounding=Rounding("up"))) == Decimal("1.55")


def test_the_steps_say_which_band_which_slices_which_limit_and_which_rounding():
    steps = explain(turnover=of("250.33"), terms=terms("incremental", cap=Decimal("3.005"))).steps

    assert steps[0] == BandReached(1, Decimal("250.33"), None, None)
    assert [(s.slice.band, s.slice.base, s.slice.rate) for s in steps if isinstance(s, SliceEarned)] == [
        (0, Decimal(100), Decimal("0.02")),
        (1, Decimal("50.33"), Decimal("0.03")),
    ]
    assert steps[-2] == Limited("capped", Decimal("3.005"), Decimal("3.5099"))
    assert steps[-1] == Rounded(Decimal("3.005"), Decimal("3.01"), "half_up", None)


def test_the_steps_say_how_much_is_missing_to_the_next_band():
    steps = explain(turnover=of(60), terms=terms(floor=Decimal(1))).steps

    assert steps == [
        BandReached(None, Decimal(60), Decimal(100), Decimal(40)),
        Limited("guaranteed", Decimal(1), Decimal(0)),
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"method": "sometimes"},
        {"qualifier": "colour"},
        {"pays": "beer"},
        {"bands": BANDS[::-1]},
        {"bands": [Band(Decimal(-1), Decimal(1))]},
        {"cap": Decimal(1), "floor": Decimal(2)},
    ],
)
def test_terms_that_mean_nothing_are_refused(wrong):
    with pytest.raises(ValueError, match=r"formula|bands|cap"):
        terms(**wrong)


@given(terms_of_all_kinds(), st.integers(-(10**7), 10**7), st.integers(-5000, 5000))
def test_the_steps_never_tell_another_amount(some_terms, cents, quantity):
    turnover = Turnover(Decimal(cents) / 100, Decimal(quantity))

    assert explain(turnover=turnover, terms=some_terms).amount == rebate_earned(turnover=turnover, terms=some_terms)
