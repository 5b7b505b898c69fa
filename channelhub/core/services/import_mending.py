"""Refused rows mended on the screen: new values, then taken at once by the import's own service."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from channelhub.core.enums.imports import RowStatus
from channelhub.core.models import ImportJob, ImportRow
from channelhub.core.services import import_rows
from channelhub.core.services.staging import Taken


@transaction.atomic
def mend_rows(*, job: ImportJob, values: Mapping[int, Mapping[str, str]], at: datetime) -> Taken:
    """Set values of open rows (row id → field → value) and take these rows; the others stay as they are."""
    rows = ImportRow.objects.filter(job=job, status=RowStatus.OPEN, pk__in=list(values)[:1000])
    for row in rows.order_by("pk"):
        import_rows.change_row(row=row, fields=values[row.pk])
    return import_rows.resubmit_rows(job=job, ids=list(values), at=at)


@transaction.atomic
def use_in_all(*, job: ImportJob, field: str, value: str, by: str, at: datetime) -> tuple[int, Taken]:
    """Put one value in the place of another in all open rows, and take the rows that had it."""
    ids = list(
        ImportRow.objects.filter(job=job, status=RowStatus.OPEN, **{f"fields__{field}": value}).values_list(
            "pk", flat=True
        ),
    )
    count = import_rows.replace_value(job=job, field=field, value=value, by=by)
    return count, import_rows.resubmit_rows(job=job, ids=ids, at=at)
