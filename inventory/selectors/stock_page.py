"""The rows of the stock page: products, what lies at one's own locations, and what others show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from channelhub.core.selectors.keyset import keyset_page
from inventory.models import StockLevel
from inventory.rules.availability import available
from inventory.selectors import availability, levels
from inventory.selectors.availability import Availability
from partners.models import Product

KEY = ("sku",)


@dataclass(frozen=True)
class StockRow:
    """A product with the levels at one's own locations and those under one, and what is told of others."""

    product: Product
    levels: Sequence[StockLevel]
    told: Availability

    @property
    def on_hand(self) -> Decimal:
        return sum((level.on_hand for level in self.levels), Decimal(0))

    @property
    def free(self) -> Decimal:
        """Available to promise at these locations: of each what is on hand and not reserved."""
        return sum((available(on_hand=lv.on_hand, reserved=lv.reserved) for lv in self.levels), Decimal(0))


@dataclass(frozen=True)
class StockPage:
    """Some rows by sku, and the cursor of those after them."""

    rows: Sequence[StockRow]
    next_cursor: str


def stock_page(
    partner_id: int,
    partner_ids: Sequence[int],
    *,
    filters: Mapping[str, Any],
    cursor: str,
    on: date,
) -> StockPage:
    """A page of products; ``partner_ids``: the partner and those under it. The same few queries however many rows.

    Reads stock of everybody: from a fenced page call ``services.answers.stock_page``.
    """
    shown = list(availability.shown_locations(partner_id, on))
    products = _products(filters, own=Q(partner_id__in=partner_ids), others=Q(location_id__in=shown))
    page = keyset_page(products, key=KEY, cursor=cursor)
    ids = [product.pk for product in page.rows]
    own = availability.own_levels(partner_ids, ids)
    told = availability.available_to(partner_id, ids, on)
    rows = [StockRow(product, own.get(product.pk, []), told[product.pk]) for product in page.rows]
    return StockPage(rows, page.next_cursor)


def _products(filters: Mapping[str, Any], *, own: Q, others: Q) -> QuerySet[Product]:
    words = str(filters.get("q", "")).strip()
    products = levels.products_found(words) if words else Product.objects.all()
    where = filters.get("where", "")
    if where == "all":
        return products
    # What one holds is little and found at once; what others hold is much, and soon found for each product of a page.
    held = Q(pk__in=StockLevel.objects.filter(own, on_hand__gt=0).values("product_id"))
    free = Q(Exists(StockLevel.objects.filter(others, product_id=OuterRef("pk"), on_hand__gt=F("reserved"))))
    return products.filter({"own": held, "others": free}.get(where, held | free))
