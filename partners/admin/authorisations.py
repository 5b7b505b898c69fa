from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display

from channelhub.core.admin import actions, cells
from channelhub.core.admin.actions import ActionPage, Preview
from channelhub.core.admin.base import AppendOnlyAdmin
from channelhub.core.admin.exports import PERIOD
from channelhub.core.admin.finding import FoundByIndex
from channelhub.lib.periods import business_day
from partners.forms.partners import EndForm
from partners.models import Authorisation
from partners.services import authorisations


@admin.register(Authorisation)
class AuthorisationAdmin(FoundByIndex, AppendOnlyAdmin):
    """Granted on the partner's page, where the overlap is shown; ended here. Never edited, never deleted."""

    list_display = ("who", "territory", "product_line", "sales_channel", "kind", "period", "state")
    list_filter = ("exclusive",)
    list_select_related = ("partner", "territory", "product_line", "sales_channel")
    search_fields = ("partner__code",)  # found by the index
    found_by = {
        "partner_id": "partners.partner",
        "territory_id": "partners.territory",
        "product_line_id": "partners.productline",
    }
    search_help_text = gettext_lazy("Partner, territory or product line")
    ordering = ("partner__sort_key", "-valid_during", "pk")
    exclude = ("territory_path", "line_path", "channel_path", "version", "updated_at")
    actions_detail = ("end",)
    empty_hint = gettext_lazy("Open a partner and press “Authorise”.")
    export_fields = (
        "partner__code",
        "territory__code",
        "product_line__code",
        "sales_channel__code",
        "exclusive",
        "valid_from",
        "valid_through",
    )
    export_annotations = PERIOD

    @display(description=gettext_lazy("partner"), ordering="partner__sort_key")
    def who(self, row):
        return row.partner.name

    @display(description=gettext_lazy("kind"))
    def kind(self, row):
        return cells.label(_("exclusive"), "blue") if row.exclusive else _("shared")

    @display(description=gettext_lazy("period"), ordering="valid_during")
    def period(self, row):
        return cells.period(row.valid_during)

    @display(description=gettext_lazy("state"))
    def state(self, row):
        day = business_day(timezone.now())
        if day in row.valid_during:
            return cells.label(_("in force"), "green")
        return cells.label(_("ended") if row.valid_during.upper and row.valid_during.upper <= day else _("planned"))

    @action(description=gettext_lazy("End"), icon="event_busy", permissions=["partners.change_authorisation"])
    def end(self, request, object_id):
        row = self.get_object_or_deny(request, object_id)
        back = reverse("admin:partners_authorisation_change", args=[row.pk])

        def preview(data):
            new = authorisations.ended(row.valid_during, data["last"])
            return Preview(
                changes=[(_("period"), cells.period(row.valid_during), cells.period(new))],
                button=_("End it with %(day)s") % {"day": data["last"]},
            )

        def act(data):
            authorisations.end_authorisation(authorisation=row, last=data["last"], at=timezone.now())
            return _("The authorisation ends with %(day)s.") % {"day": data["last"]}

        page = ActionPage(title=_("End an authorisation"), form=EndForm, preview=preview, act=act, back=back)
        return actions.answer(self, request, row, page)
