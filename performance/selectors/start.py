"""What a manager must decide, and what costs money if it waits: the start page of the admin."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from channelhub.core.models import Notification, Task
from channelhub.core.selectors.night import NightHealth, night_health
from channelhub.lib.periods import add_months, business_day, month_of
from pricing.models import RebatePosting, SalesMonth

MONTHS = 12
TASKS = 8


@dataclass(frozen=True)
class Trend:
    """Net sales by month in one currency: this year's twelve months beside those of the year before."""

    currency: str
    months: list[date]
    now: list[Decimal]
    before: list[Decimal]


@dataclass(frozen=True)
class Start:
    """The start page's facts; sums by currency, the largest first, and only of partners the person may see."""

    today: date
    month: date
    tasks: list[Task]
    task_count: int
    overdue: int
    notifications: list[Notification]
    sales: list[tuple[str, Decimal]]
    accrued: list[tuple[str, Decimal]]
    night: NightHealth
    trend: Trend | None


def start_page(user: Any, *, at: datetime) -> Start:
    """Everything the start page shows, in a fixed number of questions."""
    today = business_day(at)
    month = month_of(today)
    waiting = Task.objects.for_person(user).still_open()
    tasks = list(waiting.order_by("due_on", "pk")[:TASKS])
    return Start(
        today=today,
        month=month,
        tasks=tasks,
        task_count=waiting.count(),
        overdue=waiting.overdue(on=today).count(),
        notifications=list(Notification.objects.visible_to(user).unread().order_by("-created_at")[:5]),
        sales=_sums(SalesMonth.objects.visible_to(user).filter(month=month)),
        accrued=_sums(RebatePosting.objects.visible_to(user).filter(booked_in=month)),
        night=night_health(at=at),
        trend=_trend(user, month),
    )


def _sums(rows: Any) -> list[tuple[str, Decimal]]:
    sums = rows.order_by().values("currency").annotate(total=Sum("amount")).order_by("-total")
    return [(row["currency"], row["total"]) for row in sums]


def _trend(user: Any, month: date) -> Trend | None:
    """The currency with the largest sum over the last twelve months; None: nothing was sold."""
    since = add_months(month, -2 * MONTHS + 1)
    rows = SalesMonth.objects.visible_to(user).filter(month__gte=since, month__lte=month).order_by()
    sums = {
        (row["currency"], row["month"]): row["total"]
        for row in rows.values("currency", "month").annotate(total=Sum("amount"))
    }
    if not sums:
        return None
    months = [add_months(month, back - MONTHS + 1) for back in range(MONTHS)]
    totals: dict[str, Decimal] = {}
    for (currency, _month), total in sums.items():
        totals[currency] = totals.get(currency, Decimal(0)) + total
    currency = max(totals, key=lambda code: totals[code])
    return Trend(
        currency,
        months,
        [sums.get((currency, each), Decimal(0)) for each in months],
        [sums.get((currency, add_months(each, -12)), Decimal(0)) for each in months],
    )
