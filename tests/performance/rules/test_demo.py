"""The demo's generator: the same for the same seed, with season and growth, and troubles that are told apart."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from stdnum import ean

from performance.rules.demo import channel, troubles
from performance.rules.demo.prices import list_price, minimum, price_on, raised_from
from performance.rules.demo.sales import COLUMNS, Sales
from performance.rules.demo.scales import SCALES

FIRST, UNTIL = date(2024, 5, 1), date(2026, 5, 20)
BRACKETS = (300_000, 1_000_000, 4_000_000)
SMALL = SCALES["small"]


def made(seed=1, scale=SMALL):
    partners, products = channel.partners(scale, seed), channel.products(scale, seed)
    cast = troubles.cast(partners, months=25, seed=seed)
    return Sales(scale, seed, FIRST, UNTIL, partners, products, cast, BRACKETS)


def lines(sales, months=None):
    for month in months or range(len(sales.months())):
        for partner in sales.partners:
            for row in (*sales.sell_in(partner, month), *sales.reported(partner, month)):
                yield dict(zip(COLUMNS, row, strict=True))


@pytest.fixture(scope="module")
def sales():
    return made()


@pytest.fixture(scope="module")
def rows(sales):
    return list(lines(sales))


def test_the_same_seed_gives_the_same_lines_and_another_one_others(rows):
    assert list(lines(made())) == rows
    assert list(lines(made(2), [0])) != list(lines(made(), [0]))


def test_months_follow_one_another_to_the_last_day(sales):
    months = sales.months()

    assert (months[0], months[-1], len(months)) == ((FIRST, date(2024, 6, 1)), (date(2026, 5, 1), UNTIL), 25)
    assert all(before[1] == after[0] for before, after in pairwise(months))


def test_about_as_many_lines_as_the_scale_says_each_with_a_name_of_its_own(rows):
    assert 0.9 * SMALL.lines < len(rows) < 1.3 * SMALL.lines
    assert len({row["external_id"] for row in rows}) == len(rows)


def test_no_line_lies_outside_its_month_or_costs_nothing(rows):
    assert all(FIRST <= date.fromisoformat(row["booked_on"]) < UNTIL for row in rows)
    assert [row for row in rows if Decimal(row["net_amount"]) == 0] == []


def test_november_is_the_best_month_and_the_spring_festival_the_worst(rows):
    counts = {}
    for row in rows:
        if row["booked_on"] < "2026-05":
            counts[row["booked_on"][5:7]] = counts.get(row["booked_on"][5:7], 0) + 1

    assert (max(counts, key=counts.get), min(counts, key=counts.get)) == ("11", "02")
    eleventh = sum(row["booked_on"].endswith("-11-11") for row in rows)
    assert eleventh > 0.25 * counts["11"]


def test_the_second_year_is_better_than_the_first(rows):
    years = [
        sum(row["booked_on"] < "2025-05" for row in rows),
        sum("2025-05" <= row["booked_on"] < "2026-05" for row in rows),
    ]

    assert 1.05 < years[1] / years[0] < 1.2


def test_a_few_partners_and_products_make_most_of_the_sales(rows):
    for name in ("partner", "product"):
        counts = {}
        for row in rows:
            counts[row[name]] = counts.get(row[name], 0) + 1
        best = sorted(counts.values(), reverse=True)[: len(counts) // 5]
        assert sum(best) > 0.45 * len(rows)


def test_a_return_takes_back_a_line_of_its_month(rows):
    sold = {row["external_id"]: row for row in rows}
    returns = [row for row in rows if row["returns"]]

    assert len(returns) > 50
    assert all(Decimal(row["net_amount"]) == -Decimal(sold[row["returns"]]["net_amount"]) for row in returns)
    assert all(row["booked_on"] >= sold[row["returns"]]["booked_on"] for row in returns)


def test_every_product_has_a_number_of_its_own_that_checks():
    products = channel.products(replace(SMALL, products=2_000), 1)

    assert len({product.gtin for product in products}) == len({product.sku for product in products}) == 2_000
    assert all(ean.is_valid(product.gtin) for product in products)


def test_parents_come_before_those_under_them_and_names_are_told_apart():
    partners = channel.partners(SCALES["medium"], 1)
    known = set()
    for partner in partners:
        assert partner.parent is None or partner.parent in known
        known.add(partner.code)

    assert len({partner.name for partner in partners}) == len(partners) == SCALES["medium"].partners


def test_notebooks_cost_more_after_a_year_and_the_minimum_with_them():
    [notebook, *_] = (product for product in channel.products(SMALL, 1) if product.line == "NOTEBOOKS")
    day = raised_from(FIRST)

    before, after = (price_on(notebook, on, first=FIRST, currency="CNY") for on in (date(2025, 4, 30), day))
    assert (day, before.list, after.list) == (date(2025, 5, 1), 499_900, 514_900)
    assert (before.minimum, after.minimum) == (424_900, 437_600)
    assert minimum(list_price(notebook, raised=True)) == Decimal(4376)


@pytest.mark.parametrize("seed", range(1, 4))
def test_what_is_planted_lies_where_and_under_what_it_should(seed):
    sales = made(seed)
    rows = {row["external_id"]: row for row in lines(sales)}
    products = {product.sku: product for product in sales.products}
    kinds = {trouble.kind for trouble in sales.troubles}

    assert kinds == {str(entry["kind"]) for entry in troubles.plan()}
    assert len({trouble.partner for trouble in sales.troubles}) == len(sales.troubles)
    for kind in ("diversion", "expired"):
        for name in sales.planted.lines[kind]:
            trouble = sales.trouble[rows[name]["partner"]]
            home = sales.by_code[trouble.partner].home[:5]
            assert rows[name]["sold_into"] == trouble.place
            assert not trouble.place.startswith(home)
    for name in sales.planted.lines["undercutting"]:
        row = rows[name]
        price = price_on(products[row["product"]], date.fromisoformat(row["booked_on"]), first=FIRST, currency="CNY")
        assert Decimal(row["net_amount"]) * 100 < price.minimum * Decimal(row["quantity"])


def test_a_missed_bracket_is_missed_by_less_than_one_percent_and_a_reached_one_to_the_cent():
    sales = made(3)
    rows = list(lines(sales))
    quarter = ("2026-01", "2026-02", "2026-03")
    bought = {}
    for row in rows:
        if row["kind"] == "sell_in" and row["booked_on"][:7] in quarter:
            bought[row["partner"]] = bought.get(row["partner"], 0) + Decimal(row["net_amount"])

    missed = [bought[code] for code in sales.planted.partners["just_missed"]]
    reached = [bought[code] for code in sales.planted.partners["just_reached"]]
    assert [amount for amount in missed if not any(0 < 1 - amount / bracket < 0.01 for bracket in BRACKETS)] == []
    assert [amount for amount in reached if amount not in BRACKETS] == []
