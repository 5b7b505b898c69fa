"""A manager accepts a proposal, and the dealer sees it: on a desk and on a phone, with axe."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from channelhub.lib.periods import add_months, business_day, month_of
from partners.services.tiers import offer_benefit, set_tier
from performance.services import tier_review
from tests.factories.judgement import judge_night
from tests.factories.ledger import line_of, record
from tests.factories.tiers import make_ladder

pytestmark = pytest.mark.journey


@pytest.fixture
def ladder(acme):
    """Acme stands in silver and has bought enough for gold."""
    today = business_day(timezone.now())
    gold, silver, member = make_ladder()
    offer_benefit(tier=gold, kind="marketing_share", value=Decimal("0.02"), first_day=today)
    set_tier(partner=acme, tier=silver, first_day=today - timedelta(days=400))
    record(line_of(acme, booked_on=add_months(month_of(today), -1), amount=1500))
    judge_night(today)
    tier_review.review(business_day=today)
    return gold, silver, member


def test_a_manager_accepts_a_proposal_and_the_dealer_sees_it(sized, sign_in, look, staff, anna, ladder):
    page = sized
    sign_in(staff)
    page.goto(reverse("admin:performance_tierproposal_changelist"))
    look()
    page.get_by_role("link", name="Acme").first.click()
    expect(page.get_by_text("CNY 1,500.00").first).to_be_visible()
    look()
    page.get_by_role("link", name="Accept the proposal").click()
    page.get_by_role("button", name="Show what changes").click()
    page.get_by_role("button", name="Accept: Silver → Gold").click()
    expect(page.get_by_text("The tier changes, and the partner is told.")).to_be_visible()

    page.context.clear_cookies()
    sign_in(anna)
    page.goto(reverse("portal_tier"))
    expect(page.get_by_role("heading", name="Your tier: Gold")).to_be_visible()
    expect(page.get_by_text("2%").first).to_be_visible()
    look()


def test_the_designer_warns_while_one_types(sized, sign_in, look, staff, ladder):
    page, gold = sized, ladder[0]
    sign_in(staff)
    page.goto(reverse("admin:performance_tierrules_designer"))
    look()

    page.locator(f"[name=t_0_{gold.pk}]").fill("9000")
    page.locator(f"[name=t_0_{gold.pk}]").press("Tab")

    expect(page.get_by_text("Too steep: from Silver to Gold")).to_be_visible(timeout=10_000)
