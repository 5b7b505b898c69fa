from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from channelhub.core.enums.rights import PortalRight
from channelhub.core.views.portal import portal_page
from channelhub.lib.periods import business_day, last_day
from performance.models import KpiValue, Score, Target
from performance.rules.targets import weighted_share
from performance.services import answers

TARGETS_SHOWN = 40
MONTHS_SHOWN = 12


@require_safe
@portal_page(PortalRight.MONEY)
def goals(request):
    """The own company's targets that run, how far they are, and its latest score with what a grade more takes."""
    today = business_day(timezone.now())
    own = request.acting.partner_id
    targets = Target.objects.visible_to(request.user).known().filter(partner_id=own)
    running = targets.filter(valid_during__contains=today).select_related("product_line")
    past = targets.filter(valid_during__endswith__lte=today).select_related("product_line")
    chosen = "past" if request.GET.get("state") == "past" else "running"
    shown = (past if chosen == "past" else running).order_by("-valid_during", "pk")[:TARGETS_SHOWN]
    progress = answers.progress_of(list(shown), today=today)
    scores = list(_scores(request, own).order_by("-month", "scorecard_id")[: 2 * MONTHS_SHOWN])
    context = {
        "today": today,
        "rows": [(each, last_day(each.target.valid_during)) for each in progress],
        "state": chosen,
        "overall": weighted_share((each.attainment.share, each.target.weight) for each in progress),
        "answer": answers.explained(scores[0]) if scores else None,
        "scores": answers.with_cards(scores),
        "values": _values(request, own),
        "page": "goals",
    }
    return render(request, "performance/goals.html", context)


def _scores(request, partner_id):
    return Score.objects.visible_to(request.user).filter(partner_id=partner_id)


def _values(request, partner_id):
    """The KPI values of the latest month that was measured."""
    values = KpiValue.objects.visible_to(request.user).filter(partner_id=partner_id)
    month = values.order_by("-month").values_list("month", flat=True).first()
    own = {"sales", "sell_out", "growth", "attainment", "sell_out_attainment", "punctuality"}
    return list(values.filter(month=month, kpi__in=own).order_by("kpi", "currency")) if month else []


@require_safe
@portal_page(PortalRight.MONEY)
def score(request, pk):
    """Why this score: every point and how to reach the next grade; as a page of its own or as a panel."""
    row = get_object_or_404(Score.objects.visible_to(request.user), pk=pk)
    answer = answers.explained(row)
    past = _scores(request, row.partner_id).filter(scorecard_id=row.scorecard_id, month__lte=row.month)
    context = {
        "answer": answer,
        "past": list(past.order_by("-month")[:MONTHS_SHOWN]),
        "page": "goals",
    }
    return render(request, "performance/score.html", context)
