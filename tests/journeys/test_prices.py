"""A dealer on a phone looks up a price, understands it and checks stock; a manager checks the same price."""

from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from inventory.models import StockVisibility
from tests.factories.partners import make_product
from tests.factories.prices import assign, authorise, make_formula, make_list, make_promotion
from tests.factories.stock import make_level, make_location
from tests.journeys.axe import violations

pytestmark = pytest.mark.journey
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def laptop(acme):
    """Listed at 1,199, at 1,110 from 50 on; dealers pay 90 percent, ten percent less from 10 pieces on; 42 in stock."""
    product = make_product("A-100", name="Laptop 14")
    authorise(acme)
    assign(make_formula(make_list("LP", (product, "1199"), (product, "1110", 50)), "0.9", "DP"))
    make_promotion("SPRING", product, value="0.10", min_quantity=Decimal(10))
    warehouse = make_location("W")
    make_level(warehouse, product, 42)
    StockVisibility.objects.create(location=warehouse, shows="exact")
    return product


def figures(column):
    """The amounts of a column as numbers."""
    texts = [text.replace("¥", "").replace(",", "").replace("−", "-").strip() for text in column.all_inner_texts()]
    return [Decimal(text.lstrip("+")) for text in texts]


@pytest.mark.parametrize("wide", [False, True])
def test_a_dealer_looks_up_a_price_understands_it_and_checks_stock(page, sign_in, anna, laptop, wide):
    if not wide:
        page.set_viewport_size(PHONE)
    sign_in(anna)
    page.get_by_role("link", name="Prices").locator("visible=true").first.click()
    page.get_by_label("Product code or name").fill("lapt")
    page.get_by_label("Quantity").fill("20")
    page.keyboard.press("Enter")

    row = page.locator("#rows tr").first
    expect(row).to_contain_text("¥971.19")
    expect(row).to_contain_text("= ¥19,423.80")
    expect(row).to_contain_text("30 more save")
    expect(row).to_contain_text("42 pcs in stock")
    assert violations(page) == []

    row.get_by_role("link", name="Why this price?").click()
    panel = page.locator("#panel-body")
    expect(panel).to_contain_text("Your terms")
    *steps, unit = figures(panel.locator("table").first.locator("td.num"))
    assert (sum(steps), unit) == (unit, Decimal("971.19"))
    panel.get_by_role("link", name="Open as a page").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Why this price")
    assert violations(page) == []


def test_a_manager_checks_the_price_and_sees_what_was_not_applied(page, sign_in, staff, acme, laptop):
    sign_in(staff)

    page.goto(f"{reverse('admin:pricing_pricelist_price_check')}?partner={acme.pk}&product={laptop.pk}&quantity=5")

    expect(page.get_by_role("heading", name="Why ¥1,079.10 each")).to_be_visible()
    expect(page.locator("main, #main").first).to_contain_text("from 10, you have 5")
    assert violations(page) == []
