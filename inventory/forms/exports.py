"""The lists of this app that may be exported, and how their filters are read."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channelhub.core.errors import ExportFilterUnknown
from channelhub.core.services.exports import Column, ExportKind
from inventory.forms.stock import StockFilter
from inventory.services import answers


def _clean(data: Mapping[str, Any]) -> dict[str, Any]:
    form = StockFilter(data)
    if not form.is_valid():
        raise ExportFilterUnknown(_("These filters cannot be read: %(fields)s") % {"fields": ", ".join(form.errors)})
    return form.filters()


STOCK_LEVELS = ExportKind(
    code="stock_levels",
    title=gettext_lazy("Own stock"),
    columns=(
        Column(gettext_lazy("Location"), "location_code", is_text=True),
        Column(gettext_lazy("Company code"), "partner_code", is_text=True),
        Column(gettext_lazy("Company"), "partner_name", is_text=True),
        Column(gettext_lazy("Product code"), "sku", is_text=True),
        Column(gettext_lazy("Product"), "product_name", is_text=True),
        Column(gettext_lazy("On hand"), "plain_on_hand"),
        Column(gettext_lazy("Reserved"), "plain_reserved"),
        Column(gettext_lazy("Available"), "plain_available"),
        Column(gettext_lazy("In transit"), "plain_in_transit"),
        Column(gettext_lazy("Unit"), "unit", is_text=True),
        Column(gettext_lazy("Counted at"), "counted_at"),
    ),
    rows=answers.levels_to_export,
    clean=_clean,
)
