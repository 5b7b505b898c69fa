from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from channelhub.core.services import search
from channelhub.core.views.portal import portal_page

LONGEST = 100
PAGES = (
    (_("Home"), "portal_home"),
    (_("Prices"), "portal_prices"),
    (_("Stock"), "portal_stock"),
    (_("Rebates"), "portal_statements"),
    (_("Sales"), "portal_sales"),
    (_("Contracts"), "portal_contracts"),
    (_("Deposits"), "portal_deposits"),
    (_("Academy"), "portal_academy"),
    (_("Certificates"), "portal_certificates"),
    (_("People"), "portal_people"),
    (_("Downloads"), "portal_exports"),
    (_("Notifications"), "portal_notifications"),
    (_("Account"), "portal_profile"),
)


def _pages(question):
    """Pages of the portal whose name holds the question; a topic without pages has none."""
    for name, address in PAGES:
        if question.casefold() in str(name).casefold():
            try:
                yield name, reverse(address)
            except NoReverseMatch:
                continue


def _groups(user, question):
    groups = {}
    pages = list(_pages(question))
    if pages:
        groups[_("Pages")] = pages
    for found in search.find(user, question):
        name = capfirst(found.source.class_._meta.verbose_name_plural)
        groups.setdefault(name, []).append((found.title, found.source.portal(found.record)))
    return list(groups.items())


@require_safe
@portal_page()
def find(request):
    """Pages, products, statements and companies by a few letters; as a fragment, the dialog's answers."""
    question = request.GET.get("q", "").strip()[:LONGEST]
    groups = _groups(request.user, question) if question else []
    context = {"question": question, "groups": groups, "count": sum(len(rows) for _name, rows in groups)}
    fragment = request.headers.get("HX-Request")
    return render(
        request, "portal/search_results.html" if fragment else "portal/search.html", {**context, "page": "more"}
    )
