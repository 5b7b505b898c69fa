from django.utils.translation import gettext_lazy as _

from channelhub.core.services.importers import Importer, ImportField, register
from inventory.enums import StockRule
from inventory.services.stock_sync import take_stock

FIELDS = (
    ImportField("location", _("code of the location"), "code", required=True),
    ImportField("product", _("sku"), "code", required=True),
    ImportField("on_hand", _("on hand"), "number", required=True, example="42"),
    ImportField("reserved", _("reserved"), "number", example="5"),
    ImportField("in_transit", _("in transit"), "number"),
    ImportField("unit", _("unit")),
    ImportField("counted_at", _("counted at"), required=True, example="2026-03-16T08:30:00+08:00"),
)


def _take(source, entry, *, snapshot):
    """Rows that were mended later are no snapshot any more: they say nothing about what they do not name."""
    return take_stock(
        source,
        feed=entry.feed,
        reference=entry.reference,
        at=entry.at,
        snapshot=snapshot and not entry.resubmitted,
    )


register(
    Importer("stock", _("Stock levels"), FIELDS, lambda source, entry: _take(source, entry, snapshot=False)),
    StockRule,
)
register(
    Importer(
        "stock_snapshot",
        _("Stock levels, full snapshot: what is not in the file is zero"),
        FIELDS,
        lambda source, entry: _take(source, entry, snapshot=True),
    ),
)
