from django.contrib import admin
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display

from channelhub.core.admin import actions, cells
from channelhub.core.admin.actions import ActionPage, Preview
from channelhub.core.admin.base import AppendOnlyAdmin, ChannelAdmin
from channelhub.core.templatetags.figures import name_of
from channelhub.lib.periods import business_day
from partners.forms.tiers import BenefitForm, WithdrawForm
from partners.models import GrantedBenefit, PartnerTier, TierAssignment, TierBenefit
from partners.services import tiers
from partners.templatetags.benefits import benefit_text


@admin.register(PartnerTier)
class PartnerTierAdmin(ChannelAdmin):
    """The levels of the channel, the highest first; a partner's own tier is changed on its page."""

    list_display = ("rank", "code", "name", "name_en", "partners_figure")
    search_fields = ("code", "name", "name_en")
    ordering = ("rank",)
    fieldsets = ((None, {"fields": (("code", "rank"), ("name", "name_en"))}),)
    export_fields = ("rank", "code", "name", "name_en")
    empty_hint = gettext_lazy("Add the first tier; price lists and promotions may be for one.")

    def get_readonly_fields(self, request, obj=None):
        return ("code",) if obj else ()

    def decorate(self, rows, request):
        """How many partners stand in each today, of those the person may see."""
        today = TierAssignment.objects.visible_to(request.user).filter(
            valid_during__contains=business_day(timezone.now()), tier__in=rows
        )
        counts = {
            row["tier_id"]: row["count"] for row in today.order_by().values("tier_id").annotate(count=Count("pk"))
        }
        for row in rows:
            row.partner_count = counts.get(row.pk, 0)

    @display(description=gettext_lazy("partners today"))
    def partners_figure(self, tier):
        return f"{tier.partner_count:,}"


@admin.register(TierBenefit)
class TierBenefitAdmin(AppendOnlyAdmin):
    """What standing in a tier brings; offering and withdrawing reach everybody who stands there."""

    list_display = ("tier_name", "kind_label", "what", "partners_figure", "state_label")
    on_phones = ("tier_name", "kind_label", "what", "state_label")
    list_filter = (("tier", AutocompleteSelectFilter), "kind")
    list_select_related = ("tier",)
    search_fields = ("tier__code", "tier__name", "text", "text_en")
    ordering = ("tier__rank", "kind", "pk")
    actions_list = ("offer",)
    actions_detail = ("withdraw",)
    export_fields = ("tier__code", "kind", "value", "text", "text_en", "withdrawn_on")
    empty_hint = gettext_lazy("Press “Offer a benefit”: what does a tier bring?")

    def decorate(self, rows, request):
        """How many partners have each today, of those the person may see."""
        today = GrantedBenefit.objects.visible_to(request.user).filter(
            valid_during__contains=business_day(timezone.now()), benefit__in=rows
        )
        counted = today.order_by().values("benefit_id").annotate(count=Count("pk"))
        counts = {row["benefit_id"]: row["count"] for row in counted}
        for row in rows:
            row.partner_count = counts.get(row.pk, 0)

    @display(description=gettext_lazy("tier"))
    def tier_name(self, benefit):
        return name_of(benefit.tier)

    @display(description=gettext_lazy("kind"))
    def kind_label(self, benefit):
        return benefit.get_kind_display()

    @display(description=gettext_lazy("what"))
    def what(self, benefit):
        return benefit_text(benefit)

    @display(description=gettext_lazy("partners today"))
    def partners_figure(self, benefit):
        return f"{benefit.partner_count:,}"

    @display(description=gettext_lazy("state"))
    def state_label(self, benefit):
        if benefit.withdrawn_on is None:
            return cells.label(_("given"), "green")
        return cells.label(_("until %(day)s") % {"day": benefit.withdrawn_on})

    @action(description=gettext_lazy("Offer a benefit"), icon="add", permissions=["partners.add_tierbenefit"])
    def offer(self, request):
        def act(data):
            tiers.offer_benefit(**data)
            return _("The tier brings it from %(day)s on.") % {"day": data["first_day"]}

        page = ActionPage(
            title=_("Offer a benefit"),
            hint=_("Everybody who stands in the tier has it from that day on, and whoever comes later."),
            form=BenefitForm,
            initial={"first_day": business_day(timezone.now())},
            act=act,
            back=reverse("admin:partners_tierbenefit_changelist"),
            button=_("Offer the benefit"),
        )
        return actions.answer(self, request, None, page)

    @action(description=gettext_lazy("Withdraw"), icon="block", permissions=["partners.change_tierbenefit"])
    def withdraw(self, request, object_id):
        benefit = self.get_object_or_deny(request, object_id)

        def preview(data):
            count = benefit.grants.filter(valid_during__contains=data["first_day"]).count()
            return Preview(
                changes=[(_("state"), _("given"), _("until %(day)s") % {"day": data["first_day"]})],
                facts=[(_("partners who lose it"), f"{count:,}")],
                button=_("Withdraw the benefit"),
            )

        def act(data):
            tiers.withdraw_benefit(benefit=benefit, **data)
            return _("The benefit is withdrawn.")

        page = ActionPage(
            title=_("Withdraw the benefit"),
            form=WithdrawForm,
            initial={"first_day": business_day(timezone.now())},
            preview=preview,
            act=act,
            back=reverse("admin:partners_tierbenefit_changelist"),
        )
        return actions.answer(self, request, benefit, page)
