"""Two at once on one tier proposal: exactly one wins, the other is told clearly."""

from datetime import UTC, date, datetime

import pytest

from channelhub.core.models import OutboxEvent
from partners.models import TierAssignment
from partners.services.tiers import set_tier
from performance.models import TierProposal
from performance.services import tier_review, tiers
from tests.factories.judgement import judge_night
from tests.factories.ledger import line_of, record
from tests.factories.partners import make_staff
from tests.factories.threads import at_once
from tests.factories.tiers import make_ladder

pytestmark = pytest.mark.django_db(transaction=True)
LAST = date(2026, 3, 31)
NIGHT = datetime(2026, 3, 31, 4, tzinfo=UTC)


@pytest.fixture
def proposal(acme):
    _gold, _silver, member = make_ladder()
    set_tier(partner=acme, tier=member, first_day=date(2025, 1, 1))
    record(line_of(acme, booked_on=date(2026, 3, 10), amount=1500))
    judge_night()
    tier_review.review(business_day=LAST)
    return TierProposal.objects.get()


def test_of_two_deciders_at_once_one_wins_and_the_other_is_told_what_was_decided(acme, proposal):
    one, two = make_staff("one@maker.example", name="One"), make_staff("two@maker.example", name="Two")

    results = at_once(
        lambda: tiers.accept(proposal=proposal, by=one, at=NIGHT),
        lambda: tiers.decline(proposal=proposal, reason="Not yet.", by=two, at=NIGHT),
    )

    proposal.refresh_from_db()
    [refused] = [result for result in results if not isinstance(result, TierProposal)]
    accepted = proposal.state == "accepted"
    assert refused.code == "proposal_decided"
    assert str(refused) == (
        f"{'One' if accepted else 'Two'} has decided this proposal already: {'Accepted' if accepted else 'Declined'}."
    )
    assert TierAssignment.objects.filter(partner=acme, tier=proposal.to_tier).count() == accepted
    assert OutboxEvent.objects.filter(name="performance.tier_proposal.decided").count() == 1


def test_a_review_at_the_same_time_as_a_decision_leaves_one_outcome(acme, proposal, staff):
    results = at_once(
        lambda: tiers.accept(proposal=proposal, by=staff, at=NIGHT),
        lambda: tier_review.review(business_day=LAST),
    )

    assert [result for result in results if isinstance(result, Exception)] == []
    assert TierProposal.objects.get().state == "accepted"


def test_two_reviews_at_once_propose_once(acme):
    _gold, _silver, member = make_ladder()
    set_tier(partner=acme, tier=member, first_day=date(2025, 1, 1))
    record(line_of(acme, booked_on=date(2026, 3, 10), amount=1500))
    judge_night()

    results = at_once(*[lambda: tier_review.review(business_day=LAST)] * 2)

    assert sorted(result["opened"] for result in results) == [0, 1]
    assert TierProposal.objects.count() == 1
