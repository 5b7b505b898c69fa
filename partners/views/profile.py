from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from channelhub.core.services import roles
from channelhub.core.views.portal import portal_page
from channelhub.lib.periods import business_day
from partners.models import Membership


@require_safe
@portal_page()
def profile(request):
    """One's own account: language, look, password, second factor, and who else acts for the company."""
    today = business_day(timezone.now())
    colleagues = list(
        Membership.objects.visible_to(request.user).filter(valid_during__contains=today).order_by("name", "pk"),
    )
    names = roles.names_by_id({colleague.role_id for colleague in colleagues})
    context = {"colleagues": [(colleague, names[colleague.role_id]) for colleague in colleagues], "page": "more"}
    return render(request, "portal/profile.html", context)
