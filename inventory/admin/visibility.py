from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display

from channelhub.core.admin import cells
from channelhub.core.admin.base import ChannelAdmin
from channelhub.core.templatetags.figures import name_of
from channelhub.lib.periods import business_day
from inventory.enums import Audience, Shows
from inventory.models import StockVisibility
from inventory.selectors import availability
from partners.models import Partner


def _words(rule):
    """Whom a rule speaks of, in words."""
    named = {
        Audience.TERRITORY: rule.territory,
        Audience.TYPE: rule.partner_type,
        Audience.SUBTREE: rule.partner,
    }.get(rule.audience)
    return f"{rule.get_audience_display()}: {name_of(named)}" if named else rule.get_audience_display()


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
    actions_list = ("seen",)
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

    @action(
        description=gettext_lazy("What does a partner see?"),
        icon="help",
        permissions=["inventory.view_stockvisibility"],
    )
    def seen(self, request):
        """For one partner: which rule decides what it is shown of each location, and which rules fit beside it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        code = request.GET.get("partner", "").strip()
        partner = Partner.objects.visible_to(request.user).filter(code=code).first() if code else None
        found = availability.decisions(partner.pk, business_day(timezone.now())) if partner else []
        context = {
            **self.admin_site.each_context(request),
            "title": _("What does a partner see?"),
            "opts": self.opts,
            "code": code,
            "partner": partner,
            "rows": [
                (one, self.what(one.decides), _words(one.decides), [(rule, _words(rule)) for rule in one.passed_over])
                for one in found
            ],
        }
        return TemplateResponse(request, "admin/inventory/seen.html", context)

    @display(description=gettext_lazy("shown to"), ordering="audience")
    def who(self, rule):
        return _words(rule)

    @display(description=gettext_lazy("location"))
    def where(self, rule):
        return str(rule.location) if rule.location else _("every location of the maker")

    @display(description=gettext_lazy("shows"), ordering="shows")
    def what(self, rule):
        return cells.label(rule.get_shows_display(), TONE[rule.shows])

    @display(description=gettext_lazy("few below"))
    def limit_figure(self, rule):
        return cells.quantity(rule.few_below) if rule.shows == Shows.BAND else "–"
