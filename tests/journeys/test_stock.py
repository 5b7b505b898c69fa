"""Stock on its way: an ERP pushes it, a manager sees it add up, a dealer on a phone finds it and reports its own."""

import json
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from inventory.enums import Shows
from inventory.models import StockVisibility
from tests.factories.api import erp, new_key
from tests.factories.partners import make_product
from tests.factories.stock import make_location
from tests.journeys.axe import violations

pytestmark = pytest.mark.journey
PHONE = {"width": 390, "height": 844}
LEVELS = "/api/v1/inventory/stock-levels/"


@pytest.fixture
def pushed(transactional_db, acme):
    """The maker's ERP has pushed thirty levels of two warehouses, and one bad line; its caller and the receipt."""
    places = [make_location("WH-EAST", name="华东仓", name_en="East"), make_location("WH-WEST", name_en="West")]
    products = [make_product(f"A-{number:03}", name=f"Laptop {number}") for number in range(15)]
    counted = timezone.now() - timedelta(hours=1)
    lines = [
        {"location": place.code, "product": product.sku, "on_hand": str(number), "counted_at": counted.isoformat()}
        for place in places
        for number, product in enumerate(products)
    ]
    caller = erp()
    body = json.dumps({"reference": "morning", "lines": [*lines, {**lines[0], "product": "A-1OO"}]})
    answer = caller.post(LEVELS, body, content_type="application/json", headers=new_key())
    StockVisibility.objects.create(shows=Shows.EXACT)
    return caller, answer.json()


def test_an_erp_pushes_stock_reads_it_back_and_a_manager_sees_it_add_up(sized, look, sign_in, staff, pushed):
    page, (caller, receipt) = sized, pushed
    levels = caller.get(LEVELS, {"page_size": 1000}).json()["results"]
    assert (receipt["taken"], len(receipt["rejected"]), len(levels)) == (30, 1, 30)

    sign_in(staff)
    page.goto("/admin/inventory/stockbatch/sync/")
    expect(page.locator("table")).to_contain_text("in time")
    look(picture="manager-sources")
    page.get_by_role("link", name="30", exact=True).click()

    expect(page.locator("body")).to_contain_text("+210")  # 2 x (0 + 1 + ... + 14)
    page.goto("/admin/inventory/stocklevel/?all=")
    shown = [Decimal(re.sub(r"[^\d]", "", text)) for text in page.locator("td.field-on_hand_figure").all_inner_texts()]
    assert (len(shown), sum(shown)) == (30, sum(Decimal(level["on_hand"]) for level in levels))
    expect(page.locator("body")).to_contain_text(f"{sum(shown)}")
    look()


def test_a_dealer_on_a_phone_finds_what_it_could_be_sent(page, sign_in, anna, pushed):
    page.set_viewport_size(PHONE)
    sign_in(anna)
    page.get_by_role("link", name="More").last.click()
    page.get_by_role("link", name="Stock").last.click()

    page.get_by_label("Product code or name").fill("A-007")
    page.get_by_label("Product code or name").press("Enter")

    expect(page.locator("#rows tr")).to_have_count(1)
    expect(page.locator("#rows")).to_contain_text("14 pcs in stock")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert violations(page) == []


def test_a_dealer_reports_its_own_stock_and_mends_what_was_refused(page, sign_in, anna, acme, pushed, tmp_path):
    make_location("shelf", partner=acme)
    counted = (timezone.now() - timedelta(minutes=5)).isoformat(timespec="seconds")
    file = tmp_path / "stock.csv"
    head = "location,product,on_hand,counted_at\n"
    file.write_text(head + f"shelf,A-001,12,{counted}\nshelf,A-OO2,3,{counted}\n")
    sign_in(anna)
    page.goto("/portal/stock/report/")
    assert violations(page) == []

    page.locator("#id_file").set_input_files(file)
    page.get_by_role("button", name="Report this stock").click()

    expect(page.locator("main")).to_contain_text("No record has this code.")
    assert violations(page) == []
    file.write_text(head + f"shelf,A-001,12,{counted}\nshelf,A-002,3,{counted}\n")
    page.get_by_role("link", name="Send another file").click()
    page.locator("#id_file").set_input_files(file)
    page.get_by_role("button", name="Report this stock").click()
    page.get_by_role("link", name="Show own stock").click()

    expect(page.locator("#rows tr")).to_have_count(2)
    page.get_by_role("link", name=re.compile("shelf 3")).click()
    expect(page.locator("main")).to_contain_text("+3")
    assert violations(page) == []
