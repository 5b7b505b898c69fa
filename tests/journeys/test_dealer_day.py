"""A dealer's day: its money and what is missing to the next bracket, a price and why, what is in stock."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from channelhub.lib.periods import business_day
from inventory.models import StockVisibility
from pricing.models import RebateProgramme
from pricing.services import accrual, rollup
from tests.factories.ledger import line_of, record
from tests.factories.partners import make_product
from tests.factories.prices import assign, authorise, make_formula, make_list, make_promotion
from tests.factories.rebates import make_programme, make_terms
from tests.factories.stock import make_level, make_location
from tests.journeys.reading import amount, amounts

pytestmark = pytest.mark.journey


@pytest.fixture
def trade(acme):
    """Twenty sales of 200, brackets at 3,000 and 9,000; a laptop at 90 percent of its list price, 42 in stock."""
    today = business_day(timezone.now())
    year = date(today.year, 1, 1)
    laptop = make_product("NB-14", name="轻薄笔记本 14", name_en="Laptop 14")
    screen = make_product("MO-27", name="显示器 27", name_en="Monitor 27")
    authorise(acme)
    assign(make_formula(make_list("LP", (laptop, "1199"), (laptop, "1110", 50), (screen, "899")), "0.9", "DP"))
    make_promotion("SPRING", laptop, value="0.10", min_quantity=Decimal(10))
    warehouse = make_location("WH-EAST", name="华东仓", name_en="East")
    make_level(warehouse, laptop, 42)
    StockVisibility.objects.create(location=warehouse, shows="exact")
    terms = make_terms((0, "0.01"), (3000, "0.025"), (9000, "0.04"))
    programme = make_programme("volume", earners=[acme], terms=terms, period="year", starts_on=year)
    RebateProgramme.objects.filter(pk=programme.pk).update(name="年度销量返利", name_en="Yearly volume rebate")
    days = [max(year, today - timedelta(days=number)) for number in range(20)]
    record(*[line_of(acme, booked_on=day, amount=200, product=laptop) for day in days])
    rollup.roll_up(business_day=today)
    accrual.accrue(business_day=today)
    return laptop


def go(page, name):
    """To a main page, by the bar of a phone or the menu of a desk."""
    page.get_by_role("link", name=name, exact=True).locator("visible=true").first.click()


def test_a_dealer_sees_its_money_what_is_missing_and_the_lines_behind_it(sized, look, sign_in, anna, trade):
    page = sized
    sign_in(anna)
    total = amount(page.locator(".num-big").first.inner_text())
    expect(page.locator("main")).to_contain_text("¥5,000.00 more by")
    look(picture="dealer-home")
    page.locator(".num-big").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Rebates")
    assert sum(amounts(page.locator("tbody tr td.num"))) == total == 100
    look()

    page.get_by_role("link", name="Yearly volume rebate").click()
    expect(page.locator("main")).to_contain_text("¥4,000.00 counted so far")
    look(picture="dealer-statement")
    page.get_by_role("link", name="All lines").click()
    expect(page.locator("tbody tr")).to_have_count(20)
    assert sum(amounts(page.locator("tbody tr td.num:last-child"))) == total
    look()


def test_a_dealer_looks_up_a_price_understands_it_and_checks_stock(sized, look, sign_in, anna, trade):
    page = sized
    sign_in(anna)
    go(page, "Prices")
    page.get_by_label("Product code or name").fill("lapt")
    page.get_by_label("Quantity").fill("20")
    page.keyboard.press("Enter")
    row = page.locator("#rows tr").first
    expect(row).to_contain_text("= ¥19,423.80")
    expect(row).to_contain_text("30 more save")
    look(picture="dealer-prices")

    row.get_by_role("link", name="Why this price?").click()
    panel = page.locator("#panel-body")
    expect(panel).to_contain_text("Your terms")
    *steps, unit = amounts(panel.locator("table").first.locator("td.num"))
    assert (sum(steps), unit) == (unit, Decimal("971.19"))
    page.wait_for_timeout(500)  # the panel slides in
    look(picture="dealer-why")
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()

    go(page, "Stock")
    expect(page.locator("#rows tr").first).to_contain_text("42 pcs in stock")
    look(picture="dealer-stock")
