from datetime import date
from decimal import Decimal

import pytest

from channelhub.lib.periods import Period
from performance.rules import kpis
from performance.rules.kpis import Figure
from performance.rules.targets import Pace, attainment, weighted_share

MARCH = Period(date(2026, 3, 1), date(2026, 4, 1))


@pytest.mark.parametrize(
    ("actual", "day", "pace"),
    [
        ("310", date(2026, 3, 10), Pace.REACHED),
        ("0", date(2026, 2, 28), Pace.NOT_BEGUN),
        ("100", date(2026, 3, 10), Pace.ON_TRACK),
        ("99.99", date(2026, 3, 10), Pace.BEHIND),
        ("309", date(2026, 3, 31), Pace.MISSED),
    ],
)
def test_the_pace_compares_with_an_even_spread_over_the_days(actual, day, pace):
    assert attainment(target=Decimal(310), actual=Decimal(actual), period=MARCH, today=day).pace == pace


def test_run_rate_and_what_is_needed_a_day():
    found = attainment(target=Decimal(310), actual=Decimal(50), period=MARCH, today=date(2026, 3, 10))

    assert (found.share.quantize(Decimal("0.001")), found.expected, found.run_rate) == (
        Decimal("0.161"),
        Decimal(100),
        Decimal(155),
    )
    assert (found.missing, found.days_left, found.needed_a_day.quantize(Decimal("0.01"))) == (260, 21, Decimal("12.38"))


def test_on_the_last_day_nothing_is_needed_a_day():
    found = attainment(target=Decimal(310), actual=Decimal(50), period=MARCH, today=date(2026, 5, 1))

    assert (found.needed_a_day, found.days_left, found.run_rate) == (None, 0, Decimal(50))


def test_several_targets_are_read_as_one_by_weight():
    assert weighted_share([(Decimal(1), Decimal(3)), (Decimal("0.5"), Decimal(1))]) == Decimal("0.875")
    assert weighted_share([]) is None


def test_months_add_up_amounts_and_bases_before_they_are_divided():
    growth = kpis.REGISTRY["growth"]
    figures = [Figure(Decimal(50), Decimal(100)), Figure(None, lacks="no_base"), Figure(Decimal(400), Decimal(200))]

    assert kpis.read(growth, figures) == kpis.Reading(Decimal("0.5"), months=2)


def test_no_month_with_data_is_no_value_and_says_why():
    assert kpis.read(kpis.REGISTRY["sales"], [Figure(None, lacks="nothing_sold_yet")]) == kpis.Reading(
        None, "nothing_sold_yet"
    )
    assert kpis.read(kpis.REGISTRY["sales"], []).lacks == "not_measured"
