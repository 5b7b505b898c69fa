from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from channelhub.core.admin import actions, cells
from channelhub.core.admin.actions import ActionPage, Preview
from channelhub.core.admin.base import AppendOnlyAdmin
from channelhub.core.admin.scope import visible
from channelhub.lib import formats
from partners.models import Partner
from pricing.enums import UsageMeasure
from pricing.forms.agreements import LimitForm
from pricing.models import UsageEntry, UsageLimit
from pricing.services import usage


class LimitAction:
    """The page that limits a promotion or an agreement; the admin says what changing it takes."""

    def answer_limit(self, request, of, back):
        """Input, then what it was and will be, then one call."""
        known = UsageLimit.objects.filter(**usage.key_of(of)).first()
        initial = {"measure": known.measure, "cap": known.cap} if known else {}

        def preview(data):
            was = limit_text(known) if known else formats.NO_DATA
            new = f"{formats.quantity_text(data['cap'])} · {UsageMeasure(data['measure']).label}"
            low = known is not None and data["cap"] < known.used
            warnings = [_("More than that is used already: nothing further will be given.")] if low else []
            return Preview(changes=[(_("Limit"), was, new)], warnings=warnings, button=_("Set the limit"))

        def act(data):
            usage.set_limit(of=of, measure=data["measure"], cap=data["cap"])
            return _("The limit is set.")

        page = ActionPage(title=_("Set a limit"), form=LimitForm, initial=initial, preview=preview, act=act, back=back)
        return actions.answer(self, request, of, page)


def limit_text(limit):
    """Its cap and what it counts."""
    return f"{formats.quantity_text(limit.cap)} · {UsageMeasure(limit.measure).label}"


@admin.register(UsageLimit)
class UsageLimitAdmin(AppendOnlyAdmin):
    """Budgets and volumes: how much there is, how much is used; set on the promotion or agreement."""

    list_display = ("name", "measure", "cap_figure", "used_figure", "left_figure", "state", "uses")
    on_phones = ("name", "used_figure", "left_figure", "state")
    list_filter = ("measure",)
    search_fields = ("promotion__code", "promotion__name", "agreement__code", "agreement__name")
    ordering = ("pk",)
    list_select_related = ("promotion", "agreement")
    fields = ("promotion", "agreement", "measure", "cap", "used")
    export_fields = ("promotion", "agreement", "measure", "cap", "used")
    empty_hint = gettext_lazy("Set a limit on a promotion or an agreement.")

    @display(description=gettext_lazy("promotion or agreement"))
    def name(self, limit):
        return str(limit.of)

    @display(description=gettext_lazy("cap"), ordering="cap")
    def cap_figure(self, limit):
        return formats.quantity_text(limit.cap)

    @display(description=gettext_lazy("used"), ordering="used")
    def used_figure(self, limit):
        return formats.quantity_text(limit.used)

    @display(description=gettext_lazy("left"))
    def left_figure(self, limit):
        return formats.quantity_text(limit.left)

    @display(description=gettext_lazy("state"))
    def state(self, limit):
        if limit.used > limit.cap:
            return cells.label(_("beyond the cap"), "red")
        return cells.label(_("used up"), "orange") if limit.used == limit.cap else cells.label(_("open"), "green")

    @display(description=gettext_lazy("uses"))
    def uses(self, limit):
        return cells.link(_("Show"), "admin:pricing_usageentry_changelist", limit__id__exact=limit.pk)


@admin.register(UsageEntry)
class UsageEntryAdmin(AppendOnlyAdmin):
    """Every use of a limit: reserved, consumed, given back; a ledger's uses beyond the cap are marked."""

    list_display = ("at", "limit", "reference", "verb", "quantity_figure", "partner", "beyond")
    on_phones = ("limit", "reference", "verb", "quantity_figure")
    list_filter = ("verb", "beyond")
    search_fields = ("=reference",)
    ordering = ("-at", "-pk")
    list_select_related = ("limit__promotion", "limit__agreement", "partner")
    fields = ("limit", "reference", "verb", "quantity", "beyond", "partner", "at")
    export_fields = ("at", "limit", "reference", "verb", "quantity", "beyond", "partner")
    empty_hint = gettext_lazy("Nothing was used yet.")

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        return rows.filter(partner=None) | rows.filter(partner__in=visible(Partner, request))

    def lookup_allowed(self, lookup, value, request=None):
        return lookup == "limit__id__exact" or super().lookup_allowed(lookup, value, request)

    @display(description=gettext_lazy("quantity"), ordering="quantity")
    def quantity_figure(self, entry):
        return formats.quantity_text(entry.quantity)
