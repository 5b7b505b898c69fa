"""Two companies side by side, and the evidence that they are one: words for the codes of the steps."""

from django.utils.translation import gettext_lazy as _

from channelhub.core.admin.scope import visible
from channelhub.core.services.duplicates.pairs import steps_as_data
from partners.models import Partner
from partners.services.duplicate_words import step_rows

SHOWN = (
    (_("code"), "code"),
    (_("name"), "name"),
    (_("name in English"), "name_en"),
    (_("country"), "country"),
    (_("address"), "address"),
    (_("phone"), "phone"),
)


def side_by_side(partners, steps):
    """Rows of (what, each partner's value, whether they differ), and the evidence with its points."""
    rows = []
    for title, name in SHOWN:
        values = [getattr(partner, name) or "–" for partner in partners]
        rows.append((title, values, len(set(values)) > 1))
    return {"partners": partners, "rows": rows, "steps": step_rows(steps)}


def matches_shown(matches, request):
    """What a new partner was compared with; of partners the person may not see only that there is one."""
    partners = visible(Partner, request).in_bulk([match.record_id for match in matches])
    return [(partners.get(match.record_id), match.score, step_rows(steps_as_data(match.verdict))) for match in matches]
