from django import forms
from django.utils.translation import gettext_lazy as _


class StockFilter(forms.Form):
    """What the stock page is narrowed to; every field may be left out."""

    q = forms.CharField(label=_("Search"), required=False, max_length=60)
    where = forms.ChoiceField(
        label=_("Where"),
        required=False,
        choices=[
            ("", _("In stock anywhere")),
            ("own", _("In your own stock")),
            ("others", _("Available to order")),
            ("all", _("All products")),
        ],
    )

    def filters(self):
        """The fields that narrow, as plain values; an invalid field narrows nothing."""
        return {name: value for name, value in self.cleaned_data.items() if value}


class ReportForm(forms.Form):
    """A file with the stock of one's own locations."""

    file = forms.FileField(label=_("File"), help_text=_("CSV or XLSX; the first row names the columns."))
    complete = forms.BooleanField(
        label=_("This is everything that these locations hold: what the file does not name is zero."),
        required=False,
    )
