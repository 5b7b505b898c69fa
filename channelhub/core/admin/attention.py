from django import forms
from django.contrib import admin
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextareaWidget

from channelhub.core.admin import actions, cells
from channelhub.core.admin.actions import ActionPage
from channelhub.core.admin.base import AppendOnlyAdmin
from channelhub.core.models import Notification, Task
from channelhub.core.services import attention
from channelhub.lib.periods import business_day


class MineFilter(admin.SimpleListFilter):
    title = gettext_lazy("for whom and state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("mine", _("open, for me")), ("open", _("open")), ("late", _("overdue")), ("closed", _("closed"))]

    def queryset(self, request, queryset):
        if self.value() == "mine":
            return queryset.for_person(request.user).still_open()
        if self.value() == "open":
            return queryset.still_open()
        if self.value() == "late":
            return queryset.overdue(on=business_day(timezone.now()))
        return queryset.filter(closed_at__isnull=False) if self.value() == "closed" else queryset


class ResultForm(forms.Form):
    result = forms.CharField(
        label=gettext_lazy("result"),
        max_length=1000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=gettext_lazy("What came of it; it stays with the task."),
    )


@admin.register(Task)
class TaskAdmin(AppendOnlyAdmin):
    """What somebody has to do; closed with a result, never deleted."""

    list_display = ("what", "for_whom", "due", "opened", "state")
    list_filter = (MineFilter, "role")
    list_select_related = ("user", "closed_by")
    ordering = ("-opened_at", "-pk")
    actions_detail = ("close",)
    fields = (("what", "for_whom"), ("due", "opened"), ("closed_at", "closed_by"), "result")
    empty_hint = gettext_lazy("Tasks are opened by nights, imports and rules when a person has to decide.")

    def get_readonly_fields(self, request, obj=None):
        return ("what", "for_whom", "due", "opened", "closed_at", "closed_by", "result")

    @display(description=gettext_lazy("task"))
    def what(self, task):
        return task.text

    @display(description=gettext_lazy("for"))
    def for_whom(self, task):
        return task.user.get_full_name() if task.user else task.role or _("the partner")

    @display(description=gettext_lazy("due"), ordering="due_on")
    def due(self, task):
        return cells.day(task.due_on)

    @display(description=gettext_lazy("opened"), ordering="opened_at")
    def opened(self, task):
        return cells.instant(task.opened_at)

    @display(description=gettext_lazy("state"))
    def state(self, task):
        if task.closed_at:
            return cells.label(_("closed"))
        late = task.due_on and task.due_on < business_day(timezone.now())
        return cells.label(_("overdue"), "red") if late else cells.label(_("open"), "orange")

    @action(description=gettext_lazy("Close"), icon="task_alt", url_path="close", permissions=["core.change_task"])
    def close(self, request, object_id):
        task = self.get_object_or_deny(request, object_id)

        def act(data):
            attention.close_task(task=task, by=request.user, result=data["result"], at=timezone.now())
            return _("The task is closed.")

        page = ActionPage(
            title=_("Close a task"),
            hint=task.text,
            form=ResultForm,
            act=act,
            back=reverse("admin:core_task_changelist") + "?state=mine",
            button=_("Close it with this result"),
        )
        return actions.answer(self, request, None, page)


@admin.register(Notification)
class NotificationAdmin(AppendOnlyAdmin):
    """What was told to the person who looks."""

    list_display = ("told", "what", "state")
    ordering = ("-created_at", "-pk")
    fields = ("told", "what", "state")
    empty_hint = gettext_lazy("Nothing was told to you yet.")

    def get_readonly_fields(self, request, obj=None):
        return self.fields

    def has_view_permission(self, request, obj=None):
        return request.user.is_active and request.user.is_staff

    @display(description=gettext_lazy("when"), ordering="created_at")
    def told(self, item):
        return cells.instant(item.created_at)

    @display(description=gettext_lazy("what"))
    def what(self, item):
        return item.text

    @display(description=gettext_lazy("state"))
    def state(self, item):
        return _("read") if item.read_at else cells.label(_("new"), "blue")

    def get_urls(self):
        view = self.admin_site.admin_view(self.read_all)
        return [path("read/", view, name="core_notification_read"), *super().get_urls()]

    def read_all(self, request):
        if request.method == "POST":
            attention.mark_all_read(user=request.user, at=timezone.now())
        return HttpResponseRedirect(reverse("admin:index"))
