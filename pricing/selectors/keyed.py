"""Pages of rows that are computed, not stored: by their key, so that a new row shifts nothing."""

from bisect import bisect_right
from collections.abc import Sequence

from channelhub.core.selectors.keyset import SIZE, Page
from pricing.rules.settling import CAUSES
from pricing.selectors.statements import LineBehind


def page_of(rows: Sequence[LineBehind], *, after: str = "", size: int = SIZE) -> Page:
    """Lines behind an account after the cursor, in the order in which they earn; an unknown cursor begins anew."""
    keys = [_key(row) for row in rows]
    start = bisect_right(keys, after) if after else 0
    found = list(rows[start : start + size])
    return Page(found, keys[start + size - 1] if len(rows) > start + size else "")


def _key(row: LineBehind) -> str:
    """Month of knowledge, place of the cause, line: sorts as text the way the shares are dealt."""
    return f"{row.known_in:%Y%m}-{CAUSES.index(row.cause)}-{row.line.pk:019d}"
