"""The pure rule and the statement agree, whatever lists, rows, formulas, promotions, days and quantities there are."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pricing.models import PriceRow
from pricing.services import price_answers
from pricing.services.price_answers import Line
from pricing.services.rates import set_rate
from tests.factories.partners import make_partner, make_product, make_product_line
from tests.factories.prices import (
    JANUARY,
    KNOWN,
    NOON,
    assign,
    authorise,
    make_formula,
    make_list,
    make_promotion,
    without_reasons,
)

pytestmark = pytest.mark.django_db(transaction=True)

LEAP = date(2028, 2, 29)
DAYS = [date(2026, 3, 15), date(2026, 3, 16), LEAP, LEAP + timedelta(days=1)]
QUANTITIES = [Decimal(text) for text in ("0", "0.5", "1", "4.999999", "5", "6", "9", "10", "11", "25", "1000")]
CURRENCIES = ("CNY", "JPY", "KWD")
prices = st.one_of(
    st.none(), st.just(Decimal(0)), st.decimals("0.01", "9999", places=4, allow_nan=False, allow_infinity=False)
)
row = st.tuples(
    st.integers(0, 2),
    st.sampled_from(["1", "5", "10", "10.5"]),
    prices,
    st.sampled_from([JANUARY, *DAYS]),
    st.booleans(),
)
listed = st.fixed_dictionaries(
    {
        "currency": st.sampled_from(CURRENCIES),
        "rounding": st.sampled_from(["half_up", "half_even", "down", "up"]),
        "rounding_step": st.sampled_from([None, Decimal("0.05"), Decimal(1), Decimal("0.0001")]),
        "break_mode": st.sampled_from(["all_units", "all_units", "marginal", "band_total"]),
        "amount_step": st.sampled_from([None, Decimal("0.1"), Decimal(10)]),
        "rows": st.lists(row, max_size=9, unique_by=lambda one: (one[0], one[1], one[3], one[4])),
        "formula": st.sampled_from([None, "0.60", "1.15", "0.333333"]),
    }
)
promotion = st.fixed_dictionaries(
    {
        "effect": st.sampled_from(["percent_off", "points_off_list", "unit_price"]),
        "value": st.sampled_from(["0", "0.02", "0.5", "1"]),
        "line_discount": st.sampled_from([Decimal(0), Decimal("0.02"), Decimal(1)]),
        "min_quantity": st.sampled_from([Decimal(0), Decimal(5)]),
        "max_quantity": st.sampled_from([None, Decimal(5), Decimal(10)]),
        "valid_through": st.sampled_from([None, DAYS[1], LEAP]),
        "currency": st.sampled_from(CURRENCIES),
        "of": st.integers(0, 3),
    }
)


@pytest.mark.filterwarnings("ignore::hypothesis.errors.NonInteractiveExampleWarning")
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(listed, max_size=4),
    st.lists(promotion, max_size=4),
    st.sampled_from(DAYS),
    st.sampled_from(["", *CURRENCIES]),
)
def test_the_rule_and_the_statement_agree(monkeypatch, lists, promotions, on, currency):
    with transaction.atomic():
        _compare(monkeypatch, lists, promotions, on, currency)
        transaction.set_rollback(True)


def _compare(monkeypatch, lists, promotions, on, currency):
    """Every product at every quantity, as a cart and as a catalogue, in another order as well."""
    line = make_product_line()
    products = [make_product(line=line) for _ in range(3)]
    partner = make_partner()
    authorise(partner)
    for one, two in (("CNY", "JPY"), ("JPY", "CNY"), ("CNY", "KWD"), ("KWD", "CNY")):
        set_rate(currency=one, to_currency=two, month=JANUARY, rate=Decimal("0.1375"), at=KNOWN)
    for number, fields in enumerate(lists, 1):
        _make(number, dict(fields), products)
    for number, fields in enumerate(promotions):
        _promote(number, dict(fields), [*products, line])
    lines = [Line(product.sku, quantity) for product in products for quantity in QUANTITIES] + [Line("nothing")]
    asked = {"partner": partner, "on": on, "known_at": NOON, "currency": currency}

    ruled = [without_reasons(answer) for answer in price_answers.answer_prices(**asked, lines=lines)]

    assert price_answers.answer_prices(**asked, lines=lines, reasons=False) == ruled
    assert price_answers.answer_prices(**asked, lines=lines[::-1], reasons=False) == ruled[::-1]
    with monkeypatch.context() as patched:
        patched.setattr("pricing.services.net_answers.CATALOGUE", 1)
        assert price_answers.answer_prices(**asked, lines=lines, reasons=False) == ruled


def _make(number, fields, products):
    rows, factor = fields.pop("rows"), fields.pop("formula")
    breaks = fields.pop("break_mode")
    made = make_list(None, break_mode=breaks, **(fields if factor is None else {"currency": fields["currency"]}))
    PriceRow.objects.bulk_create(
        PriceRow(
            price_list=made,
            product=products[product],
            min_quantity=Decimal(quantity),
            unit_price=price,
            valid_from=day,
            known_from=KNOWN,
            known_until=None if known else KNOWN + timedelta(days=1),
        )
        for product, quantity, price, day, known in rows
    )
    assign(made if factor is None else make_formula(made, factor, **fields), priority=number)


def _promote(number, fields, items):
    of = fields.pop("of")
    if fields["effect"] != "unit_price":
        fields["currency"] = ""
    if fields["max_quantity"] is not None and fields["max_quantity"] < fields["min_quantity"]:
        fields["max_quantity"] = None
    make_promotion(f"P{number}", items[of], **fields)
