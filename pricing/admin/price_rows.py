from datetime import date

from django.contrib import admin
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import AutocompleteSelectFilter, TextFilter
from unfold.decorators import display

from channelhub.core.admin import cells
from channelhub.core.admin.base import AppendOnlyAdmin
from channelhub.core.admin.finding import FoundByIndex
from channelhub.core.templatetags.figures import name_of
from channelhub.lib import formats
from pricing.admin.price_lists import known_state
from pricing.models import PriceAssignment, PriceRow
from pricing.templatetags.prices import exact_money


class InForceFilter(TextFilter):
    """The rows in force on a day, as known now: the latest start of each break."""

    title = gettext_lazy("in force on (YYYY-MM-DD)")
    parameter_name = "in_force"

    def queryset(self, request, queryset):
        try:
            day = date.fromisoformat(self.value() or "")
        except ValueError:
            return queryset
        later = PriceRow.objects.filter(
            price_list_id=OuterRef("price_list_id"),
            product_id=OuterRef("product_id"),
            min_quantity=OuterRef("min_quantity"),
            valid_from__gt=OuterRef("valid_from"),
            valid_from__lte=day,
            known_until=None,
        )
        return queryset.filter(~Exists(later), valid_from__lte=day, known_until=None)


class KnownFilter(admin.SimpleListFilter):
    """What is still known, or what was superseded."""

    title = gettext_lazy("known")
    parameter_name = "known"

    def lookups(self, request, model_admin):
        return [("now", _("still known")), ("before", _("superseded"))]

    def queryset(self, request, queryset):
        wanted = {"now": Q(known_until=None), "before": Q(known_until__isnull=False)}.get(self.value())
        return queryset if wanted is None else queryset.filter(wanted)


@admin.register(PriceRow)
class PriceRowAdmin(FoundByIndex, AppendOnlyAdmin):
    """The grid of prices: what a list says, from when, from which quantity, and what it said before."""

    found_by = {"product_id": "partners.product"}
    search_fields = ("product__sku",)  # found by the index
    search_help_text = gettext_lazy("Product code or name")
    list_display = ("listed", "sku", "product_name", "break_figure", "price_figure", "valid_from", "state", "recorded")
    on_phones = ("sku", "price_figure", "valid_from", "state")
    list_filter = (
        ("price_list", AutocompleteSelectFilter),
        InForceFilter,
        KnownFilter,
    )
    list_select_related = ("price_list", "product")
    ordering = ("price_list", "product", "min_quantity", "-valid_from", "-known_from")
    sortable_by = ()
    export_fields = (
        "price_list__code",
        "product__sku",
        "product__name",
        "min_quantity",
        "unit_price",
        "currency",
        "valid_from",
        "known_from",
        "known_until",
    )
    export_annotations = {"currency": F("price_list__currency")}
    empty_hint = gettext_lazy("Open a price list and press “Set a price”, or import prices.")

    def lookup_allowed(self, lookup, value, request=None):
        return lookup == "price_list__id__exact" or super().lookup_allowed(lookup, value, request)

    @display(description=gettext_lazy("price list"))
    def listed(self, row):
        return row.price_list.code

    @display(description=gettext_lazy("sku"))
    def sku(self, row):
        return row.product.sku

    @display(description=gettext_lazy("product"))
    def product_name(self, row):
        return name_of(row.product)

    @display(description=gettext_lazy("from quantity"))
    def break_figure(self, row):
        return formats.quantity_text(row.min_quantity, row.product.unit)

    @display(description=gettext_lazy("unit price"))
    def price_figure(self, row):
        return exact_money(row.unit_price, row.price_list.currency)

    @display(description=gettext_lazy("state"))
    def state(self, row):
        return known_state(row, row.unit_price is None)

    @display(description=gettext_lazy("recorded"))
    def recorded(self, row):
        return cells.instant(row.known_from)


@admin.register(PriceAssignment)
class PriceAssignmentAdmin(AppendOnlyAdmin):
    """Who is asked which list, in the order in which lists are asked."""

    staff_wide_only = True
    list_display = ("target_kind", "whom", "priority", "listed", "valid_from", "state", "recorded")
    on_phones = ("whom", "listed", "valid_from", "state")
    list_filter = ("target_kind", ("price_list", AutocompleteSelectFilter), ("partner", AutocompleteSelectFilter))
    list_select_related = ("price_list", "partner", "tier", "type", "territory")
    ordering = ("target_kind", "priority", "-valid_from", "-pk")
    sortable_by = ()
    export_fields = (
        "target_kind",
        "partner__code",
        "tier__code",
        "type__code",
        "territory__code",
        "priority",
        "price_list__code",
        "valid_from",
        "known_from",
        "known_until",
    )
    empty_hint = gettext_lazy("Open a price list and press “Assign”, or import assignments.")

    @display(description=gettext_lazy("whom"))
    def whom(self, row):
        return str(row.target or formats.NO_DATA)

    @display(description=gettext_lazy("price list"))
    def listed(self, row):
        if row.price_list is None:
            return formats.NO_DATA
        return cells.link(row.price_list.code, "admin:pricing_pricelist_change", row.price_list_id)

    @display(description=gettext_lazy("state"))
    def state(self, row):
        return known_state(row, row.price_list_id is None)

    @display(description=gettext_lazy("recorded"))
    def recorded(self, row):
        return cells.instant(row.known_from)
