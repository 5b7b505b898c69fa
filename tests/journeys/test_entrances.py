import pytest
from django.urls import reverse
from playwright.sync_api import expect

pytestmark = [pytest.mark.journey, pytest.mark.short_journey]


def test_a_dealer_signs_in_and_stands_in_its_portal(page, sign_in, anna):
    sign_in(anna)

    expect(page.get_by_role("heading", name="Home", level=1)).to_be_visible()
    expect(page.locator("body")).to_contain_text("Acme")


def test_a_manager_signs_in_and_stands_in_the_admin(page, sign_in, staff):
    sign_in(staff)
    page.goto(reverse("admin:index"))

    expect(page.get_by_role("link", name="Partners", exact=True).first).to_be_visible()


def test_an_integrator_reads_the_interactive_api_description(page):
    page.goto(reverse("api_docs"))

    expect(page.get_by_role("heading", name="ChannelHub API").first).to_be_visible()
