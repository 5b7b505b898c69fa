from django.utils.translation import gettext_lazy as _

from channelhub.core.services.importers import Importer, ImportField, register
from pricing.enums import AgreementEffect
from pricing.services.agreement_import import YES, take_agreements

FIELDS = (
    ImportField("code", _("code"), "code", required=True),
    ImportField("name", _("name"), required=True),
    ImportField("name_en", _("name in English")),
    ImportField("partner", _("code of the partner"), "code", required=True),
    ImportField("with_subtree", _("with all under it"), "choice", choices=YES),
    ImportField("customer", _("end customer")),
    ImportField("project", _("project")),
    ImportField("product", _("sku"), "code"),
    ImportField("product_line", _("code of the product line"), "code"),
    ImportField("effect", _("effect"), "choice", required=True, choices=tuple(AgreementEffect.values)),
    ImportField("value", _("value"), "number", required=True, example="980.00"),
    ImportField("currency", _("currency"), example="CNY"),
    ImportField("min_quantity", _("from quantity"), "number", example="1"),
    ImportField("valid_from", _("first day"), "date", required=True, example="2026-01-01"),
    ImportField("valid_through", _("last day"), "date", example="2026-12-31"),
)

register(
    Importer(
        "agreements",
        _("Price agreements"),
        FIELDS,
        lambda source, entry: take_agreements(source, feed=entry.feed, at=entry.at),
    ),
)
