from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from channelhub.core.enums.rights import PortalRight
from channelhub.core.selectors.keyset import BadCursor
from channelhub.core.views.portal import portal_page
from channelhub.lib.periods import business_day
from inventory.forms.stock import StockFilter
from inventory.models import Location, StockLevel, StockMovement
from inventory.rules.availability import available
from inventory.services import answers

MOVEMENTS_SHOWN = 50


@require_safe
@portal_page()
def stock(request):
    """Products with what lies at one's own locations and what the manufacturer shows, a page at a time."""
    form = StockFilter(request.GET)
    form.is_valid()
    today = business_day(timezone.now())
    cursor = request.GET.get("after", "")
    try:
        page = answers.stock_page(request.acting.standing, filters=form.filters(), cursor=cursor, on=today)
    except BadCursor:
        raise Http404 from None
    context = {
        "form": form,
        "rows": page.rows,
        "next_cursor": page.next_cursor,
        "several": len(request.acting.standing.subtree) > 1,
        "narrowed": bool(set(request.GET) - {"after"}),
        "has_locations": Location.objects.visible_to(request.user).exists(),
        "may_report": request.acting.may(PortalRight.REPORT),
        "page": "stock",
    }
    if request.htmx and cursor:
        return render(request, "inventory/stock_rows.html", context)
    return render(request, "inventory/stock_list.html", context)


@require_safe
@portal_page()
def level(request, pk):
    """One product at one of one's own locations: its figures, how they came about, and what others have of it."""
    levels = StockLevel.objects.visible_to(request.user).select_related("location", "product", "partner")
    row = get_object_or_404(levels, pk=pk)
    moved = StockMovement.objects.visible_to(request.user)
    moved = moved.filter(location_id=row.location_id, product_id=row.product_id).order_by("-pk")
    today = business_day(timezone.now())
    context = {
        "level": row,
        "free": available(on_hand=row.on_hand, reserved=row.reserved),
        "movements": list(moved[:MOVEMENTS_SHOWN]),
        "told": answers.available_to(request.acting.partner_id, [row.product_id], today)[row.product_id],
        "page": "stock",
    }
    return render(request, "inventory/level_detail.html", context)
