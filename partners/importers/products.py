from django.utils.translation import gettext_lazy as _

from channelhub.core.services.importers import Importer, ImportField, register
from partners.enums import LifeCycle
from partners.services.product_import import take_products

FIELDS = (
    ImportField("sku", _("sku"), "code", required=True),
    ImportField("name", _("name"), required=True),
    ImportField("name_en", _("name in English")),
    ImportField("line", _("code of the product line"), "code", required=True),
    ImportField("unit", _("base unit"), example="pcs"),
    ImportField("gtin", _("GTIN"), example="4006381333931"),
    ImportField("life_cycle", _("life cycle"), "choice", choices=tuple(LifeCycle.values)),
)

register(
    Importer(
        "products",
        _("Products"),
        FIELDS,
        lambda source, entry: take_products(source, feed=entry.feed),
    ),
)
