"""Click a figure, add up the list behind it, get the figure: on a desk and on a phone; axe finds nothing serious."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from channelhub.lib.periods import add_months, business_day, month_of
from pricing.services import accrual, rollup
from tests.factories.partners import make_partner, make_product, make_territory
from tests.factories.rebates import make_programme
from tests.factories.sales import make_lines
from tests.journeys.axe import serious
from tests.journeys.reading import added_up, amount

pytestmark = pytest.mark.journey


@pytest.fixture
def channel(acme):
    """Two provinces with a year of sales, as the last night has counted them."""
    today = business_day(timezone.now())
    china = make_territory("CN", name="China")
    product = make_product("A-100", name="Laptop")
    partners = [
        make_partner(code, name=f"{code} Trade", home=make_territory(f"CN-{code}", parent=china, name=code))
        for code in ("SH", "GD")
    ]
    months = [add_months(month_of(today), -back) for back in range(1, 6)]
    make_programme("ten", earners=partners, starts_on=date(today.year - 1, 1, 1))
    make_lines(
        *(
            {"partner": partner, "net_amount": str(100 + number), "booked_on": month + timedelta(days=2)}
            for number, month in enumerate(months)
            for partner in partners
        ),
        product=product,
        at=timezone.now(),
    )
    rollup.roll_up(business_day=today)
    accrual.accrue(business_day=today)
    return partners


def test_a_figure_of_a_chart_is_what_the_list_behind_it_adds_up_to_and_so_are_its_lines(sized, sign_in, staff, channel):
    sign_in(staff)
    sized.goto("/admin/")
    chart = sized.locator("section", has=sized.locator("[data-chart=by_month]"))
    expect(chart.locator("svg")).to_be_visible()
    assert serious(sized) == []

    chart.get_by_text("Show table").click()
    figure = chart.locator("tbody td a").filter(has_text="CNY 2").first
    total = amount(figure.inner_text())
    figure.click()

    assert added_up(sized) == total
    row = sized.locator("#result_list .field-amount_figure a").first
    part = amount(row.inner_text())
    row.click()
    assert added_up(sized, "salesline") == part


def test_a_tile_of_a_province_opens_its_partners_and_their_sums(sized, sign_in, staff, channel):
    sign_in(staff)
    sized.goto("/admin/provinces/")
    assert serious(sized) == []

    sized.get_by_role("link", name=re.compile("^SH: CNY")).click()
    expect(sized.get_by_role("heading", name="Partners at home here")).to_be_visible()
    figure = sized.locator("section", has=sized.locator("#partners")).locator("td a").first
    total = amount(figure.inner_text())
    figure.click()

    assert added_up(sized) == total


def test_everything_about_a_partner_opens_tab_by_tab(sized, sign_in, staff, channel):
    sign_in(staff)
    sized.goto(f"/admin/partner/{channel[0].pk}/?tab=sales")

    expect(sized.locator("#tab-panel table")).to_be_visible()
    assert serious(sized) == []
    tile = sized.locator(".ch-tile").first
    total = amount(tile.inner_text())
    tile.click()

    assert added_up(sized) == total


def test_ctrl_k_finds_a_partner_by_its_first_letters_and_opens_it(page, sign_in, staff, channel):
    sign_in(staff)
    page.goto("/admin/")

    page.keyboard.press("Control+k")
    page.locator("#search-input-command").press_sequentially("sh tr")
    expect(page.locator("#command-results-list li").first).to_contain_text("SH Trade")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(f"/admin/partners/partner/{channel[0].pk}/"))


def test_a_dealer_finds_a_page_by_keyboard_alone(sized, sign_in, anna):
    sign_in(anna)

    sized.keyboard.press("Control+k")
    sized.keyboard.type("sal")
    expect(sized.locator("#search-dialog [data-found]").first).to_contain_text("Sales")
    assert serious(sized) == []
    sized.keyboard.press("ArrowDown")
    sized.keyboard.press("Enter")

    expect(sized).to_have_url(re.compile("/portal/sales/"))


def test_an_owner_lets_a_colleague_in_and_shuts_her_out(sized, sign_in, anna, ben):
    sign_in(anna)
    sized.goto("/portal/people/")
    assert serious(sized) == []

    sized.get_by_label("Name", exact=True).fill("Nora")
    sized.get_by_label("E-mail").fill("nora@acme.example")
    sized.locator("form[action$='/invite/'] select").select_option("viewer")
    sized.get_by_role("button", name="Send the invitation").click()
    expect(sized.get_by_text("A letter is on its way to nora@acme.example.")).to_be_visible()
    sized.get_by_role("button", name="End access Nora").click()

    expect(sized.get_by_text("Nora has no access any more.")).to_be_visible()
