"""The queue of pairs that may be the same: found in the background, decided by people."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from channelhub.core.enums.duplicates import DuplicateDecision
from channelhub.core.errors import PairDecided
from channelhub.core.models import SuspectedPair
from channelhub.core.rules.duplicates.scoring import Verdict
from channelhub.core.services.duplicates import finding
from channelhub.core.services.duplicates.sources import Source, every_source
from channelhub.lib import sql

AT_ONCE = 200


@transaction.atomic
def compare_due(*, at: datetime, limit: int = AT_ONCE) -> int:
    """Compare entries that changed with their like and queue the pairs; several workers may.

    A pair a person decided is left as decided; an open one that is no longer suspected leaves the queue.
    """
    done = 0
    for source in every_source():
        rows = sql.fetch(
            "SELECT id, record_id FROM core_duplicateentry WHERE kind = %s AND NOT compared ORDER BY id LIMIT %s"
            " FOR UPDATE SKIP LOCKED",
            [source.kind, limit - done],
        )
        ids = [record_id for _id, record_id in rows]
        compare_records(source, ids, at=at)
        sql.run("UPDATE core_duplicateentry SET compared = true WHERE id = ANY(%s)", [[row[0] for row in rows]])
        done += len(rows)
    return done


def compare_records(source: Source, ids: Sequence[int], *, at: datetime) -> None:
    """Find the like of each record and write what is suspected."""
    for record_id, facts in sorted(source.facts(ids).items()):
        matches = finding.find(source.kind, facts, use=source.use, without=[record_id])
        found = {}
        for match in matches:
            left, right = sorted((record_id, match.record_id))
            found[left, right] = match.verdict if left == record_id else match.verdict.turned()
        _forget_cleared(source.kind, record_id, found)
        for (left, right), verdict in sorted(found.items()):
            _queue(source.kind, left, right, verdict, at)


def _forget_cleared(kind: str, record_id: int, found: dict[tuple[int, int], Verdict]) -> None:
    open_pairs = SuspectedPair.objects.filter(kind=kind, decision="")
    for pair in open_pairs.filter(left_id=record_id) | open_pairs.filter(right_id=record_id):
        if (pair.left_id, pair.right_id) not in found:
            pair.delete()


def _queue(kind: str, left: int, right: int, verdict: Verdict, at: datetime) -> None:
    values = {"score": Decimal(str(verdict.score)), "steps": steps_as_data(verdict)}
    pair, made = SuspectedPair.objects.get_or_create(
        kind=kind, left_id=left, right_id=right, defaults={**values, "found_at": at}
    )
    if not made and not pair.decision:
        SuspectedPair.objects.filter(pk=pair.pk).update(**values)


def steps_as_data(verdict: Verdict) -> list[dict[str, Any]]:
    """The evidence as it is kept with a pair: codes and values."""
    return [asdict(step) for step in verdict.steps]


@transaction.atomic
def decide(*, pair: SuspectedPair, decision: DuplicateDecision, by: Any, at: datetime) -> SuspectedPair:
    """Say of a pair that it is the same or different. Refused: a pair that was decided already."""
    held = SuspectedPair.objects.select_for_update(of=("self",)).get(pk=pair.pk)
    if held.decision:
        raise PairDecided(_("This pair was decided already."))
    held.decision, held.decided_by, held.decided_at = decision, by, at
    held.save(update_fields=["decision", "decided_by", "decided_at"])
    return held


@transaction.atomic
def reopen(*, kind: str, left_id: int, right_id: int) -> None:
    """Take a decision back: the pair stands in the queue again."""
    SuspectedPair.objects.filter(kind=kind, left_id=left_id, right_id=right_id).update(
        decision="", decided_by=None, decided_at=None
    )
