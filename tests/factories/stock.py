"""Locations, and stock reported through the ledger's own service."""

from datetime import UTC, datetime, timedelta

from channelhub.core.models import Feed
from inventory.models import Location, StockLevel
from inventory.services.stock_sync import record_stock
from partners.models import Product
from tests.factories.partners import make_product, next_number
from tests.factories.sales import ENTRY, make_feed

COUNTED = datetime(2026, 3, 16, 0, 30, tzinfo=UTC)


def make_location(code=None, *, partner=None, **fields):
    """The maker's own, or a partner's."""
    code = code or f"W{next_number()}"
    return Location.objects.create(code=code, partner=partner, **{"name": code, **fields})


def minutes(count):
    """So many minutes after the usual count."""
    return COUNTED + timedelta(minutes=count)


def stock_row(**fields):
    """A good row: 5 on hand; ``location`` and ``product`` may be records."""
    row = {"on_hand": "5", "counted_at": COUNTED, **fields}
    row.setdefault("location", Location.objects.order_by("pk").first() or make_location())
    row.setdefault("product", Product.objects.order_by("pk").first() or make_product())
    return {name: _code(value) for name, value in row.items()}


def _code(value):
    if isinstance(value, Location):
        return value.code
    return value.sku if isinstance(value, Product) else value


def report(*rows, feed=None, at=ENTRY, reference="", **options):
    """Report rows (fields over a good one) at once; the receipt."""
    feed = feed or Feed.objects.filter(code="erp").first() or make_feed("erp")
    filled = [stock_row(**row) for row in rows]
    return record_stock(feed=feed, rows=filled, reference=reference, at=at, **options)


def make_level(location, product, on_hand, *, feed=None, **fields):
    """One level with its movement."""
    receipt = report({"location": location, "product": product, "on_hand": str(on_hand), **fields}, feed=feed)
    assert receipt.rejected == []
    return StockLevel.objects.get(location=location, product=product)
