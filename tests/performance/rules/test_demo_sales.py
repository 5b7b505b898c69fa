"""The demo's generator: the same for the same seed, and nothing that the ledger would refuse."""

from datetime import date
from decimal import Decimal

import pytest
from stdnum import ean

from performance.rules.demo_channel import PARTNERS, PRODUCTS
from performance.rules.demo_sales import Sales


def made(seed=1):
    first, until = date(2026, 1, 1), date(2026, 4, 11)
    return list(Sales(first=first, until=until, partners=PARTNERS, products=PRODUCTS, seed=seed).months())


def test_the_same_seed_gives_the_same_lines_and_another_one_others():
    assert made(1) == made(1)
    assert made(1) != made(2)


def test_months_follow_one_another_to_the_last_day():
    assert [(month.first_day, month.after) for month in made()] == [
        (date(2026, 1, 1), date(2026, 2, 1)),
        (date(2026, 2, 1), date(2026, 3, 1)),
        (date(2026, 3, 1), date(2026, 4, 1)),
        (date(2026, 4, 1), date(2026, 4, 11)),
    ]


def test_lines_are_sent_after_they_were_sold_and_once():
    months = made()

    rows = [row for month in months for row in (*month.sell_in, *month.reported)]
    assert len({row["external_id"] for row in rows}) == len(rows)
    assert all(row["booked_on"] < month.after for month in months for row in (*month.sell_in, *month.reported))
    assert any(row["booked_on"] < month.first_day for month in months for row in month.reported)


@pytest.mark.parametrize("seed", range(5))
def test_a_return_takes_back_a_line_sent_with_or_before_it(seed):
    sent, returns = {}, 0
    for month in made(seed):
        sent |= {row["external_id"]: row for row in month.reported}
        for row in month.reported:
            if "returns" in row:
                returns += 1
                line = sent[row["returns"]]
                assert Decimal(row["net_amount"]) == -Decimal(line["net_amount"])
                assert row["booked_on"] > line["booked_on"]

    assert returns > 0


def test_every_product_has_a_number_of_its_own_that_checks():
    assert len({product.gtin for product in PRODUCTS}) == len(PRODUCTS)
    assert all(ean.is_valid(product.gtin) for product in PRODUCTS)
