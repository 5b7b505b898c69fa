from django.db.models import Sum
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from channelhub.core.enums.rights import PortalRight
from channelhub.core.selectors.keyset import BadCursor, keyset_page
from channelhub.core.views.portal import portal_page
from channelhub.lib.periods import business_day
from partners.forms.deposits import PARTS, EntryFilter
from partners.models import DepositAccount, DepositEntry

KEY = ("-value_on", "-id")


@require_safe
@portal_page(PortalRight.MONEY)
def deposit_list(request):
    """One's own deposits with what is due, free, frozen and missing, and the entries that make each figure."""
    form = EntryFilter(request.GET)
    form.is_valid()
    entries = form.narrow(DepositEntry.objects.visible_to(request.user))
    try:
        page = keyset_page(entries, key=KEY, cursor=request.GET.get("after", ""))
    except BadCursor:
        raise Http404 from None
    part = form.cleaned_data.get("part") or ""
    context = {
        "form": form,
        "rows": [(entry, getattr(entry, f"{part}_change") if part else entry.amount) for entry in page.rows],
        "next_cursor": page.next_cursor,
        "part": dict(PARTS).get(part, ""),
        "page": "deposits",
    }
    if request.htmx and request.GET.get("after"):
        return render(request, "partners/deposit_rows.html", context)
    today = business_day(timezone.now())
    accounts = DepositAccount.objects.visible_to(request.user).order_by("currency", "pk")
    context["accounts"] = [(account, account.stops_orders(today)) for account in accounts]
    context["narrowed"] = any(value for value in form.cleaned_data.values())
    context["today"] = today
    context["download_params"] = {name: value for name, value in form.cleaned_data.items() if value}
    if part:
        sums = entries.order_by().values("currency").annotate(total=Sum(f"{part}_change")).order_by("currency")
        context["sums"] = list(sums)
    return render(request, "partners/deposit_list.html", context)
