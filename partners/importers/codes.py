from django.utils.translation import gettext_lazy as _

from channelhub.core.models import ExternalCode
from channelhub.core.services.importers import Importer, ImportField, register
from partners.services.code_import import take_codes

FIELDS = (
    ImportField("kind", _("kind"), "choice", required=True, choices=tuple(ExternalCode.Kind.values)),
    ImportField("code", _("code in the other system"), required=True),
    ImportField("record", _("our own code"), "code", required=True),
)

register(
    Importer(
        "external_codes",
        _("External codes"),
        FIELDS,
        lambda source, entry: take_codes(source, feed=entry.feed),
    ),
)
