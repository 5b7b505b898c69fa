"""The rows of the stock page: products, what lies at one's own locations, and what others show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from channelhub.core.selectors.keyset import keyset_page
from inventory.models import StockLevel
from inventory.selectors import availability, levels
from inventory.selectors.availability import Availability, OwnStock
from partners.models import Product

KEY = ("sku",)
FEW_PARTNERS = 50


@dataclass(frozen=True)
class StockRow:
    """A product with what lies at one's own locations and those under one, and what is told of others."""

    product: Product
    own: OwnStock
    told: Availability


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
    products = _products(
        filters,
        own=Q(partner_id__in=partner_ids),
        few=len(partner_ids) <= FEW_PARTNERS,
        others=Q(location_id__in=shown),
    )
    page = keyset_page(products, key=KEY, cursor=cursor)
    ids = [product.pk for product in page.rows]
    own = availability.own_stock(partner_ids, ids)
    told = availability.available_to(partner_id, ids, on)
    rows = [StockRow(product, own.get(product.pk, OwnStock()), told[product.pk]) for product in page.rows]
    return StockPage(rows, page.next_cursor)


def _products(filters: Mapping[str, Any], *, own: Q, few: bool, others: Q) -> QuerySet[Product]:
    words = str(filters.get("q", "")).strip()
    products = levels.products_found(words) if words else Product.objects.all()
    where = filters.get("where", "")
    if where == "all":
        return products
    # What few hold is little and found at once; what many hold is much, and soon found for each product of a page: by
    # one level each, because EXISTS would be answered for all products at once.
    at_own, at_others = StockLevel.objects.filter(own, on_hand__gt=0), StockLevel.objects.filter(others)
    products = products.alias(owned=_one_of(at_own), free=_one_of(at_others.filter(on_hand__gt=F("reserved"))))
    held = Q(pk__in=at_own.values("product_id")) if few else Q(owned__isnull=False)
    free = Q(free__isnull=False)
    return products.filter({"own": held, "others": free}.get(where, held | free))


def _one_of(rows: QuerySet[StockLevel]) -> Subquery:
    return Subquery(rows.filter(product_id=OuterRef("pk")).order_by().values("pk")[:1])
