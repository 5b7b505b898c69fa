"""What the demo's products cost: list price, the raise after a year, the minimum advertised price."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from performance.rules.demo.heads import DemoProduct

MINIMUM_PERCENT = 85
RAISED_LINE, RAISE_PERCENT = "NOTEBOOKS", 3
# Units of a currency for which what costs one CNY at home is sold, in hundredths.
PER_CNY = {"CNY": 100, "SGD": 19}


class Price(NamedTuple):
    """A product's list price and minimum on a day, in the currency's cents."""

    sku: str
    list: int
    minimum: int


def raised_from(first: date) -> date:
    """The day from which notebooks cost more: a year after the channel began."""
    return first.replace(year=first.year + 1)


def list_price(product: DemoProduct, *, raised: bool) -> Decimal:
    """Before or after the raise, in CNY, whole yuan."""
    raised = raised and product.line == RAISED_LINE
    return Decimal(round(product.list_price * (100 + RAISE_PERCENT) / 100)) if raised else product.list_price


def minimum(price: Decimal) -> Decimal:
    """The minimum advertised price to a list price, rounded down to whole yuan."""
    return price * MINIMUM_PERCENT // 100


def price_on(product: DemoProduct, day: date, *, first: date, currency: str) -> Price:
    """What a product costs on a day."""
    price = list_price(product, raised=day >= raised_from(first))
    rate = PER_CNY[currency]
    return Price(product.sku, int(price) * rate, int(minimum(price)) * rate)
