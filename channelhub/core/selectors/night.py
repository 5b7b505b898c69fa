"""How far a run is, and whether the night runs at all."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min, Q

from channelhub.core.enums.night import HeartbeatKind, RunStatus
from channelhub.core.models import Heartbeat, JobRun

SILENCE = timedelta(minutes=2)


@dataclass(frozen=True)
class StepProgress:
    """How far one step is, in chunks."""

    position: int
    code: str
    business_day: object
    total: int
    done: int
    set_aside: int
    started_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True)
class Progress:
    """How far a run is: chunks, rate per minute and the seconds left at that rate (None: not known yet)."""

    total: int
    done: int
    set_aside: int
    per_minute: float | None
    seconds_left: int | None
    steps: tuple[StepProgress, ...]

    @property
    def left(self) -> int:
        return self.total - self.done - self.set_aside

    @property
    def percent(self) -> int:
        return 100 if not self.total else (self.done + self.set_aside) * 100 // self.total


def progress(run: JobRun, *, at: datetime) -> Progress:
    """How far the run is; one query."""
    rows = run.steps.annotate(
        total=Count("chunks"),
        done=Count("chunks", filter=Q(chunks__done_at__isnull=False)),
        set_aside=Count("chunks", filter=Q(chunks__set_aside_at__isnull=False)),
        started_at=Min("chunks__attempted_at"),
        last_done_at=Max("chunks__done_at"),
    ).order_by("position")
    steps = tuple(
        StepProgress(
            row.position,
            row.code,
            row.business_day,
            row.total,
            row.done,
            row.set_aside,
            row.started_at,
            row.last_done_at if row.done + row.set_aside == row.total else None,
        )
        for row in rows
    )
    total, done, aside = (sum(getattr(step, name) for step in steps) for name in ("total", "done", "set_aside"))
    minutes = ((run.ended_at or at) - run.opened_at).total_seconds() / 60
    rate = done / minutes if done and minutes > 0 else None
    left = total - done - aside
    return Progress(total, done, aside, rate, round(left / rate * 60) if rate else None, steps)


@dataclass(frozen=True)
class NightHealth:
    """Whether somebody works at night: what the admin's banner says and /readyz answers."""

    beat_seen_at: datetime | None
    worker_seen_at: datetime | None
    scheduler_dead: bool
    no_worker: bool
    open_run: JobRun | None
    last_run: JobRun | None
    set_aside: int

    @property
    def well(self) -> bool:
        return not (self.scheduler_dead or self.no_worker or self.set_aside)


def night_health(*, at: datetime) -> NightHealth:
    """Whether scheduler and workers were seen in the last two minutes, and what the last nights left undone."""
    seen = dict(Heartbeat.objects.values_list("kind", "seen_at"))
    beat, worker = seen.get(HeartbeatKind.BEAT), seen.get(HeartbeatKind.WORKER)
    nights = JobRun.objects.nights()
    last = nights.exclude(status=RunStatus.OPEN).order_by("-business_day", "-pk").first()
    aside = 0 if last is None else last.chunks.set_aside().count()
    return NightHealth(
        beat_seen_at=beat,
        worker_seen_at=worker,
        scheduler_dead=beat is None or at - beat > SILENCE,
        no_worker=worker is None or at - worker > SILENCE,
        open_run=JobRun.objects.still_open().first(),
        last_run=last,
        set_aside=aside,
    )
