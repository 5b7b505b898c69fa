import re
from decimal import Decimal, InvalidOperation

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from partners.models import Partner, ProductLine
from pricing.enums import Pays, PeriodKind, ProgrammeScope, Qualifier, RebateMethod, SalesKind
from pricing.models import ManualAmount, ProgrammeMember, ProgrammeVersion, RebateProgramme

CURRENCY = RegexValidator(r"^[A-Z]{3}$", gettext_lazy("A code of ISO 4217: three capital letters."))
BAND = re.compile(r"^([\d.,]+)\s*[;:\s]\s*([\d.]+)\s*(%?)$")


def _text(label, **options):
    return forms.CharField(label=label, widget=UnfoldAdminTextInputWidget, **options)


def _choice(label, choices, **options):
    return forms.ChoiceField(label=label, choices=choices, widget=UnfoldAdminSelectWidget, **options)


def _day(label, **options):
    return forms.DateField(label=label, widget=UnfoldAdminSingleDateWidget, **options)


def _amount(label, **options):
    options = {"max_digits": 19, "decimal_places": 4, **options}
    return forms.DecimalField(label=label, widget=UnfoldAdminTextInputWidget, **options)


def searched(form, name, model, column, widget=AutocompleteSelect):
    """A choice among many, searched for as one types."""
    form.fields[name].widget = widget(model._meta.get_field(column), admin.site, attrs={"data-width": "100%"})
    form.fields[name].widget.choices = form.fields[name].choices


class BandsField(forms.CharField):
    """Bands as people write them: one a line, from where and what rate ("1,000,000 2.5%"), lowest first."""

    widget = UnfoldAdminTextareaWidget(attrs={"rows": 5})

    def to_python(self, value):
        lines = [line.strip() for line in (super().to_python(value) or "").splitlines() if line.strip()]
        return [self._band(line) for line in lines]

    def _band(self, line):
        match = BAND.match(line)
        try:
            start, rate = Decimal(match[1].replace(",", "")), Decimal(match[2])
        except (TypeError, InvalidOperation) as error:
            text = _("“%(line)s” is no band: write from where and the rate, like 1,000,000 2.5%%")
            raise forms.ValidationError(text % {"line": line}) from error
        return start, rate / 100 if match[3] else rate


class ProgrammeForm(forms.Form):
    code = forms.SlugField(label=gettext_lazy("code"), max_length=40, widget=UnfoldAdminTextInputWidget)
    name = _text(gettext_lazy("name"), max_length=120)
    name_en = _text(gettext_lazy("name in English"), max_length=120, required=False)
    currency = _text(gettext_lazy("currency"), validators=[CURRENCY], initial="CNY")
    period = _choice(gettext_lazy("period"), PeriodKind)
    starts_on = _day(gettext_lazy("first day"), help_text=gettext_lazy("The first day of its first period."))

    def clean_code(self):
        code = self.cleaned_data["code"]
        if RebateProgramme.objects.filter(code=code).exists():
            raise forms.ValidationError(_("This code is in use."))
        return code


class VersionForm(forms.Form):
    valid_from = _day(gettext_lazy("valid from"), help_text=gettext_lazy("The first day of a period."))
    method = _choice(gettext_lazy("method"), RebateMethod)
    qualifier = _choice(gettext_lazy("band chosen by"), Qualifier)
    pays = _choice(gettext_lazy("pays"), Pays)
    bands = BandsField(
        label=gettext_lazy("bands"),
        help_text=gettext_lazy("One a line, lowest first: from where and the rate, like 1,000,000 2.5%"),
    )
    cap = _amount(gettext_lazy("at most"), required=False)
    floor = _amount(gettext_lazy("at least"), required=False)
    kinds = forms.TypedMultipleChoiceField(
        label=gettext_lazy("kinds of sales counted"),
        choices=SalesKind,
        coerce=int,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )
    product_line = forms.ModelChoiceField(
        ProductLine.objects.all(),
        label=gettext_lazy("product line"),
        required=False,
        help_text=gettext_lazy("With all beneath it; empty: everything."),
    )
    scope = _choice(gettext_lazy("whose lines"), ProgrammeScope)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        searched(self, "product_line", ProgrammeVersion, "product_line")


class MembersForm(forms.Form):
    partners = forms.ModelMultipleChoiceField(Partner.objects.none(), label=gettext_lazy("partners"))

    def __init__(self, *args, partners, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["partners"].queryset = partners
        searched(self, "partners", ProgrammeMember, "partner", AutocompleteSelectMultiple)


class EndForm(forms.Form):
    valid_from = _day(gettext_lazy("from"), help_text=gettext_lazy("The first day of the period that earns no more."))


class ManualForm(forms.Form):
    partner = forms.ModelChoiceField(Partner.objects.none(), label=gettext_lazy("partner"))
    period_on = _day(gettext_lazy("first day of the period"))
    month = _day(gettext_lazy("month"), help_text=gettext_lazy("The month it speaks of: any day of it."))
    amount = _amount(
        gettext_lazy("amount"), help_text=gettext_lazy("Negative: taken. It never vanishes, only reverses.")
    )
    reason = forms.CharField(
        label=gettext_lazy("reason"), max_length=500, widget=UnfoldAdminTextareaWidget(attrs={"rows": 2})
    )

    def __init__(self, *args, partners, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = partners
        searched(self, "partner", ManualAmount, "partner")


class Nothing(forms.Form):
    """Nothing is asked: the button says what happens."""


class ApprovalForm(forms.Form):
    """What the programme is expected to cost a year: it decides who approves it."""

    estimated_cost = _amount(
        gettext_lazy("estimated cost a year"),
        min_value=0,
        help_text=gettext_lazy("Filled in: what the terms would have paid the members on the last twelve months."),
    )

    def __init__(self, *args, initial_cost, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["estimated_cost"].initial = initial_cost
