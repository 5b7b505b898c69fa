from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from channelhub.core.enums.exports import ExportFormat
from channelhub.core.models import ExportJob
from channelhub.core.services import exports
from channelhub.core.views.portal import no_permission, portal_page, reads_only
from channelhub.lib.errors import DomainError

SHOWN = 50


@require_safe
@portal_page()
def export_list(request):
    """One's own downloads, newest first."""
    jobs = ExportJob.objects.visible_to(request.user).order_by("-id")[:SHOWN]
    rows = [(job, exports.kind_of(job.kind)) for job in jobs]
    return render(request, "portal/export_list.html", {"rows": rows, "page": "exports"})


@require_POST
@portal_page()
def export_new(request):
    """Put what the page shows in the queue."""
    kind = exports.kind_of(request.POST.get("list", ""))
    file_format = request.POST.get("file_format", "")
    if kind is None or file_format not in ExportFormat:
        raise Http404
    if request.acting.view_as:
        return reads_only(request)
    if kind.right and not request.acting.may(kind.right):
        return no_permission(request, kind.right)
    try:
        job = exports.request_export(
            who=request.acting,
            kind=kind,
            data=request.POST,
            file_format=file_format,
            at=timezone.now(),
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("portal_exports")
    return redirect("portal_export", job.pk)


@require_safe
@portal_page()
def export_detail(request, pk):
    """How far it is, and the file; the fragment asks again every two seconds while it is being made."""
    job = get_object_or_404(ExportJob.objects.visible_to(request.user), pk=pk)
    context = {
        "job": job,
        "kind": exports.kind_of(job.kind),
        "progress": exports.progress_of(job),
        "page": "exports",
    }
    template = "portal/export_progress.html" if request.htmx else "portal/export_detail.html"
    return render(request, template, context)


@require_POST
@portal_page()
def export_cancel(request, pk):
    job = get_object_or_404(ExportJob.objects.visible_to(request.user), pk=pk)
    if request.acting.view_as:
        return reads_only(request)
    exports.cancel_export(job=job, at=timezone.now())
    return redirect("portal_export", job.pk)


@require_safe
@portal_page()
def export_file(request, pk):
    """The file itself: only to who asked for it, for the company it was asked for."""
    job = get_object_or_404(ExportJob.objects.visible_to(request.user), pk=pk)
    path = exports.file_of(job)
    if not job.is_ready or not path.exists():
        messages.error(request, _("This file is no longer kept; ask for it again."))
        return redirect("portal_export", job.pk)
    name = f"{job.kind}-{job.requested_at:%Y%m%d-%H%M}.{job.file_format}"
    response = FileResponse(path.open("rb"), as_attachment=True, filename=name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
