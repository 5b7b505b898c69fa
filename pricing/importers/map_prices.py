from django.utils.translation import gettext_lazy as _

from channelhub.core.services.importers import Importer, ImportField, register
from pricing.services.map_prices import take_map_prices

FIELDS = (
    ImportField("product", _("sku"), "code", required=True),
    ImportField("currency", _("currency"), required=True, example="CNY"),
    ImportField("price", _("minimum advertised price"), "number", example="999.00"),
    ImportField("valid_from", _("valid from"), "date", required=True, example="2026-01-01"),
)

register(
    Importer(
        "map_prices",
        _("Minimum advertised prices"),
        FIELDS,
        lambda source, entry: take_map_prices(source, feed_id=entry.feed.pk, at=entry.at),
    ),
)
