"""Telling the right: an event is a row written in the transaction in which it happened."""

import json
from datetime import datetime
from typing import Any

import structlog
from celery import current_app
from django.core.cache import cache
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from channelhub.core import events
from channelhub.core.models import OutboxEvent

WAKE_KEY = "core.outbox.woken"
WAKE_SECONDS = 5
log = structlog.get_logger(__name__)


def publish(name: str, *, occurred_at: datetime, **data: Any) -> OutboxEvent:
    """Record that something happened; refuses an event or keys that ``events.py`` does not declare.

    The dispatcher hears of it after commit; if the message is lost, beat asks within seconds.
    """
    events.event(name).accept(data)
    plain = json.loads(json.dumps(data, cls=DjangoJSONEncoder))
    event = OutboxEvent.objects.create(name=name, data=plain, occurred_at=occurred_at)
    transaction.on_commit(wake_dispatcher, robust=True)
    return event


def wake_dispatcher() -> None:
    """Send the dispatcher a message, unless one is on its way. Redis being away delays events, it loses none."""
    try:
        if cache.add(WAKE_KEY, 1, WAKE_SECONDS):
            current_app.send_task("channelhub.core.tasks.dispatch_events", retry=False, expires=WAKE_SECONDS)
    except Exception as error:  # noqa: BLE001 - the edge of the transaction: it is committed, beat will wake
        log.warning("dispatcher_not_woken", error=str(error))
