"""Ledger lines straight into the tables: what the sales service would have checked and recorded."""

from decimal import Decimal

from channelhub.core.models import Feed
from pricing.enums import SalesKind
from pricing.models import SalesBatch, SalesLine
from tests.factories.partners import make_product, next_number


def make_feed(code=None):
    code = code or f"feed{next_number()}"
    return Feed.objects.get_or_create(code=code, defaults={"name": code})[0]


def line_of(partner, *, booked_on, amount, quantity=1, product=None, **fields):
    """A line not yet in the ledger; it counts on its own day, or on that of the line it returns or reverses."""
    product = product or make_product()
    number = next_number()
    original = fields.get("returns") or fields.get("reverses")
    return SalesLine(
        **{
            "external_id": f"L{number}",
            "content_hash": str(number).encode().rjust(33, b"0"),
            "kind": SalesKind.SELL_IN,
            "partner": partner,
            "product": product,
            "product_line_id": product.line_id,
            "booked_on": booked_on,
            "counts_on": original.counts_on if original else booked_on,
            "quantity": Decimal(quantity),
            "entered_quantity": Decimal(quantity),
            "currency": "CNY",
            "net_amount": Decimal(amount),
            **fields,
        }
    )


def record(*lines, feed=None):
    """One batch with these lines; the lines as recorded."""
    feed = feed or make_feed("ledger")
    batch = SalesBatch.objects.create(feed=feed)
    for line in lines:
        line.batch, line.feed = batch, feed
    return SalesLine.objects.bulk_create(lines)


def sell(partner, *, booked_on, amount, **fields):
    """One line in a batch of its own."""
    return record(line_of(partner, booked_on=booked_on, amount=amount, **fields))[0]
