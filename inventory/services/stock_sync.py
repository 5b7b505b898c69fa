"""The one way in for stock levels: requests, files and messages, one row or a million, in any order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from channelhub.core import hooks
from channelhub.core.models import Feed
from channelhub.core.services import outbox, staging
from channelhub.core.services.fence import unfenced
from channelhub.core.services.staging import RowError, Source, Taken
from channelhub.lib.locks import advisory_lock
from channelhub.lib.periods import business_day
from inventory import events
from inventory.models import StockBatch
from inventory.services import stock_levels, stock_snapshot
from inventory.services.stock_checks import CHECKED, CHECKS, FIELDS, check
from inventory.services.stock_levels import Written
from inventory.services.stock_snapshot import Absent

STAGED = "staged_stock"
LOCK = "inventory_stock_snapshot"


@dataclass(frozen=True)
class StockReceipt:
    """What became of a report's rows.

    ``taken``: newer than what was known; ``changed``: levels whose figures changed, each with a movement;
    ``unchanged``: known already, for that time; ``outdated``: older than what is known. ``absent``: how many levels a
    snapshot set to zero, ``absent_levels`` the first of them; ``not_reconciled``: locations it left alone.
    """

    batch_id: int
    taken: int
    changed: int
    unchanged: int
    outdated: int
    rejected: list[RowError]
    absent: int = 0
    absent_levels: list[Absent] = field(default_factory=list)
    not_reconciled: list[str] = field(default_factory=list)


def record_stock(
    *,
    feed: Feed,
    rows: Iterable[Mapping[str, Any]],
    reference: str,
    at: datetime,
    snapshot: bool = False,
) -> StockReceipt:
    """Enter absolute quantities as one batch: the good rows are taken, the others named by row, field and rule.

    A row older than what is known changes nothing; one that contradicts it for the same time is refused.
    ``snapshot``: what the named locations hold and no row names is set to zero.
    """
    with unfenced():
        source = staging.stage(STAGED, FIELDS, rows)
        batch, written = _take(source, feed=feed, reference=reference, at=at, snapshot=snapshot)
        return StockReceipt(
            batch.pk,
            taken=batch.taken,
            changed=written.movements - batch.absent,
            unchanged=batch.rows - batch.taken - batch.outdated - batch.rejected,
            outdated=batch.outdated,
            rejected=staging.rejected_rows(),
            absent=batch.absent,
            absent_levels=stock_snapshot.absent_of(batch.pk) if batch.absent else [],
            not_reconciled=stock_snapshot.left_alone() if snapshot else [],
        )


@transaction.atomic
def take_stock(source: Source, *, feed: Feed, reference: str, at: datetime, snapshot: bool = False) -> Taken:
    """Check staged rows and enter the good ones as one batch; those refused stand in ``rejected_rows``."""
    batch, written = _take(source, feed=feed, reference=reference, at=at, snapshot=snapshot)
    unchanged = batch.rows - batch.taken - batch.rejected
    return Taken(batch.taken, unchanged, batch.rejected, batch.pk, changed=written.movements)


def _take(source: Source, *, feed: Feed, reference: str, at: datetime, snapshot: bool) -> tuple[StockBatch, Written]:
    """Loads run side by side and meet in the order of their keys; a snapshot runs alone."""
    own = None if feed.partner_id is None else hooks.subtree_of(feed.partner_id, business_day(at))
    advisory_lock(LOCK, shared=not snapshot)
    staging.prepare(source)
    params = check(source, feed=feed, own=own, at=at)
    staging.reject_broken(CHECKED, CHECKS, params)
    batch = StockBatch.objects.create(
        feed=feed,
        reference=reference,
        received_at=at,
        is_snapshot=snapshot,
        rows=source.rows,
    )
    written = _take_turns(batch)
    batch.taken = written.levels
    if snapshot:
        zeroed = stock_snapshot.set_absent_to_zero(batch)
        batch.absent, written = zeroed.movements, written + zeroed
    batch.rejected = staging.rejected_count()
    batch.save(update_fields=["taken", "outdated", "rejected", "absent"])
    if written.movements:
        told = {"batch_id": batch.pk, "feed_id": feed.pk, "movements": written.movements}
        outbox.publish(events.STOCK_RECORDED.name, occurred_at=at, **told)
    return batch, written


def _take_turns(batch: StockBatch) -> Written:
    """One statement for every row of a location and product in the order of their times; nearly always one."""
    written = Written()
    for number, rows in enumerate(stock_levels.turns(), start=1):
        turn = stock_levels.take_turn(batch, turn=number, rows=rows)
        written += turn.written
        batch.outdated += turn.outdated
    return written
