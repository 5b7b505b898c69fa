from django.utils.translation import gettext_lazy as _

from channelhub.core.services.importers import Importer, ImportField, register
from partners.enums import MasterRule
from partners.services.partner_import import take_partners

FIELDS = (
    ImportField("code", _("code"), "code", required=True),
    ImportField("name", _("name"), required=True),
    ImportField("name_en", _("name in English")),
    ImportField("country", _("country"), example="CN"),
    ImportField("address", _("address")),
    ImportField("phone", _("phone")),
    ImportField("parent", _("code of the parent"), "code"),
    ImportField("home", _("code of the home territory"), "code"),
    ImportField("type", _("code of the type"), "code"),
    ImportField("since", _("parent, territory and type hold from"), "date", example="2026-01-01"),
)

register(
    Importer(
        "partners",
        _("Partners"),
        FIELDS,
        lambda source, entry: take_partners(source, feed=entry.feed, at=entry.at),
    ),
    MasterRule,
)
