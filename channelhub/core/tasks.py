"""Tasks of the plumbing; settings' beat schedule names them."""

from celery import shared_task
from django.utils import timezone

from channelhub.core.services import dispatch, expiry, exports, heartbeats, imports, mails, search
from channelhub.core.services.duplicates import entries as duplicate_entries
from channelhub.core.services.duplicates import pairs as duplicate_pairs
from channelhub.core.services.workflow import escalation


@shared_task
def dispatch_events(**_future) -> int:
    """Place the waiting events in the feed and do what handlers have due."""
    return dispatch.dispatch(at=timezone.now())


@shared_task
def heartbeat(**_future) -> None:
    """Sent by the scheduler, done by a worker: proof that both live."""
    heartbeats.beat(kind="worker", at=timezone.now())


@shared_task
def work_on_import(*, job_id: int, **_future) -> None:
    """Check or take one ordered import."""
    imports.work_on(job_id=job_id, at=timezone.now())


@shared_task
def work_on_imports(**_future) -> None:
    """Sent every minute: go on with imports whose worker or message was lost."""
    for job_id in imports.ordered_jobs():
        imports.work_on(job_id=job_id, at=timezone.now())


@shared_task
def work_on_exports(**_future) -> int:
    """Write the waiting exports one after the other, then throw away files whose time is over."""
    done = 0
    while exports.work_on_next_export(at=timezone.now()) is not None:
        done += 1
    exports.throw_away_expired(at=timezone.now())
    return done


@shared_task
def escalate_overdue(**_future) -> int:
    """Sent every few minutes: steps of cases whose last day is over come to the role above."""
    return escalation.escalate_overdue(at=timezone.now())


@shared_task
def forget_expired(**_future) -> int:
    """Sent once a day: delete tokens that have ended and answers that are kept no longer; count common keys."""
    duplicate_entries.count_common()
    return expiry.forget_expired(at=timezone.now())


@shared_task
def write_search_entries(**_future) -> int:
    """Sent every few seconds: what bulk loads brought can be found soon after."""
    written = 0
    while taken := search.write_due():
        written += taken
    return written


@shared_task
def order_digests(**_future) -> int:
    """Sent once a day: a letter for each person with something unread."""
    return mails.order_digests(at=timezone.now())


@shared_task
def compare_duplicates(**_future) -> int:
    """Sent every minute: what changed is compared with its like; a large load is worked off bit by bit."""
    while duplicate_entries.write_due():
        pass
    return duplicate_pairs.compare_due(at=timezone.now())
