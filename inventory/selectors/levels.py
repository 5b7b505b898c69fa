"""Lists of levels and movements, narrowed without reading them through."""

from typing import Any

from django.db.models import F, Func, QuerySet
from django.db.models.fields import DecimalField

from channelhub.core.selectors import search
from inventory.models import StockLevel
from partners.models import Product

PRODUCTS_FOUND = 500


def products_found(words: str) -> QuerySet[Product]:
    """Products whose sku or names hold all words, by the search's index; read with the owner's rights."""
    return search.within(Product.objects.all(), words, pk="partners.product")


def product_ids(words: str) -> list[int]:
    """The products found, at most 500: who searches for more than that narrows."""
    return list(products_found(words).order_by("pk").values_list("pk", flat=True)[:PRODUCTS_FOUND])


def with_products(rows: QuerySet, words: str) -> QuerySet:
    """The rows of the products found; found first, so that the rows' own index on the product is used."""
    return rows.filter(product_id__in=product_ids(words)) if words.strip() else rows


def export_rows(user: Any, *, products: list[int] | None, held_only: bool) -> QuerySet:
    """The levels a person may see as rows of a file, by location and product; ``products`` None: all."""
    rows = StockLevel.objects.visible_to(user).with_available()
    if products is not None:
        rows = rows.filter(product_id__in=products)
    if held_only:
        rows = rows.exclude(on_hand=0, reserved=0, in_transit=0)
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
