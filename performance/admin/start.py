"""The admin's start page; settings name ``dashboard``."""

from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from channelhub.core.enums.night import RunStatus
from channelhub.lib import formats
from performance.selectors import start


def _compact(sums):
    """Sums by currency on a tile: the first one large, the others after it."""
    return [formats.money_text(total, currency, iso=len(sums) > 1) for currency, total in sums] or [formats.NO_DATA]


def _task_address(task):
    """A task opens the record it is about, where there is a page for it; else its own."""
    app_label, _dot, model = task.record_type.partition(".")
    try:
        return reverse(f"admin:{app_label}_{model}_change", args=[task.record_id])
    except NoReverseMatch:
        return reverse("admin:core_task_change", args=[task.pk])


def _chart(trend):
    """What the chart draws, and the same figures as a table."""
    rows = list(zip(trend.months, trend.now, trend.before, strict=True))
    return {
        "currency": trend.currency,
        "rows": rows,
        "data": {
            "months": [f"{month:%Y-%m}" for month in trend.months],
            "now": [float(amount) for amount in trend.now],
            "before": [float(amount) for amount in trend.before],
        },
        "change": _change(rows),
    }


def _change(rows):
    """How far the last full month is above or below the one a year earlier, in percent; None: nothing to compare."""
    _month, now, before = rows[-2]
    return round((now / before - 1) * 100) if before > 0 else None


def dashboard(request, context):
    """What waits for me, what was sold and accrued this month, how the night is."""
    facts = start.start_page(request.user, at=timezone.now())
    may = request.user.has_perm
    last = facts.night.last_run
    return {
        **context,
        "start": facts,
        "tasks": [(task, _task_address(task), bool(task.due_on and task.due_on < facts.today)) for task in facts.tasks],
        "sales": _compact(facts.sales),
        "accrued": _compact(facts.accrued),
        "may_see_sales": may("pricing.view_salesline"),
        "may_see_postings": may("pricing.view_rebateposting"),
        "may_see_night": may("core.view_jobrun"),
        "chart": _chart(facts.trend) if facts.trend else None,
        "night_tone": {RunStatus.DONE: "green", RunStatus.INCOMPLETE: "orange"}.get(last and last.status, "grey"),
    }
