"""Opening, ending, cancelling a run, and ordering again what it set aside."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from channelhub.core.enums import messages
from channelhub.core.enums.messages import Message
from channelhub.core.enums.night import LogLevel, RunKind, RunStatus
from channelhub.core.errors import NothingToRetry, RunHasEnded, RunStillOpen
from channelhub.core.models import JobChunk, JobLog, JobRun, JobStep, User
from channelhub.core.services import outbox
from channelhub.core.services.night.steps import Part, Step
from channelhub.lib.locks import advisory_lock


def log(run: JobRun, message: Message, *, at: datetime, level: str = LogLevel.INFO, **values: Any) -> None:
    """Add a line to the run's log."""
    message.accept(values)
    plain = json.loads(json.dumps(values, cls=DjangoJSONEncoder))
    JobLog.objects.create(run=run, at=at, level=level, code=message.code, values=plain)


@transaction.atomic
def open_run(
    *,
    business_day: date,
    steps: Sequence[Step],
    at: datetime,
    kind: str = RunKind.NIGHT,
    missed: Sequence[date] = (),
    by: User | None = None,
) -> JobRun:
    """Open a run with all its steps and chunks; an open night of that day is answered instead of a second one.

    ``missed``: earlier days without a night; steps that look at the day are run for each of them first.
    """
    advisory_lock("core_open_run")
    if kind == RunKind.NIGHT:
        already = JobRun.objects.nights().still_open().filter(business_day=business_day).first()
        if already is not None:
            return already
    run = JobRun.objects.create(kind=kind, business_day=business_day, opened_at=at, ordered_by=by)
    places = [(step, day) for step in steps for day in ([*missed, business_day] if step.dated else [business_day])]
    parts = sum(_add_step(run, position, *place) for position, place in enumerate(places, start=1))
    log(run, messages.RUN_OPENED, at=at, parts=parts, day=business_day)
    return run


def _add_step(run: JobRun, position: int, step: Step, day: date) -> int:
    row = JobStep.objects.create(run=run, position=position, code=step.code, business_day=day)
    return add_chunks(row, step.first_parts())


def add_chunks(step: JobStep, parts: Sequence[Part]) -> int:
    """Give a step these parts to be worked on; their number."""
    rows = (
        JobChunk(run_id=step.run_id, step=step, position=step.position, part=p.name, params=p.params) for p in parts
    )
    return len(JobChunk.objects.bulk_create(rows))


@transaction.atomic
def end_if_nothing_is_left(*, run: JobRun, at: datetime) -> JobRun:
    """Close the run when no chunk is open: done, or incomplete when some were set aside."""
    run = JobRun.objects.select_for_update().get(pk=run.pk)
    if run.status != RunStatus.OPEN or run.chunks.still_open().exists():
        return run
    aside = run.chunks.set_aside().count()
    if aside:
        log(run, messages.RUN_INCOMPLETE, at=at, level=LogLevel.ERROR, count=aside)
    else:
        log(run, messages.RUN_DONE, at=at, parts=run.chunks.count())
    return _end(run, RunStatus.INCOMPLETE if aside else RunStatus.DONE, at)


def _end(run: JobRun, status: RunStatus, at: datetime) -> JobRun:
    run.status, run.ended_at = status, at
    run.save(update_fields=["status", "ended_at"])
    outbox.publish(
        "core.job_run.ended",
        occurred_at=at,
        run_id=run.pk,
        kind=str(run.kind),
        business_day=run.business_day,
        status=str(status),
    )
    return run


@transaction.atomic
def cancel_run(*, run: JobRun, at: datetime) -> JobRun:
    """Take no further chunk of this run; what a worker is at is finished. Refuses a run that has ended."""
    run = JobRun.objects.select_for_update().get(pk=run.pk)
    if run.status != RunStatus.OPEN:
        raise RunHasEnded("This run has ended.")
    log(run, messages.RUN_CANCELLED, at=at, level=LogLevel.WARNING, count=run.chunks.still_open().count())
    return _end(run, RunStatus.CANCELLED, at)


@transaction.atomic
def retry_chunk(*, chunk_id: int, at: datetime) -> JobRun:
    """Give what was set aside five new attempts and open its run again.

    Refuses what was not set aside, and a run that is still open: no step may overtake an earlier one.
    """
    run = JobRun.objects.select_for_update().get(chunks=chunk_id)
    if run.status == RunStatus.OPEN:
        raise RunStillOpen("Wait until the run has ended, then try again what it set aside.")
    aside = run.chunks.set_aside().filter(pk=chunk_id)
    if not aside.update(set_aside_at=None, attempts=0, rests_until=None):
        raise NothingToRetry("This was not set aside.")
    run.status, run.ended_at = RunStatus.OPEN, None
    run.save(update_fields=["status", "ended_at"])
    chunk = run.chunks.select_related("step").get(pk=chunk_id)
    log(run, messages.CHUNK_AGAIN, at=at, part=chunk.part, step=chunk.step.code)
    return run


@transaction.atomic
def retry_all(*, run: JobRun, at: datetime) -> int:
    """Give everything the run set aside new attempts; refuses when there is nothing, or the run is open."""
    ids = list(run.chunks.set_aside().values_list("pk", flat=True))
    if not ids:
        raise NothingToRetry("Nothing was set aside.")
    retry_chunk(chunk_id=ids[0], at=at)
    run.chunks.filter(pk__in=ids[1:]).update(set_aside_at=None, attempts=0, rests_until=None)
    return len(ids)
