from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from channelhub.core.enums.rights import PortalRight
from channelhub.core.selectors.keyset import BadCursor
from channelhub.core.views.portal import portal_page, reads_only
from channelhub.lib.errors import DomainError
from channelhub.lib.periods import business_day
from pricing.models import RevisionNotice
from pricing.services import new_prices, revision_announcing
from pricing.services.revision_announcing import Deciding


def _own(request):
    return RevisionNotice.objects.visible_to(request.user)


@require_safe
@portal_page()
def coming(request):
    """What changes next: announced and sure prices of one's own lists, the soonest first."""
    rows = new_prices.coming(_own(request), today=business_day(timezone.now()))
    return render(request, "pricing/new_price_list.html", {"rows": rows, "page": "prices"})


@require_safe
@portal_page()
def detail(request, pk):
    """One announcement: own net prices before and after, and the answer where the contract asks for it."""
    notice, now = get_object_or_404(_own(request), pk=pk), timezone.now()
    about = new_prices.told(notice)
    if about is None:
        raise Http404
    words = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    try:
        page = new_prices.new_prices(notice=notice, words=words, cursor=request.GET.get("after", ""), at=now)
    except BadCursor:
        raise Http404 from None
    context = {
        "about": about,
        "rows": page.rows,
        "next_cursor": page.next_cursor,
        "words": words,
        "may_agree": request.acting.may(PortalRight.SIGN),
        "page": "prices",
    }
    rows_only = request.htmx and request.GET.get("after")
    return render(request, "pricing/new_price_rows.html" if rows_only else "pricing/new_prices.html", context)


@require_POST
@portal_page()
def answer(request, pk):
    """Agree to the new prices for the company, or decline them."""
    notice = get_object_or_404(_own(request), pk=pk)
    if request.acting.view_as:
        return reads_only(request)
    agrees = request.POST.get("answer") == "agree"
    comment = request.POST.get("comment", "").replace("\x00", "").strip()[:300]
    who = Deciding(request.user, may_agree=request.acting.may(PortalRight.SIGN))
    try:
        revision_announcing.answer(notice=notice, who=who, agrees=agrees, comment=comment, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Your answer is recorded."))
    return redirect("portal_new_price", pk=notice.pk)
