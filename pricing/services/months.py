"""Closing an accounting month: what waits is taken and settled first, then nothing in it ever changes."""

from datetime import date, datetime

from django.db import transaction

from channelhub.core.models import AccountingMonth, User
from channelhub.core.selectors.months import first_open_month
from channelhub.lib import locks
from channelhub.lib.periods import add_months, business_day, month_of
from pricing.errors import MonthIsClosed, MonthNotOver
from pricing.services import accrual, rollup


@transaction.atomic
def close_month(*, month: date, at: datetime, by: User | None) -> dict[str, int]:
    """Close a month and all before it, after rolling up and accruing whatever waits, in one transaction.

    Refused: a month that has not ended, and one closed already. An account whose computation fails stays queued;
    its postings keep the month in which their facts became known and are booked in the first open one.
    """
    month, today = month_of(month), business_day(at)
    locks.advisory_lock(rollup.ROLLUP_LOCK)
    if add_months(month, 1) > today:
        raise MonthNotOver(month)
    if month < first_open_month():
        raise MonthIsClosed(month)
    taken = rollup.roll_up(business_day=today)
    posted = accrual.accrue(business_day=today, leave_failing=True)
    AccountingMonth.objects.get_or_create(month=month)
    open_until = AccountingMonth.objects.filter(month__lte=month, closed_at__isnull=True)
    list(locks.locked_in_key_order(open_until))
    open_until.update(closed_at=at, closed_by=by)
    return {**taken, **posted}
