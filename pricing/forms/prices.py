from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from partners.models import Partner, PartnerTier, PartnerType, Product, ProductLine, Territory
from pricing.enums import BreakMode, ListKind, PromotionEffect, RoundingMode, TargetKind
from pricing.forms.programmes import CURRENCY, _amount, _choice, _day, _text, searched
from pricing.models import PriceAssignment, PriceFormula, PriceList, PriceRow, Promotion, PromotionItem
from pricing.models.price_lists import NAMED_BY
from pricing.rules.price_questions import FIRST_YEAR, LAST_YEAR
from pricing.services.promotions import Terms


def _number(label, **options):
    return _amount(label, **{"decimal_places": 6, **options})


def _free_code(model, code):
    if model.objects.filter(code=code).exists():
        raise forms.ValidationError(_("This code is in use."))
    return code


class PriceListForm(forms.Form):
    code = _text(gettext_lazy("code"), max_length=40)
    name = _text(gettext_lazy("name"), max_length=120)
    name_en = _text(gettext_lazy("name in English"), max_length=120, required=False)
    kind = _choice(gettext_lazy("kind"), ListKind)
    break_mode = _choice(
        gettext_lazy("quantity breaks"),
        BreakMode,
        required=False,
        help_text=gettext_lazy(
            "25 pieces at 10, 8 from 11, 6 from 21: 150 all at the break reached, 210 band by band."
        ),
    )
    currency = _text(gettext_lazy("currency"), validators=[CURRENCY], initial="CNY")
    rounding = _choice(gettext_lazy("rounding"), RoundingMode)
    rounding_step = _number(
        gettext_lazy("unit prices rounded to"),
        required=False,
        min_value=0,
        help_text=gettext_lazy(
            "Empty: the currency's smallest unit. Kind, breaks, currency and rounding never change."
        ),
    )
    amount_step = _number(gettext_lazy("amounts rounded to"), required=False, min_value=0)

    def clean_code(self):
        return _free_code(PriceList, self.cleaned_data["code"])

    def clean_break_mode(self):
        return self.cleaned_data["break_mode"] or BreakMode.ALL_UNITS.value

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("kind") == ListKind.FORMULA and cleaned.get("break_mode") != BreakMode.ALL_UNITS:
            self.add_error("break_mode", _("A formula list has the breaks of the list it is computed from."))
        for name in ("rounding_step", "amount_step"):
            if cleaned.get(name) == 0:
                self.add_error(name, _("Must be greater than zero."))
        return cleaned


class NamesForm(forms.Form):
    name = _text(gettext_lazy("name"), max_length=120)
    name_en = _text(gettext_lazy("name in English"), max_length=120, required=False)


class PriceForm(forms.Form):
    product = forms.ModelChoiceField(Product.objects.all(), label=gettext_lazy("product"))
    min_quantity = _number(gettext_lazy("from quantity"), initial=1)
    unit_price = _number(
        gettext_lazy("unit price"),
        required=False,
        min_value=0,
        help_text=gettext_lazy("Empty: the price ends on that day."),
    )
    valid_from = _day(gettext_lazy("valid from"), help_text=gettext_lazy("Until a later price starts."))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        searched(self, "product", PriceRow, "product")

    def clean_min_quantity(self):
        if self.cleaned_data["min_quantity"] <= 0:
            raise forms.ValidationError(_("Must be greater than zero."))
        return self.cleaned_data["min_quantity"]


class FormulaForm(forms.Form):
    base = forms.ModelChoiceField(
        PriceList.objects.all(),
        label=gettext_lazy("base list"),
        required=False,
        help_text=gettext_lazy("Empty: from that day on the list has no prices."),
    )
    factor = forms.DecimalField(
        label=gettext_lazy("factor"),
        max_digits=12,
        decimal_places=6,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("0.60: prices are 60 percent of the base list's."),
    )
    valid_from = _day(gettext_lazy("valid from"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        searched(self, "base", PriceFormula, "base")

    def clean(self):
        cleaned = super().clean()
        if bool(cleaned.get("base")) != bool(cleaned.get("factor")) or (cleaned.get("factor") or 0) < 0:
            self.add_error("factor", _("A base list and a factor above zero, or neither."))
        return cleaned


class TargetForm(forms.Form):
    """To whom: one record that fits the kind, or everybody."""

    target_kind = _choice(gettext_lazy("for"), TargetKind)
    partner = forms.ModelChoiceField(Partner.objects.none(), label=gettext_lazy("partner"), required=False)
    tier = forms.ModelChoiceField(
        PartnerTier.objects.order_by("rank"),
        label=gettext_lazy("tier"),
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    type = forms.ModelChoiceField(
        PartnerType.objects.order_by("code"),
        label=gettext_lazy("type"),
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    territory = forms.ModelChoiceField(Territory.objects.all(), label=gettext_lazy("territory"), required=False)

    def __init__(self, *args, partners, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = partners
        searched(self, "partner", PriceAssignment, "partner")
        searched(self, "territory", PriceAssignment, "territory")

    def clean(self):
        cleaned = super().clean()
        named = NAMED_BY.get(cleaned.get("target_kind"))
        for name in ("partner", "tier", "type", "territory"):
            if bool(cleaned.get(name)) != (name == named):
                self.add_error(name, _("Name exactly what the kind of target asks for."))
        return cleaned

    def target(self):
        return target_of(self.cleaned_data)


def target_of(data):
    """The record that is named; None: everybody."""
    named = NAMED_BY[data["target_kind"]]
    return data[named] if named else None


class AssignForm(TargetForm):
    priority = forms.IntegerField(
        label=gettext_lazy("priority"),
        initial=1,
        min_value=1,
        max_value=32767,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("1 is asked first. A priority belongs to one type."),
    )
    valid_from = _day(gettext_lazy("valid from"))
    ends = forms.BooleanField(
        label=gettext_lazy("the assignment ends on that day"),
        required=False,
    )


class TermsForm(forms.Form):
    valid_from = _day(gettext_lazy("first day"))
    valid_through = _day(gettext_lazy("last day"), required=False)
    min_quantity = _number(gettext_lazy("from quantity"), initial=0, min_value=0)
    max_quantity = _number(gettext_lazy("up to quantity"), required=False, min_value=0)
    effect = _choice(gettext_lazy("effect"), PromotionEffect)
    value = _number(gettext_lazy("value"), min_value=0, help_text=gettext_lazy("0.10 is ten percent; or a unit price."))
    currency = _text(gettext_lazy("currency"), required=False, help_text=gettext_lazy("For a fixed unit price only."))
    line_discount = _number(
        gettext_lazy("discount on the line"),
        initial=0,
        min_value=0,
        max_value=1,
        help_text=gettext_lazy("Taken off the line's amount besides; 0.02 is two percent."),
    )

    def clean(self):
        cleaned = super().clean()
        fixed = cleaned.get("effect") == PromotionEffect.UNIT_PRICE
        if fixed != bool(cleaned.get("currency")):
            self.add_error("currency", _("A fixed unit price has a currency, a percentage has none."))
        if not fixed and (cleaned.get("value") or 0) > 1:
            self.add_error("value", _("A share is at most 1."))
        self._in_order(cleaned, "valid_from", "valid_through")
        self._in_order(cleaned, "min_quantity", "max_quantity")
        return cleaned

    def _in_order(self, cleaned, first, last):
        if cleaned.get(last) is not None and cleaned.get(first) is not None and cleaned[last] < cleaned[first]:
            self.add_error(last, _("Lies before the first."))


def terms_of(data):
    """The terms that a form says."""
    return Terms(**{name: data[name] for name in TermsForm.base_fields})


class PromotionForm(TermsForm):
    code = _text(gettext_lazy("code"), max_length=40)
    name = _text(gettext_lazy("name"), max_length=120)
    name_en = _text(gettext_lazy("name in English"), max_length=120, required=False)
    category = _text(gettext_lazy("category"), max_length=60, required=False)

    field_order = ("code", "name", "name_en", "category")

    def clean_code(self):
        return _free_code(Promotion, self.cleaned_data["code"])


class ItemsForm(forms.Form):
    product = forms.ModelChoiceField(Product.objects.all(), label=gettext_lazy("product"), required=False)
    product_line = forms.ModelChoiceField(
        ProductLine.objects.all(),
        label=gettext_lazy("product line"),
        required=False,
        help_text=gettext_lazy("With all beneath it."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("product", "product_line"):
            searched(self, name, PromotionItem, name)

    def clean(self):
        cleaned = super().clean()
        if bool(cleaned.get("product")) == bool(cleaned.get("product_line")):
            self.add_error("product", _("Name a product or a product line, not both."))
        return cleaned


class PriceCheckForm(forms.Form):
    """A question to the price answer; its address is the answer."""

    partner = forms.ModelChoiceField(Partner.objects.none(), label=gettext_lazy("partner"))
    product = forms.ModelChoiceField(Product.objects.all(), label=gettext_lazy("product"))
    quantity = _number(gettext_lazy("quantity"), initial=1)
    on = _day(gettext_lazy("on the day"), required=False, help_text=gettext_lazy("Empty: today."))
    known_on = _day(
        gettext_lazy("as known at the end of"), required=False, help_text=gettext_lazy("Empty: as known now.")
    )
    currency = _text(gettext_lazy("currency"), required=False, help_text=gettext_lazy("Empty: that of the first list."))

    def __init__(self, *args, partners, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = partners
        searched(self, "partner", PriceAssignment, "partner")
        searched(self, "product", PriceRow, "product")

    def clean(self):
        cleaned = super().clean()
        for name in ("on", "known_on"):
            if cleaned.get(name) and not FIRST_YEAR <= cleaned[name].year <= LAST_YEAR:
                span = {"first": FIRST_YEAR, "last": LAST_YEAR}
                self.add_error(name, _("A day of the years from %(first)s to %(last)s.") % span)
        return cleaned
