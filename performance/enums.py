from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.messages import declare

FIGURES_FINAL = declare(
    "performance.figures_final",
    _("The figures of {month} are final; what changes later is booked as a correction."),
    month=str,
)
REPORT_MISSING = declare(
    "performance.report_missing",
    _("{partner} has reported no sell-out since {day}: ask for its report."),
    partner=str,
    day=str,
)
