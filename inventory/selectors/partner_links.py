"""From a partner's page to its rows in this app."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from partners.hooks import PartnerLink


def links_of(partner_id: int, user: Any) -> list[PartnerLink]:
    """Its stock and its locations: those lists that the person may see."""
    pages = (
        (_("Stock"), "inventory.view_stocklevel", "admin:inventory_stocklevel_changelist"),
        (_("Locations"), "inventory.view_location", "admin:inventory_location_changelist"),
    )
    return [
        PartnerLink(title, f"{reverse(address)}?partner__id__exact={partner_id}")
        for title, permission, address in pages
        if user.has_perm(permission)
    ]
