from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from channelhub.core.enums.rights import PortalRight
from channelhub.core.views.portal import portal_page
from channelhub.lib.periods import business_day
from partners.models import GrantedBenefit, Partner, TierAssignment
from performance.services import tier_answers

SHOWN = 50


@require_safe
@portal_page(PortalRight.MONEY)
def tier(request):
    """The own company's tier: what keeps it, what the next one asks and brings, and what it was before."""
    today = business_day(timezone.now())
    partner = get_object_or_404(Partner.objects.visible_to(request.user), pk=request.acting.partner_id)
    own = {"partner_id": partner.pk}
    history = TierAssignment.objects.visible_to(request.user).filter(**own).select_related("tier")
    grants = GrantedBenefit.objects.visible_to(request.user).filter(**own).select_related("benefit", "benefit__tier")
    context = {
        "answer": tier_answers.standing_of(partner, today=today),
        "history": list(history.order_by("-valid_during", "-pk")[:SHOWN]),
        "grants": list(grants.order_by("-valid_during", "benefit__kind", "pk")[:SHOWN]),
        "withheld": tier_answers.withheld(),
        "today": today,
        "page": "goals",
    }
    return render(request, "performance/tier.html", context)
