"""The lists of this app that may be exported, and how their filters are read."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channelhub.core.errors import ExportFilterUnknown
from channelhub.core.services.exports import Column, ExportKind
from pricing.forms.sales_lines import SalesLineFilter
from pricing.selectors import sales_lines


def _clean_sales_lines(data: Mapping[str, Any]) -> dict[str, Any]:
    """The list's own filters; a company is compared with what may be seen when the file is written."""
    wanted = data.get("partner", "")
    form = SalesLineFilter(data, partners=[(wanted, wanted)] if str(wanted).isdigit() else [])
    if not form.is_valid():
        raise ExportFilterUnknown(_("These filters cannot be read: %(fields)s") % {"fields": ", ".join(form.errors)})
    return form.filters()


SALES_LINES = ExportKind(
    code="sales_lines",
    title=gettext_lazy("Sales lines"),
    columns=(
        Column(gettext_lazy("Booked on"), "booked_on"),
        Column(gettext_lazy("Kind"), "kind_name"),
        Column(gettext_lazy("Company code"), "partner_code", is_text=True),
        Column(gettext_lazy("Company"), "partner_name", is_text=True),
        Column(gettext_lazy("Product code"), "sku", is_text=True),
        Column(gettext_lazy("Product"), "product_name", is_text=True),
        Column(gettext_lazy("Document"), "document", is_text=True),
        Column(gettext_lazy("Line"), "document_line", is_text=True),
        Column(gettext_lazy("Quantity"), "plain_quantity"),
        Column(gettext_lazy("Unit"), "unit", is_text=True),
        Column(gettext_lazy("Currency"), "currency"),
        Column(gettext_lazy("List amount"), "plain_list_amount"),
        Column(gettext_lazy("Net amount"), "plain_net_amount"),
        Column(gettext_lazy("Counts on"), "counts_on"),
        Column(gettext_lazy("Customer"), "customer", is_text=True),
        Column(gettext_lazy("Outlet"), "outlet", is_text=True),
        Column(gettext_lazy("Number"), "external_id", is_text=True),
    ),
    rows=sales_lines.export_rows,
    clean=_clean_sales_lines,
)
