"""New prices from the draft to the dealer's consent: a manager plans, another approves, a dealer agrees, they hold."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from channelhub.core.models import WorkflowCase
from channelhub.core.services.workflow import cases
from channelhub.lib.periods import business_day
from partners.services.reference import load_reference
from pricing.models import PriceRevision, RevisionNotice
from pricing.services import price_revisions
from tests.factories.partners import make_product, make_product_line, make_staff
from tests.factories.prices import assign, authorise, make_formula, make_list, price
from tests.factories.revisions import contract
from tests.factories.workflow import at_step
from tests.journeys.axe import serious, violations

pytestmark = pytest.mark.journey
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}


@pytest.fixture
def world(acme):
    """Two laptops and a mouse; Acme pays nine tenths, its contract asks for thirty days of notice and for consent."""
    load_reference()
    line = make_product_line("L1", name="Laptops")
    products = make_product("A-100", name="Laptop 14", line=line), make_product("A-200", name="Laptop 16", line=line)
    listed = make_list("LP", (products[0], 1000), (products[1], 2000), (make_product("M-1", name="Mouse"), 10))
    authorise(acme)
    assign(make_formula(listed, "0.9", "DP"), "partner", acme)
    contract(acme, notice_days=30, consent=True)
    return {"listed": listed, "line": line, "products": products}


@pytest.fixture
def day():
    return business_day(timezone.now()) + timedelta(days=35)


def person(role):
    return make_staff(f"{role}@maker.example", role=role)


def action(page, revision, name):
    page.goto(reverse(f"admin:pricing_pricerevision_{name}", args=[revision.pk]))


def submitted(page):
    page.locator("form.ch-form button.ch-primary").click()
    page.wait_for_load_state()


def test_new_prices_from_the_draft_to_the_day(page, sign_in, staff, anna, acme, world, day):
    page.set_viewport_size(DESK)
    sign_in(staff)
    made = _drafted(page, staff, world, day)
    _compared(page, made)
    action(page, made, "submit")
    submitted(page)
    _approved_by_another(made)
    action(page, made, "announce")
    submitted(page)
    submitted(page)
    assert RevisionNotice.objects.get().consent == "pending"
    page.context.clear_cookies()

    page.set_viewport_size(PHONE)
    sign_in(anna)
    page.goto(reverse("portal_new_prices"))
    assert violations(page) == []
    page.get_by_role("link", name="Spring prices").click()
    expect(page.locator("#list")).to_contain_text("¥927.00")
    assert violations(page) == []
    page.set_viewport_size(DESK)
    assert violations(page) == []
    page.get_by_role("button", name="Agree to the new prices").click()
    expect(page.locator("main")).to_contain_text("Given")
    page.context.clear_cookies()

    sign_in(staff)
    action(page, made, "publish")
    submitted(page)
    made.refresh_from_db()

    assert made.status == "published"
    now = timezone.now()
    before = price(acme, world["products"][0], on=day - timedelta(days=1), known_at=now)
    after = price(acme, world["products"][0], on=day, known_at=now)
    assert (before.unit_price, after.unit_price) == (Decimal(900), Decimal(927))


def _drafted(page, staff, world, day):
    made = _draft_of(staff, world["listed"], day)
    action(page, made, "change_prices")
    page.locator("[name=value]").fill("3")
    submitted(page)
    expect(page.locator("body")).to_contain_text("Change 3 prices")
    submitted(page)
    assert [row.new_price for row in made.rows.order_by("pk")] == [1030, 2060, Decimal("10.30")]
    return made


def _draft_of(staff, listed, day):
    return price_revisions.draft_from_list(
        price_list=listed, title="Spring prices", effective_on=day, author=staff, at=timezone.now()
    )


def _compared(page, made):
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        page.goto(reverse("admin:pricing_pricerevision_change", args=[made.pk]))
        expect(page.locator("#impact")).to_be_visible()
        assert serious(page) == []
        page.get_by_role("link", name="Compare the prices").click()
        expect(page.locator("body")).to_contain_text("+3%")
        assert serious(page) == []
    page.set_viewport_size(DESK)


def _approved_by_another(made):
    case = WorkflowCase.objects.get()
    cases.decide(
        case_step=at_step(case, "approve"), by=person("finance"), verdict="approved", comment="", at=timezone.now()
    )
    assert PriceRevision.objects.get(pk=made.pk).status == "approved"
