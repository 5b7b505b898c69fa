"""The night is rows: attempts counted first, chunks of the earliest step only, failures set aside."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from channelhub.core.enums.night import RunKind, RunStatus
from channelhub.core.errors import NothingToRetry, RunHasEnded, RunStillOpen, UnknownStep
from channelhub.core.models import Feed, JobChunk, JobLog, JobRun, OutboxEvent, Task
from channelhub.core.selectors.night import night_health, progress
from channelhub.core.services import heartbeats
from channelhub.core.services.night import chunks, runs, steps
from channelhub.core.services.night.steps import Part, Step

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
DAY = date(2026, 3, 1)


class Clock:
    """Time that passes by a minute at each look, so that nothing rests when it is looked for again."""

    def __init__(self):
        self.now = NOON

    def __call__(self):
        self.now += timedelta(minutes=1)
        return self.now


def write(*, business_day, code):
    Feed.objects.create(code=code, name=f"{business_day}")
    return {"written": 1}


def write_and_fail(*, business_day, code):
    write(business_day=business_day, code=code)
    raise LookupError(f"no {code}")


def parts(*codes):
    return lambda: [Part(code, {"code": code}) for code in codes]


FIRST = Step("first", "First", write, parts("a", "b"))
SECOND = Step("second", "Second", write, parts("c"))
FAILING = Step("failing", "Failing", write_and_fail, parts("x", "y"))


@pytest.fixture
def open_with(monkeypatch):
    def open_with(*some, **options):
        monkeypatch.setattr(steps, "_steps", {step.code: step for step in some})
        return runs.open_run(business_day=DAY, steps=some, at=NOON, **options)

    return open_with


def work(run):
    return chunks.work_through(run=run, clock=Clock(), worker="here")


def codes():
    return list(Feed.objects.order_by("pk").values_list("code", flat=True))


@pytest.mark.django_db
def test_a_run_does_its_steps_in_order_and_is_done(open_with):
    run = work(open_with(FIRST, SECOND))

    assert (codes(), run.status) == (["a", "b", "c"], RunStatus.DONE)
    assert list(run.chunks.values_list("attempts", "worker", "result")) == [(1, "here", {"written": 1})] * 3
    assert OutboxEvent.objects.get().data == {
        "run_id": run.pk,
        "kind": "night",
        "business_day": "2026-03-01",
        "status": "done",
    }


@pytest.mark.django_db
def test_a_failing_chunk_leaves_nothing_is_set_aside_and_keeps_no_other_waiting(open_with):
    run = work(open_with(FAILING, SECOND))

    aside = run.chunks.set_aside().order_by("pk").values_list("part", "attempts", "error")
    assert list(aside) == [("x", 5, "LookupError: no x"), ("y", 5, "LookupError: no y")]
    assert (codes(), run.status) == (["c"], RunStatus.INCOMPLETE)


@pytest.mark.django_db
def test_what_is_set_aside_becomes_a_task_that_names_it(open_with):
    run = work(open_with(FAILING))

    task = Task.objects.order_by("pk").first()
    assert (task.role, task.record_id) == ("administrator", run.pk)
    assert task.text == (
        "Part x of step failing of the night of 2026-03-01 failed 5 times and was set aside: LookupError: no x"
    )


@pytest.mark.django_db
def test_the_log_tells_every_attempt(open_with):
    run = work(open_with(Step("failing", "", write_and_fail, parts("x"))))

    assert list(run.log.order_by("pk").values_list("code", "level")) == [
        ("core.run_opened", "info"),
        *[("core.chunk_failed", "warning")] * 5,
        ("core.chunk_set_aside", "error"),
        ("core.run_incomplete", "error"),
    ]


@pytest.mark.django_db
def test_the_log_is_never_changed(open_with):
    open_with(FIRST)

    with pytest.raises(InternalError), transaction.atomic():
        JobLog.objects.update(code="core.run_done")


@pytest.mark.django_db
def test_a_chunk_whose_worker_was_killed_five_times_is_set_aside_without_another_try(open_with):
    run = open_with(FIRST)
    run.chunks.filter(part="a").update(attempts=5)

    run = work(run)

    assert (codes(), run.chunks.set_aside().get().error) == (["b"], "the worker was lost")


@pytest.mark.django_db
def test_a_chunk_rests_after_an_attempt(open_with):
    run = open_with(Step("failing", "", write_and_fail, parts("x")))
    first = chunks.work_on_next_chunk(run=run, clock=lambda: NOON, worker="here")

    at_once = chunks.work_on_next_chunk(run=run, clock=lambda: NOON, worker="here")
    later = chunks.work_on_next_chunk(run=run, clock=lambda: NOON + timedelta(seconds=1), worker="here")

    assert (first, at_once, later.attempts) == (later, None, 2)


@pytest.mark.django_db
def test_again_gives_new_attempts_and_closes_the_task_when_it_is_done(open_with, monkeypatch):
    run = work(open_with(Step("failing", "", write_and_fail, parts("x"))))
    monkeypatch.setattr(steps, "_steps", {"failing": Step("failing", "", write, parts("x"))})

    run = work(runs.retry_chunk(chunk_id=run.chunks.get().pk, at=NOON))

    assert (run.status, codes()) == (RunStatus.DONE, ["x"])
    assert Task.objects.get().closed_at is not None


@pytest.mark.django_db
def test_everything_set_aside_is_tried_again_at_once(open_with, monkeypatch):
    run = work(open_with(FAILING))
    monkeypatch.setattr(steps, "_steps", {"failing": Step("failing", "", write, parts("x", "y"))})

    count = runs.retry_all(run=run, at=NOON)
    run = work(JobRun.objects.get())

    assert (count, run.status, codes()) == (2, RunStatus.DONE, ["x", "y"])


@pytest.mark.django_db
def test_again_is_refused_while_the_run_is_open_or_for_what_was_not_set_aside(open_with):
    run = open_with(FIRST)

    with pytest.raises(RunStillOpen):
        runs.retry_chunk(chunk_id=run.chunks.first().pk, at=NOON)
    run = work(run)
    with pytest.raises(NothingToRetry):
        runs.retry_chunk(chunk_id=run.chunks.first().pk, at=NOON)
    with pytest.raises(NothingToRetry):
        runs.retry_all(run=run, at=NOON)


@pytest.mark.django_db
def test_a_cancelled_run_does_nothing_more(open_with):
    run = open_with(FIRST, SECOND)
    chunks.work_on_next_chunk(run=run, clock=Clock(), worker="here")

    run = runs.cancel_run(run=run, at=NOON)
    after = chunks.work_on_next_chunk(run=run, clock=Clock(), worker="here")

    assert (run.status, after, codes()) == (RunStatus.CANCELLED, None, ["a"])
    with pytest.raises(RunHasEnded):
        runs.cancel_run(run=run, at=NOON)


@pytest.mark.django_db
def test_an_open_night_of_the_day_is_answered_instead_of_a_second_one(open_with):
    assert open_with(FIRST) == open_with(FIRST)


@pytest.mark.django_db
def test_a_second_open_night_of_a_day_is_refused_by_the_database(open_with):
    open_with(FIRST)

    with pytest.raises(IntegrityError, match="core_job_run_one_open_night_per_day"):
        JobRun.objects.create(business_day=DAY, opened_at=NOON)


@pytest.mark.django_db
def test_a_step_may_run_alone_beside_the_night(open_with):
    night = open_with(FIRST)
    alone = open_with(SECOND, kind=RunKind.ALONE)

    assert alone != night


@pytest.mark.django_db
def test_dated_steps_run_once_for_each_missed_day_and_the_others_once(open_with):
    missed = [date(2026, 2, 27), date(2026, 2, 28)]
    run = open_with(FIRST, Step("dated", "", write, parts("d"), dated=True), missed=missed)

    places = run.steps.order_by("position").values_list("position", "code", "business_day")

    assert list(places) == [(1, "first", DAY), *[(n + 2, "dated", day) for n, day in enumerate([*missed, DAY])]]


@pytest.mark.django_db
def test_the_progress_says_how_far_how_fast_and_how_long_yet(open_with):
    run = open_with(FIRST, SECOND)
    chunks.work_on_next_chunk(run=run, clock=lambda: NOON + timedelta(seconds=30), worker="here")

    now = progress(run, at=NOON + timedelta(minutes=1))

    assert (now.total, now.done, now.left, now.percent) == (3, 1, 2, 33)
    assert (now.per_minute, now.seconds_left) == (1.0, 120)
    assert [(step.code, step.total, step.done) for step in now.steps] == [("first", 2, 1), ("second", 1, 0)]


@pytest.mark.django_db
def test_an_unknown_step_is_refused():
    with pytest.raises(UnknownStep):
        steps.named("dance")


@pytest.mark.django_db
def test_the_night_is_well_when_scheduler_and_worker_were_seen_lately():
    silent = night_health(at=NOON)
    for kind in ("beat", "worker"):
        heartbeats.beat(kind=kind, at=NOON)
    alive = night_health(at=NOON + timedelta(minutes=2))
    stale = night_health(at=NOON + timedelta(minutes=3))

    assert [(h.scheduler_dead, h.no_worker, h.well) for h in (silent, alive, stale)] == [
        (True, True, False),
        (False, False, True),
        (True, True, False),
    ]


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_never_touch_a_later_step_while_an_earlier_one_is_open(open_with):
    first_may_go, events = threading.Event(), []

    def slow(*, business_day, code):
        events.append(("starts", code))
        if code == "a":
            assert first_may_go.wait(10)
        events.append(("ends", code))

    run = open_with(Step("first", "", slow, parts("a", "b")), Step("second", "", slow, parts("c", "d")))
    workers = [Worker(run) for _ in range(3)]
    wait_until(lambda: ("ends", "b") in events)
    while_open = chunks.work_on_next_chunk(run=run, clock=Clock(), worker="look")
    first_may_go.set()
    for worker in workers:
        worker.join(20)

    assert while_open is None
    assert events.index(("ends", "a")) < min(events.index(("starts", "c")), events.index(("starts", "d")))
    assert sorted(events) == sorted((what, code) for code in "abcd" for what in ("starts", "ends"))


@pytest.mark.django_db(transaction=True)
def test_the_attempt_stays_counted_when_the_work_is_rolled_back(open_with):
    run = open_with(Step("failing", "", write_and_fail, parts("x")))
    chunks.work_on_next_chunk(run=run, clock=Clock(), worker="here")

    assert (JobChunk.objects.get().attempts, codes()) == (1, [])


class Worker(threading.Thread):
    def __init__(self, run):
        super().__init__()
        self.night = run
        self.start()

    def run(self):
        chunks.work_through(run=self.night, clock=Clock(), worker=self.name)
        connection.close()


def wait_until(true):
    for _ in range(200):
        if true():
            return
        threading.Event().wait(0.05)
    raise TimeoutError
