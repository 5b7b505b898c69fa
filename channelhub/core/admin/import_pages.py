"""What the pages of an import show and read."""

import re

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from channelhub.core.enums.imports import ImportStatus
from channelhub.core.forms.imports import FieldForm
from channelhub.core.selectors import imports as selectors
from channelhub.core.services import import_files, profiles
from channelhub.core.services.importers import importer, message_of
from channelhub.lib.errors import DomainError

TONE = {
    ImportStatus.UPLOADED: "grey",
    ImportStatus.CHECKING: "blue",
    ImportStatus.CHECKED: "orange",
    ImportStatus.TAKING: "blue",
    ImportStatus.TAKEN: "green",
    ImportStatus.PARTLY: "orange",
    ImportStatus.FAILED: "red",
    ImportStatus.CANCELLED: "grey",
}
# At which of upload, map, check, fix, done an import stands.
STANDS_AT = {
    ImportStatus.UPLOADED: 3,
    ImportStatus.CHECKING: 3,
    ImportStatus.CHECKED: 4,
    ImportStatus.TAKING: 4,
    ImportStatus.PARTLY: 4,
    ImportStatus.TAKEN: 5,
    ImportStatus.FAILED: 3,
    ImportStatus.CANCELLED: 5,
}
ROWS_A_PAGE = 20
TYPED = re.compile(r"row-(\d+)-(\w+)")
MORE_THAN_A_COLUMN = ("separator", "prefix", "lookup", "then_lookup", "factor")


def steps(at):
    """Upload > map columns > check > fix > done."""
    names = (_("Upload"), _("Map columns"), _("Check"), _("Fix"), _("Done"))
    return [(name, place == at) for place, name in enumerate(names, 1)]


def facts(job, asked):
    """How far, what is refused by field and rule, and a page of the refused rows."""
    progress = selectors.progress(job)
    way_in = importer(job.profile.importer)
    labels = {field.name: field.label for field in way_in.fields}
    groups = [
        (group, labels.get(group.field, group.field or _("row")), message_of(group.rule))
        for group in selectors.error_groups(job)
    ]
    field, rule = asked.get("field", ""), asked.get("rule", "")
    page = Paginator(selectors.refused_rows(job, field=field, rule=rule), ROWS_A_PAGE).get_page(asked.get("page"))
    query = asked.copy()
    query.pop("page", None)
    return {
        "progress": progress,
        "tone": TONE[job.status],
        "steps": steps(STANDS_AT[job.status]),
        "groups": groups,
        "rows": [(row, _row_errors(row, labels)) for row in page],
        "page": page,
        "query": query.urlencode(),
        "chosen": (field, rule),
        "same_before": selectors.same_file_before(job)[:3],
        "labels": labels,
        "done_percent": (progress.good + progress.unchanged) * 100 // progress.rows if progress.rows else 0,
    }


def _row_errors(row, labels):
    """A row's refused fields as the screen asks for them: name, label, why, the value it has now."""
    whys = {}
    for error in row.errors:
        whys.setdefault(error["field"], []).append(message_of(error["rule"]))
    return [
        (field, labels.get(field, field), " ".join(reasons), row.fields.get(field, ""), field in labels)
        for field, reasons in whys.items()
    ]


def typed_values(posted):
    """Row id → field → value, from inputs named row-ID-field."""
    values = {}
    for name, value in posted.items():
        match = TYPED.fullmatch(name)
        if match:
            values.setdefault(int(match[1]), {})[match[2]] = value
    return values


def said(taken):
    """What became of rows that were sent again."""
    good = taken.taken + taken.unchanged
    text = ngettext("%(count)d row is in.", "%(count)d rows are in.", good) % {"count": good}
    if taken.rejected:
        more = ngettext("%(count)d is still refused.", "%(count)d are still refused.", taken.rejected)
        text = f"{text} {more % {'count': taken.rejected}}"
    return text


def map_columns(model_admin, request, profile, *, here, then, job=None):
    """The profile's fields, each with its columns, what is done to them, and three real values."""
    columns = profiles.columns_known(profile, job.columns if job else ())
    samples = import_files.sample_rows(sha256=job.sha256, name=job.file_name) if job else []
    fields = importer(profile.importer).fields
    rows = _field_rows(request, profile, fields, columns, samples)
    if request.method == "POST" and all(form.is_valid() for _field, form, _samples, _more in rows):
        if not request.user.has_perm("core.change_mappingprofile"):
            raise PermissionDenied
        try:
            mappings = {field.name: form.cleaned_data for field, form, _samples, _more in rows}
            profiles.save_mappings(profile=profile, mappings=mappings)
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The mapping is kept for all files of this profile."))
            return HttpResponseRedirect(then)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Map columns of %(profile)s") % {"profile": profile},
        "opts": model_admin.opts,
        "media": model_admin.media + rows[0][1].media,
        "job": job,
        "profile": profile,
        "steps": steps(2) if job else [],
        "rows": rows,
        "columns": [(column, [row.get(column, "") for row in samples]) for column in columns],
        "here": here,
        "then": then,
        "may_change": request.user.has_perm("core.change_mappingprofile"),
    }
    return TemplateResponse(request, "admin/imports/map.html", context)


def _field_rows(request, profile, fields, columns, samples):
    """(field, form, three real values, whether more than a column is set) for each field of the importer."""
    have = {mapping.field: mapping for mapping in profile.mappings.select_related("lookup", "then_lookup")}
    lookups = profile.lookups.order_by("name")
    rows = []
    for field in fields:
        mapping = have.get(field.name)
        initial = {part: getattr(mapping, part) for part in profiles.PARTS} if mapping else {}
        data = request.POST if request.method == "POST" else None
        form = FieldForm(data, prefix=field.name, initial=initial, columns=columns, lookups=lookups)
        chosen = mapping.columns if mapping else []
        seen = [" · ".join(sample.get(column, "") for column in chosen) for sample in samples] if chosen else []
        more = any(initial.get(part) for part in MORE_THAN_A_COLUMN)
        rows.append((field, form, seen, more))
    return rows
