from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextInputWidget

from partners.models import ApiClient, Partner


class ClientForm(forms.Form):
    """A system that may read and write: for the maker, or for one partner."""

    name = forms.CharField(label=_("name"), max_length=120, widget=UnfoldAdminTextInputWidget)
    partner = forms.ModelChoiceField(
        Partner.objects.none(),
        label=_("partner"),
        required=False,
        help_text=_("Empty: the maker's own system, which sees every partner."),
    )
    scopes = forms.MultipleChoiceField(label=_("scopes"), widget=UnfoldAdminCheckboxSelectMultipleWidget)

    def __init__(self, *args, partners, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = partners
        self.fields["partner"].widget = AutocompleteSelect(ApiClient._meta.get_field("partner"), admin.site)
        self.fields["partner"].widget.choices = self.fields["partner"].choices
        self.fields["scopes"].choices = [(scope, f"{scope}: {text}") for scope, text in settings.API_SCOPES.items()]
