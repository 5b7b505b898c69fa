"""A channel manager's day: why a rebate fell, a programme that another person approves, the night that accrues it."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from channelhub.core.enums.night import HeartbeatKind
from channelhub.core.services import heartbeats
from channelhub.lib.periods import add_months, business_day, month_of
from partners.models import Territory
from partners.services.reference import load_reference
from performance.services import night
from pricing.models import RebateProgramme
from tests.factories.ledger import line_of, record
from tests.factories.partners import make_partner, make_product, make_staff
from tests.factories.rebates import make_programme, make_terms
from tests.journeys.reading import added_up, amount, amounts

pytestmark = pytest.mark.journey
PARTNERS = (
    ("SH-01", "申江电器", "Shenjiang Electric", "CN-SH", 9000, 3000),
    ("GD-02", "岭南电子", "Lingnan Electronics", "CN-GD", 7000, 8000),
    ("SC-03", "天府数码", "Tianfu Digital", "CN-SC", 4000, 4500),
)


def run_night(day):
    night.open_night(day=day, at=timezone.now())
    night.work_on_night(clock=timezone.now)


@pytest.fixture
def channel(transactional_db, settings):
    """Three partners, two months, a bracket at 5,000: the first one reached it last month and misses it in this."""
    settings.NIGHT_WORKERS = 1
    load_reference()
    today = business_day(timezone.now())
    month = month_of(today)
    product = make_product("NB-14", name="轻薄笔记本 14", name_en="Laptop 14")
    rows = [
        (make_partner(code, name=name, name_en=name_en, home=Territory.objects.get(code=home)), before, now)
        for code, name, name_en, home, before, now in PARTNERS
    ]
    terms = make_terms((0, "0.02"), (5000, "0.05"))
    earners = [partner for partner, _before, _now in rows]
    begins = add_months(month, -1)
    programme = make_programme("volume", earners=earners, terms=terms, period="month", starts_on=begins)
    RebateProgramme.objects.filter(pk=programme.pk).update(name="月度销量返利", name_en="Monthly volume rebate")
    for partner, before, now in rows:
        record(
            line_of(partner, booked_on=add_months(month, -1), amount=before, product=product),
            line_of(partner, booked_on=month, amount=now, product=product),
        )
    run_night(month - timedelta(days=1))
    run_night(today)
    for kind in HeartbeatKind.values:
        heartbeats.beat(kind=kind, at=timezone.now())
    return {"today": today, "month": month, "earners": earners}


@pytest.fixture
def manager(channel):
    return make_staff("manager@maker.example", role="channel_manager", name="Mei")


@pytest.fixture
def finance(channel):
    return make_staff("finance@maker.example", role="finance", name="Fang")


def accrued(page):
    """The tile of the month's rebates on the start page."""
    page.goto("/admin/")
    return page.locator(".ch-tile").filter(has_text="Rebates accrued")


def test_a_manager_finds_out_why_a_rebate_fell(sized, look, sign_in, manager, channel):
    page = sized
    sign_in(manager)
    tile = accrued(page)
    total = amount(tile.inner_text())
    look(picture="manager-start")
    tile.click()
    assert added_up(page, "rebateposting") == total
    look()

    page.locator("#result_list").get_by_role("link", name="申江电器").first.click()
    page.get_by_role("link", name="Everything about it").click()
    expect(page.locator(".ch-title")).to_contain_text("Shenjiang Electric")
    expect(page.locator("#tab-panel table").first).to_be_visible()
    look(picture="manager-partner")
    statements = page.locator("#tab-panel table").first
    statements.get_by_role("link", name=f"{channel['month']:%Y-%m}").or_(
        statements.locator("tbody tr").first.get_by_role("link")
    ).first.click()

    expect(page.locator(".ch-title")).to_contain_text("Why CNY 60.00")
    expect(page.locator("body")).to_contain_text("¥2,000.00 to the next one")
    shares = page.locator("#lines tbody td:last-child")
    assert sum(amounts(shares)) == amount(page.locator("#lines tfoot td").inner_text()) == 60
    look(picture="manager-why")


def choose(page, field, text):
    """Pick from a searched choice."""
    page.locator(f".ch-field:has([name={field}]) .select2-selection").click()
    page.locator(".select2-search__field").last.fill(text)
    page.get_by_role("option", name=re.compile(text)).click()


def draft(page, month):
    """A programme with one band for two partners, made on the pages."""
    page.goto("/admin/pricing/rebateprogramme/")
    act(page, "New programme")
    page.locator("[name=code]").fill("laptops")
    page.locator("[name=name]").fill("笔记本返利")
    page.locator("[name=name_en]").fill("Laptop rebate")
    page.locator("[name=period]").select_option("month")
    page.locator("[name=starts_on]").fill(month.isoformat())
    page.get_by_role("button", name="Make the draft").click()
    act(page, "New terms")
    page.locator("[name=valid_from]").fill(month.isoformat())
    page.locator("[name=bands]").fill("0 1%\n6,000 3%")
    page.get_by_label("Sell-in").check()
    page.get_by_role("button", name="Show what changes").click()
    expect(page.get_by_role("row", name=re.compile("bands"))).to_contain_text("6,000+ 3%")
    page.get_by_role("button", name="Publish the terms").click()
    act(page, "Add members")
    choose(page, "partners", "申江电器")
    choose(page, "partners", "岭南电子")
    page.get_by_role("button", name="Let them take part").click()
    expect(page.get_by_text("2 partners take part now.")).to_be_visible()


def act(page, name):
    """Press an action of the list or the record; on a phone they stand behind a button."""
    page.wait_for_load_state()
    more = page.get_by_role("button", name="Actions", exact=True)
    if more.is_visible():
        more.click()
    page.get_by_role("link", name=name, exact=True).locator("visible=true").first.click()


def test_a_programme_is_drafted_approved_by_another_and_accrued_by_the_night(
    sized, look, sign_in, manager, finance, channel
):
    page = sized
    sign_in(manager)
    before = amount(accrued(page).inner_text())
    draft(page, channel["month"])
    look()
    act(page, "Send for approval")
    look()
    page.locator("[name=estimated_cost]").fill("60000")
    page.get_by_role("button", name="Show what changes").click()
    look()
    page.get_by_role("button", name=re.compile("^Send .* for approval$")).click()
    expect(page.get_by_text("It is sent; those who approve it have a task.")).to_be_visible()
    look(picture="manager-programme")
    page.locator("a[href*='/workflowcase/']").locator("visible=true").last.click()
    expect(page.locator("body")).to_contain_text("Finance")
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)

    page.context.clear_cookies()
    sign_in(finance)
    page.goto("/admin/")
    look()
    page.locator(".ch-tasks a.ch-link").first.click()
    expect(page.locator(".ch-title")).to_contain_text("笔记本返利")
    look(picture="manager-case")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Nobody is waited for: the case has ended.")).to_be_visible()
    look()
    assert RebateProgramme.objects.get(code="laptops").status == "active"

    run_night(channel["today"])
    page.context.clear_cookies()
    sign_in(manager)
    tile = accrued(page)
    total = amount(tile.inner_text())
    assert total - before == 3000 * 1 / 100 + 8000 * 3 / 100
    tile.click()
    assert added_up(page, "rebateposting") == total
    page.goto("/admin/core/jobrun/")
    page.locator("#result_list tbody a").first.click()
    expect(page.get_by_text("100%", exact=True).first).to_be_visible()
    look(picture="manager-night")
