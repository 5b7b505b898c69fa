from datetime import timedelta

from django.contrib import admin
from django.db.models import Count, DecimalField, F, Func, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import AutocompleteSelectFilter, RangeDateTimeFilter
from unfold.decorators import display

from channelhub.core.admin import cells
from channelhub.core.admin.base import AppendOnlyAdmin
from channelhub.core.admin.exports import names_of
from channelhub.core.templatetags.figures import name_of
from channelhub.lib import formats
from inventory.enums import MovementKind
from inventory.models import StockLevel, StockMovement
from inventory.rules.availability import available
from inventory.selectors.levels import with_products

FREE = Func(F("on_hand") - F("reserved"), 0, function="greatest", output_field=DecimalField())


class ShortageFilter(admin.SimpleListFilter):
    """What there is to promise."""

    title = gettext_lazy("available")
    parameter_name = "available"

    def lookups(self, request, model_admin):
        return [
            ("none", _("nothing")),
            ("over", _("more reserved than on hand")),
            ("coming", _("nothing, but goods in transit")),
            ("some", _("something")),
        ]

    def queryset(self, request, queryset):
        chosen = {
            "none": {"on_hand__lte": F("reserved")},
            "over": {"on_hand__lt": F("reserved")},
            "coming": {"on_hand__lte": F("reserved"), "in_transit__gt": 0},
            "some": {"on_hand__gt": F("reserved")},
        }.get(self.value())
        return queryset.filter(**chosen) if chosen else queryset


class AgeFilter(admin.SimpleListFilter):
    """How old the count is."""

    title = gettext_lazy("age of the count")
    parameter_name = "age"

    def lookups(self, request, model_admin):
        return [("1", _("over a day")), ("7", _("over a week")), ("30", _("over thirty days"))]

    def queryset(self, request, queryset):
        if self.value() not in {"1", "7", "30"}:
            return queryset
        return queryset.filter(counted_at__lt=timezone.now() - timedelta(days=int(self.value())))


class OfProducts(AppendOnlyAdmin):
    """Lists of one row per product and location: searched by sku, through the product's index."""

    list_select_related = ("product", "location", "partner")
    search_fields = ("product__sku",)  # how is said in get_search_results
    search_help_text = gettext_lazy("Words of the sku or name of the product")
    sortable_by = ()

    def get_search_results(self, request, queryset, search_term):
        return with_products(queryset, search_term), False

    @display(description=gettext_lazy("product"))
    def article(self, row):
        return f"{row.product.sku} {name_of(row.product)}"

    @display(description=gettext_lazy("location"))
    def place(self, row):
        return cells.link(row.location.code, "admin:inventory_location_change", row.location_id)

    @display(description=gettext_lazy("owner"))
    def owner(self, row):
        return row.partner.name if row.partner else _("the maker")

    @display(description=gettext_lazy("on hand"))
    def on_hand_figure(self, row):
        return cells.quantity(row.on_hand, row.product.unit)

    @display(description=gettext_lazy("reserved"))
    def reserved_figure(self, row):
        return cells.quantity(row.reserved)

    @display(description=gettext_lazy("in transit"))
    def in_transit_figure(self, row):
        return cells.quantity(row.in_transit)

    @display(description=gettext_lazy("counted at"))
    def counted(self, row):
        return cells.instant(row.counted_at)


@admin.register(StockLevel)
class StockLevelAdmin(OfProducts):
    """How much lies where, as last reported; the movements are one link away."""

    list_display = (
        "article",
        "place",
        "owner",
        "on_hand_figure",
        "reserved_figure",
        "available_figure",
        "in_transit_figure",
        "change_figure",
        "counted",
        "movements",
    )
    on_phones = ("article", "place", "on_hand_figure", "available_figure")
    list_filter = (
        ("location", AutocompleteSelectFilter),
        ("product", AutocompleteSelectFilter),
        ("partner", AutocompleteSelectFilter),
        ShortageFilter,
        AgeFilter,
    )
    ordering = ("-updated_at", "-pk")
    export_fields = (
        "location__code",
        "partner__code",
        "product__sku",
        "product__name",
        "on_hand",
        "reserved",
        "free",
        "in_transit",
        "product__unit",
        "counted_at",
        "feed__code",
    )
    export_annotations = {"free": FREE}
    empty_hint = gettext_lazy("No level fits these filters. Stock is reported by import or API.")
    fieldsets = (
        (None, {"fields": (("product", "location", "partner"),)}),
        (
            gettext_lazy("Figures"),
            {"fields": (("on_hand_figure", "reserved_figure", "available_figure", "in_transit_figure"),)},
        ),
        (gettext_lazy("Source"), {"fields": (("feed", "counted_at", "updated_at"), ("change_figure", "movements"))}),
    )

    def get_readonly_fields(self, request, obj=None):
        figures = ("on_hand_figure", "reserved_figure", "available_figure", "in_transit_figure", "change_figure")
        return (*super().get_readonly_fields(request, obj), *figures, "movements")

    @display(description=gettext_lazy("available"))
    def available_figure(self, level):
        free = available(on_hand=level.on_hand, reserved=level.reserved)
        text = cells.quantity(free)
        return text if free else cells.label(text, "orange")

    @display(description=gettext_lazy("last change"))
    def change_figure(self, level):
        return formats.signed_quantity_text(level.on_hand_change)

    @display(description=gettext_lazy("movements"))
    def movements(self, level):
        where = {"location__id__exact": level.location_id, "product__id__exact": level.product_id}
        return cells.link(_("Show"), "admin:inventory_stockmovement_changelist", **where)

    def sum_of(self, changelist):
        sums = changelist.queryset.order_by().aggregate(levels=Count("pk"), free=Sum(FREE), held=Sum("on_hand"))
        if not sums["levels"]:
            return []
        return [
            (_("levels"), f"{sums['levels']:,}"),
            (_("on hand"), formats.quantity_text(sums["held"])),
            (_("available"), formats.quantity_text(sums["free"])),
        ]


@admin.register(StockMovement)
class StockMovementAdmin(OfProducts):
    """The ledger of goods: every change of a level, from which report, and what was left."""

    list_display = (
        "recorded",
        "article",
        "place",
        "what",
        "on_hand_figure",
        "reserved_figure",
        "in_transit_figure",
        "balance_figure",
        "counted",
        "report",
    )
    on_phones = ("recorded", "article", "on_hand_figure", "balance_figure")
    list_filter = (
        ("location", AutocompleteSelectFilter),
        ("product", AutocompleteSelectFilter),
        ("partner", AutocompleteSelectFilter),
        "kind",
        ("counted_at", RangeDateTimeFilter),
    )
    ordering = ("-pk",)
    export_fields = (
        "recorded_at",
        "kind_name",
        "location__code",
        "partner__code",
        "product__sku",
        "on_hand",
        "reserved",
        "in_transit",
        "balance",
        "product__unit",
        "counted_at",
        "batch__feed__code",
        "batch__reference",
    )
    export_annotations = {"kind_name": names_of(MovementKind, "kind")}
    empty_hint = gettext_lazy("A report that changes a level is recorded here.")

    @display(description=gettext_lazy("recorded at"))
    def recorded(self, row):
        return cells.instant(row.recorded_at)

    @display(description=gettext_lazy("kind"))
    def what(self, row):
        tone = "orange" if row.kind == MovementKind.ABSENT else "grey"
        return cells.label(row.get_kind_display(), tone)

    @display(description=gettext_lazy("change on hand"))
    def on_hand_figure(self, row):
        return formats.signed_quantity_text(row.on_hand)

    @display(description=gettext_lazy("reserved"))
    def reserved_figure(self, row):
        return formats.signed_quantity_text(row.reserved) if row.reserved else "–"

    @display(description=gettext_lazy("in transit"))
    def in_transit_figure(self, row):
        return formats.signed_quantity_text(row.in_transit) if row.in_transit else "–"

    @display(description=gettext_lazy("on hand afterwards"))
    def balance_figure(self, row):
        return cells.quantity(row.balance, row.product.unit)

    @display(description=gettext_lazy("report"))
    def report(self, row):
        return cells.link(row.batch_id, "admin:inventory_stockmovement_changelist", batch__id__exact=row.batch_id)

    def sum_of(self, changelist):
        sums = changelist.queryset.order_by().aggregate(rows=Count("pk"), moved=Sum("on_hand"))
        if not sums["rows"]:
            return []
        return [
            (_("movements"), f"{sums['rows']:,}"),
            (_("change on hand"), formats.signed_quantity_text(sums["moved"])),
        ]
