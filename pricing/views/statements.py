from django.db.models import Sum
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from channelhub.core.enums.rights import PortalRight
from channelhub.core.selectors.keyset import BadCursor, keyset_page
from channelhub.core.views.portal import portal_page
from pricing.models import RebateAccount, RebatePosting
from pricing.services import answers


@require_safe
@portal_page(PortalRight.MONEY)
def statement_list(request):
    """The accounts of one's own company, latest period first, each with what was posted on it."""
    accounts = RebateAccount.objects.visible_to(request.user)
    try:
        page = keyset_page(accounts, key=("-period_on", "-id"), cursor=request.GET.get("after", ""))
    except BadCursor:
        raise Http404 from None
    programmes = answers.programmes_of(page.rows)
    posted = dict(
        RebatePosting.objects.visible_to(request.user)
        .filter(account__in=[account.pk for account in page.rows])
        .values_list("account_id")
        .annotate(total=Sum("amount")),
    )
    rows = [(account, programmes[account.programme_id], posted.get(account.pk)) for account in page.rows]
    context = {"rows": rows, "next_cursor": page.next_cursor, "page": "money"}
    return render(request, "pricing/statement_list.html", context)
