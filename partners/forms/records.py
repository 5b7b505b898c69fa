"""Forms of a partner's record: what is checked is checked here in words, by the same rules as the services."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminSingleDateWidget, UnfoldAdminTextInputWidget

from channelhub.lib.periods import date_range
from partners.errors import NotANumber
from partners.models import BankAccount, CompanyNumber, InvoiceDetails, Licence, PartnerAddress, PartnerContact
from partners.rules import company_numbers
from partners.services import records

SCHEME_NAMES = {
    "cn.uscc": _("China: unified social credit code"),
    "eu.vat": _("European Union: VAT number"),
    "tw.ubn": _("Taiwan: unified business number"),
    "jp.cn": _("Japan: corporate number"),
    "kr.brn": _("Korea: business registration number"),
    "sg.uen": _("Singapore: unique entity number"),
    "in_.gstin": _("India: GSTIN"),
    "au.abn": _("Australia: ABN"),
    "us.ein": _("United States: EIN"),
    "gb.vat": _("United Kingdom: VAT number"),
    "lei": _("Legal entity identifier (LEI)"),
}


def scheme_name(code):
    """A scheme as people know it; those without a name of their own by country and abbreviation."""
    country, _dot, rest = code.partition(".")
    return SCHEME_NAMES.get(code) or f"{country.strip('_').upper()}: {rest.upper()}"


class RecordForm(forms.ModelForm):
    """``partner`` is chosen once, by search."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "partner" in self.fields:
            self.fields["partner"].empty_label = None


class CompanyNumberForm(RecordForm):
    scheme = forms.ChoiceField(label=_("scheme"), required=False, widget=UnfoldAdminSelectWidget)

    class Meta:
        model = CompanyNumber
        fields = ("partner", "scheme", "number")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "number" not in self.fields:  # only shown: there is nothing to fill in
            return
        names = [(code, scheme_name(code)) for code in company_numbers.all_schemes()]
        self.fields["scheme"].choices = [("", _("the one of the partner's country")), *names]
        self.fields["number"].help_text = _("Checked down to its check digit; blanks and signs are left out.")

    def clean(self):
        data = super().clean()
        partner = data.get("partner") or (self.instance.partner if self.instance.pk else None)
        if not partner or not data.get("number"):
            return data
        scheme = data.get("scheme") or company_numbers.guess(partner.country, data["number"])[0]
        try:
            data["number"] = records.checked_number(scheme, data["number"])
        except NotANumber as refusal:
            self.add_error("number", str(refusal))
        data["scheme"] = scheme
        return data


class PartnerAddressForm(RecordForm):
    class Meta:
        model = PartnerAddress
        fields = ("partner", "kind", "text", "postal_code", "city", "country")


class PartnerContactForm(RecordForm):
    identity_number = forms.CharField(
        label=_("identity number"),
        max_length=40,
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text=_("Kept sealed; only its last signs are shown. Empty: it stays as it is."),
    )

    class Meta:
        model = PartnerContact
        fields = ("partner", "role", "name", "position", "email", "phone")


class BankAccountForm(RecordForm):
    number = forms.CharField(
        label=_("account number or IBAN"),
        max_length=60,
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text=_("Kept sealed; only its last signs are shown. Empty: it stays as it is."),
    )

    class Meta:
        model = BankAccount
        fields = ("partner", "holder", "bank", "bank_code", "currency", "for_payouts")

    def clean(self):
        data = super().clean()
        number = data.get("number")
        if not number and not self.instance.pk:
            self.add_error("number", _("A new account needs its number."))
        if number:
            try:
                records.checked_account(number)
            except NotANumber as refusal:
                self.add_error("number", str(refusal))
        return data


class InvoiceDetailsForm(RecordForm):
    class Meta:
        model = InvoiceDetails
        fields = ("partner", "title", "tax_number", "address", "phone", "email")


class LicenceForm(RecordForm):
    valid_from = forms.DateField(label=_("first day"), widget=UnfoldAdminSingleDateWidget)
    valid_through = forms.DateField(
        label=_("last day"),
        required=False,
        widget=UnfoldAdminSingleDateWidget,
        help_text=_("Included; empty: until further notice."),
    )

    class Meta:
        model = Licence
        fields = ("partner", "kind", "number", "issued_by")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        period = self.instance.valid_during if self.instance.pk else None
        if period:
            self.initial["valid_from"] = period.lower
            self.initial["valid_through"] = records.last_day(self.instance)

    def clean(self):
        data = super().clean()
        first, last = data.get("valid_from"), data.get("valid_through")
        if first and last and last < first:
            self.add_error("valid_through", _("The last day comes before the first."))
        elif first:
            data["valid_during"] = date_range(first, last)
        return data
