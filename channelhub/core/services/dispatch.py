"""Dispatching events: a place in the feed after commit, then each handler in a transaction of its own."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.core.cache import cache
from django.db import transaction
from django.db.models import F, Max

from channelhub.core import events
from channelhub.core.enums import messages
from channelhub.core.errors import NothingToRetry
from channelhub.core.models import EventHandling, OutboxEvent
from channelhub.core.rules import attempts as rule
from channelhub.core.services import attention
from channelhub.core.services.outbox import WAKE_KEY
from channelhub.lib.locks import locked_in_key_order, try_advisory_lock

BATCH = 1000
FIRST_PAUSE = timedelta(seconds=10)
ERROR_LENGTH = 2000
Handler = Callable[[OutboxEvent], None]
log = structlog.get_logger(__name__)
_handlers: dict[str, tuple[Handler, tuple[str, ...]]] = {}


def handles(*names: str) -> Callable[[Handler], Handler]:
    """Register a function of ``<app>/handlers.py`` for events; it may be called again for an event that failed."""

    def register(handler: Handler) -> Handler:
        _handlers[f"{handler.__module__}.{handler.__name__}"] = (handler, names)
        return handler

    return register


def validate() -> None:
    """Fail the start when a handler listens to an event that no app declares."""
    known = {event.name for event in events.every_event()}
    deaf = sorted(key for key, (_, names) in _handlers.items() if set(names) - known)
    if deaf:
        raise LookupError(f"Handlers of unknown events: {', '.join(deaf)}")


def every_handler() -> dict[str, tuple[str, ...]]:
    """Each handler and the events it listens to."""
    return {key: names for key, (_, names) in sorted(_handlers.items())}


def dispatch(*, at: datetime) -> int:
    """Place the waiting events, then do whatever handling is due; the number of handlings done."""
    cache.delete(WAKE_KEY)  # what is published from now on wakes again
    while place_events(at=at) == BATCH:
        pass
    done = 0
    while (handling := handle_next(at=at)) is not None:
        done += handling.done_at is not None
    return done


@transaction.atomic
def place_events(*, at: datetime) -> int:
    """Give the waiting events their place in the feed, and a row per handler; one dispatcher at a time.

    Places are given to committed rows only and become visible together, so a reader never sees one filled in later.
    """
    if not try_advisory_lock("core_dispatcher"):
        return 0
    waiting = list(locked_in_key_order(OutboxEvent.objects.filter(dispatched_at__isnull=True))[:BATCH])
    last = OutboxEvent.objects.aggregate(last=Max("position"))["last"] or 0
    for position, event in enumerate(waiting, start=last + 1):
        event.position, event.dispatched_at = position, at
    OutboxEvent.objects.bulk_update(waiting, ["position", "dispatched_at"])
    EventHandling.objects.bulk_create(
        EventHandling(event=event, handler=key, due_at=at)
        for event in waiting
        for key, (_, names) in sorted(_handlers.items())
        if event.name in names
    )
    return len(waiting)


def handle_next(*, at: datetime) -> EventHandling | None:
    """Do the next due handling; None when nothing is due. The attempt is counted before, and committed."""
    with transaction.atomic(durable=True):
        due = EventHandling.objects.due(at).select_for_update(of=("self",), skip_locked=True)
        handling = due.select_related("event").first()
        if handling is None or not _count_attempt(handling, at):
            return handling
    try:
        with transaction.atomic(durable=True):
            mine = EventHandling.objects.waiting().filter(pk=handling.pk).select_for_update(skip_locked=True)
            if mine.exists():
                _handlers[handling.handler][0](handling.event)
                handling.done_at, handling.error = at, ""
                handling.save(update_fields=["done_at", "error"])
    except Exception as error:  # noqa: BLE001 - the edge of the dispatcher: one failure must not stop the others
        handling.done_at = None
        _record_error(handling, error, at)
    return handling


def _count_attempt(handling: EventHandling, at: datetime) -> bool:
    """Count, and let nobody else try until the pause is over; False: its attempts are used up, it is set aside."""
    if rule.used_up(handling.attempts):
        _set_aside(handling, handling.error or "the worker was lost", at)
        return False
    handling.attempts += 1
    handling.due_at = at + rule.pause_after(handling.attempts, first=FIRST_PAUSE, factor=4)
    handling.save(update_fields=["attempts", "due_at"])
    return True


@transaction.atomic
def _record_error(handling: EventHandling, error: Exception, at: datetime) -> None:
    log.error("handler_failed", handler=handling.handler, event_id=handling.event_id, exc_info=error)
    text = f"{type(error).__name__}: {error}"[:ERROR_LENGTH]
    if rule.used_up(handling.attempts):
        _set_aside(handling, text, at)
    else:
        EventHandling.objects.filter(pk=handling.pk).update(error=text)


def _set_aside(handling: EventHandling, error: str, at: datetime) -> None:
    handling.set_aside_at, handling.error = at, error
    handling.save(update_fields=["set_aside_at", "error"])
    attention.open_task(
        kind=messages.HANDLING_SET_ASIDE,
        key=f"handling:{handling.pk}",
        role=attention.OPERATIONS_ROLE,
        record=handling,
        at=at,
        handler=handling.handler,
        event=handling.event.name,
        attempts=handling.attempts,
        error=error,
    )


@transaction.atomic
def retry_handling(*, handling_id: int, at: datetime) -> EventHandling:
    """Try again what was set aside, five times at most; refuses what is done or still waits."""
    aside = EventHandling.objects.filter(pk=handling_id, set_aside_at__isnull=False)
    if not aside.update(set_aside_at=None, attempts=0, due_at=at):
        raise NothingToRetry("This was not set aside.")
    return EventHandling.objects.get(pk=handling_id)


def lag(*, at: datetime) -> tuple[int, float]:
    """How many events and handlings wait, and for how many seconds the oldest has."""
    events_waiting = OutboxEvent.objects.filter(dispatched_at__isnull=True)
    handlings = EventHandling.objects.waiting()
    oldest = [
        *events_waiting.order_by("id").values_list("recorded_at", flat=True)[:1],
        *handlings.order_by("pk").values_list(F("event__recorded_at"), flat=True)[:1],
    ]
    seconds = max(((at - moment).total_seconds() for moment in oldest), default=0.0)
    return events_waiting.count() + handlings.count(), max(seconds, 0.0)
