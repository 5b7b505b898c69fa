from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from channelhub.core.admin import cells
from channelhub.core.admin.base import ChannelAdmin
from channelhub.core.templatetags.figures import name_of
from inventory.enums import Audience, Shows
from inventory.models import StockVisibility

TONE = {Shows.EXACT: "green", Shows.BAND: "blue", Shows.HIDDEN: "grey"}


@admin.register(StockVisibility)
class StockVisibilityAdmin(ChannelAdmin):
    """Who sees whose stock. The more particular rule decides; without a rule nothing is shown."""

    staff_wide_only = True
    list_display = ("who", "where", "what", "limit_figure")
    list_filter = ("audience", "shows")
    list_select_related = ("location", "territory", "partner_type", "partner")
    search_fields = ("^location__code", "^partner__code", "^territory__code")
    search_help_text = gettext_lazy("Code of location, partner or territory")
    ordering = ("audience", "pk")
    fields = ("location", "audience", ("territory", "partner_type", "partner"), ("shows", "few_below"))
    autocomplete_fields = ("location", "territory", "partner")
    empty_hint = gettext_lazy("Dealers see nothing of your stock until a rule shows it to them.")
    export_fields = (
        "location__code",
        "audience",
        "territory__code",
        "partner_type__code",
        "partner__code",
        "shows",
        "few_below",
    )

    @display(description=gettext_lazy("shown to"), ordering="audience")
    def who(self, rule):
        named = {
            Audience.TERRITORY: rule.territory,
            Audience.TYPE: rule.partner_type,
            Audience.SUBTREE: rule.partner,
        }.get(rule.audience)
        return f"{rule.get_audience_display()}: {name_of(named)}" if named else rule.get_audience_display()

    @display(description=gettext_lazy("location"))
    def where(self, rule):
        return str(rule.location) if rule.location else _("every location of the maker")

    @display(description=gettext_lazy("shows"), ordering="shows")
    def what(self, rule):
        return cells.label(rule.get_shows_display(), TONE[rule.shows])

    @display(description=gettext_lazy("few below"))
    def limit_figure(self, rule):
        return cells.quantity(rule.few_below) if rule.shows == Shows.BAND else "–"
