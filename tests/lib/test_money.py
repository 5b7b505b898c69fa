from decimal import Decimal

import pycountry
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.lib import money
from channelhub.lib.money import CurrencyMismatch, Money, NothingToShareBy, Rounding, allocate


def test_every_currency_of_the_table_is_an_iso_currency():
    unknown = [
        code for code in {*money.MINOR_UNITS, *money.NO_MINOR_UNITS} if not pycountry.currencies.get(alpha_3=code)
    ]

    assert sorted(unknown) == []


@pytest.mark.parametrize(("currency", "unit"), [("CNY", "0.01"), ("JPY", "1"), ("KWD", "0.001"), ("CLF", "0.0001")])
def test_the_smallest_unit_follows_iso_4217(currency, unit):
    assert money.smallest_unit(currency) == Decimal(unit)


def test_gold_has_no_minor_units():
    with pytest.raises(ValueError, match="XAU"):
        money.minor_units("XAU")


@pytest.mark.parametrize(
    ("mode", "amount", "rounded"),
    [
        ("half_up", "2.345", "2.35"),
        ("half_up", "-2.345", "-2.35"),
        ("half_even", "2.345", "2.34"),
        ("down", "2.349", "2.34"),
        ("down", "-2.349", "-2.34"),
        ("up", "2.341", "2.35"),
    ],
)
def test_a_policy_rounds_to_minor_units(mode, amount, rounded):
    assert Rounding(mode).round(Decimal(amount), "CNY") == Decimal(rounded)


def test_a_policy_rounds_to_a_step():
    assert Rounding("half_up", Decimal("0.05")).round(Decimal("1.234"), "CHF") == Decimal("1.25")


def test_an_unknown_policy_is_refused():
    with pytest.raises(ValueError, match="sideways"):
        Rounding("sideways")


def test_a_step_of_nothing_is_refused():
    with pytest.raises(ValueError, match="greater than zero"):
        Rounding("half_up", Decimal(0))


def test_money_of_one_currency_adds_up():
    assert Money(Decimal("1.10"), "CNY") + Money(Decimal("2.20"), "CNY") == Money(Decimal("3.30"), "CNY")
    assert Money(Decimal("1.10"), "CNY") - Money(Decimal("2.20"), "CNY") == -Money(Decimal("1.10"), "CNY")
    assert Money(Decimal(1), "CNY") < Money(Decimal(1), "CNY") * 2
    assert str(Money(Decimal("1.10"), "CNY")) == "1.10 CNY"


def test_money_of_two_currencies_is_never_added():
    with pytest.raises(CurrencyMismatch):
        Money(Decimal(1), "CNY") + Money(Decimal(1), "USD")


def test_money_is_rounded_once_and_shared_in_minor_units():
    shares = Money(Decimal("10.001"), "CNY").rounded().allocate([1, 1, 1])

    assert [share.amount for share in shares] == [Decimal("3.34"), Decimal("3.33"), Decimal("3.33")]


def test_money_that_is_not_rounded_is_not_shared():
    with pytest.raises(ValueError, match="round it first"):
        Money(Decimal("10.001"), "CNY").allocate([1, 1])


@pytest.mark.parametrize("ratios", [[0, 0], [2, -1]])
def test_nothing_is_shared_by_negative_or_zero_ratios(ratios):
    with pytest.raises(NothingToShareBy):
        allocate(5, ratios)


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(0, 1000), min_size=1, max_size=9).filter(any))
def test_shares_always_add_up_and_a_zero_ratio_gets_nothing(units, ratios):
    shares = allocate(units, ratios)

    assert sum(shares) == units
    assert [share for share, ratio in zip(shares, ratios, strict=True) if ratio == 0 and share != 0] == []
