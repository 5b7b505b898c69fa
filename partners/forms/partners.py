from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminEmailInputWidget,
    UnfoldAdminSelect2MultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from channelhub.core.models import Role
from channelhub.lib.periods import business_day, date_range
from partners.models import (
    Authorisation,
    HomeTerritory,
    Partner,
    PartnerTier,
    PartnerType,
    Placement,
    ProductLine,
    SalesChannel,
    Territory,
)
from partners.rules import company_numbers
from partners.services import duplicates, records

User = get_user_model()


def chosen_by_search(model, field):
    """A choice among many, searched for as one types; what it offers is the other list's own scope."""
    return AutocompleteSelect(model._meta.get_field(field), admin.site, attrs={"data-width": "100%"})


def today():
    return business_day(timezone.now())


class FirstDay(forms.Form):
    """A change that holds from a day on."""

    first_day = forms.DateField(
        label=_("first day"),
        initial=today,
        widget=UnfoldAdminSingleDateWidget,
        help_text=_("What was before this day stays as it was."),
    )


class Nothing(forms.Form):
    """Nothing is asked: the button says what happens."""


class MoveForm(FirstDay):
    parent = forms.ModelChoiceField(
        Partner.objects.none(),
        label=_("new parent"),
        required=False,
        help_text=_("Empty: the partner stands under nobody."),
    )
    field_order = ("parent", "first_day")

    def __init__(self, *args, partners, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = partners
        self.fields["parent"].widget = chosen_by_search(Placement, "parent")
        self.fields["parent"].widget.choices = self.fields["parent"].choices


class HomeForm(FirstDay):
    territory = forms.ModelChoiceField(Territory.objects.filter(ends_on=None), label=_("home territory"))
    field_order = ("territory", "first_day")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["territory"].widget = chosen_by_search(HomeTerritory, "territory")
        self.fields["territory"].widget.choices = self.fields["territory"].choices


class TypesForm(FirstDay):
    types = forms.ModelMultipleChoiceField(
        PartnerType.objects.order_by("code"),
        label=_("types"),
        required=False,
        widget=UnfoldAdminSelect2MultipleWidget,
    )
    field_order = ("types", "first_day")


class TierForm(FirstDay):
    tier = forms.ModelChoiceField(
        PartnerTier.objects.order_by("rank"),
        label=_("tier"),
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text=_("Empty: in no tier."),
    )
    field_order = ("tier", "first_day")


class SuspendForm(forms.Form):
    reason = forms.CharField(label=_("reason"), max_length=500, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}))


class Period(forms.Form):
    """First and last day of a period, both included; an empty end is open."""

    valid_from = forms.DateField(label=_("first day"), initial=today, widget=UnfoldAdminSingleDateWidget)
    valid_through = forms.DateField(
        label=_("last day"),
        required=False,
        widget=UnfoldAdminSingleDateWidget,
        help_text=_("Included; empty: until further notice."),
    )

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("valid_from"), cleaned.get("valid_through")
        if first and last and last < first:
            self.add_error("valid_through", _("The last day comes before the first."))
        elif first:
            cleaned["valid_during"] = date_range(first, last)
        return cleaned


class AuthoriseForm(Period):
    territory = forms.ModelChoiceField(Territory.objects.all(), label=_("territory"), required=False)
    product_line = forms.ModelChoiceField(ProductLine.objects.all(), label=_("product line"), required=False)
    sales_channel = forms.ModelChoiceField(SalesChannel.objects.all(), label=_("sales channel"), required=False)
    exclusive = forms.BooleanField(
        label=_("exclusive"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text=_("Nobody else may be exclusive for an overlapping part."),
    )
    field_order = ("territory", "product_line", "sales_channel", "exclusive", "valid_from", "valid_through")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("territory", "product_line", "sales_channel"):
            self.fields[name].help_text = _("Empty: not limited.")
            self.fields[name].widget = chosen_by_search(Authorisation, name)
            self.fields[name].widget.choices = self.fields[name].choices


class EndForm(forms.Form):
    last = forms.DateField(label=_("last day"), initial=today, widget=UnfoldAdminSingleDateWidget)


class InviteForm(Period):
    email = forms.EmailField(label=_("e-mail"), widget=UnfoldAdminEmailInputWidget)
    name = forms.CharField(label=_("name"), max_length=120, widget=UnfoldAdminTextInputWidget)
    role = forms.ModelChoiceField(
        Role.objects.filter(kind=Role.Kind.DEALER).order_by("code"),
        label=_("role"),
        widget=UnfoldAdminSelectWidget,
    )
    field_order = ("email", "name", "role", "valid_from", "valid_through")


class NewPartnerForm(forms.ModelForm):
    """A new partner with its place in the tree, home territory and types, from a day on."""

    parent = forms.ModelChoiceField(Partner.objects.none(), label=_("parent"), required=False)
    home = forms.ModelChoiceField(Territory.objects.filter(ends_on=None), label=_("home territory"), required=False)
    types = forms.ModelMultipleChoiceField(
        PartnerType.objects.order_by("code"),
        label=_("types"),
        required=False,
        widget=UnfoldAdminSelect2MultipleWidget,
    )
    since = forms.DateField(
        label=_("since"),
        required=False,
        widget=UnfoldAdminSingleDateWidget,
        help_text=_("First day of parent, home and types; empty: since ever."),
    )

    number = forms.CharField(
        label=_("company number"),
        max_length=40,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Checked by the scheme of the country."),
    )
    another = forms.BooleanField(
        label=_("it is another company"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text=_("Asked for when partners like this one are known: that it is none of them."),
    )

    partners = Partner.objects.none()
    matches: list = []

    class Meta:
        model = Partner
        fields = ("code", "name", "name_en", "country", "address", "phone")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = self.partners
        for name, model, column in (("parent", Placement, "parent"), ("home", HomeTerritory, "territory")):
            self.fields[name].widget = chosen_by_search(model, column)
            self.fields[name].widget.choices = self.fields[name].choices

    def clean(self):
        """The number is checked, and the partner is compared with all that are known."""
        data = super().clean()
        if data.get("number"):
            scheme, verdict = company_numbers.guess(data.get("country", ""), data["number"])
            if not verdict.valid:
                self.add_error("number", records.trouble_text(verdict.trouble))
            data["scheme"], data["number"] = scheme, verdict.compact or data["number"]
        if self.errors:
            return data
        names = ("name", "name_en", "country", "address", "phone", "number", "scheme")
        self.matches = duplicates.like(**{name: data.get(name) or "" for name in names})
        if self.matches and not data.get("another"):
            self.add_error("another", _("Partners like this one are known: look at the evidence above."))
        return data
