"""Real stock: the balance of every product and day, as the movements lead to it, beside the file itself."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.db.models import Sum

from channelhub.core.services import imports
from channelhub.lib.periods import business_day
from inventory.models import Location, StockLevel, StockMovement
from inventory.selectors.ledger import levels_unlike_their_movements
from partners.models import Product, ProductLine
from tests.acceptance import adventureworks as aw
from tests.factories.imports import make_profile
from tests.factories.sales import make_feed

pytestmark = [pytest.mark.acceptance, pytest.mark.django_db]
MOVES = "fact_product_inventory_moves.csv.gz"


def bring_in(profile):
    """The moves, on the day of the youngest one."""
    at = aw.noon(max(date.fromisoformat(row["MovementDate"]) for row in aw.rows(MOVES)))
    job = imports.upload(profile=profile, file=ContentFile(aw.content(MOVES)), name=MOVES, at=at)
    return imports.take_now(job=job, at=at)


@pytest.fixture
def profile():
    """The file names products by the keys of its own price versions; it speaks of one warehouse."""
    aw.need_data()
    feed = make_feed("aw-stock")
    ProductLine.objects.add_root({"code": "all", "name": "All"})
    products = {"sku": "ProductKey", "name": "EnglishProductName", "line": {"default": "all"}}
    assert aw.bring_in(make_profile("products", feed=feed, **products), "dim_product.csv").rejected == 0
    Location.objects.create(code="AW", name="The warehouse")
    return make_profile(
        "stock",
        feed=feed,
        location={"default": "AW"},
        product="ProductKey",
        on_hand="UnitsBalance",
        counted_at="MovementDate",
    )


def test_the_movements_of_a_whole_history_in_one_file_lead_to_every_balance_of_it(profile):
    rows = aw.rows(MOVES)

    job = bring_in(profile)

    assert (job.taken, job.rejected, levels_unlike_their_movements()) == (len(rows), 0, [])
    skus = dict(Product.objects.values_list("pk", "sku"))
    moves = StockMovement.objects.order_by("pk").values_list("product_id", "counted_at", "balance")
    found = {(skus[product], business_day(at).isoformat()): balance for product, at, balance in moves}
    changed = {}
    known: dict[str, Decimal] = {}
    for row in rows:  # in the order of their days
        if known.get(row["ProductKey"], Decimal(0)) != Decimal(row["UnitsBalance"]):
            changed[row["ProductKey"], row["MovementDate"]] = Decimal(row["UnitsBalance"])
        known[row["ProductKey"]] = Decimal(row["UnitsBalance"])
    assert found == changed
    levels = {skus[product]: on_hand for product, on_hand in StockLevel.objects.values_list("product_id", "on_hand")}
    assert levels == known


def test_what_went_in_and_out_of_a_product_is_the_sum_of_its_movements(profile):
    expected: Counter[str] = Counter()
    for row in aw.rows(MOVES):
        expected[row["ProductKey"]] += int(row["UnitsIn"]) - int(row["UnitsOut"])
    opening = {}
    for row in aw.rows(MOVES):
        opening.setdefault(row["ProductKey"], int(row["UnitsBalance"]) - int(row["UnitsIn"]) + int(row["UnitsOut"]))

    bring_in(profile)

    found = dict(StockMovement.objects.values_list("product__sku").annotate(moved=Sum("on_hand")))
    assert {sku: found.get(sku, 0) - opening[sku] for sku in expected} == expected
