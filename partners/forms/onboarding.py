from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channelhub.core.enums.workflow import FactKind
from channelhub.core.selectors.names import name_of
from partners.models import Territory
from partners.rules import company_numbers

HOME = "CN"


class PublicForm(forms.Form):
    """What every form without a sign-in has: a signed time, and a field that only machines fill in."""

    stamp = forms.CharField(widget=forms.HiddenInput, required=False)
    homepage = forms.CharField(
        label=gettext_lazy("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    @property
    def from_machine(self):
        return bool(self.cleaned_data.get("homepage"))

    @property
    def shown(self):
        """The fields that people fill in."""
        return [field for field in self.visible_fields() if field.name != "homepage"]


class BeginForm(PublicForm):
    """The first page: as what, who, and where to write to."""

    type = forms.ChoiceField(label=gettext_lazy("We want to become"), widget=forms.RadioSelect)
    company = forms.CharField(label=gettext_lazy("Company"), max_length=200)
    contact_name = forms.CharField(label=gettext_lazy("Your name"), max_length=120)
    contact_email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        help_text=gettext_lazy("We send you a link with which you can go on at any time."),
    )

    def __init__(self, *args, types, **kwargs):
        super().__init__(*args, **kwargs)
        self.types = {kind.code: kind for kind in types}
        self.fields["type"].choices = [(kind.code, name_of(kind)) for kind in types]
        if len(types) == 1:
            self.fields["type"].initial = types[0].code

    def clean_type(self):
        return self.types[self.cleaned_data["type"]]


class LostForm(PublicForm):
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254)


class AccessForm(PublicForm):
    """Who asks to act for a company that is a partner already."""

    company = forms.CharField(
        label=gettext_lazy("Company"),
        max_length=200,
        help_text=gettext_lazy("Its name or its code as a partner, exactly as on a contract or an invoice."),
    )
    name = forms.CharField(label=gettext_lazy("Your name"), max_length=120)
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254)
    note = forms.CharField(label=gettext_lazy("What do you work on? (optional)"), max_length=500, required=False)


def _country_choices():
    """All countries in the reader's script, the home country first."""
    rows = list(Territory.objects.filter(depth=1).order_by("code"))
    rows.sort(key=lambda row: (row.code != HOME, name_of(row)))
    return [("", "–"), *((row.code, name_of(row)) for row in rows if len(row.code) == 2)]


class ApplicationForm(forms.Form):
    """What a company says about itself; what may be saved unfinished is asked for when it is sent."""

    company = forms.CharField(label=gettext_lazy("Company"), max_length=200)
    company_en = forms.CharField(label=gettext_lazy("Company in English (optional)"), max_length=200, required=False)
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)
    territory = forms.ModelChoiceField(
        Territory.objects.none(), label=gettext_lazy("Province (in China)"), required=False, empty_label="–"
    )
    company_number = forms.CharField(
        label=gettext_lazy("Company number (optional)"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("In China the unified social credit code, in the EU the VAT number."),
    )
    address = forms.CharField(label=gettext_lazy("Address"), max_length=300, required=False)
    phone = forms.CharField(
        label=gettext_lazy("Telephone"), max_length=40, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    website = forms.CharField(
        label=gettext_lazy("Website (optional)"), max_length=200, required=False, widget=forms.TextInput
    )
    contact_name = forms.CharField(label=gettext_lazy("Your name"), max_length=120)
    currency = forms.ChoiceField(label=gettext_lazy("Currency of the amounts"))
    expected_sales = forms.DecimalField(
        label=gettext_lazy("Expected sales a year (optional)"),
        required=False,
        min_value=0,
        max_digits=16,
        decimal_places=2,
    )
    credit = forms.DecimalField(
        label=gettext_lazy("Credit you need (optional)"), required=False, min_value=0, max_digits=16, decimal_places=2
    )
    about = forms.CharField(
        label=gettext_lazy("About the company: what it sells, to whom, where (optional)"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = _country_choices()
        provinces = Territory.objects.filter(depth=2, code__startswith=f"{HOME}-").order_by("code")
        self.fields["territory"].queryset = provinces
        self.fields["territory"].label_from_instance = name_of
        self.fields["currency"].choices = [(code, code) for code in CURRENCIES_FIRST]

    def clean(self):
        cleaned = super().clean()
        number = cleaned.get("company_number")
        if number and cleaned.get("country") == HOME and not company_numbers.guess(HOME, number)[1].valid:
            self.add_error("company_number", _("This is no unified social credit code: check its 18 signs."))
        return cleaned

    def refuse(self, fields):
        """Mark what is still needed."""
        for name in fields:
            self.add_error(name, _("Needed before the application is sent."))


CURRENCIES_FIRST = ("CNY", "HKD", "TWD", "USD", "EUR", "JPY", "GBP")


class StepForm(forms.Form):
    """The facts that a step asks the applicant for."""

    def __init__(self, *args, kinds, labels, **kwargs):
        super().__init__(*args, **kwargs)
        for name, kind in kinds.items():
            self.fields[f"fact_{name}"] = _fact_field(kind, labels.get(name, name).capitalize())

    @property
    def facts(self):
        return {name.removeprefix("fact_"): value for name, value in self.cleaned_data.items()}


def _fact_field(kind, label):
    if kind == FactKind.NUMBER:
        return forms.DecimalField(label=label, max_digits=16, decimal_places=4)
    if kind == FactKind.DATE:
        return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}))
    if kind == FactKind.FLAG:
        choices = [("", "–"), ("yes", gettext_lazy("yes")), ("no", gettext_lazy("no"))]
        return forms.ChoiceField(label=label, choices=choices)
    return forms.CharField(label=label, max_length=500)
