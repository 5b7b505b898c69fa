from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminSingleDateWidget

from channelhub.core.admin import actions, cells
from channelhub.core.admin.actions import ActionPage
from channelhub.core.admin.base import AppendOnlyAdmin
from channelhub.core.enums.night import LogLevel, RunStatus
from channelhub.core.models import JobRun
from channelhub.core.selectors import night as nights
from channelhub.core.services.night import runs, steps
from channelhub.lib.errors import DomainError
from performance.services import night

TONE = {
    RunStatus.OPEN: "blue",
    RunStatus.DONE: "green",
    RunStatus.INCOMPLETE: "orange",
    RunStatus.CANCELLED: "grey",
}
LEVEL_TONE = {LogLevel.INFO: "grey", LogLevel.WARNING: "orange", LogLevel.ERROR: "red"}


def _step_names():
    return [(step.code, step.title) for step in steps.every_step()]


class RunForm(forms.Form):
    """Which business day, and the whole night or one step of it."""

    day = forms.DateField(label=gettext_lazy("business day"), widget=UnfoldAdminSingleDateWidget)
    step = forms.ChoiceField(label=gettext_lazy("what"), required=False, widget=UnfoldAdminSelectWidget)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["day"].initial = night.due_day(timezone.now())
        self.fields["step"].choices = [("", _("the whole night")), *_step_names()]


@admin.register(JobRun)
class JobRunAdmin(AppendOnlyAdmin):
    """The nights: how far, what was set aside and why, again, cancel."""

    staff_wide_only = True
    list_display = ("day", "kind", "state", "parts_figure", "aside_figure", "begun", "ended")
    list_filter = ("status", "kind")
    ordering = ("-business_day", "-pk")
    actions_list = ("start",)
    empty_hint = gettext_lazy("The scheduler opens a night every day; “Run now” opens one at once.")

    def get_queryset(self, request):
        aside = Count("chunks", filter=Q(chunks__set_aside_at__isnull=False))
        return super().get_queryset(request).annotate(parts=Count("chunks"), aside=aside)

    def has_change_run(self, request):
        return request.user.has_perm("core.change_jobrun")

    @display(description=gettext_lazy("business day"), ordering="business_day")
    def day(self, run):
        return cells.day(run.business_day)

    @display(description=gettext_lazy("state"), ordering="status")
    def state(self, run):
        return cells.label(run.get_status_display(), TONE[run.status])

    @display(description=gettext_lazy("parts"))
    def parts_figure(self, run):
        return run.parts

    @display(description=gettext_lazy("set aside"))
    def aside_figure(self, run):
        return run.aside or "–"

    @display(description=gettext_lazy("opened"), ordering="opened_at")
    def begun(self, run):
        return cells.instant(run.opened_at)

    @display(description=gettext_lazy("ended"), ordering="ended_at")
    def ended(self, run):
        return cells.instant(run.ended_at)

    # One night

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:run_id>/panel/", view(self.panel), name="core_jobrun_panel"),
            path("<int:run_id>/cancel/", view(self.cancel), name="core_jobrun_cancel"),
            path("<int:run_id>/again/", view(self.again), name="core_jobrun_again"),
            *super().get_urls(),
        ]

    def _facts(self, request, run):
        at = timezone.now()
        progress = nights.progress(run, at=at)
        running = next((step for step in progress.steps if step.done + step.set_aside < step.total), None)
        return {
            "run": run,
            "is_open": run.status == RunStatus.OPEN,
            "state": self.state(run),
            "progress": progress,
            "steps": [(step, dict(_step_names()).get(step.code, step.code)) for step in progress.steps],
            "minutes_left": None if progress.seconds_left is None else max(1, round(progress.seconds_left / 60)),
            "running": running,
            "aside": run.chunks.set_aside().select_related("step").order_by("pk")[:100],
            "health": nights.night_health(at=at),
            "log": [(line, LEVEL_TONE[line.level]) for line in run.log.order_by("-pk")[:100]],
            "may_change": self.has_change_run(request),
        }

    def change_view(self, request, object_id, form_url="", extra_context=None):
        run = self.get_object_or_deny(request, object_id)
        past = JobRun.objects.nights().exclude(status=RunStatus.OPEN).order_by("-business_day", "-pk")[:30]
        context = {
            **self.admin_site.each_context(request),
            **self._facts(request, run),
            "title": _("Night of %(day)s") % {"day": run.business_day},
            "opts": self.opts,
            "past": [(night, TONE[night.status]) for night in reversed(past)],
        }
        return TemplateResponse(request, "admin/night/run.html", context)

    def panel(self, request, run_id):
        run = self.get_object_or_deny(request, run_id)
        return TemplateResponse(request, "admin/night/panel.html", self._facts(request, run))

    def _act(self, request, run_id, call):
        run = self.get_object_or_deny(request, run_id)
        back = reverse("admin:core_jobrun_change", args=[run.pk])
        if request.method != "POST":
            return HttpResponseRedirect(back)
        if not self.has_change_run(request):
            raise PermissionDenied
        try:
            messages.success(request, call(run))
        except DomainError as refusal:
            return self.refuse(request, refusal, back)
        return HttpResponseRedirect(back)

    def cancel(self, request, run_id):
        def call(run):
            runs.cancel_run(run=run, at=timezone.now())
            return _("No further part is begun; what a worker is at is finished.")

        return self._act(request, run_id, call)

    def again(self, request, run_id):
        """Try again what was set aside: one part, or all of them."""

        def call(run):
            chunk = request.POST.get("chunk")
            if chunk and run.chunks.filter(pk=chunk if chunk.isdecimal() else 0).exists():
                runs.retry_chunk(chunk_id=int(chunk), at=timezone.now())
                count = 1
            else:
                count = runs.retry_all(run=run, at=timezone.now())
            text = ngettext("%(count)d part is tried again.", "%(count)d parts are tried again.", count)
            return text % {"count": count}

        return self._act(request, run_id, call)

    @action(description=gettext_lazy("Run now"), icon="play_arrow", permissions=["core.change_jobrun"])
    def start(self, request):
        def act(data):
            opened = self._open(data, request.user)
            opened_at.update(pk=opened.pk)
            return _("The run is open; a worker begins within a minute.")

        opened_at = {}
        page = ActionPage(
            title=_("Run a night now"),
            hint=_("A night posts nothing twice: running it again is safe."),
            form=RunForm,
            act=act,
            then=lambda _said: HttpResponseRedirect(reverse("admin:core_jobrun_change", args=[opened_at["pk"]])),
            back=reverse("admin:core_jobrun_changelist"),
            button=_("Open the run"),
        )
        return actions.answer(self, request, None, page)

    def _open(self, data, user):
        at = timezone.now()
        if data["step"]:
            return night.open_step_alone(code=data["step"], day=data["day"], at=at, by=user)
        return night.open_night(day=data["day"], at=at, by=user)
