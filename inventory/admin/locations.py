from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from channelhub.core.admin import cells
from channelhub.core.admin.base import ChannelAdmin
from channelhub.core.admin.exports import names_of
from channelhub.core.templatetags.figures import name_of
from channelhub.lib.periods import business_day
from inventory.enums import LocationKind
from inventory.models import Location


@admin.register(Location)
class LocationAdmin(ChannelAdmin):
    """Places where goods lie: the maker's own and partners'. Ended by a last day, never deleted."""

    list_display = ("code", "title", "kind", "owner", "territory", "state", "stock")
    list_filter = ("kind", ("partner", AutocompleteSelectFilter), ("territory", AutocompleteSelectFilter))
    list_select_related = ("partner", "territory")
    search_fields = ("^code", "^name", "^name_en")
    search_help_text = gettext_lazy("The code or name begins with")
    ordering = ("code",)
    fields = (("code", "kind"), ("name", "name_en"), ("partner", "territory"), "ends_on")
    autocomplete_fields = ("partner", "territory")
    empty_hint = gettext_lazy("Add a warehouse before its stock is reported; reports name it by its code.")
    export_fields = (
        "code",
        "name",
        "name_en",
        "kind_name",
        "partner__code",
        "partner__name",
        "territory__code",
        "ends_on",
    )
    export_annotations = {"kind_name": names_of(LocationKind, "kind")}

    def get_readonly_fields(self, request, obj=None):
        return ("code", "partner") if obj else ()

    @display(description=gettext_lazy("name"), ordering="name")
    def title(self, location):
        return name_of(location)

    @display(description=gettext_lazy("owner"))
    def owner(self, location):
        if location.partner is None:
            return _("the maker")
        return cells.link(location.partner.name, "admin:partners_partner_change", location.partner_id)

    @display(description=gettext_lazy("state"))
    def state(self, location):
        is_open = location.is_open(business_day(timezone.now()))
        return cells.label(_("open"), "green") if is_open else cells.label(_("closed"))

    @display(description=gettext_lazy("stock"))
    def stock(self, location):
        return cells.link(_("Show"), "admin:inventory_stocklevel_changelist", location__id__exact=location.pk)
