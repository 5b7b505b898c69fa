"""Lists of levels and movements, narrowed without reading them through."""

from collections.abc import Mapping
from typing import Any

from django.db.models import F, Func, Q, QuerySet
from django.db.models.fields import DecimalField

from inventory.models import StockLevel
from partners.models import Product

PRODUCTS_FOUND = 500


def products_found(words: str) -> QuerySet[Product]:
    """Products whose sku or name begins so."""
    begins = Q(sku__startswith=words) | Q(sku__startswith=words.upper()) | Q(name__startswith=words)
    return Product.objects.filter(begins | Q(name_en__istartswith=words))


def with_products(rows: QuerySet, words: str) -> QuerySet:
    """The rows of the products found; found first, so that the rows' own index on the product is used."""
    words = words.strip()
    if not words:
        return rows
    return rows.filter(product_id__in=list(products_found(words).values_list("pk", flat=True)[:PRODUCTS_FOUND]))


def export_rows(user: Any, params: Mapping[str, Any]) -> QuerySet:
    """The levels a person may see as rows of a file, by location and product; where others' stock is does not count."""
    rows = with_products(StockLevel.objects.visible_to(user).with_available(), params.get("q", ""))
    if params.get("where") in (None, "own"):
        rows = rows.filter(Q(on_hand__gt=0) | Q(reserved__gt=0) | Q(in_transit__gt=0))
    return rows.annotate(
        location_code=F("location__code"),
        partner_code=F("partner__code"),
        partner_name=F("partner__name"),
        sku=F("product__sku"),
        product_name=F("product__name"),
        unit=F("product__unit"),
        plain_on_hand=_plain("on_hand"),
        plain_reserved=_plain("reserved"),
        plain_available=_plain("available"),
        plain_in_transit=_plain("in_transit"),
    ).order_by("location__code", "product__sku")


def _plain(field: str) -> Func:
    """A number without the zeros that only pad its column."""
    return Func(F(field), function="trim_scale", output_field=DecimalField())
