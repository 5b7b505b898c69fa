"""Files on their way in: upload, map columns, check, fix, done. A worker does the work, the page shows how far."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import action, display

from channelhub.core.admin import actions, cells, import_pages
from channelhub.core.admin.actions import ActionPage
from channelhub.core.admin.base import AppendOnlyAdmin
from channelhub.core.admin.import_pages import TONE
from channelhub.core.forms.imports import UploadForm
from channelhub.core.models import ImportJob
from channelhub.core.services import import_mending, import_rows, imports
from channelhub.lib.errors import DomainError


@admin.register(ImportJob)
class ImportJobAdmin(AppendOnlyAdmin):
    staff_wide_only = True
    list_display = ("file_name", "profile", "state", "rows_figure", "taken_figure", "refused_figure", "who", "asked")
    list_filter = ("status", "profile")
    list_select_related = ("profile", "requested_by")
    search_fields = ("file_name",)
    ordering = ("-pk",)
    actions_list = ("upload",)
    empty_hint = gettext_lazy("Press “Upload” to bring in partners, products or sales from a file.")

    @display(description=gettext_lazy("state"), ordering="status")
    def state(self, job):
        return cells.label(job.get_status_display(), TONE[job.status])

    @display(description=gettext_lazy("rows"), ordering="rows")
    def rows_figure(self, job):
        return f"{job.rows:,}"

    @display(description=gettext_lazy("good"), ordering="taken")
    def taken_figure(self, job):
        return f"{job.taken:,}"

    @display(description=gettext_lazy("refused"), ordering="rejected")
    def refused_figure(self, job):
        return f"{job.rejected:,}"

    @display(description=gettext_lazy("who"))
    def who(self, job):
        return job.requested_by.get_full_name() if job.requested_by else "–"

    @display(description=gettext_lazy("when"), ordering="requested_at")
    def asked(self, job):
        return cells.instant(job.requested_at)

    def get_urls(self):
        view = self.admin_site.admin_view
        pages = ("map", "panel", "check", "take", "cancel", "mend", "use", "ignore")
        return [
            *(
                path(f"<int:job_id>/{name}/", view(getattr(self, f"{name}_view")), name=f"core_importjob_{name}")
                for name in pages
            ),
            *super().get_urls(),
        ]

    @action(description=gettext_lazy("Upload"), icon="upload_file", permissions=["core.add_importjob"])
    def upload(self, request):
        made = {}

        def act(data):
            job = imports.upload(
                profile=data["profile"],
                file=data["file"],
                name=data["file"].name,
                at=timezone.now(),
                by=request.user,
            )
            made.update(pk=job.pk)
            return _("The file is kept; nothing is entered yet.")

        page = ActionPage(
            title=_("Upload a file"),
            form=UploadForm,
            act=act,
            then=lambda _said: HttpResponseRedirect(reverse("admin:core_importjob_map", args=[made["pk"]])),
            back=reverse("admin:core_importjob_changelist"),
            button=_("Upload and map its columns"),
        )
        return actions.answer(self, request, None, page)

    # One import

    def _may(self, request):
        return request.user.has_perm("core.add_importjob")

    def _page(self, request, template, job, **facts):
        context = {
            **self.admin_site.each_context(request),
            "title": job.file_name,
            "opts": self.opts,
            "job": job,
            "may_change": self._may(request),
            "media": self.media,
            **facts,
        }
        return TemplateResponse(request, template, context)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        job = self.get_object_or_deny(request, object_id)
        return self._page(request, "admin/imports/job.html", job, **import_pages.facts(job, request.GET))

    def panel_view(self, request, job_id):
        job = self.get_object_or_deny(request, job_id)
        facts = import_pages.facts(job, request.GET)
        response = self._page(request, "admin/imports/panel.html", job, **facts)
        if not facts["progress"].is_running:
            response["HX-Refresh"] = "true"
        return response

    def map_view(self, request, job_id):
        job = self.get_object_or_deny(request, job_id)
        here = reverse("admin:core_importjob_map", args=[job.pk])
        then = reverse("admin:core_importjob_change", args=[job.pk])
        return import_pages.map_columns(self, request, job.profile, job=job, here=here, then=then)

    def _act(self, request, job_id, call):
        job = self.get_object_or_deny(request, job_id)
        query = request.POST.get("query", "")
        back = reverse("admin:core_importjob_change", args=[job.pk]) + (f"?{query}" if query else "")
        if request.method != "POST":
            return HttpResponseRedirect(back)
        if not self._may(request):
            raise PermissionDenied
        try:
            said = call(job)
        except DomainError as refusal:
            return self.refuse(request, refusal, back)
        if said:
            messages.success(request, said)
        return HttpResponseRedirect(back)

    def check_view(self, request, job_id):
        return self._act(request, job_id, lambda job: imports.order_check(job=job) and "")

    def take_view(self, request, job_id):
        return self._act(request, job_id, lambda job: imports.order_take(job=job) and "")

    def cancel_view(self, request, job_id):
        def call(job):
            imports.cancel(job=job, at=timezone.now())
            return _("The import is given up; its file and refused rows stay.")

        return self._act(request, job_id, call)

    def mend_view(self, request, job_id):
        """Take the rows on the screen with the values typed in."""

        def call(job):
            values = import_pages.typed_values(request.POST)
            taken = import_mending.mend_rows(job=job, values=values, at=timezone.now())
            return import_pages.said(taken)

        return self._act(request, job_id, call)

    def use_view(self, request, job_id):
        """Use one value in all rows that have another one, and take them."""

        def call(job):
            posted = request.POST
            _count, taken = import_mending.use_in_all(
                job=job,
                field=posted.get("field", ""),
                value=posted.get("value", ""),
                by=posted.get("by", ""),
                at=timezone.now(),
            )
            return import_pages.said(taken)

        return self._act(request, job_id, call)

    def ignore_view(self, request, job_id):
        def call(job):
            ids = [int(pk) for pk in request.POST.getlist("row") if pk.isdecimal() and len(pk) < 19]
            count = import_rows.ignore_rows(job=job, ids=ids)
            return ngettext("%(count)d row is left out.", "%(count)d rows are left out.", count) % {"count": count}

        return self._act(request, job_id, call)
