"""From a partner's record to the page with everything about it, and to its rows in this app."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from partners.hooks import PartnerLink


def links_of(partner_id: int, user: Any) -> list[PartnerLink]:
    """The one page; its targets, scores, KPI values, findings and tier proposals: those that the person may see."""
    lists = (
        (_("Targets"), "performance.view_target", "admin:performance_target_changelist"),
        (_("Scores"), "performance.view_score", "admin:performance_score_changelist"),
        (_("KPI values"), "performance.view_kpivalue", "admin:performance_kpivalue_changelist"),
        (_("Findings"), "performance.view_finding", "admin:performance_finding_changelist"),
        (_("Tier proposals"), "performance.view_tierproposal", "admin:performance_tierproposal_changelist"),
    )
    found = [
        PartnerLink(title, f"{reverse(address)}?partner__id__exact={partner_id}")
        for title, permission, address in lists
        if user.has_perm(permission)
    ]
    if not user.has_perm("partners.view_partner"):
        return found
    return [PartnerLink(_("Everything about it"), reverse("admin:partner_360", args=[partner_id])), *found]
