"""Exchange rates: recorded by people or feeds; a correction is a new row, taken by the next rollup."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from channelhub.lib import locks
from channelhub.lib.periods import month_of
from pricing.models import ExchangeRate


@transaction.atomic
def set_rate(*, currency: str, to_currency: str, month: date, rate: Decimal, at: datetime) -> ExchangeRate:
    """One unit of ``currency`` is ``rate`` units of the other from a month on; an unchanged rate is no new row."""
    month = month_of(month)
    locks.advisory_lock("pricing_one_exchange_rate_known_per_pair_and_month")
    pair = {"currency": currency, "to_currency": to_currency, "month": month}
    known = ExchangeRate.objects.filter(**pair, known_until__isnull=True).first()
    if known is not None and known.rate == rate:
        return known
    if known is not None:
        ExchangeRate.objects.filter(pk=known.pk).update(known_until=at)
    return ExchangeRate.objects.create(**pair, rate=rate, known_from=at)
