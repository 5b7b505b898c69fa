from decimal import Decimal

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from partners.models import Product, ProductLine
from pricing.enums import ListKind
from pricing.forms.prices import _number
from pricing.forms.programmes import _choice, _day, _text, searched
from pricing.models import AgreementLine, PriceList, PriceRevision, PriceRevisionRow
from pricing.rules.price_revisions import AMOUNT, PERCENT, PriceChange
from pricing.services.price_revisions import Chosen

KINDS = ((PERCENT, gettext_lazy("Percent")), (AMOUNT, gettext_lazy("Amount of money")))


def _switch(label, **options):
    return forms.BooleanField(label=label, required=False, widget=UnfoldBooleanSwitchWidget, **options)


class NewRevisionForm(forms.Form):
    price_list = forms.ModelChoiceField(PriceList.objects.filter(kind=ListKind.FIXED), label=gettext_lazy("price list"))
    title = _text(gettext_lazy("title"), max_length=120, help_text=gettext_lazy("Partners read it."))
    effective_on = _day(gettext_lazy("effective on"), help_text=gettext_lazy("From midnight of this day on."))
    reason = _text(gettext_lazy("reason"), max_length=300, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        searched(self, "price_list", PriceRevision, "price_list")


class ChangeForm(forms.Form):
    """+3 % on a line: the change and what it is for."""

    kind = _choice(gettext_lazy("kind of change"), KINDS)
    value = forms.DecimalField(
        label=gettext_lazy("by how much"),
        max_digits=19,
        decimal_places=6,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("3: three percent dearer, or 3 of the list's currency; −3: cheaper."),
    )
    product_line = forms.ModelChoiceField(
        ProductLine.objects.all(),
        label=gettext_lazy("product line"),
        required=False,
        help_text=gettext_lazy("With all beneath it; empty: all prices."),
    )
    on_top = _switch(
        gettext_lazy("on top of the draft"),
        help_text=gettext_lazy("Begin at the draft's new prices, not at the old ones."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        searched(self, "product_line", AgreementLine, "product_line")

    def clean_value(self):
        value = self.cleaned_data["value"]
        if self.data.get("kind") == PERCENT and value < -Decimal(100):
            raise forms.ValidationError(_("A price cannot fall by more than all of it."))
        return value

    @property
    def change(self):
        data = self.cleaned_data
        return change_of(data)


def change_of(data):
    """The change that was asked for; percents are shares."""
    value = data["value"] / 100 if data["kind"] == PERCENT else data["value"]
    return PriceChange(data["kind"], value, on_top=data["on_top"])


def chosen_of(data):
    """The rows that it is for."""
    return Chosen(data["product_line"])


class NewPriceForm(forms.Form):
    unit_price = _number(
        gettext_lazy("new price"), required=False, min_value=0, help_text=gettext_lazy("Empty: the price ends.")
    )


class RowForm(NewPriceForm):
    product = forms.ModelChoiceField(Product.objects.all(), label=gettext_lazy("product"))
    min_quantity = _number(gettext_lazy("from quantity"), initial=1)
    field_order = ("product", "min_quantity", "unit_price")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        searched(self, "product", PriceRevisionRow, "product")

    def clean_min_quantity(self):
        if self.cleaned_data["min_quantity"] <= 0:
            raise forms.ValidationError(_("Must be greater than zero."))
        return self.cleaned_data["min_quantity"]


class DayForm(forms.Form):
    effective_on = _day(gettext_lazy("effective on"), help_text=gettext_lazy("From midnight of this day on."))


class EndForm(forms.Form):
    reason = _text(gettext_lazy("reason"), max_length=300)


class RevertForm(EndForm):
    valid_from = _day(
        gettext_lazy("old prices again from"),
        required=False,
        help_text=gettext_lazy("Once the new prices hold; empty: today. Before their day they are taken out."),
    )


class PublishForm(forms.Form):
    despite_changes = _switch(
        gettext_lazy("although the list has changed"),
        help_text=gettext_lazy("Publish what was approved even where the list's prices have moved since the draft."),
    )


class SettleForm(forms.Form):
    comment = _text(gettext_lazy("how it was settled"), max_length=300)
