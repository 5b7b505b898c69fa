"""Every page of prices, stock, judgement and processes, found by walking the addresses: axe finds nothing serious."""

import os
from pathlib import Path

import pytest

from tests.core import scoped_rows
from tests.factories.partners import PASSWORD, make_dealer
from tests.journeys.axe import serious
from tests.journeys.reading import SIZES
from tests.performance.test_admin_routes import addresses, world  # noqa: F401 - a fixture
from tests.performance.test_roles_and_routes import address_of, plain_patterns

pytestmark = pytest.mark.journey
TOPICS = (
    "inventory_",
    "performance_",
    "pricing_map",
    "pricing_price",
    "pricing_promotion",
    "core_workflow",
    "core_delegation",
    "core_role",
    "partner_360",
)
# A file, a refusal, or what only takes a post: nothing to look at.
NOT_PAGES = ("_export", "_delete", "_add", "_decide", "_history", "_360_tab")
# In the portal: another person's file, files, and what only takes a post.
NO_PAGES_OF_THE_PORTAL = {
    "portal_academy_done",
    "portal_academy_start",
    "portal_access_accept",
    "portal_certificate_paper",
    "portal_exam",
    "portal_exam_save",
    "portal_exam_submit",
    "portal_material",
    "portal_access_decline",
    "portal_contract_decline",
    "portal_contract_sign",
    "portal_export",
    "portal_export_cancel",
    "portal_export_file",
    "portal_export_new",
    "portal_new_price_answer",
    "portal_notification",
    "portal_notifications_read",
    "portal_onboarding_step",
    "portal_person_end",
    "portal_person_invite",
    "portal_person_role",
    "portal_statement_comment",
    "portal_stock_template",
}
# Wide, light and English; a phone, dark and simplified Chinese.
FORMS = {"desk": ("light", "en"), "phone": ("dark", "zh-hans")}


@pytest.fixture(params=FORMS)
def formed(request, page):
    theme, language = FORMS[request.param]
    page.set_viewport_size(SIZES[request.param])
    page.emulate_media(color_scheme=theme)
    return page, language


def wrong_on(page):
    """What axe finds, and by how much the page is wider than the screen."""
    page.wait_for_load_state()
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return serious(page) + ([("too wide", wider)] if wider else [])


def enter(page, user, language, next_page):
    """Sign in with the language that is kept for the person."""
    type(user).objects.filter(pk=user.pk).update(language=language)
    page.goto(f"/account/login/?next={next_page}")
    page.locator("input[name=login]").fill(user.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form:has(input[name=password]) button[type=submit]").first.click()
    page.wait_for_url(f"**{next_page}")


def shot(page, name):
    if os.environ.get("SHOTS"):
        page.screenshot(path=Path(os.environ["SHOTS"]) / f"{page.viewport_size['width']}-{name}.png")


def test_axe_finds_nothing_serious_on_any_page_of_the_admin(formed, transactional_db, world):  # noqa: F811
    page, language = formed
    enter(page, world["boss"], language, "/admin/")
    found = {}
    for name, address in addresses(world, "east"):
        if name.startswith(TOPICS) and not name.endswith(NOT_PAGES):
            page.goto(address)
            found[name] = wrong_on(page)
            shot(page, name)

    assert {name: wrong for name, wrong in found.items() if wrong} == {}
    assert len(found) > 50


def test_axe_finds_nothing_serious_on_any_page_of_the_portal(formed, transactional_db):
    page, language = formed
    place = scoped_rows.World()
    anna = make_dealer("anna@acme.example", partner=place.own, name="Anna")
    enter(page, anna, language, "/portal/")
    found = {}
    for pattern in plain_patterns():
        if pattern.name.startswith("portal_") and pattern.name not in NO_PAGES_OF_THE_PORTAL:
            address = address_of(pattern, place.own_rows)
            assert address is not None, pattern.name
            page.goto(address)
            found[pattern.name] = wrong_on(page)
            shot(page, pattern.name)

    assert {name: wrong for name, wrong in found.items() if wrong} == {}
