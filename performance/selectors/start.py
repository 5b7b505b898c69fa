"""What a manager must decide, and what costs money if it waits: the start page of the admin."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from channelhub.core.models import Notification, Task
from channelhub.core.selectors.night import NightHealth, night_health
from channelhub.lib.periods import business_day, month_of
from performance.models import Finding
from performance.selectors.charts import Lens, Sold, lens_of, sold_in
from pricing.models import RebatePosting

TASKS = 8


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
    at_risk: list[tuple[str, Decimal]]
    night: NightHealth
    sold: Sold
    lens: Lens | None


def start_page(user: Any, *, at: datetime, kind: int | None = None, currency: str = "") -> Start:
    """Everything the start page shows beside its charts, in a fixed number of questions."""
    today = business_day(at)
    sold = sold_in(user, today=today)
    lens = lens_of(sold, today=today, kind=kind, currency=currency)
    month = month_of(today)
    waiting = Task.objects.visible_to(user).for_person(user).still_open()
    tasks = list(waiting.order_by("due_on", "pk")[:TASKS])
    return Start(
        today=today,
        month=month,
        tasks=tasks,
        task_count=waiting.count(),
        overdue=waiting.overdue(on=today).count(),
        notifications=list(Notification.objects.visible_to(user).unread().order_by("-created_at")[:5]),
        sales=sold.in_month(lens.kind, month) if lens else [],
        accrued=_sums(RebatePosting.objects.visible_to(user).filter(booked_in=month)),
        at_risk=_sums(Finding.objects.visible_to(user).still_open(), "damage"),
        night=night_health(at=at),
        sold=sold,
        lens=lens,
    )


def _sums(rows: Any, field: str = "amount") -> list[tuple[str, Decimal]]:
    sums = rows.order_by().values("currency").annotate(total=Sum(field)).order_by("-total")
    return [(row["currency"], row["total"]) for row in sums]
