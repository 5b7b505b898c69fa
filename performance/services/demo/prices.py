"""The demo's price lists, promotions and minimum advertised prices."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

from partners.models import Partner, PartnerType, Product, ProductLine
from performance.rules.demo.heads import DemoProduct
from performance.rules.demo.prices import PER_CNY, RAISED_LINE, list_price, minimum, raised_from
from pricing.enums import ListKind, PromotionEffect, TargetKind
from pricing.models import MapPrice, PriceList, PriceRow
from pricing.services import price_lists, promotions

# Code, names, factor on the list price, partner type (None: everybody), priority.
FORMULAS = (
    ("LP-DEALER", "经销商价", "Dealer price", "0.82", None, 1),
    ("LP-DIST", "分销价", "Distributor price", "0.78", "distributor", 1),
    ("LP-AGENT", "代理价", "Agent price", "0.80", "agent", 2),
    ("LP-ONLINE", "平台供货价", "Marketplace price", "0.85", "marketplace_shop", 3),
)
BREAKS = ((50, "0.97"), (200, "0.94"))
# Code, names, category, line, first and last month and day, from quantity, off.
PROMOTIONS = (
    ("D11", "双十一返场", "Double-11", "season", "NOTEBOOKS", (11, 1), (11, 30), 5, "0.06"),
    ("WINTER", "冬季清洁节", "Winter cleaning", "season", "CLEANING", (11, 15), (12, 31), 10, "0.08"),
    ("ACC100", "配件满百件", "Accessories by the hundred", "volume", "ACCESSORIES", (1, 1), (12, 31), 100, "0.12"),
)
BATCH = 5_000


def make_prices(
    *, products: Sequence[DemoProduct], partners: dict[str, Partner], first: date, today: date, at: datetime
) -> None:
    """A list of list prices with the raise after a year, lists computed from it, one abroad, and the minimums."""
    ids = dict(Product.objects.values_list("sku", "pk"))
    base = price_lists.create_price_list(code="LP-LIST", name="市场价", name_en="List price", currency="CNY")
    PriceRow.objects.bulk_create(_rows(base, products, ids, first, at), batch_size=BATCH)
    for code, name, name_en, factor, kind, priority in FORMULAS:
        made = price_lists.create_price_list(
            code=code, name=name, name_en=name_en, currency="CNY", kind=ListKind.FORMULA, rounding_step=Decimal("0.01")
        )
        price_lists.set_formula(price_list=made, base=base, factor=Decimal(factor), valid_from=first, at=at)
        whom = PartnerType.objects.get(code=kind) if kind else None
        target = TargetKind.TYPE if whom else TargetKind.EVERYBODY
        price_lists.assign_list(
            price_list=made, target_kind=target, target=whom, valid_from=first, at=at, priority=priority
        )
    _abroad(products, ids, partners, first, at)
    _promote(today, at)
    MapPrice.objects.bulk_create(_minimums(products, ids, first, at), batch_size=BATCH)


def _rows(made: PriceList, products: Sequence[DemoProduct], ids: dict[str, int], first: date, at: datetime) -> list:
    found = []
    for product in products:
        breaks = ((1, "1"), *BREAKS) if product.line == "ACCESSORIES" else ((1, "1"),)
        for raised in (False, True) if product.line == RAISED_LINE else (False,):
            price, day = list_price(product, raised=raised), raised_from(first) if raised else first
            found += [
                PriceRow(
                    price_list=made,
                    product_id=ids[product.sku],
                    min_quantity=quantity,
                    unit_price=round(price * Decimal(factor), 2),
                    valid_from=day,
                    known_from=at,
                )
                for quantity, factor in breaks
            ]
    return found


def _abroad(
    products: Sequence[DemoProduct], ids: dict[str, int], partners: dict[str, Partner], first: date, at: datetime
) -> None:
    """Singapore's distributor buys by a list of its own."""
    made = price_lists.create_price_list(code="LP-SG", name="新加坡价", name_en="Singapore price", currency="SGD")
    PriceRow.objects.bulk_create(
        (
            PriceRow(
                price_list=made,
                product_id=ids[product.sku],
                unit_price=round(product.list_price * PER_CNY["SGD"] * Decimal("0.0078"), 2),
                valid_from=first,
                known_from=at,
            )
            for product in products
        ),
        batch_size=BATCH,
    )
    price_lists.assign_list(
        price_list=made, target_kind=TargetKind.PARTNER, target=partners["F-SG"], valid_from=first, at=at
    )


def _promote(today: date, at: datetime) -> None:
    for code, name, name_en, category, line, starts, ends, quantity, off in PROMOTIONS:
        terms = promotions.Terms(
            valid_from=date(today.year, *starts),
            valid_through=date(today.year, *ends),
            effect=PromotionEffect.PERCENT_OFF,
            value=Decimal(off),
            min_quantity=Decimal(quantity),
        )
        words = promotions.PromotionWords(f"{code}-{today.year}", name, name_en, category)
        made = promotions.create_promotion(words=words, terms=terms, at=at)
        promotions.add_items(promotion=made, items=[ProductLine.objects.get(code=line)], at=at)
        promotions.offer_to(promotion=made, target_kind=TargetKind.EVERYBODY, at=at)


def _minimums(products: Sequence[DemoProduct], ids: dict[str, int], first: date, at: datetime) -> Iterator[MapPrice]:
    for product in products:
        for raised in (False, True) if product.line == RAISED_LINE else (False,):
            yield MapPrice(
                product_id=ids[product.sku],
                currency="CNY",
                price=minimum(list_price(product, raised=raised)),
                valid_from=raised_from(first) if raised else first,
                known_from=at,
            )
