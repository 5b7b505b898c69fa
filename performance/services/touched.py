"""Which months of which partners must be measured and scored again: rows that wait for the night."""

from collections.abc import Iterable
from datetime import date

from channelhub.lib import sql
from channelhub.lib.periods import DateRange
from performance.models import TouchedKpi


def touch(*, partner_id: int, days: DateRange) -> None:
    """Every month that has a day of the period; the night drops months to come, it measures them anyway."""
    sql.run(
        "INSERT INTO performance_touchedkpi (partner_id, month) SELECT %s, month::date FROM generate_series("
        "date_trunc('month', %s::timestamp), %s::timestamp - interval '1 day',"
        " interval '1 month') month",
        [partner_id, days.lower, days.upper],
    )


def touch_months(*, partner_id: int, months: Iterable[date]) -> None:
    """These months of a partner."""
    TouchedKpi.objects.bulk_create(TouchedKpi(partner_id=partner_id, month=month) for month in months)


def touch_everybody(*, since: date, until: date) -> None:
    """All partners, from a month to the one of ``until``; before the first figures there is nothing to measure."""
    sql.run(
        "INSERT INTO performance_touchedkpi (partner_id, month) SELECT p.id, month::date FROM partners_partner p,"
        " generate_series(greatest(%s::date, coalesce(least((SELECT min(month) FROM pricing_salesmonth),"
        " (SELECT min(month) FROM performance_kpivalue)), date_trunc('month', %s::timestamp)::date))::timestamp,"
        " %s::timestamp, interval '1 month') month",
        [since, until, until],
    )
