"""Names in two scripts: the reader's language chooses."""

from typing import Any

from django.utils.translation import get_language


def name_of(record: Any) -> str:
    """A record's name in the reader's script: the English one where the page is English and there is one."""
    english = (get_language() or "en").startswith("en")
    return (getattr(record, "name_en", "") if english else "") or record.name
