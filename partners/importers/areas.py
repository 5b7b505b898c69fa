from django.utils.translation import gettext_lazy as _

from channelhub.core.services.importers import Importer, ImportField, register
from partners.enums import MasterRule
from partners.models import ProductLine, Territory
from partners.services.area_import import take_areas

FIELDS = (
    ImportField("code", _("code"), "code", required=True),
    ImportField("name", _("name"), required=True),
    ImportField("name_en", _("name in English")),
    ImportField("parent", _("code of the parent"), "code"),
)

register(
    Importer("territories", _("Territories"), FIELDS, lambda source, _: take_areas(source, model=Territory)), MasterRule
)
register(
    Importer("product_lines", _("Product lines"), FIELDS, lambda source, _: take_areas(source, model=ProductLine)),
    MasterRule,
)
