from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from channelhub.core.views.portal import portal_page
from channelhub.lib.periods import business_day
from partners.forms.records import scheme_name
from partners.models import BankAccount, CompanyNumber, InvoiceDetails, Licence, Partner, PartnerAddress, PartnerContact
from partners.services.records import last_day

SOON = 90


def _own(model, request, *ordering):
    return model.objects.visible_to(request.user).order_by(*ordering, "pk")


def _licences(request):
    today = business_day(timezone.now())
    for licence in _own(Licence, request, "kind"):
        last = last_day(licence)
        left = None if last is None else (last - today).days
        yield licence, last, left, left is not None and left <= SOON


@require_safe
@portal_page()
def company(request):
    """What the maker has on record of the company: checked numbers, people, accounts, licences and when they end."""
    context = {
        "company": get_object_or_404(Partner.objects.visible_to(request.user), pk=request.acting.partner_id),
        "numbers": [(scheme_name(row.scheme), row.number) for row in _own(CompanyNumber, request, "scheme")],
        "addresses": _own(PartnerAddress, request, "kind"),
        "contacts": _own(PartnerContact, request, "role"),
        "accounts": _own(BankAccount, request, "currency"),
        "invoices": _own(InvoiceDetails, request).first(),
        "licences": list(_licences(request)),
        "page": "more",
    }
    return render(request, "portal/company.html", context)
