"""Everything about one partner on one page: head, money, what ends soon, sales of two years, tabs."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channelhub.core.templatetags.figures import name_of
from channelhub.lib import formats
from channelhub.lib.periods import add_months, month_of
from partners.models import HomeTerritory, Partner, PartnerTypeAssignment, Placement
from performance.admin import charts, partner_tabs
from performance.selectors import charts as selectors
from performance.selectors import partner_page
from pricing.enums import SalesKind

ENDS = {
    "authorisation": ("partners_authorisation", gettext_lazy("Authorisation")),
    "person": ("partners_membership", gettext_lazy("Access of a person")),
    "placement": ("partners_partner", gettext_lazy("Place in the channel")),
    "rebate": ("pricing_rebateaccount", gettext_lazy("Rebate period")),
}


def _partner(request, partner_id):
    if not request.user.has_perm("partners.view_partner"):
        raise PermissionDenied
    return get_object_or_404(Partner.objects.visible_to(request.user), pk=partner_id)


def _facts(partner, today):
    """Where it stands today: types, home, and above it."""
    on = {"partner": partner, "valid_during__contains": today}
    types = PartnerTypeAssignment.objects.filter(**on).select_related("type")
    homes = HomeTerritory.objects.filter(**on).select_related("territory")
    above = Placement.objects.filter(**on, parent__isnull=False).select_related("parent").first()
    return [
        (_("types"), ", ".join(name_of(row.type) for row in types) or formats.NO_DATA, ""),
        (_("home"), ", ".join(name_of(row.territory) for row in homes) or formats.NO_DATA, ""),
        (
            _("stands under"),
            above.parent.name if above else formats.NO_DATA,
            reverse("admin:partner_360", args=[above.parent_id]) if above else "",
        ),
    ]


def _tiles(user, partner, money, today):
    """Money first: what, the sum, and the list that adds up to it."""
    month, mine = month_of(today), {"partner__id__exact": partner.pk}
    tiles = []
    if user.has_perm("pricing.view_salesmonth"):
        since = {"month_from": add_months(month, -11).isoformat(), "month_to": month.isoformat()}
        for kind, currency, total in money.sales[:3]:
            href = charts.address(charts.MONTHS, kind__exact=kind, currency=currency, **since, **mine)
            name = _("%(kind)s, 12 months") % {"kind": SalesKind(kind).label}
            tiles.append((name, formats.money_text(total, currency, iso=True), href))
    if user.has_perm("pricing.view_rebateposting"):
        for currency, total in money.rebates:
            href = charts.address("admin:pricing_rebateposting_changelist", running_on=today.isoformat(), **mine)
            tiles.append((_("Rebates of running periods"), formats.money_text(total, currency, iso=True), href))
    if user.has_perm("performance.view_finding"):
        for currency, total in money.at_risk:
            href = charts.address("admin:performance_finding_changelist", state__exact="open", **mine)
            tiles.append((_("Open findings"), formats.money_text(total, currency, iso=True), href))
    return tiles


def _endings(endings):
    rows = []
    for ending in endings:
        name, what = ENDS[ending.code]
        pk = ending.record.partner_id if ending.code == "placement" else ending.record.pk
        rows.append((what, ending.name, ending.last, reverse(f"admin:{name}_change", args=[pk])))
    return rows


def page(request, partner_id):
    """How does it stand, what is open? The open tab is part of the address."""
    user, partner, today = request.user, _partner(request, partner_id), partner_tabs.today()
    tabs = partner_tabs.tabs_of(user)
    wanted = request.GET.get("tab", "")
    open_tab = next((code for code, _name, _tables in tabs if code == wanted), tabs[0][0] if tabs else "")
    sees_sales = user.has_perm("pricing.view_salesmonth")
    sold = selectors.sold_in(user, today=today, partner_id=partner.pk) if sees_sales else selectors.Sold()
    lens = selectors.lens_of(sold, today=today, partner_id=partner.pk)
    context = {
        **admin.site.each_context(request),
        "title": partner.name,
        "partner": partner,
        "facts": _facts(partner, today),
        "tiles": _tiles(user, partner, partner_page.money(user, partner, today=today), today),
        "endings": _endings(partner_page.ends_soon(user, partner, today=today)),
        "chart": charts.by_month(user, lens) if lens else None,
        "tabs": tabs,
        "open_tab": open_tab,
        "may_view_as": user.has_perm("partners.view_as_dealer"),
    }
    return TemplateResponse(request, "admin/partner_page.html", context)


def tab(request, partner_id, code):
    """One tab's tables, fetched when it is opened."""
    partner = _partner(request, partner_id)
    tables = next((tables for found, _name, tables in partner_tabs.tabs_of(request.user) if found == code), None)
    if tables is None:
        raise Http404
    context = {"tables": partner_tabs.filled(request.user, partner, tables), "partner": partner}
    return TemplateResponse(request, "admin/partner_tab.html", context)


admin.site.own_pages += [
    path("partner/<int:partner_id>/", admin.site.admin_view(page), name="partner_360"),
    path("partner/<int:partner_id>/<slug:code>/", admin.site.admin_view(tab), name="partner_360_tab"),
]
