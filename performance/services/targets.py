"""Targets: recorded, never edited; a change is a new row, and the months it speaks of are measured again."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from channelhub.lib.locks import advisory_lock
from channelhub.lib.periods import DateRange, Period, period_of
from partners.models import Partner, ProductLine, Territory
from performance.enums import TargetPeriod
from performance.errors import NotATarget
from performance.models import Target
from performance.services import touched

LOCK = "performance_one_target_known_per_subject_and_period"
LAST = date(9999, 12, 1)  # no calendar that we use goes on after that month


@dataclass(frozen=True)
class Subject:
    """For whom a target is: a partner or a territory; of a product line and all beneath it, or of everything."""

    partner: Partner | None = None
    territory: Territory | None = None
    product_line: ProductLine | None = None


def kind_of(days: DateRange) -> TargetPeriod:
    """Month, quarter or year where the days are exactly one; else other days."""
    for kind in (TargetPeriod.MONTH, TargetPeriod.QUARTER, TargetPeriod.YEAR):
        if period_of(days.lower, kind.value) == Period(days.lower, days.upper):
            return kind
    return TargetPeriod.OTHER


@transaction.atomic
def set_target(
    *,
    subject: Subject,
    kpi: str,
    days: DateRange,
    currency: str,
    amount: Decimal | None,
    at: datetime,
    weight: Decimal = Decimal(1),
) -> Target:
    """Record a target (``amount`` None: from now on there is none); the one known for the same key is superseded.

    Refused: both or neither of partner and territory, an amount that is not positive, a period without an end.
    """
    if (subject.partner is None) == (subject.territory is None) or not _is_period(days):
        raise NotATarget
    if (amount is not None and amount <= 0) or weight <= 0:
        raise NotATarget
    advisory_lock(LOCK)
    key = {
        "partner": subject.partner,
        "territory": subject.territory,
        "product_line": subject.product_line,
        "kpi": kpi,
        "valid_during": days,
        "currency": currency,
    }
    Target.objects.filter(
        **{_lookup(name, value): True if value is None else value for name, value in key.items()}
    ).filter(known_until__isnull=True).update(known_until=at)
    target = Target.objects.create(**key, period=kind_of(days), amount=amount, weight=weight, known_from=at)
    if subject.partner is not None:
        touched.touch(partner_id=subject.partner.pk, days=days)
    return target


@transaction.atomic
def take_back(*, target: Target, at: datetime) -> Target:
    """From now on there is no such target; what was known stays readable."""
    return set_target(
        subject=Subject(target.partner, target.territory, target.product_line),
        kpi=target.kpi,
        days=target.valid_during,
        currency=target.currency,
        amount=None,
        at=at,
        weight=target.weight,
    )


def _is_period(days: DateRange) -> bool:
    return isinstance(days.lower, date) and isinstance(days.upper, date) and days.lower < days.upper <= LAST


def _lookup(name: str, value: object) -> str:
    return f"{name}__isnull" if value is None else name
