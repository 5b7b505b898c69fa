"""Days, months and periods. Periods are half-open inside and shown to people with their last day included."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.backends.postgresql.psycopg_any import DateRange

MONTHS_IN = {"month": 1, "quarter": 3, "year": 12}
DEFAULT_ZONE = "Asia/Shanghai"


def business_zone() -> ZoneInfo:
    """The zone in which the vendor's days begin and end."""
    return ZoneInfo(getattr(settings, "TIME_ZONE", None) or DEFAULT_ZONE)


def business_day(at: datetime) -> date:
    """The only conversion from an instant to a day; an instant without a zone is refused."""
    if at.tzinfo is None:
        raise ValueError("an instant without a time zone has no business day")
    return at.astimezone(business_zone()).date()


def midday(day: date) -> datetime:
    """An instant of a business day, for what a night writes about it."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=business_zone())


def date_range(first: date, through: date | None = None) -> DateRange:
    """From the first day through the last one, both included (None: open), as the column holds it.

    The last day of the calendar, with which people write "for ever", is open too: no day comes after it.
    """
    if through is not None and through < first:
        raise ValueError("a period ends on or after its first day")
    return DateRange(first, None if through in (None, date.max) else through + timedelta(days=1))


def last_day(valid_during: DateRange) -> date | None:
    """The last day included, as people read it; None: open-ended."""
    return None if valid_during.upper is None else valid_during.upper - timedelta(days=1)


def month_of(day: date) -> date:
    """The first day of the day's month: how a month is stored."""
    return day.replace(day=1)


def add_months(month: date, count: int) -> date:
    """The first of the month so many months later (or earlier)."""
    years, index = divmod(month.year * 12 + month.month - 1 + count, 12)
    return date(years, index + 1, 1)


def months_between(first: date, until: date) -> Iterator[date]:
    """Every month from ``first``'s to the one before ``until``'s."""
    month = month_of(first)
    while month < month_of(until):
        yield month
        month = add_months(month, 1)


@dataclass(frozen=True, order=True)
class Period:
    """A whole month, quarter or year: ``starts_on`` included, ``ends_before`` excluded."""

    starts_on: date
    ends_before: date

    @property
    def last_day(self) -> date:
        return self.ends_before - timedelta(days=1)

    @property
    def name(self) -> str:
        """2026-03, 2026-Q1, 2026; anything else with both days."""
        year, month = self.starts_on.year, self.starts_on.month
        for kind, name in (("month", f"{year}-{month:02d}"), ("quarter", f"{year}-Q{month // 3 + 1}")):
            if self == period_of(self.starts_on, kind):
                return name
        if self == period_of(self.starts_on, "year"):
            return str(year)
        return f"{self.starts_on.isoformat()}/{self.last_day.isoformat()}"

    def __contains__(self, day: date) -> bool:
        return self.starts_on <= day < self.ends_before

    def as_range(self) -> DateRange:
        return DateRange(self.starts_on, self.ends_before)


def period_of(day: date, kind: str) -> Period:
    """The month, quarter or year (``kind``) that contains the day."""
    months = MONTHS_IN[kind]
    start = date(day.year, (day.month - 1) // months * months + 1, 1)
    return Period(start, add_months(start, months))


def periods_between(first: date, until: date, kind: str) -> Iterator[Period]:
    """Every period of the kind that has a day from ``first`` to the day before ``until``."""
    period = period_of(first, kind)
    while period.starts_on < until:
        yield period
        period = period_of(period.ends_before, kind)


def add_business_days(day: date, count: int) -> date:
    """So many working days (Monday to Friday) later; 0 days from a Saturday is the Monday."""
    left = count
    while True:
        if day.weekday() < 5:
            if left <= 0:
                return day
            left -= 1
        day += timedelta(days=1)


def working_days_between(first: date, last: date) -> int:
    """How many working days lie after the first day up to the last one; 0 when they are the same."""
    days = (first + timedelta(days=count) for count in range(1, (last - first).days + 1))
    return sum(day.weekday() < 5 for day in days)
