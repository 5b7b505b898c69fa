"""Rows that were refused: kept with what the file said, mended by people, taken again by the same importer."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from channelhub.core.enums.imports import ImportStatus, RowStatus
from channelhub.core.models import ImportJob, ImportRow
from channelhub.core.services import import_files, import_mapping, staging
from channelhub.core.services.importers import Entry, importer
from channelhub.core.services.staging import REJECTED, Source, Taken
from channelhub.lib import sql
from channelhub.lib.locks import locked_in_key_order

RESUBMITTED = "resubmitted_rows"
ERRORS = """
    SELECT row_no, jsonb_agg(jsonb_build_object('field', field, 'rule', rule, 'value', value)
        ORDER BY field, rule) AS errors
    FROM rejected_rows GROUP BY row_no
"""


def entry(job: ImportJob, at: datetime) -> Entry:
    """With what the job's importer is called."""
    return Entry(job.profile.feed, f"{job.pk} {job.file_name}"[:120], at)


def problems(table: str) -> int:
    """How many staged rows could not be read as rows."""
    return int(sql.fetch_one(f"SELECT count(*) FROM {sql.quoted(table)} WHERE problem <> ''"))


def reject_problems(table: str) -> int:
    """Refuse the rows of the file that could not be read as rows; how many."""
    return sql.run(
        f"INSERT INTO {REJECTED} SELECT row_no, '', problem, '' FROM {sql.quoted(table)} WHERE problem <> ''",
    )


def keep_rejected(job: ImportJob) -> int:
    """Copy what is refused from the staging table to rows of the job; what a person mended already stays as it is."""
    sql.temporary_table("rejected_by_row", ERRORS)
    sql.run(
        f"""
        DELETE FROM core_importrow WHERE job_id = %s AND status = '{RowStatus.OPEN}'
        AND NOT EXISTS (SELECT 1 FROM rejected_by_row r WHERE r.row_no = core_importrow.row_no)
        """,
        [job.pk],
    )
    table = import_files.staging_name(job.pk)
    names = import_files.column_names(len(job.columns))
    mapped = import_mapping.mapped(job.profile, columns=job.columns, table=table, rows=job.rows, good_only=False)
    fields = importer(job.profile.importer).field_names
    values = ", ".join(f"m.{sql.quoted(field)}" for field in fields)
    columns = ", ".join(f"s.{name}" for name in names)
    return sql.run(
        f"""
        INSERT INTO core_importrow (job_id, partner_id, row_no, raw, fields, errors, status)
        SELECT %(job)s, %(partner)s, s.row_no, jsonb_object(%(columns)s::text[], ARRAY[{columns}]),
            jsonb_object(%(fields)s::text[], ARRAY[{values}]), r.errors, '{RowStatus.OPEN}'
        FROM rejected_by_row r
        JOIN {sql.quoted(table)} s ON s.row_no = r.row_no
        JOIN {mapped.relation} m ON m.row_no = r.row_no
        ORDER BY s.row_no
        ON CONFLICT (job_id, row_no) DO NOTHING
        """,
        {
            **mapped.params,
            "job": job.pk,
            "partner": job.partner_id,
            "columns": list(job.columns),
            "fields": list(fields),
        },
    )


def status_by_rows(job: ImportJob) -> ImportStatus:
    """Taken when no refused row is open, else partly."""
    still_open = ImportRow.objects.filter(job=job, status=RowStatus.OPEN).exists()
    return ImportStatus.PARTLY if still_open else ImportStatus.TAKEN


@transaction.atomic
def change_row(*, row: ImportRow, fields: Mapping[str, str]) -> ImportRow:
    """Set values of a refused row as a person typed them; it is taken when it is resubmitted."""
    found = locked_in_key_order(ImportRow.objects.filter(pk=row.pk, status=RowStatus.OPEN)).get()
    known = importer(found.job.profile.importer).field_names
    changed = {name: staging.as_text(value) for name, value in fields.items() if name in known}
    found.fields = {**found.fields, **changed}
    found.save(update_fields=["fields"])
    return found


def replace_value(*, job: ImportJob, field: str, value: str, by: str) -> int:
    """Use a value in all open rows of the job that have another one in the field; how many there were."""
    return sql.run(
        f"""
        UPDATE core_importrow SET fields = jsonb_set(fields, ARRAY[%s], to_jsonb(%s::text))
        WHERE job_id = %s AND status = '{RowStatus.OPEN}' AND fields ->> %s = %s
        """,
        [field, staging.as_text(by), job.pk, field, value],
    )


def ignore_rows(*, job: ImportJob, ids: Collection[int]) -> int:
    """Set refused rows aside for good; the job counts as taken when none is open any more."""
    with transaction.atomic():
        count = _open_rows(job, ids).update(status=RowStatus.IGNORED)
        _settle(job)
        return count


@transaction.atomic
def resubmit_rows(*, job: ImportJob, ids: Collection[int] | None, at: datetime) -> Taken:
    """Take open rows with the values they have now (None: all of them), by the importer's own service.

    Those that are good become records and are marked fixed; the others carry their new errors.
    """
    rows = _open_rows(job, ids)
    numbers = list(locked_in_key_order(rows).values_list("row_no", flat=True))
    source = _source(job, numbers)
    taken = importer(job.profile.importer).take(source, replace(entry(job, at), resubmitted=True))
    sql.temporary_table("rejected_by_row", ERRORS)
    sql.run(
        f"""
        UPDATE core_importrow SET errors = coalesce(r.errors, '[]'),
            status = CASE WHEN r.row_no IS NULL THEN '{RowStatus.FIXED}' ELSE '{RowStatus.OPEN}' END
        FROM {RESUBMITTED} s LEFT JOIN rejected_by_row r ON r.row_no = s.row_no
        WHERE core_importrow.job_id = %s AND core_importrow.row_no = s.row_no
        """,
        [job.pk],
    )
    _settle(job)
    return taken


def _open_rows(job: ImportJob, ids: Collection[int] | None) -> QuerySet[ImportRow]:
    rows = ImportRow.objects.filter(job=job, status=RowStatus.OPEN)
    return rows if ids is None else rows.filter(pk__in=list(ids))


def _source(job: ImportJob, numbers: list[int]) -> Source:
    fields = importer(job.profile.importer).field_names
    columns = ", ".join(f"coalesce(fields ->> '{field}', '') AS {sql.quoted(field)}" for field in fields)
    count = sql.temporary_table(
        RESUBMITTED,
        f"SELECT row_no, {columns} FROM core_importrow WHERE job_id = %s AND row_no = ANY (%s) ORDER BY row_no",
        [job.pk, numbers],
    )
    return Source(RESUBMITTED, count)


def _settle(job: ImportJob) -> None:
    """After rows were mended or ignored: an import that was taken in part may be whole now."""
    if job.status in (ImportStatus.PARTLY, ImportStatus.TAKEN):
        job.status = status_by_rows(job)
        job.save(update_fields=["status"])
