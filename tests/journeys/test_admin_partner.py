"""A channel manager's day: find a partner, move it, look at the portal with its eyes."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from partners.models import Placement
from tests.factories.partners import make_partner

pytestmark = pytest.mark.journey


@pytest.mark.short_journey
def test_a_manager_finds_a_partner_and_moves_it_after_seeing_what_changes(page, sign_in, staff, acme):
    parent = make_partner("east", name="华东电器", name_en="Eastern Electric")
    sign_in(staff)
    page.goto(reverse("admin:partners_partner_changelist"))

    page.get_by_placeholder("Code, name or pinyin").fill("acme")
    page.keyboard.press("Enter")
    page.locator("#result_list").get_by_role("link", name="acme").click()
    page.get_by_role("link", name="Move", exact=True).click()
    page.locator(".select2-selection").first.click()
    page.locator(".select2-search__field").fill("华东")
    page.get_by_role("option", name=re.compile("华东电器")).click()
    page.locator("[name=first_day]").fill("2031-04-01")
    page.get_by_role("button", name="Show what changes").click()

    expect(page.get_by_role("row", name=re.compile("stands under"))).to_contain_text("华东电器")
    page.get_by_role("button", name="Move Acme from 2031-04-01").click()
    expect(page.get_by_text("stands under east 华东电器 from 2031-04-01 on")).to_be_visible()
    assert Placement.objects.get(partner=acme).parent == parent
    page.get_by_role("link", name="History").click()
    expect(page.get_by_role("row", name=re.compile("placement created"))).to_contain_text("Stella")


def test_a_manager_looks_at_the_portal_as_a_dealer_and_stops(page, sign_in, staff, acme):
    sign_in(staff)
    page.goto(reverse("admin:partners_partner_change", args=[acme.pk]))

    page.get_by_role("button", name="View as dealer").click()

    expect(page.locator("body")).to_contain_text("Acme")
    page.get_by_role("button", name="Stop looking").click()
    expect(page).to_have_url(re.compile(reverse("admin:partners_partner_change", args=[acme.pk])))


def test_a_manager_keeps_a_filtered_list_under_a_name(page, sign_in, staff, acme):
    make_partner("east", name="华东电器")
    sign_in(staff)
    page.goto(f"{reverse('admin:partners_partner_changelist')}?suspended=no")

    expect(page.get_by_text("suspended: active")).to_be_visible()
    page.get_by_placeholder("Name of the view").fill("Those who act")
    page.get_by_role("button", name="Keep this view").click()

    expect(page.get_by_role("link", name="Those who act")).to_be_visible()
