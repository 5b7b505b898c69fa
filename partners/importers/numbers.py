from django.utils.translation import gettext_lazy as _

from channelhub.core.services.importers import Importer, ImportField, register
from partners.enums import MasterRule
from partners.rules.company_numbers import all_schemes
from partners.services.number_import import take_numbers

FIELDS = (
    ImportField("partner", _("code of the partner"), "code", required=True),
    ImportField("scheme", _("scheme"), "choice", choices=all_schemes()),
    ImportField("number", _("company number"), required=True, example="91110000600037341L"),
)

register(
    Importer(
        "company_numbers",
        _("Company numbers"),
        FIELDS,
        lambda source, entry: take_numbers(source, at=entry.at),
    ),
    MasterRule,
)
