from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from channelhub.core.enums.rights import PortalRight
from channelhub.core.models import Notification, Task
from channelhub.core.views.portal import portal_page
from channelhub.lib.periods import business_day
from performance.hooks import next_steps
from pricing.models import RebateAccount
from pricing.selectors import sales_lines
from pricing.services import answers
from pricing.services.answers import Outlook

LATEST = 5
ENDED = 3
STATEMENTS = 12
STILL_TALKED_ABOUT = timedelta(days=120)


@dataclass(frozen=True)
class Earned:
    """What one currency's statements on the page add up to."""

    currency: str
    posted: Decimal
    booked: Decimal


@require_safe
@portal_page()
def home(request):
    """Money and deadlines first; what happened lately after."""
    user, today = request.user, business_day(timezone.now())
    tasks = Task.objects.visible_to(user).for_person(user).still_open().order_by("due_on", "pk")[:LATEST]
    outlooks = _outlooks(user, today) if request.acting.may(PortalRight.MONEY) else []
    context = {
        "running": [outlook for outlook in outlooks if outlook.account.period_ends > today],
        "ended": [outlook for outlook in outlooks if outlook.account.period_ends <= today],
        "chances": [outlook for outlook in outlooks if outlook.next_band and outlook.account.period_ends > today],
        "steps": _steps(user, today),
        "tasks": list(tasks),
        "notifications": list(Notification.objects.visible_to(user).order_by("-created_at", "-id")[:LATEST]),
        "lines": sales_lines.latest_lines(user, LATEST),
        "sees_money": request.acting.may(PortalRight.MONEY),
        "today": today,
        "page": "home",
    }
    context["earned"] = _earned(context["running"])
    return render(request, "portal/home.html", context)


def _steps(user, today: date):
    """What every app would have the dealer do next, the nearest deadline first, those without one last."""
    steps = [step for part in next_steps(user, today) for step in part]
    return sorted(steps, key=lambda step: (step.due_on is None, step.due_on or today))[:LATEST]


def _outlooks(user, today: date) -> list[Outlook]:
    """The running statements, the one that ends first on top, then those that ended lately."""
    accounts = RebateAccount.objects.visible_to(user).filter(period_on__lte=today)
    running = accounts.filter(period_ends__gt=today).order_by("period_ends", "pk")[:STATEMENTS]
    ended = accounts.filter(period_ends__lte=today, period_ends__gt=today - STILL_TALKED_ABOUT)
    return answers.outlooks([*running, *ended.order_by("-period_ends", "pk")[:ENDED]])


def _earned(outlooks: list[Outlook]) -> list[Earned]:
    by_currency = defaultdict(list)
    for outlook in outlooks:
        by_currency[outlook.account.currency].append(outlook)
    return [
        Earned(currency, sum(o.posted for o in found), sum(o.booked for o in found))
        for currency, found in sorted(by_currency.items())
    ]
