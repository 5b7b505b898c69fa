"""The demo's sales on their way into the ledger: as the systems would have sent them, through its own service."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from channelhub.core.models import Feed, User
from channelhub.core.services import staging
from channelhub.lib.periods import add_months
from performance.errors import DemoRowsRefused
from performance.rules.demo.heads import DemoPartner
from performance.rules.demo.sales import COLUMNS, Row, Sales
from pricing.services import sales as ledger
from pricing.services.months import close_month
from pricing.services.sales_checks import FIELDS

# On which day of the following month what was sold is reported: as a rule, on the due day itself, and too late.
REPORTED_ON, DUE_ON, LATE_ON, CLOSED_ON = 5, 8, 22, 10
# Above so many lines the months stay open: closing works on temporary tables, of whose locks one transaction holds only
# so many.
CLOSED_WHILE_SEEDING = 100_000


@dataclass(frozen=True)
class Delivery:
    """What one system sends on one day: rows that are made while they are read."""

    feed: Feed
    reference: str
    sent_on: date
    rows: Iterable[Row]


def sell(
    *, sales: Sales, erp: Feed, reports: Feed, at: datetime, today: date, closer: User, say: Callable[[str], Any]
) -> int:
    """Send month after month in the order of the days on which things came in; the number of lines.

    A month is closed on the tenth of the next one, so that later reports are late. Nothing sent after ``today``.
    """
    lines = 0
    for number, (first_day, _) in enumerate(sales.months()):
        sent = sorted(_deliveries(sales, number, erp, reports, today), key=lambda delivery: delivery.sent_on)
        closed_on = add_months(first_day, 1) + timedelta(days=CLOSED_ON - 1)
        lines += _send_between(sent, date.min, min(closed_on, today), at, today)
        if closed_on <= today and sales.scale.lines <= CLOSED_WHILE_SEEDING:
            close_month(month=first_day, at=at - (today - closed_on), by=closer)
        lines += _send_between(sent, closed_on, today, at, today)
        say(f"  {first_day:%Y-%m}: {lines:,} lines")
    return lines


def _send_between(sent: Sequence[Delivery], after: date, through: date, at: datetime, today: date) -> int:
    """Send what came in after one day and up to another; the number of lines."""
    return sum(_send(each, at - (today - each.sent_on)) for each in sent if after < each.sent_on <= through)


def _deliveries(sales: Sales, number: int, erp: Feed, reports: Feed, today: date) -> Iterator[Delivery]:
    first_day, after = sales.months()[number]
    over = after == add_months(first_day, 1)
    yield Delivery(erp, f"ERP {first_day:%Y-%m}", after, _rows(sales.sell_in, sales.partners, number))
    for day, partners in _by_day(sales, number).items():
        sent_on = after + timedelta(days=day - 1) if over else today if day == REPORTED_ON else date.max
        yield Delivery(reports, f"POS {first_day:%Y-%m}", sent_on, _rows(sales.reported, partners, number))


def _rows(
    made: Callable[[DemoPartner, int], Iterator[Row]], partners: Sequence[DemoPartner], number: int
) -> Iterator[Row]:
    for partner in partners:
        yield from made(partner, number)


def _by_day(sales: Sales, number: int) -> dict[int, Sequence[DemoPartner]]:
    """Who reports a month on which day."""
    found: dict[int, list[DemoPartner]] = {REPORTED_ON: [], DUE_ON: [], LATE_ON: []}
    for partner in sales.partners:
        trouble = sales.trouble.get(partner.code)
        late = trouble is not None and trouble.kind == "late_reporter" and number >= trouble.first
        last_minute = trouble is not None and trouble.kind == "last_minute"
        found[LATE_ON if late else DUE_ON if last_minute else REPORTED_ON].append(partner)
    return {day: partners for day, partners in found.items() if partners}


def _send(delivery: Delivery, at: datetime) -> int:
    source = staging.stage_columns(ledger.STAGED, FIELDS, COLUMNS, delivery.rows)
    taken = ledger.take_sales(source, feed=delivery.feed, reference=delivery.reference, at=at)
    if taken.rejected:
        raise DemoRowsRefused(staging.rejected_rows()[:5])
    return taken.taken
