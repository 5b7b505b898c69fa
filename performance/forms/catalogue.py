from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channelhub.core.errors import ExportFilterUnknown
from channelhub.core.services.exports import Column, ExportKind
from channelhub.core.templatetags.figures import name_of
from partners.models import Partner
from performance.services import catalogue

LONGEST_ID = 19  # digits; more is no number of a record


class CatalogueFilter(forms.Form):
    """What the catalogue is narrowed to; every field may be left out."""

    q = forms.CharField(label=gettext_lazy("Product code or name"), required=False, max_length=60)
    quantity = forms.DecimalField(
        label=gettext_lazy("Quantity"), required=False, min_value=Decimal("0.000001"), max_digits=13, decimal_places=6
    )
    line = forms.TypedChoiceField(
        label=gettext_lazy("Product line"), required=False, coerce=int, empty_value=None, choices=()
    )

    def __init__(self, *args: Any, lines: Any = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["line"].choices = [("", _("All lines")), *((line.pk, name_of(line)) for line in lines)]
        self.fields["quantity"].widget.attrs |= {"inputmode": "decimal"}

    def filters(self) -> dict[str, Any]:
        """The fields that narrow, as plain values; an invalid field narrows nothing."""
        return {name: self.cleaned_data[name] for name in ("q", "line") if self.cleaned_data.get(name)}

    def quantity_or_one(self) -> Decimal:
        """The quantity prices are asked for."""
        return self.cleaned_data.get("quantity") or Decimal(1)


def _clean(data: Mapping[str, Any]) -> dict[str, Any]:
    form = CatalogueFilter({"q": data.get("q", "")})
    line = str(data.get("line", "") or "")
    if not form.is_valid() or (line and not (line.isdecimal() and len(line) < LONGEST_ID)):
        raise ExportFilterUnknown(_("These filters cannot be read: %(fields)s") % {"fields": "q, line"})
    return {**form.filters(), **({"line": int(line)} if line else {})}


def _rows(user: Any, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The own price sheet; nothing for who acts for no partner."""
    partner = Partner.objects.visible_to(user).filter(pk=user.acting.partner_id).first()
    if partner is None:
        return []
    return catalogue.price_sheet(partner=partner, filters=params, at=timezone.now())


PRICE_SHEET = ExportKind(
    code="price_sheet",
    title=gettext_lazy("Price sheet"),
    columns=(
        Column(gettext_lazy("Product code"), "sku", is_text=True),
        Column(gettext_lazy("Product"), "name", is_text=True),
        Column(gettext_lazy("Product in English"), "name_en", is_text=True),
        Column(gettext_lazy("Unit"), "unit", is_text=True),
        Column(gettext_lazy("From quantity"), "quantity"),
        Column(gettext_lazy("Unit price"), "unit_price"),
        Column(gettext_lazy("Currency"), "currency"),
        Column(gettext_lazy("Holds until"), "valid_until"),
        Column(gettext_lazy("No price because"), "refusal", is_text=True),
    ),
    rows=_rows,
    clean=_clean,
)
