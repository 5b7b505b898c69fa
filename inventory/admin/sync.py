from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import action, display

from channelhub.core.admin import cells
from channelhub.core.admin.base import AppendOnlyAdmin
from channelhub.lib import formats
from inventory.models import StockBatch
from inventory.selectors.sync import stock_sources


@admin.register(StockBatch)
class StockBatchAdmin(AppendOnlyAdmin):
    """What the sources reported, one row a report; which source is silent stands on a page of its own."""

    staff_wide_only = True
    list_display = (
        "number",
        "feed",
        "reference",
        "received",
        "rows_figure",
        "taken_figure",
        "outdated_figure",
        "rejected_figure",
        "absent_figure",
        "movements",
    )
    on_phones = ("feed", "received", "taken_figure", "rejected_figure")
    list_filter = ("feed", "is_snapshot", ("received_at", RangeDateFilter))
    list_select_related = ("feed",)
    search_fields = ("^reference",)
    search_help_text = gettext_lazy("The reference begins with")
    ordering = ("-pk",)
    sortable_by = ()
    actions_list = ("sync",)
    export_fields = (
        "feed__code",
        "reference",
        "received_at",
        "is_snapshot",
        "rows",
        "taken",
        "outdated",
        "rejected",
        "absent",
    )
    empty_hint = gettext_lazy("Stock is reported by import or API; each report is a batch.")

    @action(description=gettext_lazy("Sources"), icon="sync", permissions=["inventory.view_stockbatch"])
    def sync(self, request):
        """Which source is silent, since when, and what it had refused."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        at = timezone.now()
        sources = stock_sources(at)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Stock sync"),
            "opts": self.opts,
            "rows": [(source, self._state(source)) for source in sources],
            "silent": sum(source.silent_since is not None for source in sources),
            "refused": sum(source.open_rows for source in sources),
        }
        return TemplateResponse(request, "admin/inventory/sources.html", context)

    @staticmethod
    def _state(source):
        if source.report is None:
            return cells.label(_("never reported"), "grey")
        if source.silent_since is not None:
            return cells.label(_("silent"), "red")
        return cells.label(_("in time"), "green")

    @display(description=gettext_lazy("batch"))
    def number(self, batch):
        return str(batch.pk)

    @display(description=gettext_lazy("received"))
    def received(self, batch):
        return cells.instant(batch.received_at)

    @display(description=gettext_lazy("rows"))
    def rows_figure(self, batch):
        return f"{batch.rows:,}"

    @display(description=gettext_lazy("taken"))
    def taken_figure(self, batch):
        return f"{batch.taken:,}"

    @display(description=gettext_lazy("outdated"))
    def outdated_figure(self, batch):
        return f"{batch.outdated:,}" if batch.outdated else formats.NO_DATA

    @display(description=gettext_lazy("rejected"))
    def rejected_figure(self, batch):
        return cells.label(f"{batch.rejected:,}", "orange") if batch.rejected else formats.NO_DATA

    @display(description=gettext_lazy("set to zero"))
    def absent_figure(self, batch):
        if not batch.absent:
            return "0" if batch.is_snapshot else formats.NO_DATA
        where = {"batch__id__exact": batch.pk, "kind__exact": 2}
        return cells.link(f"{batch.absent:,}", "admin:inventory_stockmovement_changelist", **where)

    @display(description=gettext_lazy("movements"))
    def movements(self, batch):
        return cells.link(_("Show"), "admin:inventory_stockmovement_changelist", batch__id__exact=batch.pk)
