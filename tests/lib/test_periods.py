from datetime import UTC, date, datetime

import pytest

from channelhub.lib import periods
from channelhub.lib.periods import Period, period_of


def test_the_business_day_is_the_day_in_the_vendors_zone(settings):
    settings.TIME_ZONE = "Asia/Shanghai"

    assert periods.business_day(datetime(2026, 3, 31, 16, 0, tzinfo=UTC)) == date(2026, 4, 1)
    assert periods.business_day(datetime(2026, 3, 31, 15, 59, tzinfo=UTC)) == date(2026, 3, 31)


def test_an_instant_without_a_zone_has_no_business_day():
    with pytest.raises(ValueError, match="time zone"):
        periods.business_day(datetime(2026, 3, 31))  # noqa: DTZ001 - what is refused


def test_a_range_is_stored_half_open_and_shown_with_its_last_day():
    stored = periods.date_range(date(2026, 1, 1), date(2026, 3, 31))

    assert (stored.lower, stored.upper) == (date(2026, 1, 1), date(2026, 4, 1))
    assert periods.last_day(stored) == date(2026, 3, 31)
    assert periods.last_day(periods.date_range(date(2026, 1, 1))) is None


def test_a_range_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValueError, match="ends on or after"):
        periods.date_range(date(2026, 1, 2), date(2026, 1, 1))


@pytest.mark.parametrize(
    ("kind", "name", "starts_on", "ends_before"),
    [
        ("month", "2026-11", date(2026, 11, 1), date(2026, 12, 1)),
        ("quarter", "2026-Q4", date(2026, 10, 1), date(2027, 1, 1)),
        ("year", "2026", date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_every_day_has_its_period(kind, name, starts_on, ends_before):
    period = period_of(date(2026, 11, 24), kind)

    assert (period.starts_on, period.ends_before, period.name) == (starts_on, ends_before, name)
    assert date(2026, 11, 24) in period
    assert ends_before not in period
    assert period.as_range().upper == ends_before


@pytest.mark.parametrize(("month", "quarter"), [(1, "Q1"), (4, "Q2"), (7, "Q3"), (12, "Q4")])
def test_quarters_are_named_in_order(month, quarter):
    assert period_of(date(2026, month, 9), "quarter").name == f"2026-{quarter}"


def test_another_period_is_named_by_both_days():
    assert Period(date(2026, 1, 2), date(2026, 1, 9)).name == "2026-01-02/2026-01-08"


def test_months_and_periods_are_walked_in_order():
    assert periods.add_months(date(2026, 1, 1), -1) == date(2025, 12, 1)
    assert list(periods.months_between(date(2025, 12, 9), date(2026, 2, 1))) == [date(2025, 12, 1), date(2026, 1, 1)]
    assert [p.name for p in periods.periods_between(date(2025, 12, 9), date(2026, 4, 2), "quarter")] == [
        "2025-Q4",
        "2026-Q1",
        "2026-Q2",
    ]
