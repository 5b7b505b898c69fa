"""Doing the chunks of a run: the row's lock is the claim, held in the transaction that does the work."""

import os
import socket
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pghistory
import structlog
from django.db import transaction

from channelhub.core.enums import messages
from channelhub.core.enums.night import LogLevel, RunStatus
from channelhub.core.models import JobChunk, JobRun
from channelhub.core.rules import attempts as rule
from channelhub.core.services import attention
from channelhub.core.services.night import runs, steps

FIRST_REST = timedelta(seconds=1)
WORKER_LOST = "the worker was lost"
ERROR_LENGTH = 2000
WAIT_SECONDS = 1.0
Clock = Callable[[], datetime]
logger = structlog.get_logger(__name__)


def worker_name() -> str:
    """Who works here, as chunks and logs show it."""
    return f"{socket.gethostname()}:{os.getpid()}"


def work_on_next_chunk(*, run: JobRun, clock: Clock, worker: str) -> JobChunk | None:
    """Do one free chunk of the earliest open step; None when nothing is free just now.

    The attempt is counted and committed first, so that a chunk that kills its worker is seen. Between that and the
    work the chunk rests, so nobody else takes it; in the work its row is locked.
    """
    with transaction.atomic(durable=True):
        chunk = run.chunks.in_earliest_open_step().free(clock()).locked(skip=True).select_related("step").first()
        if chunk is None or not _count_attempt(chunk, clock(), worker):
            return chunk
    try:
        with transaction.atomic(durable=True), pghistory.context(run=run.pk, step=chunk.step.code):
            if run.chunks.still_open().filter(pk=chunk.pk).locked(skip=True).first():
                _do(chunk)
                _mark_done(chunk, clock())
    except Exception as error:  # noqa: BLE001 - the edge of the night: one failure must not stop the others
        chunk.done_at = None
        _record_error(chunk, error, clock())
    return chunk


def work_through(*, run: JobRun, clock: Clock, worker: str, after_each: Callable[[], None] = lambda: None) -> JobRun:
    """Work on a run until it has ended; waits a second when others hold all that is free."""
    while run.status == RunStatus.OPEN:
        chunk = work_on_next_chunk(run=run, clock=clock, worker=worker)
        after_each()
        if chunk is None:
            run = runs.end_if_nothing_is_left(run=run, at=clock())
            if run.status == RunStatus.OPEN:
                time.sleep(WAIT_SECONDS)
    return run


def work_on_everything_open(*, clock: Clock, worker: str) -> int:
    """Work on the open runs, oldest day first, until none is left; the number worked on."""
    count = 0
    while (run := JobRun.objects.still_open().first()) is not None:
        work_through(run=run, clock=clock, worker=worker)
        count += 1
    return count


def _do(chunk: JobChunk) -> None:
    step = steps.named(chunk.step.code)
    if chunk.params == steps.CUT:
        chunk.result = {"parts": runs.add_chunks(chunk.step, step.parts())}
        return
    chunk.result = dict(step.work(business_day=chunk.step.business_day, **chunk.params) or {})


def _mark_done(chunk: JobChunk, at: datetime) -> None:
    chunk.done_at, chunk.error = at, ""
    chunk.save(update_fields=["done_at", "error", "result"])
    attention.close_of_itself(key=f"chunk:{chunk.pk}", result="Done at a later attempt.", at=at)


def _count_attempt(chunk: JobChunk, at: datetime, worker: str) -> bool:
    """Count the attempt; False: all are used up (its worker was killed each time), the chunk is set aside."""
    if rule.used_up(chunk.attempts):
        _set_aside(chunk, chunk.error or WORKER_LOST, at)
        return False
    chunk.attempts += 1
    chunk.attempted_at, chunk.worker = at, worker
    chunk.rests_until = at + rule.pause_after(chunk.attempts, first=FIRST_REST, factor=2)
    chunk.save(update_fields=["attempts", "attempted_at", "worker", "rests_until"])
    return True


@transaction.atomic
def _record_error(chunk: JobChunk, error: Exception, at: datetime) -> None:
    logger.error("chunk_failed", run_id=chunk.run_id, chunk_id=chunk.pk, exc_info=error)
    text = f"{type(error).__name__}: {error}"[:ERROR_LENGTH]
    runs.log(
        chunk.run,
        messages.CHUNK_FAILED,
        at=at,
        level=LogLevel.WARNING,
        part=chunk.part,
        step=chunk.step.code,
        attempts=chunk.attempts,
        error=text,
    )
    if rule.used_up(chunk.attempts):
        _set_aside(chunk, text, at)
    else:
        JobChunk.objects.filter(pk=chunk.pk).update(error=text)


def _set_aside(chunk: JobChunk, error: str, at: datetime) -> None:
    """Leave the chunk to a person, so that the rest of the night goes on."""
    chunk.set_aside_at, chunk.error = at, error
    chunk.save(update_fields=["set_aside_at", "error"])
    values: dict[str, Any] = {
        "part": chunk.part,
        "step": chunk.step.code,
        "day": chunk.step.business_day,
        "attempts": chunk.attempts,
        "error": error,
    }
    runs.log(chunk.run, messages.CHUNK_SET_ASIDE, at=at, level=LogLevel.ERROR, **values)
    attention.open_task(
        kind=messages.CHUNK_SET_ASIDE,
        key=f"chunk:{chunk.pk}",
        role=attention.OPERATIONS_ROLE,
        record=chunk.run,
        at=at,
        **values,
    )
