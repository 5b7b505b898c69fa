from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from channelhub.core.selectors.keyset import BadCursor
from channelhub.core.views.portal import portal_page
from channelhub.lib.periods import business_day
from partners.models import Partner, Product
from performance.forms.catalogue import CatalogueFilter
from performance.services import catalogue
from pricing.services.price_explained import explain


def _own_partner(request):
    return get_object_or_404(Partner.objects.visible_to(request.user), pk=request.acting.partner_id)


@require_safe
@portal_page()
def prices(request):
    """What may be bought at which price and whether it is in stock; searched by name and code, a page at a time."""
    now, partner = timezone.now(), _own_partner(request)
    lines = catalogue.lines_offered(partner, business_day(now))
    form = CatalogueFilter(request.GET, lines=lines)
    form.is_valid()
    quantity, cursor = form.quantity_or_one(), request.GET.get("after", "")
    try:
        page = catalogue.catalogue_page(
            partner=partner, filters=form.filters(), quantity=quantity, cursor=cursor, at=now
        )
    except BadCursor:
        raise Http404 from None
    context = {
        "form": form,
        "rows": page.rows,
        "next_cursor": page.next_cursor,
        "quantity": quantity,
        "lines": lines,
        "narrowed": bool(set(request.GET) - {"after", "quantity"}),
        "page": "prices",
    }
    rows_only = request.htmx and cursor
    return render(request, "portal/price_rows.html" if rows_only else "portal/price_list.html", context)


@require_safe
@portal_page()
def why(request, pk):
    """Why this price: a column that adds up, and what a larger quantity would cost."""
    product = get_object_or_404(Product.objects.select_related("line"), pk=pk)
    form = CatalogueFilter(request.GET)
    form.is_valid()
    quantity, now = form.quantity_or_one(), timezone.now()
    [answer] = catalogue.prices(partner=_own_partner(request), products=[product], quantity=quantity, at=now)
    context = {
        "product": product,
        "answer": answer,
        "explained": explain([answer])[0],
        "quantity": quantity,
        "today": business_day(now),
        "page": "prices",
    }
    return render(request, "portal/price_why_panel.html" if request.htmx else "portal/price_why.html", context)
