"""Which accounting months are open: what money and the night ask of the books."""

from datetime import date

from django.db.models import Max

from channelhub.core.models import AccountingMonth
from channelhub.lib.periods import add_months

# Before anything was closed every month is open; no line is older than this.
BEGINNING = date(1900, 1, 1)


def first_open_month() -> date:
    """The month after the latest closed one; earlier months count as closed, with or without a row."""
    latest = AccountingMonth.objects.filter(closed_at__isnull=False).aggregate(latest=Max("month"))["latest"]
    return BEGINNING if latest is None else add_months(latest, 1)
