"""A dealer's tier page: have, need and by when; what it has now; what is at risk; nothing that is only suspected."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from channelhub.lib.periods import add_months, business_day, month_of
from partners.services.tiers import offer_benefit, set_tier
from performance.rules.tiers import Criterion
from performance.services import tier_review
from tests.factories.judgement import judge_night
from tests.factories.ledger import line_of, record
from tests.factories.tiers import make_ladder, sales_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def today():
    return business_day(timezone.now())


def sell(partner, amount, today):
    record(line_of(partner, booked_on=add_months(month_of(today), -1), amount=amount))


def test_have_need_and_by_when_of_the_own_and_the_next_tier(as_anna, acme, today):
    gold, silver, _member = make_ladder()
    offer_benefit(tier=gold, kind="marketing_share", value=Decimal("0.02"), first_day=today)
    offer_benefit(tier=silver, kind="support_level", text="标准", text_en="Standard", first_day=today)
    set_tier(partner=acme, tier=silver, first_day=today - timedelta(days=400))
    sell(acme, 640, today)
    judge_night(today)

    shown = " ".join(as_anna.get(reverse("portal_tier")).content.decode().split())

    assert "Your tier: Silver" in shown
    assert "On the way to Gold" in shown
    assert "CNY 640.00" in shown
    assert "at least CNY 1,000.00" in shown
    assert "CNY 360.00" in shown
    assert "2%" in shown
    assert "Standard" in shown
    assert f"{add_months(month_of(today), 1) - timedelta(days=1)}" in shown


def test_a_tier_at_risk_is_told_with_its_day_of_grace_and_on_the_home_page(as_anna, acme, today):
    _gold, silver, _member = make_ladder()
    set_tier(partner=acme, tier=silver, first_day=today - timedelta(days=400))
    sell(acme, 100, today)
    judge_night(today)
    tier_review.review(business_day=today)

    shown = as_anna.get(reverse("portal_tier")).content.decode()
    home = as_anna.get(reverse("portal_home")).content.decode()

    assert f"you may move to Member from {today + timedelta(days=30)} on" in shown
    assert "Your tier is at risk: see what is missing" in home


def test_a_promotion_is_not_told_before_it_is_decided(as_anna, acme, today):
    _gold, _silver, member = make_ladder()
    set_tier(partner=acme, tier=member, first_day=today - timedelta(days=400))
    sell(acme, 1500, today)
    judge_night(today)
    tier_review.review(business_day=today)

    shown = as_anna.get(reverse("portal_tier")).content.decode()

    assert "at risk" not in shown.lower()


def test_what_is_suspected_is_asked_but_not_told(as_anna, acme, today):
    conflicts = Criterion("conflicts", "year", "at_most", Decimal(2))
    _gold, silver, _member = make_ladder([sales_of(1000), conflicts], [sales_of(400)], [])
    set_tier(partner=acme, tier=silver, first_day=today - timedelta(days=400))
    sell(acme, 640, today)
    judge_night(today)

    shown = " ".join(as_anna.get(reverse("portal_tier")).content.decode().split())

    assert "looked at by us" in shown
    assert shown.count("no data") == 0


def test_without_tiers_the_page_says_what_will_stand_there(as_anna):
    shown = as_anna.get(reverse("portal_tier")).content.decode()

    assert "No tier asks anything yet" in shown
    assert "You stand in no tier yet" in shown


def test_another_companys_tier_is_not_shown(as_carla, acme, today):
    _gold, silver, _member = make_ladder()
    set_tier(partner=acme, tier=silver, first_day=today)

    context = as_carla.get(reverse("portal_tier")).context

    assert (context["answer"].tier, context["history"], context["grants"]) == (None, [], [])
