from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from channelhub.core.admin import cells
from channelhub.core.admin.base import AppendOnlyAdmin
from channelhub.core.models import AccountingMonth


@admin.register(AccountingMonth)
class AccountingMonthAdmin(AppendOnlyAdmin):
    """Read here; closed by money's own page, with a preview."""

    list_display = ("name", "state", "closed", "closed_by")
    list_select_related = ("closed_by",)
    ordering = ("-month",)
    empty_hint = gettext_lazy("A month gets its row when something is first booked in it.")

    @display(description=gettext_lazy("month"), ordering="month")
    def name(self, month):
        return str(month)

    @display(description=gettext_lazy("state"))
    def state(self, month):
        return cells.label(_("closed")) if month.is_closed else cells.label(_("open"), "green")

    @display(description=gettext_lazy("closed at"), ordering="closed_at")
    def closed(self, month):
        return cells.instant(month.closed_at)
