"""Sold lines through the ledger's own service, and the feeds they come from."""

from datetime import UTC, date, datetime, time

from channelhub.core.models import Feed
from partners.models import Partner, Product
from pricing.models import SalesLine
from pricing.services.sales import record_sales
from tests.factories.partners import make_product, next_number

ENTRY = datetime(2026, 12, 31, 4, tzinfo=UTC)


def make_feed(code=None, *, partner=None):
    code = code or f"feed{next_number()}"
    return Feed.objects.create(code=code, name=code, partner_id=partner and partner.pk)


def sales_row(**fields):
    """A good sell-in row; ``partner``, ``product``, ``other_partner`` may be records."""
    number = next_number()
    row = {
        "external_id": f"line{number}",
        "kind": "sell_in",
        "document": f"DOC{number}",
        "document_line": "1",
        "booked_on": date(2026, 3, 16),
        "quantity": "1",
        "currency": "CNY",
        "net_amount": "100",
        **fields,
    }
    if "product" not in row:
        row["product"] = Product.objects.order_by("pk").first() or make_product()
    return {name: _code(value) for name, value in row.items()}


def _code(value):
    if isinstance(value, Partner):
        return value.code
    return value.sku if isinstance(value, Product) else value


def make_lines(*rows, feed=None, reference="", at=ENTRY, **common):
    """Enter the rows (dictionaries of fields over a good one) as one batch; the lines in the order given.

    ``make_lines({"net_amount": 10}, {"net_amount": 20}, partner=acme)``; without rows, one line of ``common``.
    """
    feed = feed or Feed.objects.filter(code="erp").first() or make_feed("erp")
    filled = [sales_row(**{**common, **row}) for row in (rows or ({},))]
    receipt = record_sales(feed=feed, rows=filled, reference=reference, at=at)
    assert receipt.rejected == []
    lines = {line.external_id: line for line in SalesLine.objects.filter(feed=feed, batch_id=receipt.batch_id)}
    return [lines[row["external_id"]] for row in filled]


def make_line(**fields):
    """One sold line."""
    [line] = make_lines(**fields)
    return line


def at_noon(day):
    """An instant on that business day."""
    return datetime.combine(day, time(4), tzinfo=UTC)
