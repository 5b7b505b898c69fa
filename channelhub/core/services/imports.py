"""The staged import: a file is kept, staged, checked and taken; what was refused waits to be mended."""

from dataclasses import replace
from datetime import datetime

import structlog
from celery import current_app
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from channelhub.core.enums.imports import ImportStatus
from channelhub.core.errors import WrongImportStatus
from channelhub.core.models import ImportJob, LookupTable, MappingProfile, User
from channelhub.core.services import import_files, import_mapping, import_rows, staging
from channelhub.core.services.documents import keep_file
from channelhub.core.services.importers import importer
from channelhub.core.services.staging import Taken
from channelhub.lib import sql
from channelhub.lib.errors import DomainError
from channelhub.lib.locks import locked_in_key_order

log = structlog.get_logger(__name__)
MOST_ATTEMPTS = 5
OPEN = (ImportStatus.UPLOADED, ImportStatus.CHECKING, ImportStatus.CHECKED, ImportStatus.TAKING)
BEFORE_CHECK = frozenset((ImportStatus.UPLOADED, ImportStatus.CHECKED, ImportStatus.FAILED))
BEFORE_TAKE = BEFORE_CHECK | {ImportStatus.PARTLY}
TASK = "channelhub.core.tasks.work_on_import"


def upload(
    *,
    profile: MappingProfile,
    file: File,
    name: str,
    at: datetime,
    by: User | None = None,
    partner_id: int | None = None,
) -> ImportJob:
    """Keep a file to be imported by a profile; refuses what is no table with a header row."""
    sha256 = keep_file(file)
    opened = import_files.open_file(sha256=sha256, name=name)
    return ImportJob.objects.create(
        profile=profile,
        partner_id=partner_id,
        requested_by=by,
        requested_at=at,
        file_name=name[:200],
        size=file.size,
        sha256=sha256,
        columns=opened.columns,
    )


def load_lookup(*, lookup: LookupTable, file: File, name: str) -> int:
    """Fill a profile's lookup table from a file; the number of keys."""
    sha256 = keep_file(file)
    opened = import_files.open_file(sha256=sha256, name=name)
    with transaction.atomic():
        return import_mapping.load_lookup(lookup=lookup, file=opened, name=name, sha256=sha256)


def order_check(*, job: ImportJob) -> ImportJob:
    """Have a worker find out what would be taken and what refused; nothing is entered yet."""
    ordered = _order(job, ImportStatus.CHECKING, BEFORE_CHECK)
    transaction.on_commit(lambda: _wake(job.pk), robust=True)
    return ordered


def order_take(*, job: ImportJob) -> ImportJob:
    """Have a worker enter the good rows."""
    ordered = _order(job, ImportStatus.TAKING, BEFORE_TAKE)
    transaction.on_commit(lambda: _wake(job.pk), robust=True)
    return ordered


def check_now(*, job: ImportJob, at: datetime) -> ImportJob:
    """Check at once, in this process: for small files and tests."""
    _order(job, ImportStatus.CHECKING, BEFORE_CHECK)
    return work_on(job_id=job.pk, at=at) or job


def take_now(*, job: ImportJob, at: datetime) -> ImportJob:
    """Enter the good rows at once, in this process."""
    _order(job, ImportStatus.TAKING, BEFORE_TAKE)
    return work_on(job_id=job.pk, at=at) or job


@transaction.atomic
def cancel(*, job: ImportJob, at: datetime) -> ImportJob:
    """Give an import up before it is taken; its file and its refused rows stay."""
    found = locked_in_key_order(ImportJob.objects.filter(pk=job.pk), skip=True).first()
    if found is None or found.status not in OPEN:
        raise WrongImportStatus(_("Only an import that is not taken yet, nor just being taken, can be cancelled."))
    found.status, found.ended_at = ImportStatus.CANCELLED, at
    found.save(update_fields=["status", "ended_at"])
    sql.run(f"DROP TABLE IF EXISTS {sql.quoted(import_files.staging_name(found.pk))}")
    return found


def work_on(*, job_id: int, at: datetime) -> ImportJob | None:
    """Check or take an ordered job; None when another worker has it or nothing is ordered.

    The attempt is counted first, in a transaction of its own; after five the job fails. What the caller may mend
    (a file without the profile's columns) fails at once.
    """
    job = _count_attempt(job_id, at)
    if job is None:
        return None
    try:
        with transaction.atomic():
            ordered = locked_in_key_order(ImportJob.objects.filter(pk=job_id), skip=True).first()
            if ordered is None or ordered.status not in (ImportStatus.CHECKING, ImportStatus.TAKING):
                return None
            _stage(ordered)
            _check(ordered, at) if ordered.status == ImportStatus.CHECKING else _take(ordered, at)
            return ordered
    except DomainError as refusal:
        return _fail(job, str(refusal), at)


def ordered_jobs() -> list[int]:
    """The jobs that wait for a worker, oldest first."""
    waiting = ImportJob.objects.filter(status__in=(ImportStatus.CHECKING, ImportStatus.TAKING))
    return list(waiting.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _order(job: ImportJob, status: ImportStatus, allowed: frozenset[ImportStatus]) -> ImportJob:
    found = locked_in_key_order(ImportJob.objects.filter(pk=job.pk)).get()
    if found.status not in allowed:
        raise WrongImportStatus(_("The import does not stand where this can be asked."))
    found.status, found.attempts, found.error, found.ended_at = status, 0, "", None
    found.save(update_fields=["status", "attempts", "error", "ended_at"])
    job.refresh_from_db()
    return job


def _wake(job_id: int) -> None:
    """Send a worker; if the message is lost, beat asks within a minute."""
    try:
        current_app.send_task(TASK, kwargs={"job_id": job_id}, retry=False)
    except Exception as error:  # noqa: BLE001 - the edge of the transaction: the order is a row, beat will ask
        log.warning("import_worker_not_woken", error=str(error))


@transaction.atomic
def _count_attempt(job_id: int, at: datetime) -> ImportJob | None:
    job = locked_in_key_order(ImportJob.objects.filter(pk=job_id), skip=True).select_related("profile__feed").first()
    if job is None or job.status not in (ImportStatus.CHECKING, ImportStatus.TAKING):
        return None
    if job.attempts >= MOST_ATTEMPTS:
        return _end(job, ImportStatus.FAILED, at, error=job.error or _("The worker ended five times.")) and None
    job.attempts, job.started_at = job.attempts + 1, job.started_at or at
    job.save(update_fields=["attempts", "started_at"])
    return job


def _stage(job: ImportJob) -> None:
    """Load the job's rows unless they are there: an unlogged table is empty after a crash."""
    table = import_files.staging_name(job.pk)
    present = sql.fetch_one("SELECT to_regclass(%s) IS NOT NULL", [table])
    rows = sql.fetch_one(f"SELECT count(*) FROM {sql.quoted(table)}") if present and job.rows else 0
    if not rows or rows != job.rows:
        file = import_files.open_file(sha256=job.sha256, name=job.file_name)
        job.rows = import_files.load_staging(table=table, file=file)


def _bring_in(job: ImportJob, at: datetime) -> Taken:
    """The importer's own service over the mapped rows, then the rows that are no rows at all."""
    way_in = importer(job.profile.importer)
    table = import_files.staging_name(job.pk)
    broken = import_rows.problems(table)
    source = import_mapping.mapped(job.profile, columns=job.columns, table=table, rows=job.rows - broken)
    taken = way_in.take(source, import_rows.entry(job, at))
    if broken:
        import_rows.reject_problems(table)
    return replace(taken, rejected=taken.rejected + broken)


def _check(job: ImportJob, at: datetime) -> None:
    """Take everything, remember what happened, and take it back: a check is never another opinion."""
    with transaction.atomic():
        taken = _bring_in(job, at)
        refused = staging.rejected_rows()
        transaction.set_rollback(True)
    staging.reject_again(refused)
    import_rows.keep_rejected(job)
    job.taken, job.unchanged, job.rejected = taken.taken, taken.unchanged, taken.rejected
    job.status = ImportStatus.CHECKED
    job.save(update_fields=["taken", "unchanged", "rejected", "rows", "status"])


def _take(job: ImportJob, at: datetime) -> None:
    taken = _bring_in(job, at)
    import_rows.keep_rejected(job)
    job.taken, job.unchanged, job.rejected = taken.taken, taken.unchanged, taken.rejected
    job.batch_id = taken.batch_id
    job.save(update_fields=["taken", "unchanged", "rejected", "rows", "batch_id"])
    sql.run(f"DROP TABLE IF EXISTS {sql.quoted(import_files.staging_name(job.pk))}")
    _end(job, import_rows.status_by_rows(job), at)


def _fail(job: ImportJob, error: str, at: datetime) -> ImportJob:
    with transaction.atomic():
        sql.run(f"DROP TABLE IF EXISTS {sql.quoted(import_files.staging_name(job.pk))}")
        return _end(job, ImportStatus.FAILED, at, error=error)


def _end(job: ImportJob, status: ImportStatus, at: datetime, *, error: str = "") -> ImportJob:
    job.status, job.ended_at, job.error = status, at, error
    job.save(update_fields=["status", "ended_at", "error"])
    return job
