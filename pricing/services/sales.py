"""The one way into the sales ledger: requests, files and messages, one row or a million."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from channelhub.core import hooks
from channelhub.core.models import Feed
from channelhub.core.services import outbox, staging
from channelhub.core.services.fence import unfenced
from channelhub.core.services.staging import RowError, Source, Taken
from channelhub.lib.periods import business_day
from pricing import events
from pricing.models import SalesBatch
from pricing.services import sales_corrections, sales_lines
from pricing.services.sales_checks import CHECKED, CHECKS, FIELDS, check

STAGED = "staged_sales"


@dataclass(frozen=True)
class SalesReceipt:
    """What became of a request's rows. ``batch_id`` is None when nothing of it was new."""

    batch_id: int | None
    taken: int
    unchanged: int
    rejected: list[RowError]


def record_sales(*, feed: Feed, rows: Iterable[Mapping[str, Any]], reference: str, at: datetime) -> SalesReceipt:
    """Enter sold lines as one batch: the good ones are taken, the others named by row, field and rule.

    A row with the external id and content of a recorded line is unchanged; with other content it is refused.
    """
    with unfenced():
        source = staging.stage(STAGED, FIELDS, rows)
        taken = take_sales(source, feed=feed, reference=reference, at=at)
        return SalesReceipt(taken.batch_id, taken.taken, taken.unchanged, staging.rejected_rows())


@transaction.atomic
def take_sales(source: Source, *, feed: Feed, reference: str, at: datetime) -> Taken:
    """Check staged rows and enter the good ones as one batch; those refused stand in ``rejected_rows``.

    Sales enter first, then returns, then reversals: a file may hold a line and what corrects it.
    """
    today = business_day(at)
    own = None if feed.partner_id is None else hooks.subtree_of(feed.partner_id, today)
    staging.prepare(source)
    params = check(source, feed=feed, own=own, today=today)
    good = source.rows - staging.reject_broken(CHECKED, CHECKS, params)
    corrections = sales_corrections.waiting()
    refused: list[RowError] = []
    with transaction.atomic():
        batch = SalesBatch.objects.create(feed=feed, reference=reference, received_at=at)
        taken = sales_lines.enter(batch, good=good - corrections)
        if corrections:
            taken += sales_corrections.enter(batch)
        rejected = staging.rejected_count()
        if taken:
            outbox.publish(events.SALES_RECORDED.name, occurred_at=at, batch_id=batch.pk, feed_id=feed.pk, lines=taken)
        else:  # nothing was new: no empty batch is left, what was refused is still told
            refused = staging.rejected_rows()
            transaction.set_rollback(True)
    if not taken:
        staging.reject_again(refused)
    unchanged = source.rows - taken - rejected
    return Taken(taken, unchanged, rejected, batch.pk if taken else None)
