"""What the pages of an import show: how far it is, what was refused and why, earlier imports of the same file."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from channelhub.core.enums.imports import ImportStatus, RowStatus
from channelhub.core.models import ImportJob, ImportRow
from channelhub.lib import sql

SAMPLES = 5


@dataclass(frozen=True)
class Progress:
    """How an import stands. ``good``: rows that a check would take or a take took; ``unchanged`` are known already."""

    status: str
    rows: int
    good: int
    unchanged: int
    rejected: int
    still_open: int

    @property
    def is_running(self) -> bool:
        return self.status in (ImportStatus.CHECKING, ImportStatus.TAKING)

    @property
    def nothing_new(self) -> bool:
        """The same file again: every row is in the system as it is."""
        return bool(self.rows) and self.unchanged == self.rows


@dataclass(frozen=True)
class ErrorGroup:
    """One rule broken in one field: in how many open rows, and the values that are refused most often."""

    field: str
    rule: str
    rows: int
    samples: tuple[tuple[str, int], ...]


def progress(job: ImportJob) -> Progress:
    """How far the import is, in rows."""
    still_open = ImportRow.objects.filter(job=job, status=RowStatus.OPEN).count()
    return Progress(job.status, job.rows, job.taken, job.unchanged, job.rejected, still_open)


def error_groups(job: ImportJob) -> list[ErrorGroup]:
    """What is refused in open rows, by field and rule, most frequent first, each with its most frequent values."""
    rows = sql.fetch(
        f"""
        WITH found AS (
            SELECT e ->> 'field' AS field, e ->> 'rule' AS rule, e ->> 'value' AS value, count(*) AS rows
            FROM core_importrow r CROSS JOIN LATERAL jsonb_array_elements(r.errors) e
            WHERE r.job_id = %s AND r.status = '{RowStatus.OPEN}' GROUP BY 1, 2, 3
        ), ranked AS (
            SELECT *, row_number() OVER (PARTITION BY field, rule ORDER BY rows DESC, value) AS place FROM found
        )
        SELECT field, rule, sum(rows)::bigint,
            jsonb_agg(jsonb_build_array(value, rows) ORDER BY place) FILTER (WHERE place <= {SAMPLES})
        FROM ranked GROUP BY field, rule ORDER BY 3 DESC, field, rule
        """,
        [job.pk],
    )
    return [ErrorGroup(field, rule, count, _pairs(samples)) for field, rule, count, samples in rows]


def refused_rows(job: ImportJob, *, field: str = "", rule: str = "") -> QuerySet[ImportRow]:
    """The open rows, in the order of the file; of one field and rule if asked."""
    rows = ImportRow.objects.filter(job=job, status=RowStatus.OPEN).order_by("row_no")
    wanted = {key: value for key, value in (("field", field), ("rule", rule)) if value}
    return rows.filter(errors__contains=[wanted]) if wanted else rows


def same_file_before(job: ImportJob) -> QuerySet[ImportJob]:
    """Earlier imports of a file with the same content by the same profile, latest first."""
    same = ImportJob.objects.filter(profile_id=job.profile_id, sha256=job.sha256, pk__lt=job.pk)
    return same.exclude(status=ImportStatus.CANCELLED).order_by("-pk")


def _pairs(samples: Any) -> tuple[tuple[str, int], ...]:
    import json

    found = json.loads(samples) if isinstance(samples, str) else samples
    return tuple((value, count) for value, count in found)
