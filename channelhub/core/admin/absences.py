from django.contrib import admin
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display

from channelhub.core.admin import actions, cells
from channelhub.core.admin.actions import ActionPage
from channelhub.core.admin.base import AppendOnlyAdmin
from channelhub.core.admin.exports import PERIOD
from channelhub.core.forms.nothing import Nothing
from channelhub.core.forms.workflow import AbsenceForm
from channelhub.core.models import Delegation
from channelhub.core.services import delegations
from channelhub.lib.periods import business_day


@admin.register(Delegation)
class DelegationAdmin(AppendOnlyAdmin):
    """Who decides in whose place, when: one's own absence is entered here; administrators see everybody's."""

    list_display = ("who", "instead", "period", "role", "note", "state")
    list_select_related = ("user", "delegate")
    search_fields = ("user__name", "user__email", "delegate__name", "delegate__email")
    search_help_text = gettext_lazy("Name or e-mail")
    list_filter = ("role",)
    ordering = ("-valid_during", "pk")
    actions_list = ("new",)
    actions_detail = ("end",)
    fields = (("who", "instead"), ("period", "role"), "note")
    empty_hint = gettext_lazy("Away for some days? Press “My absence” and say who decides instead.")
    export_fields = ("user__email", "delegate__email", "valid_from", "valid_through", "role", "note")
    export_annotations = PERIOD

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        everybody = request.user.is_superuser or request.user.has_perm("core.view_user")
        return rows if everybody else rows.concerning(request.user)

    def get_readonly_fields(self, request, obj=None):
        return ("who", "instead", "period", "role", "note")

    @display(description=gettext_lazy("absent"), ordering="user__name")
    def who(self, row):
        return row.user.get_full_name()

    @display(description=gettext_lazy("decides instead"), ordering="delegate__name")
    def instead(self, row):
        return row.delegate.get_full_name()

    @display(description=gettext_lazy("period"), ordering="valid_during")
    def period(self, row):
        return cells.period(row.valid_during)

    @display(description=gettext_lazy("state"))
    def state(self, row):
        today = business_day(timezone.now())
        if today in row.valid_during:
            return cells.label(_("today"), "orange")
        return cells.label(_("planned"), "blue") if row.valid_during.lower > today else cells.label(_("over"))

    @action(description=gettext_lazy("My absence"), icon="event_busy", permissions=["core.add_delegation"])
    def new(self, request):
        def act(data):
            delegations.delegate(user=request.user, at=timezone.now(), **data)
            return _("%(name)s decides in your place from %(first)s to %(last)s.") % {
                "name": data["to"].get_full_name(),
                "first": data["first"],
                "last": data["last"],
            }

        page = ActionPage(
            title=_("My absence"),
            hint=_("You may go on deciding yourself. What is decided in your place says so for ever."),
            form=AbsenceForm,
            form_options={"user": request.user},
            act=act,
            back=reverse("admin:core_delegation_changelist"),
            button=_("Let somebody decide in my place"),
        )
        return actions.answer(self, request, None, page)

    @action(description=gettext_lazy("I am back"), icon="undo", permissions=["core.change_delegation"])
    def end(self, request, object_id):
        row = self.get_object_or_deny(request, object_id)
        if row.user_id != request.user.pk and not request.user.is_superuser:
            raise Http404

        def act(_data):
            delegations.end_delegation(delegation=row, at=timezone.now())
            return _("From today on nobody decides in your place.")

        page = ActionPage(
            title=_("End the absence"),
            form=Nothing,
            act=act,
            back=reverse("admin:core_delegation_changelist"),
            button=_("From today on I decide myself"),
        )
        return actions.answer(self, request, row, page)
