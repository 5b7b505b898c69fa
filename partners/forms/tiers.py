from django import forms
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminSingleDateWidget, UnfoldAdminTextInputWidget

from partners.enums import BenefitKind
from partners.models import PartnerTier


class BenefitForm(forms.Form):
    tier = forms.ModelChoiceField(
        PartnerTier.objects.order_by("rank"), label=gettext_lazy("tier"), widget=UnfoldAdminSelectWidget
    )
    kind = forms.ChoiceField(label=gettext_lazy("kind"), choices=BenefitKind.choices, widget=UnfoldAdminSelectWidget)
    value = forms.DecimalField(
        label=gettext_lazy("figure"),
        required=False,
        max_digits=9,
        decimal_places=4,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("A factor, a share (0.02 is 2%) or a number of seats."),
    )
    text = forms.CharField(
        label=gettext_lazy("in words"),
        required=False,
        max_length=200,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("The discount group, the level of support, or what it is."),
    )
    text_en = forms.CharField(
        label=gettext_lazy("in English"), required=False, max_length=200, widget=UnfoldAdminTextInputWidget
    )
    first_day = forms.DateField(label=gettext_lazy("from"), widget=UnfoldAdminSingleDateWidget)


class WithdrawForm(forms.Form):
    first_day = forms.DateField(label=gettext_lazy("no longer from"), widget=UnfoldAdminSingleDateWidget)
