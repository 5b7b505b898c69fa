from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display

from channelhub.core.admin import actions, cells
from channelhub.core.admin.actions import ActionPage
from channelhub.core.admin.base import AppendOnlyAdmin
from channelhub.core.forms.nothing import Nothing
from channelhub.core.models import EventHandling
from channelhub.core.services import dispatch


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("aside", _("set aside")), ("waiting", _("waits")), ("done", _("done"))]

    def queryset(self, request, queryset):
        chosen = self.value()
        if chosen == "aside":
            return queryset.filter(set_aside_at__isnull=False)
        if chosen == "waiting":
            return queryset.waiting()
        return queryset.filter(done_at__isnull=False) if chosen == "done" else queryset


@admin.register(EventHandling)
class EventHandlingAdmin(AppendOnlyAdmin):
    """What a handler did with an event; after five failures it is set aside, and tried again from here."""

    staff_wide_only = True
    list_display = ("event_name", "handler", "attempts_figure", "occurred", "state", "why")
    list_filter = (StateFilter, "handler")
    list_select_related = ("event",)
    search_fields = ("event__name", "handler")
    ordering = ("-pk",)
    actions_detail = ("again",)
    fields = (("event_name", "handler"), ("occurred", "attempts", "state"), "data", "error")
    empty_hint = gettext_lazy("What happened is told to handlers within seconds; what fails five times is kept here.")
    export_fields = ("event__name", "handler", "attempts", "done_at", "set_aside_at", "error")

    def get_readonly_fields(self, request, obj=None):
        return ("event_name", "handler", "occurred", "attempts", "state", "data", "error")

    @display(description=gettext_lazy("event"), ordering="event__name")
    def event_name(self, row):
        return row.event.name

    @display(description=gettext_lazy("attempts"), ordering="attempts")
    def attempts_figure(self, row):
        return row.attempts

    @display(description=gettext_lazy("occurred"), ordering="event__occurred_at")
    def occurred(self, row):
        return cells.instant(row.event.occurred_at)

    @display(description=gettext_lazy("state"))
    def state(self, row):
        if row.set_aside_at:
            return cells.label(_("set aside"), "red")
        return cells.label(_("done"), "green") if row.done_at else cells.label(_("waits"), "blue")

    @display(description=gettext_lazy("error"))
    def why(self, row):
        return row.error[:120] or "–"

    @display(description=gettext_lazy("data"))
    def data(self, row):
        return ", ".join(f"{name}: {value}" for name, value in sorted(row.event.data.items()))

    @action(description=gettext_lazy("Try again"), icon="replay", permissions=["core.change_eventhandling"])
    def again(self, request, object_id):
        row = self.get_object_or_deny(request, object_id)

        def act(_data):
            dispatch.retry_handling(handling_id=row.pk, at=timezone.now())
            return _("It is tried again within seconds, five times at most.")

        page = ActionPage(
            title=_("Try again"),
            hint=_("%(handler)s is called again for %(event)s.") % {"handler": row.handler, "event": row.event.name},
            form=Nothing,
            act=act,
            back=reverse("admin:core_eventhandling_changelist") + "?state=aside",
            button=_("Try it again"),
        )
        return actions.answer(self, request, row, page)
