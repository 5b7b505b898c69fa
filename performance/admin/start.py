"""The admin's start page; settings name ``dashboard``."""

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from channelhub.core.enums.night import RunStatus
from channelhub.lib import formats
from channelhub.lib.periods import add_months
from performance.admin import charts
from performance.selectors import start
from pricing.enums import SalesKind


def _compact(sums):
    """Sums by currency on a tile: the first one large, the others after it."""
    return [formats.money_text(total, currency, iso=len(sums) > 1) for currency, total in sums] or [formats.NO_DATA]


def _task_address(task):
    """A task opens the record it is about, where there is a page for it; else its own."""
    app_label, _point, model = task.record_type.partition(".")
    try:
        return reverse(f"admin:{app_label}_{model}_change", args=[task.record_id])
    except NoReverseMatch:
        return reverse("admin:core_task_change", args=[task.pk])


def _tiles(facts, user):
    """What the person's roles show: name, sums, the list that adds up to them, and a word below."""
    month = f"{facts.month:%Y-%m}"
    tiles = []
    if charts.shown(user, "sales", "pricing.view_salesmonth"):
        kind = SalesKind(facts.lens.kind).label if facts.lens else _("Sales")
        query = {"kind__exact": facts.lens.kind} if facts.lens else {}
        href = charts.address(charts.MONTHS, **charts.of_month(facts.month), **query)
        tiles.append((_("%(kind)s %(month)s") % {"kind": kind, "month": month}, _compact(facts.sales), href))
    if charts.shown(user, "accrued", "pricing.view_rebateposting"):
        href = charts.address(
            "admin:pricing_rebateposting_changelist",
            booked_in__gte=facts.month.isoformat(),
            booked_in__lt=add_months(facts.month, 1).isoformat(),
        )
        tiles.append((_("Rebates accrued %(month)s") % {"month": month}, _compact(facts.accrued), href))
    if facts.at_risk and charts.shown(user, "at_risk", "performance.view_finding"):
        href = charts.address("admin:performance_finding_changelist", state__exact="open")
        tiles.append((_("At risk, open findings"), _compact(facts.at_risk), href))
    return tiles


def _lenses(facts):
    """The kinds and currencies one may look at, each with its address; one only: nothing to choose."""
    if facts.lens is None:
        return []
    here = (facts.lens.kind, facts.lens.currency)
    links = [
        (f"{SalesKind(kind).label} {currency}", f"?kind={kind}&currency={currency}", (kind, currency) == here)
        for kind, currency in facts.sold.pairs
    ]
    return links if len(links) > 1 else []


def asked(request):
    """Kind and currency of an address; what makes no sense is not asked."""
    kind = request.GET.get("kind", "")
    known = {str(value) for value in SalesKind.values}
    return {"kind": int(kind) if kind in known else None, "currency": request.GET.get("currency", "")[:3]}


def dashboard(request, context):
    """What waits for me, money of this month, charts by role, how the night is."""
    user = request.user
    facts = start.start_page(user, at=timezone.now(), **asked(request))
    last = facts.night.last_run
    return {
        **context,
        "start": facts,
        "tasks": [(task, _task_address(task), bool(task.due_on and task.due_on < facts.today)) for task in facts.tasks],
        "tiles": _tiles(facts, user),
        "lenses": _lenses(facts),
        "charts": charts.every_chart(user, facts.lens) if facts.lens else [],
        "may_see_night": charts.shown(user, "night", "core.view_jobrun"),
        "night_tone": {RunStatus.DONE: "green", RunStatus.INCOMPLETE: "orange"}.get(last and last.status, "grey"),
    }
