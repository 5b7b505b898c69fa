"""The figures of /metrics, in Prometheus' text format."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Count, Q

from channelhub.core.enums.night import RunStatus
from channelhub.core.models import JobChunk, JobRun, Task
from channelhub.core.selectors.night import night_health

Sample = tuple[Mapping[str, str], float]


def family(name: str, kind: str, doc: str, samples: Iterable[Sample]) -> str:
    """One metric with its help, its kind and a line per sample."""
    lines = [f"# HELP {name} {doc}", f"# TYPE {name} {kind}"]
    for labels, value in samples:
        inner = ",".join(f'{key}="{text}"' for key, text in labels.items())
        lines.append(f"{name}{{{inner}}} {value:g}" if inner else f"{name} {value:g}")
    return "\n".join(lines) + "\n"


def night_families(*, at: datetime) -> list[str]:
    """Runs by status, open chunks, set-aside chunks, and how long ago the last night ended and who was seen."""
    health = night_health(at=at)
    runs = dict(JobRun.objects.nights().values_list("status").annotate(count=Count("pk")))
    chunks = JobChunk.objects.filter(run__status__in=[RunStatus.OPEN, RunStatus.INCOMPLETE]).aggregate(
        open=Count("pk", filter=Q(done_at__isnull=True, set_aside_at__isnull=True, run__status=RunStatus.OPEN)),
        aside=Count("pk", filter=Q(set_aside_at__isnull=False)),
    )
    ended: list[Sample] = [] if health.last_run is None else [({}, _ago(at, health.last_run.ended_at))]
    seen = [
        ({"kind": kind}, _ago(at, moment))
        for kind, moment in (("beat", health.beat_seen_at), ("worker", health.worker_seen_at))
        if moment is not None
    ]
    return [
        family("channelhub_night_runs", "gauge", "Nights by status.", [({"status": s}, n) for s, n in runs.items()]),
        family("channelhub_night_chunks_open", "gauge", "Parts of open runs still to do.", [({}, chunks["open"])]),
        family("channelhub_night_chunks_set_aside", "gauge", "Parts left to a person.", [({}, chunks["aside"])]),
        family("channelhub_night_ended_seconds_ago", "gauge", "Since the last night ended.", ended),
        family("channelhub_seen_seconds_ago", "gauge", "Since scheduler and worker were seen.", seen),
        family("channelhub_tasks_open", "gauge", "Tasks open.", [({}, Task.objects.still_open().count())]),
    ]


def _ago(at: datetime, moment: datetime | None) -> float:
    return 0.0 if moment is None else (at - moment).total_seconds()
