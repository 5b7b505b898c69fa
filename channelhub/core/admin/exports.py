"""A list as a file, at once: CSV by COPY, XLSX in constant memory, nothing a spreadsheet would run."""

import tempfile
from pathlib import Path

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.postgres.fields import DateRangeField
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Case, CharField, DateField, F, Func, TextField, Value, When
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channelhub.core.services import export_files

MOST = 100_000
KINDS = {
    "csv": (export_files.write_csv, "text/csv; charset=utf-8"),
    "xlsx": (export_files.write_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
PERIOD = {
    "valid_from": F("valid_during__startswith"),
    "valid_through": Func(F("valid_during"), template="(upper(%(expressions)s) - 1)", output_field=DateField()),
}
PERIOD_HEADINGS = {"valid_from": gettext_lazy("first day"), "valid_through": gettext_lazy("last day")}


def _address(model_admin):
    return reverse(f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}_export")


def links(model_admin, changelist):
    """(format, address of the file with the list's filters) for each format."""
    here = changelist.get_query_string(remove=["p"]).lstrip("?")
    return [(kind.upper(), f"{_address(model_admin)}?{here}{'&' if here else ''}format={kind}") for kind in KINDS]


def _field(model, path):
    """The field at the end of a path like partner__code; None: an annotation."""
    field = None
    for name in path.split("__"):
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist:
            return None
        model = field.related_model or model
    return field


def names_of(choices, column):
    """An annotation that says a stored number by its name; call it ``…_name``."""
    cases = [When(**{column: value}, then=Value(str(label))) for value, label in choices.choices]
    return Case(*cases, default=Value(""), output_field=CharField())


def _heading(model, path):
    if path in PERIOD_HEADINGS:
        return str(PERIOD_HEADINGS[path])
    first = _field(model, path.removesuffix("_name").split("__", maxsplit=1)[0])
    last = _field(model, path.removesuffix("_name"))
    if last is None:
        return path
    return str(last.verbose_name) if first is last else f"{first.verbose_name}: {last.verbose_name}"


def _columns(model, paths):
    return [(path, isinstance(_field(model, path), CharField | TextField | DateRangeField)) for path in paths]


def answer(model_admin, request):
    """The file; too many rows for one request: back to the list, which says so."""
    wanted = request.GET.copy()
    kind = wanted.pop("format", ["csv"])[-1]
    request.GET = wanted
    opts = model_admin.opts
    back = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
    try:
        changelist = model_admin.get_changelist_instance(request)
    except IncorrectLookupParameters:
        messages.error(request, _("This filter cannot be read."))
        return HttpResponseRedirect(back)
    rows = changelist.get_queryset(request)
    if kind not in KINDS or rows.order_by()[: MOST + 1].count() > MOST:
        text = _("More than %(count)d rows: narrow the list by filters, then download it in parts.")
        messages.error(request, text % {"count": MOST})
        return HttpResponseRedirect(f"{back}?{wanted.urlencode()}")
    write, media_type = KINDS[kind]
    paths = model_admin.export_fields
    query = export_files.as_columns(
        rows.select_related(None).prefetch_related(None).annotate(**model_admin.export_annotations),
        _columns(model_admin.model, paths),
    )
    headings = [_heading(model_admin.model, path) for path in paths]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"rows.{kind}"
        write(path, headings, query, lambda _count: None)
        content = path.read_bytes()
    name = f"{opts.model_name}-{timezone.localdate():%Y-%m-%d}.{kind}"
    headers = {"Content-Disposition": content_disposition_header(as_attachment=True, filename=name)}
    return HttpResponse(content, content_type=media_type, headers=headers)
