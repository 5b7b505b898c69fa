"""Tiers over the API: rules, standings, proposals and deciding them."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from channelhub.lib.periods import add_months, business_day, month_of
from partners.models import TierAssignment
from partners.services.tiers import offer_benefit, set_tier
from performance.models import TierProposal, TierRules
from performance.services import tier_review
from tests.factories.api import erp, new_key
from tests.factories.judgement import judge_night
from tests.factories.ledger import line_of, record
from tests.factories.partners import make_partner
from tests.factories.tiers import make_ladder

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/performance"


@pytest.fixture
def today():
    return business_day(timezone.now())


def proposed(partner, today, amount):
    ladder = {row.tier.code: row.tier for row in TierRules.objects.select_related("tier")}
    set_tier(partner=partner, tier=ladder["silver"], first_day=today - timedelta(days=400))
    record(line_of(partner, booked_on=add_months(month_of(today), -1), amount=amount))


def night(today):
    judge_night(today)
    tier_review.review(business_day=today)


def decide(caller, proposal, **body):
    address = f"{ROOT}/tier-proposals/{proposal.pk}/decide/"
    return caller.post(address, body, content_type="application/json", headers=new_key())


def test_rules_say_what_each_tier_asks_and_brings(today):
    gold, *_ = make_ladder()
    offer_benefit(tier=gold, kind="training_seats", value=Decimal(12), first_day=today)

    rows = erp().get(f"{ROOT}/tier-rules/", {"tier": "gold"}).json()["results"]

    assert [(row["tier"], row["rank"], row["grace_days"]) for row in rows] == [("gold", 1, 30)]
    assert rows[0]["benefits"] == [{"kind": "training_seats", "value": "12", "text": ""}]
    assert rows[0]["criteria"] == [
        {
            "metric": "sales",
            "window": "trailing",
            "months": 3,
            "comparison": "at_least",
            "threshold": "1000",
            "currency": "CNY",
            "mandatory": True,
        }
    ]


def test_a_partners_client_reads_its_own_standing_and_no_proposals(acme, other_partner, today):
    make_ladder()
    proposed(acme, today, 640)
    proposed(other_partner, today, 5000)
    night(today)
    caller = erp(partner=acme)

    [row] = caller.get(f"{ROOT}/tier-standings/").json()["results"]

    assert (row["partner"], row["tier"], row["kept"]["reach"], row["next"]["tier"]) == (
        "acme",
        "silver",
        "reached",
        "gold",
    )
    [asked] = row["next"]["criteria"]
    assert (asked["have"], asked["threshold"], asked["missing"], asked["outcome"]) == ("640", "1000", "360", "missed")
    assert caller.get(f"{ROOT}/tier-proposals/").status_code == 403


def test_a_proposal_is_accepted_once_and_the_second_is_told(acme, today):
    make_ladder()
    proposed(acme, today, 5000)
    night(today)
    proposal, caller = TierProposal.objects.get(), erp()

    listed = caller.get(f"{ROOT}/tier-proposals/", {"partner": "acme", "state": "open"}).json()["results"]
    first = decide(caller, proposal, verdict="accept", reason="Well done")
    second = decide(caller, proposal, verdict="decline", reason="No")

    assert [(row["kind"], row["from_tier"], row["to_tier"]) for row in listed] == [("promotion", "silver", "gold")]
    assert (first.status_code, first.json()["state"], first.json()["first_day"]) == (200, "accepted", str(today))
    assert (second.status_code, second.json()["code"]) == (409, "proposal_decided")
    assert TierAssignment.objects.get(partner=acme, valid_during__contains=today).tier.code == "gold"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"verdict": "decline"}, 422, "decision_needs_reason"),
        ({"verdict": "accept", "first_day": "2020-01-01"}, 409, "grace_runs"),
        ({"verdict": "maybe"}, 400, "invalid"),
        ({"verdict": "accept", "first_day": "soon"}, 400, "invalid"),
    ],
)
def test_a_decision_that_means_nothing_is_refused_and_leaves_the_proposal_open(acme, today, body, status, code):
    make_ladder()
    proposed(acme, today, 100)
    night(today)

    response = decide(erp(), TierProposal.objects.get(), **body)

    assert (response.status_code, TierProposal.objects.get().state) == (status, "open")
    assert code in response.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_reading_costs_the_same_however_many_rows(today, count, django_assert_max_num_queries):
    make_ladder()
    for _ in range(count):
        proposed(make_partner(), today, 5000)
    night(today)
    caller = erp()

    for name in ("tier-rules", "tier-proposals", "tier-standings"):
        with django_assert_max_num_queries(18):
            response = caller.get(f"{ROOT}/{name}/")
        assert (response.status_code, bool(response.json()["results"])) == (200, True), name
