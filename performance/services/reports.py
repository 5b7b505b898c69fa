"""By which day of the next month a partner owes its sell-out report: dated, one day at a time."""

from datetime import date, datetime

from django.db import transaction

from channelhub.lib.locks import advisory_lock
from channelhub.lib.periods import DateRange, business_day
from partners.models import Partner
from performance.models import ReportDuty
from performance.services import touched

LOCK = "performance_one_report_duty_per_partner_and_day"


@transaction.atomic
def set_due_day(*, partner: Partner, due_day: int | None, since: date, at: datetime) -> ReportDuty | None:
    """From a day on the partner reports by this day (1–28) of the month after; None: it owes no report any more.

    A duty that runs on is cut there; one that starts later is replaced. Months since then are measured again.
    """
    advisory_lock(LOCK)
    ReportDuty.objects.filter(partner=partner, valid_during__startswith__gte=since).delete()
    for duty in ReportDuty.objects.filter(partner=partner, valid_during__contains=since):
        duty.valid_during = DateRange(duty.valid_during.lower, since)
        duty.save(update_fields=["valid_during"])
    touched.touch(partner_id=partner.pk, days=DateRange(since, business_day(at)))
    if due_day is None:
        return None
    return ReportDuty.objects.create(partner=partner, due_day=due_day, valid_during=DateRange(since, None))
