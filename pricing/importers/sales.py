from django.utils.translation import gettext_lazy as _

from channelhub.core.services.importers import Importer, ImportField, register
from pricing.enums import SALES_KINDS, SalesRule
from pricing.services.sales import take_sales

FIELDS = (
    ImportField("external_id", _("external id"), required=True, example="SO-1-10"),
    ImportField("kind", _("kind"), "choice", required=True, choices=tuple(SALES_KINDS)),
    ImportField("partner", _("code of the partner"), "code", required=True),
    ImportField("other_partner", _("code of the other partner"), "code"),
    ImportField("product", _("sku"), "code", required=True),
    ImportField("document", _("document")),
    ImportField("document_line", _("line")),
    ImportField("booked_on", _("booked on"), "date", required=True, example="2026-03-16"),
    ImportField("quantity", _("quantity"), "number", required=True, example="12"),
    ImportField("unit", _("unit")),
    ImportField("currency", _("currency"), required=True, example="CNY"),
    ImportField("list_amount", _("list amount"), "number"),
    ImportField("net_amount", _("net amount"), "number", required=True, example="1099.50"),
    ImportField("sold_into", _("code of the territory sold into"), "code"),
    ImportField("customer", _("customer")),
    ImportField("outlet", _("outlet")),
    ImportField("returns", _("returns the line with the external id")),
    ImportField("returns_line", _("returns the line with the number")),
    ImportField("reverses", _("reverses the line with the external id")),
    ImportField("reverses_line", _("reverses the line with the number")),
)

register(
    Importer(
        "sales",
        _("Sales"),
        FIELDS,
        lambda source, entry: take_sales(source, feed=entry.feed, reference=entry.reference, at=entry.at),
    ),
    SalesRule,
)
