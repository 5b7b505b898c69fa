from datetime import timedelta

from django.contrib import admin
from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import AutocompleteSelectFilter, RangeDateFilter
from unfold.decorators import display

from channelhub.core.admin import cells
from channelhub.core.admin.base import AppendOnlyAdmin
from channelhub.core.admin.exports import names_of
from channelhub.core.templatetags.figures import name_of
from channelhub.lib import formats
from channelhub.lib.periods import add_months
from partners.models import ProductLine, Territory
from pricing.admin.filters import BesideFilter, CurrencyFilter, HomeFilter, beneath
from pricing.enums import SalesKind
from pricing.models import SalesMonth, SalesMonthLine


class SumsAdmin(AppendOnlyAdmin):
    """Rows of a rollup: their sum is shown however many they are, each opens the lines it was made of."""

    sums_all = True
    sortable_by = ("month_day", "amount_figure")
    opens_records = False
    empty_hint = gettext_lazy("Sums appear with the night after the first sales.")

    @display(description=gettext_lazy("month"), ordering="month")
    def month_day(self, row):
        return f"{row.month:%Y-%m}"

    @display(description=gettext_lazy("amount"), ordering="amount")
    def amount_figure(self, row):
        return cells.link(
            cells.money(row.amount, row.currency), "admin:pricing_salesline_changelist", **self.lines(row)
        )

    @display(description=gettext_lazy("lines"))
    def lines_figure(self, row):
        return f"{row.lines:,}"

    @display(description=gettext_lazy("kind"))
    def kind_name(self, row):
        return row.get_kind_display()

    def lines(self, row):
        """The filters of the ledger that leave this row's lines."""
        last = add_months(row.month, 1) - timedelta(days=1)
        return {
            "booked_on_from": row.month.isoformat(),
            "booked_on_to": last.isoformat(),
            "kind__exact": row.kind,
            "counted": "yes",
            "currency": row.currency,
        }

    def sum_of(self, changelist):
        rows = changelist.queryset.order_by().values("currency").annotate(total=Sum("amount")).order_by("currency")
        return [(_("net"), formats.money_text(row["total"], row["currency"], iso=True)) for row in rows]


@admin.register(SalesMonth)
class SalesMonthAdmin(SumsAdmin):
    """Net sales by partner and month: what dashboards add up."""

    list_display = ("month_day", "who", "kind_name", "amount_figure", "lines_figure")
    list_filter = (
        ("partner", AutocompleteSelectFilter),
        ("month", RangeDateFilter),
        "kind",
        CurrencyFilter,
        HomeFilter,
        BesideFilter,
    )
    list_select_related = ("partner",)
    ordering = ("-month", "-amount", "pk")
    export_fields = ("month", "partner__code", "partner__name", "kind_name", "currency", "amount", "quantity", "lines")
    export_annotations = {"kind_name": names_of(SalesKind, "kind")}

    @display(description=gettext_lazy("partner"))
    def who(self, row):
        return cells.link(row.partner.name, "admin:partners_partner_change", row.partner_id)

    def lines(self, row):
        return {**super().lines(row), "partner__id__exact": row.partner_id}


@admin.register(SalesMonthLine)
class SalesMonthLineAdmin(SumsAdmin):
    """Net sales by home territory at entry, product line and month."""

    list_display = ("month_day", "where", "what", "kind_name", "amount_figure", "lines_figure")
    list_filter = (
        ("month", RangeDateFilter),
        "kind",
        CurrencyFilter,
        beneath(Territory, "home_territory", "area", gettext_lazy("home territory")),
        beneath(ProductLine, "product_line", "line", gettext_lazy("product line")),
    )
    list_select_related = ("home_territory", "product_line")
    ordering = ("-month", "-amount", "pk")
    export_fields = (
        "month",
        "home_territory__code",
        "product_line__code",
        "kind_name",
        "currency",
        "amount",
        "quantity",
        "lines",
    )
    export_annotations = {"kind_name": names_of(SalesKind, "kind")}

    @display(description=gettext_lazy("home territory"))
    def where(self, row):
        return name_of(row.home_territory) if row.home_territory else "–"

    @display(description=gettext_lazy("product line"))
    def what(self, row):
        return name_of(row.product_line)

    def lines(self, row):
        home = (
            {"home_territory__id__exact": row.home_territory_id}
            if row.home_territory_id
            else {"home_territory__isnull": "True"}
        )
        return {**super().lines(row), **home, "product_line__id__exact": row.product_line_id}
