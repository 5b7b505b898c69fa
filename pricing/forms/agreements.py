from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.models import Partner
from pricing.enums import IN_MONEY, AgreementEffect, UsageMeasure
from pricing.forms.prices import ItemsForm, _free_code, _number
from pricing.forms.programmes import _choice, _day, _text, searched
from pricing.models import Agreement
from pricing.services.agreements import Agreed


class AgreementForm(forms.Form):
    code = _text(gettext_lazy("code"), max_length=40)
    name = _text(gettext_lazy("name"), max_length=120)
    name_en = _text(gettext_lazy("name in English"), max_length=120, required=False)
    partner = forms.ModelChoiceField(Partner.objects.none(), label=gettext_lazy("partner"))
    with_subtree = forms.BooleanField(label=gettext_lazy("with all under it"), required=False)
    customer = _text(
        gettext_lazy("end customer"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Its code, when it holds for this end customer only."),
    )
    project = _text(gettext_lazy("project"), max_length=60, required=False)

    def __init__(self, *args, partners, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = partners
        searched(self, "partner", Agreement, "partner")

    def clean_code(self):
        return _free_code(Agreement, self.cleaned_data["code"])


class AgreedForm(ItemsForm):
    """What is agreed of a product or a product line."""

    effect = _choice(gettext_lazy("effect"), AgreementEffect)
    value = _number(
        gettext_lazy("value"),
        min_value=0,
        help_text=gettext_lazy("A net price, an amount off, a share off (0.10 is ten percent), or a factor."),
    )
    currency = _text(gettext_lazy("currency"), required=False, help_text=gettext_lazy("Only for money."))
    min_quantity = _number(gettext_lazy("from quantity"), initial=0, min_value=0)
    valid_from = _day(gettext_lazy("first day"))
    valid_through = _day(gettext_lazy("last day"), required=False)

    def clean(self):
        cleaned = super().clean()
        effect, value = cleaned.get("effect"), cleaned.get("value")
        if (effect in IN_MONEY) != bool(cleaned.get("currency")):
            self.add_error("currency", _("Money has a currency, a share or factor has none."))
        if effect == AgreementEffect.DISCOUNT and (value or 0) > 1:
            self.add_error("value", _("A share is at most 1."))
        if effect == AgreementEffect.FORMULA and value == 0:
            self.add_error("value", _("Must be greater than zero."))
        first, last = cleaned.get("valid_from"), cleaned.get("valid_through")
        if first and last and last < first:
            self.add_error("valid_through", _("Lies before the first."))
        return cleaned


def agreed_of(data):
    """What a form says is agreed."""
    names = ("effect", "value", "valid_from", "valid_through", "min_quantity", "currency")
    return Agreed(item=data["product"] or data["product_line"], **{name: data[name] for name in names})


class LimitForm(forms.Form):
    measure = _choice(gettext_lazy("counted in"), UsageMeasure)
    cap = _number(gettext_lazy("cap"))

    def clean_cap(self):
        cap = self.cleaned_data["cap"]
        if cap <= 0:
            raise forms.ValidationError(_("Must be greater than zero."))
        return cap
