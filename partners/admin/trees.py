"""Territories, product lines, sales channels: trees to read and search; nodes in use are never moved."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from channelhub.core.admin import cells
from channelhub.core.admin.base import ChannelAdmin
from partners.models import PartnerType, ProductLine, SalesChannel, Territory


class TreeAdmin(ChannelAdmin):
    list_display = ("node", "name_en", "code", "state")
    list_filter = ("depth",)
    search_fields = ("^code", "name", "name_en")
    search_help_text = gettext_lazy("Code or name")
    ordering = ("path",)
    list_per_page = 100
    fields = (("code", "ends_on"), ("name", "name_en"))

    def has_add_permission(self, request):
        return False

    def get_readonly_fields(self, request, obj=None):
        return ("code",)

    @display(description=gettext_lazy("name"))
    def node(self, row):
        return format_html('<span class="ch-depth-{}">{}</span>', min(row.depth, 6), row.name)

    @display(description=gettext_lazy("state"))
    def state(self, row):
        if row.ends_on is None:
            return cells.label(_("in use"), "green")
        return cells.label(_("until %(day)s") % {"day": row.ends_on})


@admin.register(Territory)
class TerritoryAdmin(TreeAdmin):
    empty_hint = gettext_lazy("Countries and provinces come with manage.py load_reference.")


@admin.register(ProductLine)
class ProductLineAdmin(TreeAdmin):
    empty_hint = gettext_lazy("Product lines come with the first products, by import or API.")


@admin.register(SalesChannel)
class SalesChannelAdmin(TreeAdmin):
    empty_hint = gettext_lazy("Sales channels come with manage.py load_reference.")


@admin.register(PartnerType)
class PartnerTypeAdmin(ChannelAdmin):
    list_display = ("code", "name", "name_en")
    search_fields = ("code", "name", "name_en")
    ordering = ("code",)
