"""The dated rows of a partner, shown on its page; each is changed by an action with a preview."""

from django.utils.translation import gettext_lazy
from unfold.decorators import display

from channelhub.core.admin import cells
from channelhub.core.admin.base import ReadOnlyInline
from partners.models import (
    Authorisation,
    BankAccount,
    CompanyNumber,
    HomeTerritory,
    InvoiceDetails,
    Licence,
    Membership,
    PartnerAddress,
    PartnerContact,
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


class RecordInline(ReadOnlyInline):
    show_change_link = True


class NumberInline(RecordInline):
    model = CompanyNumber
    fields = readonly_fields = ("scheme", "number")


class AddressInline(RecordInline):
    model = PartnerAddress
    fields = readonly_fields = ("kind", "text", "postal_code", "city", "country")


class ContactInline(RecordInline):
    model = PartnerContact
    fields = readonly_fields = ("role", "name", "position", "email", "phone")


class AccountInline(RecordInline):
    model = BankAccount
    fields = readonly_fields = ("holder", "bank", "number_shown", "currency", "for_payouts")

    @display(description=gettext_lazy("number"))
    def number_shown(self, row):
        return f"•••• {row.end}"


class InvoiceInline(RecordInline):
    model = InvoiceDetails
    fields = readonly_fields = ("title", "tax_number", "email")


class LicenceInline(Dated):
    model = Licence
    fields = readonly_fields = ("kind", "number", "issued_by", "period")
    show_change_link = True


RECORD_INLINES = (NumberInline, AddressInline, ContactInline, AccountInline, InvoiceInline, LicenceInline)
INLINES = (PlacementInline, HomeInline, TypeInline, TierInline, AuthorisationInline, MembershipInline, *RECORD_INLINES)
