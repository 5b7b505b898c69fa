"""New prices of a draft by file: good rows are taken, the others named by row, field and rule."""

from decimal import Decimal

import pytest

from partners.models import ProductUnit
from tests.factories.partners import make_product
from tests.factories.prices import make_list
from tests.factories.revisions import announced, draft
from tests.pricing.imports.test_price_imports import counts, refused, take

pytestmark = pytest.mark.django_db
COLUMNS = ["revision", "product", "min_quantity", "unit", "unit_price", "valid_from"]


@pytest.fixture
def made():
    products = make_product("A", unit="pcs"), make_product("B", unit="pcs"), make_product("C", unit="pcs")
    ProductUnit.objects.create(product=products[0], unit="box", factor=12)
    return draft(make_list("L", *((product, 10) for product in products[:2])), change=None)


def test_new_prices_are_taken_per_unit_and_as_often_as_they_are_sent(made):
    rows = [
        [made.code, "A", "", "box", "144", ""],
        [made.code, "A", "2", "box", "132.00", "2026-04-01"],
        [made.code, "B", "", "pcs", "", ""],
        [made.code, "C", "1", "", "0", ""],
    ]

    first, again = take("revised_prices", COLUMNS, *rows), take("revised_prices", COLUMNS, *rows)

    assert (counts(first), counts(again)) == ((4, 0, 0), (0, 4, 0))
    found = made.rows.order_by("product__sku", "min_quantity").values_list("min_quantity", "old_price", "new_price")
    assert list(found) == [(1, 10, 10), (12, None, 12), (24, None, 11), (1, 10, None), (1, None, 0)]


def test_what_is_wrong_is_named_by_row(made):
    other = announced(make_list("M", (make_product("X"), 5)))
    code = made.code
    job = take(
        "revised_prices",
        COLUMNS,
        [code, "A", "", "", "11", ""],
        [code, "A", "", "", "12", ""],
        [code, "B", "", "", "-1", ""],
        [code, "B", "", "", "10.001", ""],
        [code, "A", "", "barrel", "9", ""],
        [code, "Z", "", "", "9", ""],
        [code, "B", "0", "", "9", ""],
        [code, "B", "", "", "ten", ""],
        [code, "B", "", "", "9", "2026-05-01"],
        [other.code, "X", "", "", "9", ""],
        ["none", "B", "", "", "9", ""],
        [code, "A", "", "box", "10", ""],
    )

    assert refused(job) == [
        (3, "product", "twice_in_file"),
        (4, "unit_price", "negative"),
        (5, "unit_price", "not_of_the_currency"),
        (6, "unit", "unknown_unit"),
        (7, "product", "unknown_code"),
        (8, "min_quantity", "not_positive"),
        (9, "unit_price", "not_a_number"),
        (10, "valid_from", "other_day"),
        (11, "revision", "not_a_draft"),
        (12, "revision", "unknown_code"),
        (13, "unit_price", "not_of_the_currency"),
    ]
    assert counts(job) == (1, 0, 11)
    assert made.rows.get(product__sku="A").new_price == Decimal(11)
