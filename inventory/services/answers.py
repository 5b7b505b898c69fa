"""Answers for a partner about stock: computed on everybody's levels, told as far as the rules allow."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet

from channelhub.core.services.fence import Standing, unfenced
from inventory.models import StockLevel
from inventory.selectors import availability, levels
from inventory.selectors import stock_page as pages
from inventory.selectors.availability import Availability
from inventory.selectors.stock_page import StockPage


def available_to(partner_id: int, product_ids: Iterable[int], on: date) -> dict[int, Availability]:
    """What the acting partner may be told of these products, by product id; the same few queries however many."""
    with unfenced():
        return availability.available_to(partner_id, product_ids, on)


def stock_page(standing: Standing, *, filters: Mapping[str, Any], cursor: str, on: date) -> StockPage:
    """A page of products with own stock and what others show; refuses a cursor of another list."""
    if standing.partner_id is None:
        return StockPage((), "")
    with unfenced():
        return pages.stock_page(standing.partner_id, standing.subtree, filters=filters, cursor=cursor, on=on)


def levels_to_export(user: Any, params: Mapping[str, Any]) -> QuerySet[StockLevel]:
    """The levels a person may see, narrowed like the stock page, as rows of a file."""
    words = str(params.get("q", "")).strip()
    with unfenced():
        products = levels.product_ids(words) if words else None
    return levels.export_rows(user, products=products, held_only=params.get("where") in (None, "own"))
