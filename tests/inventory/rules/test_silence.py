from datetime import UTC, datetime, timedelta

import pytest

from inventory.rules.silence import silent_since

NOON = datetime(2026, 3, 16, 12, tzinfo=UTC)


def hours(*ago):
    return [NOON - timedelta(hours=count) for count in ago]


@pytest.mark.parametrize(
    ("reports", "late_by"),
    [
        (hours(), None),
        (hours(1), None),
        (hours(26), None),
        (hours(27), 1),
        (hours(30, 54, 78), None),
        (hours(49, 73, 97), 1),
        (hours(27, 28, 29, 30), 1),
        (hours(24 * 10, 24 * 17, 24 * 24), None),
        (hours(24 * 15, 24 * 22, 24 * 29), 24),
    ],
)
def test_a_source_is_silent_after_twice_its_usual_distance_and_never_before_a_day_and_two_hours(reports, late_by):
    expected = None if late_by is None else NOON - timedelta(hours=late_by)

    assert silent_since(reports, NOON) == expected
