from django.contrib import admin
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from channelhub.core.admin import cells
from channelhub.core.admin.base import ChannelAdmin, ReadOnlyInline
from channelhub.core.admin.finding import FoundByIndex
from partners.enums import LifeCycle
from partners.models import Product, ProductUnit

TONE = {LifeCycle.ANNOUNCED: "blue", LifeCycle.ACTIVE: "green", LifeCycle.END_OF_SALE: "orange"}


class UnitInline(ReadOnlyInline):
    model = ProductUnit
    fields = readonly_fields = ("unit", "factor")


@admin.register(Product)
class ProductAdmin(FoundByIndex, ChannelAdmin):
    list_display = ("sku", "name", "name_en", "line", "unit", "gtin", "stage")
    list_filter = ("life_cycle", "line")
    list_select_related = ("line",)
    search_fields = ("sku", "name")  # found by the index
    found_by = {"pk": "partners.product"}
    search_help_text = gettext_lazy("Sku, name or GTIN")
    ordering = ("sku",)
    autocomplete_fields = ("line",)
    inlines = (UnitInline,)
    fieldsets = ((None, {"fields": (("sku", "gtin"), ("name", "name_en"), ("line", "unit"), "life_cycle")}),)
    export_fields = ("sku", "name", "name_en", "line__code", "unit", "gtin", "life_cycle")
    empty_hint = gettext_lazy("Products come by import or API; one can be added here.")

    def get_readonly_fields(self, request, obj=None):
        return ("sku",) if obj else ()

    @display(description=gettext_lazy("life cycle"), ordering="life_cycle")
    def stage(self, product):
        return cells.label(product.get_life_cycle_display(), TONE.get(product.life_cycle, "grey"))
