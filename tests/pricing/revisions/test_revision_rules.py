"""What a change makes of a price: the rule, and the statement that says the same of many."""

from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channelhub.lib.money import MODES, Rounding
from pricing.models import PriceRevisionRow
from pricing.rules.price_revisions import AMOUNT, PERCENT, PriceChange, fits_currency, grain, revised_price
from pricing.services import price_revisions
from tests.factories.partners import make_product, make_product_line
from tests.factories.prices import NOON, make_list
from tests.factories.revisions import APRIL, draft

STEPS = (None, Decimal("0.05"), Decimal("0.0001"), Decimal(100))
prices = st.decimals(0, 10**9, places=6)


@pytest.mark.parametrize(
    ("price", "change", "rounding", "currency", "expected"),
    [
        ("100", (PERCENT, "0.03"), Rounding(), "CNY", "103.00"),
        ("10.01", (PERCENT, "0.03"), Rounding(), "CNY", "10.31"),
        ("1000", (PERCENT, "0.03"), Rounding("up", Decimal(100)), "JPY", "1100"),
        ("10.02", (AMOUNT, "-0.5"), Rounding("half_up", Decimal("0.05")), "CHF", "9.50"),
        ("1.2345", (AMOUNT, "0.0001"), Rounding("down"), "KWD", "1.234"),
    ],
)
def test_a_price_is_changed_and_rounded_once(price, change, rounding, currency, expected):
    change = PriceChange(change[0], Decimal(change[1]))

    found = revised_price(price=Decimal(price), change=change, rounding=rounding, currency=currency)

    assert found == Decimal(expected)


@pytest.mark.parametrize(
    ("price", "step", "currency", "fits"),
    [
        ("1.01", None, "CNY", True),
        ("1.001", None, "CNY", False),
        ("1.001", "0.0001", "CNY", True),
        ("150", "100", "JPY", True),
        ("150.5", "100", "JPY", False),
    ],
)
def test_a_price_has_the_digits_of_its_currency_or_of_a_finer_step(price, step, currency, fits):
    assert fits_currency(price=Decimal(price), step=step and Decimal(step), currency=currency) is fits


def test_no_other_kind_of_change_is_known():
    with pytest.raises(ValueError, match="no kind of change"):
        PriceChange("double", Decimal(1))


@given(prices, st.decimals("-0.99", 5, places=4), st.sampled_from(sorted(MODES)), st.sampled_from(STEPS))
def test_a_changed_price_is_less_than_a_step_away_from_the_exact_one(price, share, mode, step):
    change = PriceChange(PERCENT, share)

    found = revised_price(price=price, change=change, rounding=Rounding(mode, step), currency="CNY")

    unit = step or grain(step=None, currency="CNY")
    assert abs(found - price * (1 + share)) <= unit
    assert found % unit == 0
    assert found >= 0


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(prices, min_size=1, max_size=6),
    st.sampled_from([PERCENT, AMOUNT]),
    st.decimals("-0.9", "0.9", places=4),
    st.sampled_from(sorted(MODES)),
    st.sampled_from(STEPS),
)
def test_the_statement_says_what_the_rule_says(olds, kind, value, mode, step):
    change = PriceChange(kind, value)
    rounding = Rounding(mode, step)
    expected = [revised_price(price=old, change=change, rounding=rounding, currency="CNY") for old in olds]
    with transaction.atomic():
        line = make_product_line()
        products = [make_product(line=line) for _old in olds]
        listed = make_list(None, *zip(products, olds, strict=True), rounding=mode, rounding_step=step)
        made = draft(listed, effective_on=APRIL, at=NOON, change=None)

        if min(expected) < 0:
            with pytest.raises(price_revisions.NegativePrices):
                price_revisions.change_rows(revision=made, change=change)
        else:
            price_revisions.change_rows(revision=made, change=change)
            rows = PriceRevisionRow.objects.filter(revision=made).order_by("product_id")
            assert [row.new_price for row in rows] == expected
        transaction.set_rollback(True)
