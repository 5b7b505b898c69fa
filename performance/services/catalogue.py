"""The dealer's catalogue: products with the own price, its ladder, and what is in stock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from channelhub.core.selectors.keyset import keyset_page
from channelhub.core.selectors.search import within
from channelhub.core.services.fence import unfenced
from channelhub.lib.periods import business_day
from inventory.selectors import availability
from inventory.selectors.availability import Availability
from partners.enums import LifeCycle
from partners.models import Authorisation, Partner, Product, ProductLine
from pricing.rules.price_disclosure import disclosed
from pricing.rules.price_questions import Answer
from pricing.services.price_answers import Line, answer_prices

KEY = ("sku",)
SHEET_AT_ONCE = 2_000


@dataclass(frozen=True)
class CatalogueRow:
    """A product, what it costs this partner and what is in stock for it."""

    product: Product
    answer: Answer
    told: Availability


@dataclass(frozen=True)
class CataloguePage:
    """Some rows by sku, and the cursor of those after them."""

    rows: Sequence[CatalogueRow]
    next_cursor: str


def catalogue_page(
    *, partner: Partner, filters: Mapping[str, Any], quantity: Decimal, cursor: str, at: datetime
) -> CataloguePage:
    """A page of products for the acting partner; the same few queries however many. Refuses a foreign cursor.

    Without a search only products of authorised lines; a search finds all, and those without a price say why.
    """
    on = business_day(at)
    with unfenced():
        page = keyset_page(products(partner, filters, on), key=KEY, cursor=cursor)
        told = availability.available_to(partner.pk, [product.pk for product in page.rows], on)
    answers = prices(partner=partner, products=page.rows, quantity=quantity, at=at)
    rows = [CatalogueRow(product, answer, told[product.pk]) for product, answer in zip(page.rows, answers, strict=True)]
    return CataloguePage(rows, page.next_cursor)


def prices(*, partner: Partner, products: Sequence[Product], quantity: Decimal, at: datetime) -> list[Answer]:
    """What these products cost the partner today, with all quantities; told as far as a dealer may know."""
    lines = [Line(product.sku, quantity) for product in products]
    answers = answer_prices(partner=partner, on=business_day(at), known_at=at, lines=lines, ladder=True)
    return [disclosed(answer) for answer in answers]


def lines_offered(partner: Partner, on: date) -> list[ProductLine]:
    """The product lines the partner may choose from: those it is authorised for, or the top ones."""
    with unfenced():
        limits = list(Authorisation.objects.filter(partner=partner).in_force(on).values_list("line_path", flat=True))
        if None in limits:
            return list(ProductLine.objects.filter(depth=1).order_by("path"))
        return list(ProductLine.objects.filter(path__in=limits).order_by("path"))


def products(partner: Partner, filters: Mapping[str, Any], on: date) -> QuerySet[Product]:
    """The products the filters ask for; read with the owner's rights, products are for everybody."""
    found = Product.objects.exclude(life_cycle=LifeCycle.END_OF_SERVICE).select_related("line")
    line = filters.get("line")
    if line:
        path = ProductLine.objects.filter(pk=line).values_list("path", flat=True).first()
        found = found.filter(line__path__startswith=path) if path else found.none()
    words = str(filters.get("q", "")).strip()
    if words:
        return within(found, words, pk="partners.product")
    allowed = Q(pk=None)
    for path in Authorisation.objects.filter(partner=partner).in_force(on).values_list("line_path", flat=True):
        allowed |= Q(line__path__startswith=path or "")
    return found.filter(allowed)


def price_sheet(*, partner: Partner, filters: Mapping[str, Any], at: datetime) -> list[tuple[Any, ...]]:
    """Every rung of every price as rows of a file; without a price one row that says why."""
    with unfenced():
        wanted = list(products(partner, filters, business_day(at)).order_by(*KEY))
    rows: list[tuple[Any, ...]] = []
    for start in range(0, len(wanted), SHEET_AT_ONCE):
        part = wanted[start : start + SHEET_AT_ONCE]
        for product, answer in zip(
            part, prices(partner=partner, products=part, quantity=Decimal(1), at=at), strict=True
        ):
            rows += _sheet_rows(product, answer)
    return rows


def _sheet_rows(product: Product, answer: Answer) -> list[tuple[Any, ...]]:
    words = (product.sku, product.name, product.name_en, product.unit)
    if not answer.ladder:
        return [(*words, None, None, "", None, answer.refusal)]
    return [
        (*words, rung.quantity.normalize(), rung.unit_price, answer.currency, answer.valid_until, "")
        for rung in answer.ladder
    ]
