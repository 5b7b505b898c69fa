"""From a partner's record to the page with everything about it."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from partners.hooks import PartnerLink


def links_of(partner_id: int, user: Any) -> list[PartnerLink]:
    """The one page."""
    if not user.has_perm("partners.view_partner"):
        return []
    return [PartnerLink(_("Everything about it"), reverse("admin:partner_360", args=[partner_id]))]
