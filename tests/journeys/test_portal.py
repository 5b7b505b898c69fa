"""The dealer's ways through the portal: money, why, lines, files, company, language, second factor."""

import re
from datetime import date, timedelta
from time import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.utils import timezone
from playwright.sync_api import expect

from channelhub.core.services import exports
from channelhub.lib.periods import business_day
from pricing.services import accrual, rollup
from tests.factories.ledger import line_of, record
from tests.factories.partners import PASSWORD, make_dealer, make_membership, make_product, make_user
from tests.factories.rebates import make_programme, make_terms
from tests.journeys.axe import violations

pytestmark = pytest.mark.journey
PHONE = {"width": 390, "height": 844}
LINES = 40


@pytest.fixture
def today():
    return business_day(timezone.now())


@pytest.fixture
def earning(acme, anna, today):
    """Forty sell-in lines of this and the last days, and one night: a statement with something to explain."""
    year = date(today.year, 1, 1)
    terms = make_terms((0, "0.01"), (3000, "0.025"), (9000, "0.04"))
    programme = make_programme("laptops", earners=[acme], terms=terms, period="year", starts_on=year)
    product = make_product("A-100", name="Laptop")
    days = [max(year, today - timedelta(days=number)) for number in range(LINES)]
    record(*[line_of(acme, booked_on=day, amount=100, product=product) for day in days])
    rollup.roll_up(business_day=today)
    accrual.accrue(business_day=today)
    return programme


def open_statement(page):
    page.get_by_role("link", name="laptops").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("laptops")


@pytest.mark.short_journey
def test_a_dealer_learns_how_much_why_and_from_which_lines(page, sign_in, anna, earning):
    sign_in(anna)
    expect(page.locator("main")).to_contain_text("¥100.00")

    open_statement(page)
    expect(page.locator("main")).to_contain_text("¥5,000.00 more by")
    page.get_by_role("link", name="Why this amount?").click()
    panel = page.locator("#panel")
    expect(panel).to_contain_text("Band 2 reached")
    expect(panel).to_contain_text("¥4,000.00 × 2.5%")

    panel.get_by_role("link", name="The lines behind it").click()
    expect(page.get_by_role("heading", name="Lines behind the statement")).to_be_visible()
    expect(page.locator("main")).to_contain_text("40 lines")
    page.get_by_role("link", name="Show more").click()
    expect(page.locator("tbody tr")).to_have_count(LINES)


def test_the_panel_opens_and_closes_by_keyboard_and_gives_the_focus_back(page, sign_in, anna, earning):
    sign_in(anna)
    open_statement(page)
    why = page.get_by_role("link", name="Why this amount?")

    why.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#panel-body")).to_contain_text("Earned")
    expect(page.locator("#panel")).to_have_class("offcanvas offcanvas-end show")
    page.keyboard.press("Escape")

    expect(page.locator("#panel")).to_be_hidden()
    expect(why).to_be_focused()


def test_the_first_tab_skips_to_the_content(page, sign_in, anna):
    sign_in(anna)

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("#main")).to_be_focused()


def test_a_question_about_a_statement_stays_on_it(page, sign_in, anna, earning):
    sign_in(anna)
    open_statement(page)

    page.get_by_label("Your question or objection").fill("Where are the October returns?")
    page.get_by_role("button", name="Send").click()

    expect(page.locator("#talk article")).to_contain_text("Where are the October returns?")


def test_a_list_is_narrowed_in_place_and_its_address_is_the_view(page, sign_in, anna, earning):
    sign_in(anna)
    page.goto("/portal/sales/")

    page.get_by_label("Document or product code").fill("nothing like it")
    page.get_by_label("Document or product code").press("Enter")
    expect(page.locator("#list")).to_contain_text("No line fits")
    expect(page).to_have_url(re.compile("nothing"))
    page.reload()

    expect(page.locator("#list")).to_contain_text("No line fits")


def test_a_file_is_made_while_one_waits_and_then_saved(page, sign_in, anna, earning, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    sign_in(anna)
    page.goto("/portal/sales/")
    page.get_by_role("button", name="Download").click()
    page.get_by_role("button", name="Text (CSV)").click()
    expect(page.locator("#export")).to_contain_text("It starts in a moment")

    exports.work_on_next_export(at=timezone.now())
    save = page.get_by_role("link", name="Save the file")
    expect(save).to_be_visible(timeout=10_000)
    with page.expect_download() as download:
        save.click()

    assert len(download.value.path().read_text("utf-8-sig").splitlines()) == LINES + 1


def test_a_person_of_two_companies_chooses_and_changes_over(page, sign_in, acme, other_partner):
    mei = make_user("mei@example.com", name="Mei")
    make_membership(mei, acme)
    make_membership(mei, other_partner)
    sign_in(mei)

    page.get_by_text("Other", exact=True).click()
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("header")).to_contain_text("Other")
    page.locator("header").get_by_role("link", name="Other").click()
    page.get_by_text("Acme", exact=True).click()
    page.get_by_role("button", name="Continue").click()

    expect(page.locator("header")).to_contain_text("Acme")


def test_language_and_darkness_are_kept(page, sign_in, anna):
    sign_in(anna)
    page.goto("/portal/account/")
    main = page.locator("main")

    main.get_by_role("button", name="Dark").click()
    main.get_by_role("button", name="繁體").click()
    page.goto("/portal/")

    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    expect(page.locator("html")).to_have_attribute("lang", "zh-hant")


def test_on_a_phone_the_bar_at_the_bottom_leads_everywhere(page, sign_in, anna, earning):
    page.set_viewport_size(PHONE)
    sign_in(anna)
    bar = page.get_by_role("navigation", name="Main pages")

    for name, heading in (
        ("Prices", "Prices"),
        ("Stock", "Stock"),
        ("Money", "Rebates"),
        ("More", "More"),
        ("Home", "Home"),
    ):
        bar.get_by_role("link", name=name).click()
        expect(page.get_by_role("heading", name=heading, level=1)).to_be_visible()
        width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert width == 0


def test_a_second_factor_is_set_up_and_asked_for(page, sign_in, anna):
    sign_in(anna)
    page.goto("/account/2fa/")
    page.get_by_role("link", name="Activate").click()
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    secret = page.locator("#authenticator_secret").input_value()

    page.locator("input[name=code]").fill(code_of(secret))
    page.get_by_role("button", name="Activate").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Recovery Codes")
    page.goto("/account/logout/")
    page.get_by_role("button", name="Sign out").click()
    sign_in(anna)

    expect(page.get_by_role("heading", level=1)).to_contain_text("Two-Factor Authentication")


def code_of(secret):
    """What an authenticator app would show."""
    return format_hotp_value(hotp_value(secret, int(time()) // 30))


def test_without_scripts_every_page_still_works(browser, base_url, anna, earning):
    context = browser.new_context(java_script_enabled=False, base_url=base_url, locale="en-GB")
    page = context.new_page()
    page.goto("/account/login/")
    page.locator("input[name=login]").fill(anna.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form button[type=submit]").filter(has_text="Sign in").click()

    open_statement(page)
    page.get_by_role("link", name="Why this amount?").click()
    expect(page.get_by_role("heading", name="Why this amount", level=1)).to_be_visible()
    page.get_by_role("link", name="The lines behind it").click()
    page.get_by_role("link", name="Show more").click()
    expect(page.locator("tbody tr")).to_have_count(LINES - 25)
    context.close()


def test_a_lost_connection_is_said_and_the_page_stays(browser, base_url, anna, earning, sign_in, page):
    sign_in(anna)
    other = page.context.new_page()  # its console may say that the network is away
    other.goto(f"{base_url}/portal/sales/")
    page.context.set_offline(True)

    other.get_by_role("link", name="Show more").click()

    expect(other.locator("#toasts")).to_contain_text("No connection")
    expect(other.locator("#list")).to_contain_text("A-100")
    page.context.set_offline(False)
    other.close()


@pytest.mark.parametrize("size", [{"width": 1440, "height": 900}, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_wrong(size, theme, page, sign_in, anna, acme, earning):
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=theme)
    page.goto("/account/login/")
    found = {"/account/login/": violations(page)}
    sign_in(anna)
    statement = f"/portal/statements/{acme.rebate_accounts.get().pk}/"
    line = f"/portal/sales/{earning_line(acme)}/"
    for path in (*PAGES, statement, f"{statement}lines/", f"{statement}why/", line):
        page.goto(path)
        found[path] = violations(page)
    page.goto(statement)
    page.get_by_role("link", name="Why this amount?").click()
    expect(page.locator("#panel-body")).to_contain_text("Earned")
    page.wait_for_timeout(500)  # the panel slides in
    found["panel"] = violations(page)

    assert {path: wrong for path, wrong in found.items() if wrong} == {}


PAGES = (
    "/portal/",
    "/portal/statements/",
    "/portal/sales/",
    "/portal/exports/",
    "/portal/notifications/",
    "/portal/account/",
    "/portal/more/",
    "/account/password/change/",
    "/account/2fa/",
)


def earning_line(partner):
    from pricing.models import SalesLine

    return SalesLine.objects.filter(partner=partner).values_list("pk", flat=True)[0]


def test_a_role_without_the_right_reads_whom_to_ask(page, acme, anna, sign_in):
    sign_in(make_dealer("buys@acme.example", partner=acme, role="buyer", name="Ben"))
    other = page.context.new_page()  # a refusal is an error in the console
    other.goto(f"{page.url.rstrip('/').removesuffix('/portal')}/portal/statements/")

    expect(other.get_by_role("heading", level=1)).to_contain_text("Not for your role")
    other.get_by_role("link", name="See your colleagues").click()
    expect(other.locator("#colleagues")).to_contain_text("Anna")
    other.close()
