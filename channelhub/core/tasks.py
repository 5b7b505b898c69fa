"""Tasks of the plumbing; settings' beat schedule names them."""

from celery import shared_task
from django.utils import timezone

from channelhub.core.services import dispatch, heartbeats


@shared_task
def dispatch_events(**_future) -> int:
    """Place the waiting events in the feed and do what handlers have due."""
    return dispatch.dispatch(at=timezone.now())


@shared_task
def heartbeat(**_future) -> None:
    """Sent by the scheduler, done by a worker: proof that both live."""
    heartbeats.beat(kind="worker", at=timezone.now())
