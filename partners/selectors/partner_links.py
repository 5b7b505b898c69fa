"""From a partner's page to its contracts and deposits."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from partners.hooks import PartnerLink


def links_of(partner_id: int, user: Any) -> list[PartnerLink]:
    """Those lists that the person may see."""
    pages = (
        (_("Contracts"), "partners.view_contractversion", "admin:partners_contractversion_changelist"),
        (_("Watched obligations"), "partners.view_contractobligation", "admin:partners_contractobligation_changelist"),
        (_("Certificates"), "partners.view_certificate", "admin:partners_certificate_changelist"),
        (_("Deposits"), "partners.view_depositaccount", "admin:partners_depositaccount_changelist"),
    )
    return [
        PartnerLink(title, f"{reverse(address)}?partner__id__exact={partner_id}")
        for title, permission, address in pages
        if user.has_perm(permission)
    ]
