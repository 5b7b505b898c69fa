"""Lists of levels and movements, narrowed without reading them through."""

from django.db.models import Q, QuerySet

from partners.models import Product

PRODUCTS_FOUND = 500


def products_found(words: str) -> QuerySet[Product]:
    """Products whose sku or name begins so."""
    return Product.objects.filter(
        Q(sku__startswith=words)
        | Q(sku__startswith=words.upper())
        | Q(name__startswith=words)
        | Q(name_en__istartswith=words)
    )


def with_products(rows: QuerySet, words: str) -> QuerySet:
    """The rows of the products found; found first, so that the rows' own index on the product is used."""
    words = words.strip()
    if not words:
        return rows
    return rows.filter(product_id__in=list(products_found(words).values_list("pk", flat=True)[:PRODUCTS_FOUND]))
