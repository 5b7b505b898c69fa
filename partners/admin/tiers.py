from django.contrib import admin
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from channelhub.core.admin.base import ChannelAdmin
from channelhub.lib.periods import business_day
from partners.models import PartnerTier, TierAssignment


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
