from django.utils.translation import gettext_lazy as _

from channelhub.core.services.importers import Importer, ImportField, register
from pricing.enums import BreakMode, ListKind, PriceRule, RoundingMode, TargetKind
from pricing.services.price_assignment_import import take_assignments
from pricing.services.price_list_import import take_price_lists
from pricing.services.price_row_import import take_prices
from pricing.services.revision_import import take_revised

LISTS = (
    ImportField("code", _("code"), "code", required=True),
    ImportField("name", _("name"), required=True),
    ImportField("name_en", _("name in English")),
    ImportField("kind", _("kind"), "choice", choices=tuple(ListKind.values)),
    ImportField("break_mode", _("quantity breaks"), "choice", choices=tuple(BreakMode.values)),
    ImportField("currency", _("currency"), required=True, example="CNY"),
    ImportField("rounding", _("rounding"), "choice", choices=tuple(RoundingMode.values)),
    ImportField("rounding_step", _("unit prices rounded to"), "number", example="0.01"),
    ImportField("amount_step", _("amounts rounded to"), "number", example="0.01"),
    ImportField("base", _("code of the base list"), "code"),
    ImportField("factor", _("factor"), "number", example="0.60"),
    ImportField("valid_from", _("formula valid from"), "date", example="2026-01-01"),
)
PRICES = (
    ImportField("price_list", _("code of the price list"), "code", required=True),
    ImportField("product", _("sku"), "code", required=True),
    ImportField("min_quantity", _("from quantity"), "number", example="1"),
    ImportField("unit_price", _("unit price (empty: the price ends)"), "number", example="1199.00"),
    ImportField("valid_from", _("valid from"), "date", required=True, example="2026-01-01"),
    ImportField("valid_through", _("last day"), "date", example="2026-12-31"),
)
TARGETS = (
    ImportField("target_kind", _("for"), "choice", required=True, choices=tuple(TargetKind.values)),
    ImportField("target", _("code of the partner, tier, type or territory"), "code"),
)
ASSIGNMENTS = (
    ImportField("price_list", _("code of the price list (empty: the assignment ends)"), "code"),
    *TARGETS,
    ImportField("priority", _("priority"), "number", example="1"),
    ImportField("valid_from", _("valid from"), "date", required=True, example="2026-01-01"),
)
REVISED = (
    ImportField("revision", _("code of the price revision"), "code", required=True),
    ImportField("product", _("sku"), "code", required=True),
    ImportField("min_quantity", _("from quantity"), "number", example="1"),
    ImportField("unit", _("unit (empty: the base unit)"), "code", example="pcs"),
    ImportField("unit_price", _("new unit price (empty: the price ends)"), "number", example="1249.00"),
    ImportField("valid_from", _("valid from"), "date", example="2026-04-01"),
)

register(
    Importer(
        "price_lists",
        _("Price lists"),
        LISTS,
        lambda source, entry: take_price_lists(source, feed=entry.feed, at=entry.at),
    ),
    PriceRule,
)
register(
    Importer("prices", _("Prices"), PRICES, lambda source, entry: take_prices(source, feed=entry.feed, at=entry.at)),
)
register(
    Importer(
        "price_assignments",
        _("Assignments of price lists"),
        ASSIGNMENTS,
        lambda source, entry: take_assignments(source, feed=entry.feed, at=entry.at),
    ),
)
register(
    Importer(
        "revised_prices",
        _("New prices of a revision"),
        REVISED,
        lambda source, entry: take_revised(source, feed=entry.feed, at=entry.at),
    ),
)
