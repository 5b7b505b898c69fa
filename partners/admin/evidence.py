"""Two companies side by side, and the evidence that they are one: words for the codes of the steps."""

from django.utils.translation import gettext_lazy as _

from channelhub.core.admin.scope import visible
from channelhub.core.rules.duplicates.scoring import Evidence
from channelhub.core.services.duplicates.pairs import steps_as_data
from partners.models import Partner

WORDS = {
    Evidence.NUMBER_SAME: _("the same company number"),
    Evidence.NUMBER_OTHER: _("another company number"),
    Evidence.NAME_SAME: _("the same name"),
    Evidence.NAME_CORE_SAME: _("the same name but for the legal form or spelling"),
    Evidence.NAME_READ_SAME: _("names that are read the same"),
    Evidence.NAME_ALIKE: _("names that are alike"),
    Evidence.NAME_WITHIN: _("one name within the other"),
    Evidence.NAME_BEGINS_SAME: _("names that begin with the same word"),
    Evidence.NAME_INITIALS: _("one name is the initials of the other"),
    Evidence.NAME_OTHER: _("different names"),
    Evidence.NAME_NUMBERS_OTHER: _("other numbers in the name"),
    Evidence.DOMAIN_SAME: _("the same mail domain"),
    Evidence.PHONE_SAME: _("the same telephone"),
    Evidence.PHONE_OTHER: _("another telephone"),
    Evidence.ACCOUNT_SAME: _("the same bank account"),
    Evidence.ADDRESS_SAME: _("the same address"),
    Evidence.ADDRESS_NEAR: _("an address close by"),
    Evidence.ADDRESS_OTHER: _("another address"),
    Evidence.COUNTRY_OTHER: _("another country"),
}
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


def step_rows(steps):
    """Each step as words, what was compared, and its points with a sign."""
    found = []
    for step in steps:
        code, points = step["code"], float(step["points"])
        found.append((WORDS.get(Evidence(code), code), step["ours"], step["theirs"], f"{points:+.0f}"))
    return found


def matches_shown(matches, request):
    """What a new partner was compared with; of partners the person may not see only that there is one."""
    partners = visible(Partner, request).in_bulk([match.record_id for match in matches])
    return [(partners.get(match.record_id), match.score, step_rows(steps_as_data(match.verdict))) for match in matches]
