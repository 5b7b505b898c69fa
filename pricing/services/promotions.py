"""Promotions: names that may change, and recorded rows for terms, products and audience."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from channelhub.lib.currencies import known_currencies
from channelhub.lib.locks import advisory_lock
from partners.models import Product, ProductLine
from pricing.enums import PromotionEffect
from pricing.errors import UnknownCurrency
from pricing.models import Promotion, PromotionAudience, PromotionItem, PromotionTerms
from pricing.services.price_lists import Target, record, target_columns

PROMOTIONS = "pricing_promotions_are_recorded"


@dataclass(frozen=True)
class PromotionWords:
    """What a promotion is called."""

    code: str
    name: str
    name_en: str = ""
    category: str = ""


@dataclass(frozen=True)
class Terms:
    """When a promotion runs, for which quantities, and what it does; shares are numbers up to one."""

    valid_from: date
    effect: str
    value: Decimal
    valid_through: date | None = None
    min_quantity: Decimal = Decimal(0)
    max_quantity: Decimal | None = None
    currency: str = ""
    line_discount: Decimal = Decimal(0)


@transaction.atomic
def create_promotion(*, words: PromotionWords, terms: Terms, at: datetime) -> Promotion:
    """Make a promotion with its terms; it is for nobody and nothing until audience and products are named."""
    made = Promotion.objects.create(**vars(words))
    set_terms(promotion=made, terms=terms, at=at)
    made.refresh_from_db()
    return made


@transaction.atomic
def set_terms(*, promotion: Promotion, terms: Terms, at: datetime) -> PromotionTerms:
    """Record other terms; those known before are superseded, never edited. Refused: an unknown currency."""
    if terms.effect == PromotionEffect.UNIT_PRICE and terms.currency not in known_currencies():
        raise UnknownCurrency(terms.currency)
    advisory_lock(PROMOTIONS)
    return record(PromotionTerms, {"promotion": promotion}, dict(vars(terms)), at)


@transaction.atomic
def add_items(*, promotion: Promotion, items: Iterable[Product | ProductLine], at: datetime) -> int:
    """Name products, or product lines with all beneath them; those named already are passed over. How many are new."""
    advisory_lock(PROMOTIONS)
    rows = [PromotionItem(promotion=promotion, known_from=at, **_item(item)) for item in items]
    before = PromotionItem.objects.filter(promotion=promotion).count()
    PromotionItem.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    return PromotionItem.objects.filter(promotion=promotion).count() - before


@transaction.atomic
def remove_items(*, promotion: Promotion, items: Iterable[Product | ProductLine], at: datetime) -> int:
    """From now on the promotion is not for these any more; past answers stay as they were."""
    advisory_lock(PROMOTIONS)
    named = PromotionItem.objects.filter(promotion=promotion, known_until__isnull=True)
    return sum(named.filter(**_item(item)).update(known_until=at) for item in items)


@transaction.atomic
def offer_to(*, promotion: Promotion, target_kind: str, target: Target = None, at: datetime) -> PromotionAudience:
    """Give a promotion to a target as well; refused: a target of another kind."""
    advisory_lock(PROMOTIONS)
    key = {"promotion": promotion, **target_columns(target_kind, target)}
    return record(PromotionAudience, key, {}, at)


@transaction.atomic
def withdraw_from(*, audience: PromotionAudience, at: datetime) -> None:
    """The target does not get the promotion any more from now on."""
    PromotionAudience.objects.filter(pk=audience.pk, known_until__isnull=True).update(known_until=at)


def _item(item: Product | ProductLine) -> dict[str, Any]:
    return {"product": item} if isinstance(item, Product) else {"product_line": item}
