"""The evidence that two companies are one, in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from channelhub.core.rules.duplicates.scoring import Evidence

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


def step_rows(steps: Sequence[Mapping[str, Any]]) -> list[tuple[Any, Any, Any, str]]:
    """Each step as words, what was compared, and its points with a sign."""
    found = []
    for step in steps:
        code, points = step["code"], float(step["points"])
        found.append((WORDS.get(Evidence(code), code), step["ours"], step["theirs"], f"{points:+.0f}"))
    return found
