from django import forms
from django.utils.translation import gettext_lazy as _

from pricing.enums import Cause
from pricing.rules.settling import CAUSES

CAUSE_LABELS = {name: cause.label for name, cause in zip(CAUSES, Cause, strict=True)}


class StatementFilter(forms.Form):
    """Which statements: of a programme (found by its name), of periods that run or have ended."""

    q = forms.CharField(label=_("Programme"), required=False, max_length=60)
    state = forms.ChoiceField(
        label=_("Period"),
        required=False,
        choices=[("", _("All periods")), ("running", _("Running")), ("ended", _("Ended"))],
    )

    def programmes_in(self, programmes):
        """Those whose name or code contains the words; all without words."""
        words = self.cleaned_data.get("q", "").casefold()
        return [p for p in programmes if words in f"{p.code} {p.name} {p.name_en}".casefold()]


class BehindFilter(forms.Form):
    """Which of the lines behind a statement: of a month of knowledge, of a cause, of a document or product."""

    q = forms.CharField(label=_("Document or product code"), required=False, max_length=60)
    cause = forms.ChoiceField(
        label=_("Cause"),
        required=False,
        choices=[
            ("", _("All causes")),
            *((name, CAUSE_LABELS[name]) for name in ("sales", "late", "returns", "moves")),
        ],
    )
    month = forms.DateField(label=_("Known in"), required=False)

    def keeps(self, row):
        """Whether a line behind the statement fits."""
        wanted = self.cleaned_data
        words = wanted.get("q", "").casefold()
        fits = not words or words in f"{row.line.document} {row.line.product.sku}".casefold()
        fits = fits and wanted.get("cause") in ("", None, row.cause)
        return fits and wanted.get("month") in (None, row.known_in)
