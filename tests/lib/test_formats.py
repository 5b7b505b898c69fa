from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from channelhub.core.templatetags.formats import period_text
from channelhub.lib import formats
from channelhub.lib.periods import date_range


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("1284500", "CNY", "¥1,284,500.00"),
        ("-1284500.005", "CNY", "−¥1,284,500.00"),
        ("12", "JPY", "JPY 12"),
        ("1.5", "KWD", "KWD 1.500"),
        ("-0.001", "USD", "$0.00"),
    ],
)
def test_money_is_written_with_sign_groups_and_minor_units(amount, currency, text):
    assert formats.money_text(Decimal(amount), currency) == text


def test_where_currencies_meet_money_names_its_code():
    assert formats.money_text(Decimal(5), "CNY", iso=True) == "CNY 5.00"


def test_no_data_is_a_dash_never_zero():
    assert formats.money_text(None, "CNY") == formats.quantity_text(None) == formats.percent_text(None) == "–"


@pytest.mark.parametrize(("quantity", "text"), [("4200.000000", "4,200 pcs"), ("-0.5", "−0.5 pcs"), ("10", "10 pcs")])
def test_a_quantity_has_its_unit_and_no_idle_digits(quantity, text):
    assert formats.quantity_text(Decimal(quantity), "pcs") == text


def test_a_rate_is_a_percentage():
    assert formats.percent_text(Decimal("0.125")) == "12.5%"


def test_days_and_instants_are_iso_in_the_business_zone():
    assert formats.day_text(date(2026, 3, 31)) == "2026-03-31"
    assert formats.instant_text(datetime(2026, 3, 31, 18, 5, tzinfo=UTC)) == "2026-04-01 02:05"


def test_a_period_shows_its_last_day_included():
    assert period_text(date_range(date(2026, 1, 1), date(2026, 3, 31))) == "2026-01-01 to 2026-03-31"
    assert period_text(date_range(date(2026, 1, 1))) == "from 2026-01-01"
