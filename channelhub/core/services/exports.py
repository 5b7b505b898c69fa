"""Lists as files: one service for all of them. CSV by COPY, XLSX in constant memory, nothing a spreadsheet runs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from channelhub.core.enums import messages
from channelhub.core.enums.exports import ExportFormat, ExportStatus
from channelhub.core.errors import ExportAccessEnded, ExportCancelled, ExportsTooMany
from channelhub.core.models import ExportJob, User
from channelhub.core.services import acting, attention, export_files, outbox
from channelhub.core.services.acting import Acting
from channelhub.core.services.fence import fenced, unfenced
from channelhub.lib.locks import locked_in_key_order

KEPT = timedelta(days=7)
ATTEMPTS = 3
WAITING_AT_ONCE = 5
LONG, MANY = timedelta(seconds=30), 20_000
PROGRESS_KEPT = 3600
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Column:
    """One column of a file: its heading, the row's annotation it shows, and whether that is free text."""

    heading: Any
    name: str
    is_text: bool = False


@dataclass(frozen=True)
class ExportKind:
    """A list that may be exported.

    ``rows(user, params)`` is the ordered queryset, starting at ``visible_to(user)``, or, for what is computed, a list
    of tuples in the order of the columns; ``clean(data)`` makes the stored
    parameters from a request's; ``right``: what a dealer's role must allow.
    """

    code: str
    title: Any
    columns: Sequence[Column]
    rows: Callable[[User, Mapping[str, Any]], QuerySet | Sequence[Sequence[Any]]]
    clean: Callable[[Mapping[str, Any]], dict[str, Any]]
    right: str | None = None


_kinds: dict[str, ExportKind] = {}


def register(kind: ExportKind) -> None:
    """Called from an app's ``AppConfig.ready()``; one code means one list."""
    if _kinds.setdefault(kind.code, kind) is not kind:
        raise ValueError(f"export {kind.code} is registered twice")


def kind_of(code: str) -> ExportKind | None:
    """The list of that code; None: there is none."""
    return _kinds.get(code)


@dataclass(frozen=True)
class Progress:
    """How far a worker is; ``total`` None: not begun."""

    done: int
    total: int | None

    @property
    def percent(self) -> int:
        return min(99, self.done * 100 // self.total) if self.total else 0


def progress_of(job: ExportJob) -> Progress:
    """How far the worker that writes this export is."""
    done, total = cache.get(_progress_key(job), (0, None))
    return Progress(done, total)


def request_export(
    *, who: Acting, kind: ExportKind, data: Mapping[str, Any], file_format: str, at: datetime
) -> ExportJob:
    """Put an export in the queue of its maker; refuses a sixth while five wait."""
    params = kind.clean(data)
    assert isinstance(who.user, User)
    with unfenced():
        User.objects.select_for_update().filter(pk=who.user.pk).first()
        if ExportJob.objects.waiting().filter(requested_by_id=who.user.pk).count() >= WAITING_AT_ONCE:
            raise ExportsTooMany(_("Five downloads are being made already; wait for one of them."))
        transaction.on_commit(_wake_worker, robust=True)
        return ExportJob.objects.create(
            kind=kind.code,
            params=params,
            file_format=ExportFormat(file_format),
            language=translation.get_language() or settings.LANGUAGE_CODE,
            partner_id=who.partner_id,
            requested_by_id=who.user.pk,
            requested_at=at,
        )


def _wake_worker() -> None:
    """After commit; a lost message costs a minute: beat asks too."""
    try:
        current_app.send_task("channelhub.core.tasks.work_on_exports", retry=False)
    except Exception as error:  # noqa: BLE001 - the row is committed, beat will wake
        log.warning("export_worker_not_woken", error=str(error))


def cancel_export(*, job: ExportJob, at: datetime) -> None:
    """Stop an export: one that waits at once, one that is being written at its next thousand rows."""
    cache.set(_cancel_key(job), 1, PROGRESS_KEPT)
    with unfenced():
        rows = locked_in_key_order(ExportJob.objects.waiting().filter(pk=job.pk), skip=True)
        for waiting in rows:
            _finish(waiting, ExportStatus.CANCELLED, at)


def work_on_next_export(*, at: datetime) -> ExportJob | None:
    """Write the oldest waiting export; None: none waits. The row's lock is the claim, a crash gives it back."""
    with transaction.atomic():
        job = locked_in_key_order(ExportJob.objects.waiting(), skip=True).first()
        if job is None:
            return None
        job.attempts += 1
        job.save(update_fields=["attempts"])
        if job.attempts > ATTEMPTS:
            _finish(job, ExportStatus.FAILED, at, error=_("The worker was lost three times."))
            return job
    try:
        with transaction.atomic():
            for claimed in locked_in_key_order(ExportJob.objects.waiting().filter(pk=job.pk), skip=True):
                _write(claimed, at)
    except (ExportCancelled, ExportAccessEnded) as refusal:
        _finish(job, ExportStatus.CANCELLED, at, error=str(refusal))
    except Exception as error:  # noqa: BLE001 - the edge of the queue: one export's failure must not stop the others
        _record_failure(job, error, at)
    job.refresh_from_db()
    _tell(job, at)
    return job


def _tell(job: ExportJob, at: datetime) -> None:
    """Who waited long, or for much, has gone on to other things: tell the person; failures always."""
    with translation.override(job.language):
        title = str(_kinds[job.kind].title)
    to: dict[str, Any] = {"user": job.requested_by, "partner_id": job.partner_id}
    url = f"/portal/exports/{job.pk}/" if job.partner_id else ""
    if job.status == ExportStatus.FAILED:
        attention.notify(messages.EXPORT_FAILED, at=at, url=url, title=title, **to)
    elif job.is_ready and (at - job.requested_at > LONG or (job.rows or 0) > MANY):
        attention.notify(messages.EXPORT_READY, at=at, url=url, title=title, rows=job.rows, **to)
        outbox.publish("core.export.ready", occurred_at=at, export_id=job.pk)


def throw_away_expired(*, at: datetime) -> int:
    """Delete the files whose time is over; the row stays and says so."""
    expired = ExportJob.objects.filter(status=ExportStatus.DONE, expires_at__lt=at)
    for job in expired:
        file_of(job).unlink(missing_ok=True)
    return expired.update(status=ExportStatus.EXPIRED)


def file_of(job: ExportJob) -> Path:
    """Where the file lies: a name nobody can guess, in a folder nothing serves."""
    return settings.MEDIA_ROOT / "exports" / f"{job.token}.{job.file_format}"


def _write(job: ExportJob, at: datetime) -> None:
    kind = _kinds[job.kind]
    who = acting.of_job(job.requested_by, job.partner_id, at)
    if who is None or (kind.right and who.standing is not None and not who.may(kind.right)):
        raise ExportAccessEnded(_("You no longer have access to this list."))
    job.requested_by.acting = who
    with translation.override(job.language):
        if who.standing is None:
            rows = _write_file(job, kind)
        else:
            with fenced(who.standing):
                rows = _write_file(job, kind)
    _finish(job, ExportStatus.DONE, at, rows=rows, size=file_of(job).stat().st_size, expires_at=at + KEPT)


def _write_file(job: ExportJob, kind: ExportKind) -> int:
    found = kind.rows(job.requested_by, job.params)
    total = found.count() if isinstance(found, QuerySet) else len(found)

    def report(done: int) -> None:
        cache.set(_progress_key(job), (done, total), PROGRESS_KEPT)
        if cache.get(_cancel_key(job)):
            raise ExportCancelled(_("You cancelled this download."))

    report(0)
    headings = [str(column.heading) for column in kind.columns]
    columns = [(column.name, column.is_text) for column in kind.columns]
    rows = (
        export_files.as_columns(found, columns)
        if isinstance(found, QuerySet)
        else export_files.harmless_rows(found, columns)
    )
    write = export_files.write_csv if job.file_format == ExportFormat.CSV else export_files.write_xlsx
    return write(file_of(job), headings, rows, report)


def _finish(job: ExportJob, status: ExportStatus, at: datetime, **fields: Any) -> None:
    ExportJob.objects.filter(pk=job.pk).update(status=status, finished_at=at, **fields)
    cache.delete_many([_progress_key(job), _cancel_key(job)])


def _record_failure(job: ExportJob, error: Exception, at: datetime) -> None:
    """After the last attempt it is given up; before, it waits for the next."""
    message = f"{type(error).__name__}: {error}"[:300]
    if job.attempts >= ATTEMPTS:
        _finish(job, ExportStatus.FAILED, at, error=message)
    else:
        ExportJob.objects.filter(pk=job.pk).update(error=message)


def _progress_key(job: ExportJob) -> str:
    return f"export:{job.token}:progress"


def _cancel_key(job: ExportJob) -> str:
    return f"export:{job.token}:cancel"
