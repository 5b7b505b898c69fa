from decimal import Decimal

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from partners.models import PartnerType
from performance.forms.fields import CriteriaField, GradesField
from performance.models import Scorecard
from pricing.forms.programmes import CURRENCY


class CardForm(forms.Form):
    code = forms.SlugField(label=gettext_lazy("code"), max_length=40, widget=UnfoldAdminTextInputWidget)
    name = forms.CharField(label=gettext_lazy("name"), max_length=120, widget=UnfoldAdminTextInputWidget)
    name_en = forms.CharField(
        label=gettext_lazy("name in English"), max_length=120, required=False, widget=UnfoldAdminTextInputWidget
    )
    partner_type = forms.ModelChoiceField(
        PartnerType.objects.order_by("code"),
        label=gettext_lazy("partner type"),
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text=gettext_lazy("Empty: all partners are scored by it."),
    )

    def clean_code(self):
        code = self.cleaned_data["code"]
        if Scorecard.objects.filter(code=code).exists():
            raise forms.ValidationError(_("This code is in use."))
        return code


class VersionForm(forms.Form):
    valid_from = forms.DateField(
        label=gettext_lazy("from the month of"),
        widget=UnfoldAdminSingleDateWidget,
        help_text=gettext_lazy("Months from this one on are scored again."),
    )
    currency = forms.CharField(
        label=gettext_lazy("currency"), validators=[CURRENCY], initial="CNY", widget=UnfoldAdminTextInputWidget
    )
    criteria = CriteriaField(
        label=gettext_lazy("criteria"),
        help_text=gettext_lazy(
            "One a line: KPI, weight, over how many months, curve, and points as value:score by rising value. "
            "KPIs: sales, sell_out, growth, attainment, sell_out_attainment, punctuality, conflicts."
        ),
    )
    grades = GradesField(
        label=gettext_lazy("grades"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text=gettext_lazy("One a line, the best first: a letter and the score it is given from, like A 85."),
    )
    min_coverage = forms.DecimalField(
        label=gettext_lazy("data needed, in percent of the weights"),
        min_value=0,
        max_value=100,
        initial=50,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("With less there is no score instead of a wrong one."),
    )

    def clean_min_coverage(self):
        return Decimal(self.cleaned_data["min_coverage"]) / 100


class DecisionForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("reason"), max_length=1000, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3})
    )
