from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from channelhub.core.selectors.keyset import BadCursor, keyset_page
from channelhub.core.views.portal import portal_page
from channelhub.lib.periods import business_day
from partners.models import Partner
from pricing.forms.sales_lines import SalesLineFilter
from pricing.models import SalesLine
from pricing.selectors import sales_lines

PARTNERS_OFFERED = 200


@require_safe
@portal_page()
def sales(request):
    """The sales lines of one's company and those under it: searched, filtered, summed, a page at a time."""
    partners = list(Partner.objects.visible_to(request.user).order_by("sort_key", "pk")[:PARTNERS_OFFERED])
    form = SalesLineFilter(
        request.GET,
        partners=[(partner.pk, partner.name) for partner in partners],
        today=business_day(timezone.now()),
    )
    form.is_valid()
    lines = sales_lines.lines_for(request.user, form.filters())
    if request.htmx and "sums" in request.GET:
        return render(request, "pricing/sales_line_sums.html", {"sums": sales_lines.sums_of(lines)})
    try:
        page = keyset_page(lines, key=sales_lines.KEY, cursor=request.GET.get("after", ""))
    except BadCursor:
        raise Http404 from None
    context = {
        "form": form,
        "rows": sales_lines.with_names(page.rows),
        "next_cursor": page.next_cursor,
        "several": len(form.fields["partner"].choices) > 2,
        "narrowed": bool(set(request.GET) - {"after"}),
        "page": "sales",
    }
    if request.htmx and request.GET.get("after"):
        return render(request, "pricing/sales_line_rows.html", context)
    many = len(partners) == PARTNERS_OFFERED  # their sums take a while: they follow
    context["sums"] = None if many else sales_lines.sums_of(lines)
    return render(request, "pricing/sales_line_list.html", context)


@require_safe
@portal_page()
def sale(request, pk):
    """One line with everything that was sent, and what it returns or reverses."""
    line = get_object_or_404(SalesLine.objects.visible_to(request.user), pk=pk)
    (row,) = sales_lines.with_names([line])
    related = SalesLine.objects.visible_to(request.user)
    context = {
        **row,
        "corrects": related.filter(pk__in=[line.returns_id or 0, line.reverses_id or 0]).first(),
        "corrected_by": related.filter(returns_id=line.pk) | related.filter(reverses_id=line.pk),
        "page": "sales",
    }
    return render(request, "pricing/sales_line_detail.html", context)
