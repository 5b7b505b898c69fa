"""Find records by a few letters or characters: codes, names in any language, pinyin; for admin, portal, duplicates."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from channelhub.core.selectors import search as entries
from channelhub.core.services import search_setup
from channelhub.core.services.fence import unfenced
from channelhub.core.services.search_sources import Source, every_source, source_of
from channelhub.lib import sql

EACH = 6  # of a kind, so that one kind does not hide the others
TAKEN = 10_000


@dataclass(frozen=True)
class Found:
    """A record that a question found and that the person may see."""

    source: Source
    record: Any

    @property
    def title(self) -> str:
        return self.source.title(self.record)


def find(user: Any, question: str, *, kinds: Sequence[str] | None = None, each: int = EACH) -> list[Found]:
    """The records a person may see that hold every word of the question, the best first within a kind.

    When there is none, those that hold most of it: a letter may be wrong. ``kinds``: which the person may find at all;
    a dealer finds what has a page of the portal and stands inside the fence.
    """
    dealer = getattr(user, "acting", None) is not None and user.acting.standing is not None
    sources = [source for source in every_source() if _findable(source, user, kinds, dealer=dealer)]
    with unfenced():  # the index serves no policy; the records themselves are fetched behind the fence
        hits = entries.hits(user, question, kinds=[source.kind for source in sources])
    found = []
    for source in sources:
        ids = [hit.record_id for hit in hits if hit.kind == source.kind]
        records = {row.pk: row for row in source.rows(user).filter(pk__in=ids)} if ids else {}
        found += [Found(source, records[pk]) for pk in ids if pk in records][:each]
    return found


def _findable(source: Source, user: Any, kinds: Sequence[str] | None, *, dealer: bool) -> bool:
    if kinds is not None and source.kind not in kinds:
        return False
    if not dealer:
        return True
    return source.portal is not None and (source.right is None or user.acting.may(source.right))


@transaction.atomic
def write_due() -> int:
    """Write the entries that bulk loads left waiting; several workers may, each takes other rows."""
    taken = sql.fetch(
        "DELETE FROM core_searchdue WHERE id IN"
        " (SELECT id FROM core_searchdue ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED) RETURNING kind, record_id",
        [TAKEN],
    )
    kinds: dict[str, list[int]] = {}
    for kind, record_id in taken:
        kinds.setdefault(kind, []).append(record_id)
    for kind, ids in kinds.items():
        source = source_of(kind)
        due = "{" + ",".join(map(str, ids)) + "}"
        rows = f"unnest('{due}'::bigint[]) AS due (id) JOIN {source.class_._meta.db_table} n ON n.id = due.id"
        sql.run(search_setup.entries_of(source, rows))
    return len(taken)
