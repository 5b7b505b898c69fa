"""From a partner's page to its rows in this app."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from partners.hooks import PartnerLink


def links_of(partner_id: int, user: Any) -> list[PartnerLink]:
    """Its sales lines, accounts and postings: those lists that the person may see."""
    pages = (
        (_("Sales lines"), "pricing.view_salesline", "admin:pricing_salesline_changelist"),
        (_("Rebates"), "pricing.view_rebateaccount", "admin:pricing_rebateaccount_changelist"),
        (_("Postings"), "pricing.view_rebateposting", "admin:pricing_rebateposting_changelist"),
    )
    return [
        PartnerLink(title, f"{reverse(address)}?partner__id__exact={partner_id}")
        for title, permission, address in pages
        if user.has_perm(permission)
    ]
