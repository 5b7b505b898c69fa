from django.utils.translation import gettext_lazy as _

from channelhub.core.services.importers import Importer, ImportField, register
from performance.enums import TargetRule
from performance.models.targets import TARGETED
from performance.services.target_import import take_targets

FIELDS = (
    ImportField("partner", _("code of the partner"), "code"),
    ImportField("territory", _("code of the territory"), "code"),
    ImportField("product_line", _("code of the product line"), "code"),
    ImportField("kpi", _("KPI"), "choice", required=True, choices=tuple(kpi.value for kpi in TARGETED)),
    ImportField("first_day", _("first day"), "date", required=True, example="2026-01-01"),
    ImportField("last_day", _("last day"), "date", required=True, example="2026-03-31"),
    ImportField("currency", _("currency"), required=True, example="CNY"),
    ImportField("amount", _("target"), "number", required=True, example="1500000"),
    ImportField("weight", _("weight"), "number", example="1"),
)

register(Importer("targets", _("Targets"), FIELDS, take_targets), TargetRule)
