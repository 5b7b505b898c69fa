"""The dated rows of a partner, shown on its page; each is changed by an action with a preview."""

from django.utils.translation import gettext_lazy
from unfold.decorators import display

from channelhub.core.admin import cells
from channelhub.core.admin.base import ReadOnlyInline
from partners.models import (
    Authorisation,
    HomeTerritory,
    Membership,
    PartnerTypeAssignment,
    Placement,
    TierAssignment,
)


class Dated(ReadOnlyInline):
    ordering = ("-valid_during",)

    @display(description=gettext_lazy("period"))
    def period(self, row):
        return cells.period(row.valid_during)


class PlacementInline(Dated):
    model = Placement
    fk_name = "partner"
    fields = readonly_fields = ("parent", "period")
    verbose_name_plural = gettext_lazy("Stands under")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("parent")


class HomeInline(Dated):
    model = HomeTerritory
    fields = readonly_fields = ("territory", "period")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("territory")


class TypeInline(Dated):
    model = PartnerTypeAssignment
    fields = readonly_fields = ("type", "period")
    verbose_name_plural = gettext_lazy("Types")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("type")


class TierInline(Dated):
    model = TierAssignment
    fields = readonly_fields = ("tier", "period")
    verbose_name_plural = gettext_lazy("Tier")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("tier")


class AuthorisationInline(Dated):
    model = Authorisation
    fields = readonly_fields = ("territory", "product_line", "sales_channel", "exclusive", "period")
    show_change_link = True

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("territory", "product_line", "sales_channel")


class MembershipInline(Dated):
    model = Membership
    fields = readonly_fields = ("name", "email", "role", "period")
    verbose_name_plural = gettext_lazy("People")
    show_change_link = True

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("role")


INLINES = (PlacementInline, HomeInline, TypeInline, TierInline, AuthorisationInline, MembershipInline)
