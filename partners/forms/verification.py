from django import forms
from django.utils.translation import gettext_lazy as _


class NumberForm(forms.Form):
    """The number of a certificate, as it is printed under its QR code."""

    number = forms.CharField(
        label=_("Number of the certificate"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
