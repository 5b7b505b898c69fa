"""Events: written with what happened, placed after commit, handled each in a transaction of its own."""

import re
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction

from channelhub.core import events
from channelhub.core.errors import NothingToRetry
from channelhub.core.models import EventHandling, OutboxEvent, Task
from channelhub.core.services import dispatch, outbox

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
heard: list[int] = []


def hears(event):
    heard.append(event.data["task_id"])


def fails(event):
    Task.objects.create(kind="x", key=f"written before the failure {event.pk}", role="r", opened_at=NOON)
    raise LookupError("no such thing")


@pytest.fixture
def handlers(monkeypatch):
    """Only the handlers of the test: those of the apps have tests of their own."""
    heard.clear()
    registry = {}
    monkeypatch.setattr(dispatch, "_handlers", registry)
    return registry


def publish(number=1):
    return outbox.publish("core.task.opened", occurred_at=NOON, task_id=number)


@pytest.mark.django_db
def test_an_undeclared_event_is_refused():
    with pytest.raises(KeyError):
        outbox.publish("core.task.eaten", occurred_at=NOON)


@pytest.mark.django_db
@pytest.mark.parametrize("data", [{}, {"task_id": "7"}, {"task_id": 7, "more": 1}])
def test_data_that_was_not_declared_is_refused(data):
    with pytest.raises(TypeError):
        outbox.publish("core.task.opened", occurred_at=NOON, **data)


@pytest.mark.django_db
def test_what_is_rolled_back_was_never_told():
    with transaction.atomic():
        publish()
        transaction.set_rollback(True)

    assert OutboxEvent.objects.count() == 0


@pytest.mark.django_db
def test_events_get_their_places_in_order_without_gaps(handlers):
    for number in (1, 2, 3):
        publish(number)

    dispatch.dispatch(at=NOON)

    assert list(OutboxEvent.objects.order_by("pk").values_list("position", flat=True)) == [1, 2, 3]


@pytest.mark.django_db
def test_a_handler_hears_each_event_once(handlers):
    dispatch.handles("core.task.opened")(hears)
    publish(7)

    done = [dispatch.dispatch(at=NOON), dispatch.dispatch(at=NOON)]

    assert (done, heard) == ([1, 0], [7])


@pytest.mark.django_db
def test_a_failing_handler_leaves_nothing_and_keeps_no_other_waiting(handlers):
    dispatch.handles("core.task.opened")(fails)
    dispatch.handles("core.task.opened")(hears)
    publish(7)
    publish(8)

    dispatch.dispatch(at=NOON)

    errors = EventHandling.objects.waiting().order_by("pk").values_list("attempts", "error")
    assert heard == [7, 8]
    assert list(errors) == [(1, "LookupError: no such thing")] * 2
    assert Task.objects.count() == 0


@pytest.mark.django_db
def test_after_five_attempts_a_handling_is_set_aside_with_a_task_for_a_person(handlers):
    dispatch.handles("core.task.opened")(fails)
    publish(7)

    for hour in range(7):
        dispatch.dispatch(at=NOON + timedelta(hours=hour))

    handling = EventHandling.objects.get(handler=f"{__name__}.fails", event__data__task_id=7)
    task = Task.objects.get(key=f"handling:{handling.pk}")
    assert (handling.attempts, handling.set_aside_at) == (5, NOON + timedelta(hours=4))
    assert task.role == "administrator"
    assert task.text == (
        f"{__name__}.fails failed 5 times on event core.task.opened and was set aside: LookupError: no such thing"
    )


@pytest.mark.django_db
def test_a_failed_handling_rests_before_it_is_tried_again(handlers):
    dispatch.handles("core.task.opened")(fails)
    publish(7)

    for seconds in (0, 9, 10, 49, 50):
        dispatch.dispatch(at=NOON + timedelta(seconds=seconds))

    assert EventHandling.objects.get().attempts == 3


@pytest.mark.django_db
def test_again_gives_what_was_set_aside_new_attempts(handlers):
    dispatch.handles("core.task.opened")(hears)
    publish(7)
    dispatch.place_events(at=NOON)
    handling = EventHandling.objects.get()
    EventHandling.objects.update(attempts=5, set_aside_at=NOON, error="gone")

    dispatch.retry_handling(handling_id=handling.pk, at=NOON)
    dispatch.dispatch(at=NOON)

    assert heard == [7]
    with pytest.raises(NothingToRetry):
        dispatch.retry_handling(handling_id=handling.pk, at=NOON)


@pytest.mark.django_db
def test_a_handling_whose_worker_was_killed_five_times_is_set_aside_unseen(handlers):
    dispatch.handles("core.task.opened")(hears)
    publish(7)
    dispatch.place_events(at=NOON)
    EventHandling.objects.update(attempts=5)

    dispatch.dispatch(at=NOON)

    assert (heard, EventHandling.objects.get().error) == ([], "the worker was lost")


@pytest.mark.django_db
def test_the_lag_is_the_age_of_the_oldest_that_waits(handlers):
    publish(7)
    OutboxEvent.objects.update(recorded_at=NOON)

    waiting = dispatch.lag(at=NOON + timedelta(seconds=90))
    dispatch.dispatch(at=NOON)

    assert (waiting, dispatch.lag(at=NOON)) == ((1, 90.0), (0, 0.0))


@pytest.mark.django_db
def test_a_handler_of_an_unknown_event_fails_the_start(handlers):
    dispatch.handles("core.task.eaten")(hears)

    with pytest.raises(LookupError):
        dispatch.validate()


@pytest.mark.django_db(transaction=True)
def test_an_event_that_commits_late_gets_a_later_place_and_is_not_lost(handlers):
    slow = SlowPublisher()
    publish(2)
    dispatch.dispatch(at=NOON)
    slow.finish()
    dispatch.dispatch(at=NOON)

    places = OutboxEvent.objects.order_by("position").values_list("position", "data__task_id")
    assert list(places) == [(1, 2), (2, 1)]


class SlowPublisher:
    def __init__(self):
        self.written, self.may_commit = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()
        assert self.written.wait(10)

    def run(self):
        with transaction.atomic():
            publish(1)
            self.written.set()
            self.may_commit.wait(10)
        connection.close()

    def finish(self):
        self.may_commit.set()
        self.thread.join(10)


def test_the_page_of_events_lists_every_event():
    page = (Path(settings.BASE_DIR) / "docs" / "events.md").read_text()

    listed = re.findall(r"^\| `([a-z_.]+)` \| ([a-z_, ]+) \| (.+) \|$", page, re.MULTILINE)

    assert listed == [(event.name, ", ".join(sorted(event.keys)), event.doc) for event in events.every_event()]


def test_an_event_that_names_people_is_refused():
    with pytest.raises(ValueError, match="otherwise than by id"):
        events.declare("core.test.named", "x", email=str)
