from datetime import date, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from pricing.enums import SalesKind

DEFAULT_DAYS = 365


class SalesLineFilter(forms.Form):
    """What a list of sales lines is narrowed to; every field may be left out, both days are included."""

    q = forms.CharField(label=_("Search"), required=False, max_length=60)
    kind = forms.TypedChoiceField(
        label=_("Kind"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("All kinds")), *SalesKind.choices],
    )
    partner = forms.TypedChoiceField(label=_("Company"), required=False, coerce=int, empty_value=None)
    valid_from = forms.DateField(
        label=_("From"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    valid_through = forms.DateField(
        label=_("To"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, data=None, *, partners=(), today=None):
        data = data.copy() if data is not None else {}
        if today is not None and "valid_from" not in data and "valid_through" not in data:
            data["valid_from"] = (today - timedelta(days=DEFAULT_DAYS)).isoformat()
        super().__init__(data)
        self.fields["partner"].choices = [("", _("All companies")), *partners]

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("valid_from"), cleaned.get("valid_through")
        if first and last and last < first:
            self.add_error("valid_through", _("The last day is before the first."))
        return cleaned

    def filters(self):
        """The fields that narrow, as plain values, days as ISO texts; an invalid field narrows nothing."""
        values = {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
