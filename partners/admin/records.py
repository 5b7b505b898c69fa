"""The parts of partners' records: found by partner, edited here, shown on the partner's page."""

from django.contrib import admin
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display

from channelhub.core.admin import actions, cells
from channelhub.core.admin.actions import ActionPage
from channelhub.core.admin.base import ChannelAdmin
from channelhub.core.admin.exports import PERIOD
from channelhub.core.admin.finding import FoundByIndex
from channelhub.lib.periods import business_day
from partners.forms import records as forms
from partners.forms.partners import Nothing
from partners.models import (
    BankAccount,
    CompanyNumber,
    InvoiceDetails,
    Licence,
    PartnerAddress,
    PartnerContact,
)
from partners.services import records

SOON = 90


class RecordAdmin(FoundByIndex, ChannelAdmin):
    """A part of a record: its partner is chosen once; the service writes."""

    list_select_related = ("partner",)
    search_fields = ("partner__code",)  # found by the index
    found_by = {"partner_id": "partners.partner"}
    search_help_text = gettext_lazy("Partner")
    autocomplete_fields = ("partner",)
    ordering = ("partner__sort_key", "pk")
    written: tuple = ()

    def get_readonly_fields(self, request, obj=None):
        return ("partner",) if obj else ()

    @display(description=gettext_lazy("partner"), ordering="partner__sort_key")
    def who(self, row):
        return cells.link(row.partner.name, "admin:partners_partner_change", row.partner_id)

    def write(self, request, obj, form, change):
        values = {name: form.cleaned_data[name] for name in self.written if name in form.cleaned_data}
        made = self.service(partner=obj.partner, row=self.model.objects.get(pk=obj.pk) if change else None, **values)
        obj.pk = made.pk
        obj.refresh_from_db()

    def service(self, **values):
        raise NotImplementedError


@admin.register(CompanyNumber)
class CompanyNumberAdmin(RecordAdmin):
    form = forms.CompanyNumberForm
    list_display = ("who", "scheme_shown", "number")
    list_filter = ("scheme",)
    found_by = {"partner_id": "partners.partner"}
    written = ("scheme", "number")
    export_fields = ("partner__code", "scheme", "number")
    empty_hint = gettext_lazy("Add the company number of the first partner.")

    def service(self, **values):
        return records.write_number(**values)

    @display(description=gettext_lazy("scheme"), ordering="scheme")
    def scheme_shown(self, row):
        return forms.scheme_name(row.scheme)


@admin.register(PartnerAddress)
class PartnerAddressAdmin(RecordAdmin):
    form = forms.PartnerAddressForm
    list_display = ("who", "kind", "text", "postal_code", "city", "country")
    list_filter = ("kind",)
    written = ("kind", "text", "postal_code", "city", "country")
    export_fields = ("partner__code", "kind", "text", "postal_code", "city", "country")
    empty_hint = gettext_lazy("Add the registered address of the first partner.")

    def service(self, **values):
        return records.write_address(**values)


def masked(end):
    """A sealed number as everybody sees it."""
    return f"•••• {end}" if end else "–"


class Revealing:
    """A sealed number is shown in full to those who may, one at a time, and that is written down."""

    @display(description=gettext_lazy("number"))
    def number_shown(self, row):
        return masked(row.end)

    @action(description=gettext_lazy("Show the number"), icon="visibility", permissions=["partners.reveal_number"])
    def reveal(self, request, object_id):
        row = self.get_object_or_deny(request, object_id)
        back = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])

        def act(_data):
            return records.reveal(row=row, by=request.user, at=timezone.now())

        def then(number):
            context = {
                **self.admin_site.each_context(request),
                "title": str(row),
                "number": number,
                "back": back,
                "opts": self.opts,
                "object": row,
            }
            return TemplateResponse(request, "admin/partners/number.html", context)

        page = ActionPage(
            title=_("Show the number"),
            form=Nothing,
            act=act,
            then=then,
            back=back,
            button=_("Show the number"),
            hint=_("That you were shown this number is written down."),
        )
        return actions.answer(self, request, row, page)


@admin.register(PartnerContact)
class PartnerContactAdmin(Revealing, RecordAdmin):
    form = forms.PartnerContactForm
    fields = ("partner", "role", "name", "position", "email", "phone", "identity_number")
    list_display = ("name", "who", "role", "position", "email", "phone", "number_shown")
    list_filter = ("role",)
    written = ("role", "name", "position", "email", "phone", "identity_number")
    actions_detail = ("reveal",)
    export_fields = ("partner__code", "role", "name", "position", "email", "phone", "end")
    empty_hint = gettext_lazy("Add the legal representative of the first partner.")

    def get_fields(self, request, obj=None):
        return (*self.fields, "number_shown") if obj else self.fields

    def get_readonly_fields(self, request, obj=None):
        return ("partner", "number_shown") if obj else ()

    def service(self, *, identity_number=None, **values):
        return records.write_contact(identity_number=identity_number or None, **values)


@admin.register(BankAccount)
class BankAccountAdmin(Revealing, RecordAdmin):
    form = forms.BankAccountForm
    fields = ("partner", "holder", "number", "bank", "bank_code", "currency", "for_payouts")
    list_display = ("who", "holder", "bank", "number_shown", "currency", "for_payouts")
    list_filter = ("currency", "for_payouts")
    written = ("number", "holder", "bank", "bank_code", "currency", "for_payouts")
    actions_detail = ("reveal",)
    export_fields = ("partner__code", "holder", "bank", "bank_code", "currency", "end", "for_payouts")
    empty_hint = gettext_lazy("Add the account that rebates of the first partner are paid to.")

    def get_fields(self, request, obj=None):
        return (*self.fields, "number_shown") if obj else self.fields

    def get_readonly_fields(self, request, obj=None):
        return ("partner", "number_shown") if obj else ()

    def service(self, *, number="", **values):
        return records.write_bank_account(number=number or None, **values)


@admin.register(InvoiceDetails)
class InvoiceDetailsAdmin(RecordAdmin):
    form = forms.InvoiceDetailsForm
    list_display = ("who", "title", "tax_number", "email")
    written = ("title", "tax_number", "address", "phone", "email")
    export_fields = ("partner__code", "title", "tax_number", "address", "phone", "email")
    empty_hint = gettext_lazy("Add how invoices to the first partner are made out.")

    def service(self, *, row=None, **values):
        return records.write_invoice_details(**values)


class EndingFilter(admin.SimpleListFilter):
    title = gettext_lazy("ends")
    parameter_name = "ends"

    def lookups(self, request, model_admin):
        return [("soon", _("within 90 days")), ("ended", _("ended"))]

    def queryset(self, request, queryset):
        today = business_day(timezone.now())
        if self.value() == "soon":
            return queryset.ending_within(today, SOON)
        return queryset.ended(today) if self.value() == "ended" else queryset


@admin.register(Licence)
class LicenceAdmin(RecordAdmin):
    form = forms.LicenceForm
    list_display = ("who", "kind", "number", "issued_by", "period", "state")
    list_filter = ("kind", EndingFilter)
    written = ("kind", "number", "issued_by", "valid_during")
    export_fields = ("partner__code", "kind", "number", "issued_by", "valid_from", "valid_through")
    export_annotations = PERIOD
    empty_hint = gettext_lazy("Add the business licence of the first partner.")

    def service(self, **values):
        return records.write_licence(**values)

    @display(description=gettext_lazy("period"), ordering="valid_during")
    def period(self, row):
        return cells.period(row.valid_during)

    @display(description=gettext_lazy("state"))
    def state(self, row):
        last = records.last_day(row)
        left = None if last is None else (last - business_day(timezone.now())).days
        if left is None or left > SOON:
            return cells.label(_("in force"), "green")
        return cells.label(_("ended"), "red") if left < 0 else cells.label(_("ends soon"), "orange")
