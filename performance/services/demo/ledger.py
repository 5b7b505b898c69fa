"""The demo's sales on their way into the ledger: as the systems would have sent them, through its own service."""

import io
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any

from channelhub.core.models import Feed, User
from channelhub.core.services import staging
from channelhub.lib import sql
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
    """What one system sends on one day of a month's sales; its rows are made when it is its turn."""

    feed: Feed
    reference: str
    sent_on: date
    month: date
    rows: Callable[[], Iterable[Row]]

    def text(self) -> str:
        """The rows as COPY reads them."""
        return "".join(["\t".join(row) + "\n" for row in self.rows()])


def sell(
    *, sales: Sales, erp: Feed, reports: Feed, at: datetime, today: date, closer: User, say: Callable[[str], Any]
) -> int:
    """Send month after month in the order of the days on which things came in; the number of lines.

    A month is closed on the tenth of the next one, so that later reports are late. Nothing sent after ``today``. While
    the database takes one delivery the next one is made: it waits for the database outside Python.
    """
    staging.open_stage(ledger.STAGED, FIELDS)
    lines, month = 0, sales.first
    closing = deque(_closings(sales, today))
    for delivery, text in _made_ahead(_all_deliveries(sales, erp, reports, today)):
        if delivery.month > month:
            say(f"  {month:%Y-%m}: {lines:,} lines")
            month = delivery.month
        while closing and closing[0] < delivery.sent_on:
            _close(closing.popleft(), at, today, closer)
        lines += _send(delivery, text, at - (today - delivery.sent_on))
    for day in closing:
        _close(day, at, today, closer)
    say(f"  {month:%Y-%m}: {lines:,} lines")
    sql.run("ANALYZE pricing_salesline")
    return lines


def _closings(sales: Sales, today: date) -> list[date]:
    """The days on which the months are closed; none in a large ledger."""
    if sales.scale.lines > CLOSED_WHILE_SEEDING:
        return []
    days = [add_months(first_day, 1) + timedelta(days=CLOSED_ON - 1) for first_day, _ in sales.months()]
    return [day for day in days if day <= today]


def _close(day: date, at: datetime, today: date, closer: User) -> None:
    close_month(month=add_months(day.replace(day=1), -1), at=at - (today - day), by=closer)


def _made_ahead(deliveries: Iterable[Delivery]) -> Iterator[tuple[Delivery, str]]:
    """Each delivery with its text, made by another thread while the one before is taken."""
    with ThreadPoolExecutor(max_workers=1) as maker:
        waiting: deque[tuple[Delivery, Future[str]]] = deque()
        for delivery in deliveries:
            waiting.append((delivery, maker.submit(delivery.text)))
            if len(waiting) > 1:
                ready, text = waiting.popleft()
                yield ready, text.result()
        for ready, text in waiting:
            yield ready, text.result()


def _all_deliveries(sales: Sales, erp: Feed, reports: Feed, today: date) -> Iterator[Delivery]:
    """Everything sent until today, in the order of the days on which it came."""
    months = (_deliveries(sales, number, erp, reports, today) for number in range(len(sales.months())))
    for month in months:
        yield from sorted((each for each in month if each.sent_on <= today), key=lambda each: each.sent_on)


def _deliveries(sales: Sales, number: int, erp: Feed, reports: Feed, today: date) -> Iterator[Delivery]:
    first_day, after = sales.months()[number]
    over = after == add_months(first_day, 1)
    yield Delivery(erp, f"ERP {first_day:%Y-%m}", after, first_day, _rows(sales.sell_in, sales.partners, number))
    for day, partners in _by_day(sales, number).items():
        sent_on = after + timedelta(days=day - 1) if over else today if day == REPORTED_ON else date.max
        rows = _rows(sales.reported, partners, number)
        yield Delivery(reports, f"POS {first_day:%Y-%m}", sent_on, first_day, rows)


def _rows(
    made: Callable[[DemoPartner, int], Iterator[Row]], partners: Sequence[DemoPartner], number: int
) -> Callable[[], Iterable[Row]]:
    return lambda: chain.from_iterable(made(partner, number) for partner in partners)


def _by_day(sales: Sales, number: int) -> dict[int, Sequence[DemoPartner]]:
    """Who reports a month on which day."""
    found: dict[int, list[DemoPartner]] = {REPORTED_ON: [], DUE_ON: [], LATE_ON: []}
    for partner in sales.partners:
        trouble = sales.trouble.get(partner.code)
        late = trouble is not None and trouble.kind == "late_reporter" and number >= trouble.first
        last_minute = trouble is not None and trouble.kind == "last_minute"
        found[LATE_ON if late else DUE_ON if last_minute else REPORTED_ON].append(partner)
    return {day: partners for day, partners in found.items() if partners}


def _send(delivery: Delivery, text: str, at: datetime) -> int:
    source = staging.restage(ledger.STAGED, FIELDS, COLUMNS, io.StringIO(text))
    taken = ledger.take_sales(source, feed=delivery.feed, reference=delivery.reference, at=at)
    if taken.rejected:
        raise DemoRowsRefused(staging.rejected_rows()[:5])
    return taken.taken
