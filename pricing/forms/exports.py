"""The lists of this app that may be exported, and how their filters are read."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channelhub.core.enums.rights import PortalRight
from channelhub.core.errors import ExportFilterUnknown
from channelhub.core.services.exports import Column, ExportKind
from pricing.forms.sales_lines import SalesLineFilter
from pricing.forms.statements import CAUSE_LABELS, BehindFilter
from pricing.models import RebateAccount
from pricing.selectors import sales_lines
from pricing.services import answers


def _clean_sales_lines(data: Mapping[str, Any]) -> dict[str, Any]:
    """The list's own filters; a company is compared with what may be seen when the file is written."""
    wanted = data.get("partner", "")
    form = SalesLineFilter(data, partners=[(wanted, wanted)] if str(wanted).isdecimal() else [])
    if not form.is_valid():
        raise ExportFilterUnknown(_("These filters cannot be read: %(fields)s") % {"fields": ", ".join(form.errors)})
    return form.filters()


def _clean_statement_lines(data: Mapping[str, Any]) -> dict[str, Any]:
    account = str(data.get("account", ""))
    form = BehindFilter(data)
    if not (form.is_valid() and account.isdecimal()):
        raise ExportFilterUnknown(_("These filters cannot be read: %(fields)s") % {"fields": ", ".join(form.errors)})
    narrowed = {name: str(value) for name, value in form.cleaned_data.items() if value}
    return {"account": int(account), **narrowed}


def _statement_lines(user: Any, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Nothing for an account that is not the person's; the filters are those of the page."""
    account = RebateAccount.objects.visible_to(user).filter(pk=params["account"]).first()
    form = BehindFilter(params)
    if account is None or not form.is_valid():
        return []
    return [
        (
            row.line.booked_on,
            row.line.product.sku,
            row.line.product.name,
            row.line.document,
            row.line.document_line,
            _number(row.quantity),
            row.line.product.unit,
            account.currency,
            _number(row.amount),
            _number(row.share),
            f"{row.known_in:%Y-%m}",
            str(CAUSE_LABELS[row.cause]),
        )
        for row in answers.lines_behind(account)
        if form.keeps(row)
    ]


def _number(value: Decimal | None) -> Decimal | None:
    """Without the zeros that only pad its column, never as 1E+3."""
    return None if value is None else Decimal(f"{value.normalize():f}")


STATEMENT_LINES = ExportKind(
    code="statement_lines",
    title=gettext_lazy("Lines of a statement"),
    right=PortalRight.MONEY,
    columns=(
        Column(gettext_lazy("Booked on"), "booked_on"),
        Column(gettext_lazy("Product code"), "sku", is_text=True),
        Column(gettext_lazy("Product"), "product", is_text=True),
        Column(gettext_lazy("Document"), "document", is_text=True),
        Column(gettext_lazy("Line"), "document_line", is_text=True),
        Column(gettext_lazy("Quantity"), "quantity"),
        Column(gettext_lazy("Unit"), "unit", is_text=True),
        Column(gettext_lazy("Currency"), "currency"),
        Column(gettext_lazy("Counted amount"), "amount"),
        Column(gettext_lazy("Share of the rebate"), "share"),
        Column(gettext_lazy("Known in"), "known_in"),
        Column(gettext_lazy("Cause"), "cause", is_text=True),
    ),
    rows=_statement_lines,
    clean=_clean_statement_lines,
)

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
