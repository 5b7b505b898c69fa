from django.contrib import admin
from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from channelhub.core.admin import cells
from channelhub.core.admin.base import AppendOnlyAdmin
from channelhub.core.templatetags.figures import name_of
from channelhub.lib import formats
from channelhub.lib.periods import add_months
from performance.enums import KpiCode, Lack
from performance.models import KpiValue
from performance.rules.kpis import REGISTRY, Shape, Unit
from performance.selectors import openings
from performance.templatetags.kpi_figures import kpi_text


class MonthFilter(admin.SimpleListFilter):
    """A month that has values, the latest first."""

    title = gettext_lazy("month")
    parameter_name = "month"

    def lookups(self, request, model_admin):
        latest = model_admin.model.objects.order_by("-month").values_list("month", flat=True).first()
        months = [add_months(latest, -back) for back in range(36)] if latest else []
        return [(month.isoformat(), f"{month:%Y-%m}") for month in months]

    def queryset(self, request, queryset):
        chosen = dict(self.lookup_choices)
        return queryset.filter(month=self.value()) if self.value() in chosen else queryset


class DataFilter(admin.SimpleListFilter):
    """With data, or why there is none."""

    title = gettext_lazy("data")
    parameter_name = "data"

    def lookups(self, request, model_admin):
        return [("some", _("there is some")), *Lack.choices]

    def queryset(self, request, queryset):
        if self.value() == "some":
            return queryset.filter(lacks="")
        return queryset.filter(lacks=self.value()) if self.value() else queryset


@admin.register(KpiValue)
class KpiValueAdmin(AppendOnlyAdmin):
    """What the night measured; each figure opens the rows it is made of."""

    list_display = ("who", "name", "month_text", "value_figure", "amount_figure", "base_figure", "why_none")
    on_phones = ("who", "name", "month_text", "value_figure")
    list_filter = (("partner", AutocompleteSelectFilter), "kpi", MonthFilter, DataFilter)
    list_select_related = ("partner",)
    ordering = ("-month", "kpi", "-pk")
    sortable_by = ()
    export_fields = ("partner__code", "partner__name", "kpi", "month", "currency", "value", "amount", "base", "lacks")
    empty_hint = gettext_lazy("The night measures every partner for every month since its first sale.")

    @display(description=gettext_lazy("partner"))
    def who(self, row):
        return name_of(row.partner)

    @display(description=gettext_lazy("KPI"))
    def name(self, row):
        return KpiCode(row.kpi).label

    @display(description=gettext_lazy("month"))
    def month_text(self, row):
        return f"{row.month:%Y-%m}"

    @display(description=gettext_lazy("value"))
    def value_figure(self, row):
        text = kpi_text(row.value, row.kpi, row.currency)
        if row.value is None:
            return text
        name, query = openings.rows_behind(kpi=row.kpi, partner_id=row.partner_id, month=row.month)
        return cells.link(text, name, **query)

    def _part(self, row, value):
        kpi = REGISTRY[row.kpi]
        if value is None or kpi.shape is Shape.SUM:
            return formats.NO_DATA
        return formats.money_text(value, row.currency, iso=True) if row.currency else formats.quantity_text(value)

    @display(description=gettext_lazy("made of"))
    def amount_figure(self, row):
        return self._part(row, row.amount)

    @display(description=gettext_lazy("compared with"))
    def base_figure(self, row):
        return self._part(row, row.base)

    @display(description=gettext_lazy("why there is none"))
    def why_none(self, row):
        return row.get_lacks_display() if row.lacks else ""

    def sum_of(self, changelist):
        money = [code for code, kpi in REGISTRY.items() if kpi.unit is Unit.MONEY]
        chosen = changelist.params.get("kpi__exact") or (changelist.get_filters_params().get("kpi__exact") or [""])[0]
        if chosen not in money:
            return []
        rows = changelist.queryset.order_by().values("currency").annotate(total=Sum("value")).order_by("currency")
        return [(_("sum"), formats.money_text(r["total"], r["currency"], iso=True)) for r in rows if r["currency"]]
