from django.utils.translation import gettext_lazy as _

from channelhub.core.services.importers import Importer, ImportField, register
from pricing.enums import PromotionEffect
from pricing.importers.prices import TARGETS
from pricing.services.promotion_import import take_promotion_items, take_promotions

FIELDS = (
    ImportField("code", _("code"), "code", required=True),
    ImportField("name", _("name"), required=True),
    ImportField("name_en", _("name in English")),
    ImportField("category", _("category")),
    ImportField("valid_from", _("first day"), "date", required=True, example="2026-01-01"),
    ImportField("valid_through", _("last day"), "date", example="2026-03-31"),
    ImportField("min_quantity", _("from quantity"), "number", example="11"),
    ImportField("max_quantity", _("up to quantity"), "number", example="14"),
    ImportField("effect", _("effect"), "choice", required=True, choices=tuple(PromotionEffect.values)),
    ImportField("value", _("value"), "number", required=True, example="0.02"),
    ImportField("currency", _("currency"), example="CNY"),
    ImportField("line_discount", _("discount on the line"), "number", example="0.02"),
    *TARGETS,
)
ITEMS = (
    ImportField("promotion", _("code of the promotion"), "code", required=True),
    ImportField("product", _("sku"), "code"),
    ImportField("product_line", _("code of the product line"), "code"),
)

register(
    Importer(
        "promotions",
        _("Promotions"),
        FIELDS,
        lambda source, entry: take_promotions(source, feed=entry.feed, at=entry.at),
    ),
)
register(
    Importer(
        "promotion_items",
        _("Products of promotions"),
        ITEMS,
        lambda source, entry: take_promotion_items(source, feed=entry.feed, at=entry.at),
    ),
)
