"""What the database keeps of rules and proposals of tiers."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from performance.models import TierCriterion, TierProposal, TierRules
from tests.factories.tiers import make_ladder, make_tier

pytestmark = pytest.mark.django_db
LAST = date(2026, 3, 31)
NIGHT = datetime(2026, 3, 31, 4, tzinfo=UTC)


def a_proposal(partner, **fields):
    rules = TierRules.objects.get_or_create(tier=make_tier("x", 7), valid_from=LAST)[0]
    return TierProposal.objects.create(
        **{
            "partner": partner,
            "kind": "promotion",
            "to_tier": rules.tier,
            "rules": rules,
            "reasons": [],
            "opened_on": LAST,
            "reviewed_on": LAST,
            **fields,
        }
    )


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("performance_tier_proposal_kind_known", {"kind": "luck", "grace_until": LAST}),
        ("performance_tier_proposal_state_known", {"state": "lost"}),
        ("performance_only_an_exit_leads_to_no_tier", {"to_tier": None}),
        ("performance_a_tier_is_not_taken_without_grace", {"kind": "demotion"}),
        ("performance_tier_decision_has_person_and_time", {"state": "accepted"}),
    ],
)
def test_the_database_keeps_proposals_sound(acme, name, fields):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        a_proposal(acme, **fields)


def test_performance_declined_tier_proposal_has_reason(acme, staff):
    with pytest.raises(IntegrityError, match="performance_declined_tier_proposal_has_reason"), transaction.atomic():
        a_proposal(acme, state="declined", decided_by=staff, decided_at=NIGHT)


def test_performance_one_open_tier_proposal_per_partner(acme):
    first = a_proposal(acme)

    with (
        pytest.raises(IntegrityError, match="performance_one_open_tier_proposal_per_partner"),
        transaction.atomic(),
    ):
        TierProposal.objects.create(
            partner=acme,
            kind="promotion",
            to_tier=first.to_tier,
            rules=first.rules,
            reasons=[],
            opened_on=LAST,
            reviewed_on=LAST,
        )


def test_performance_one_version_of_tier_rules_known_per_day():
    gold, *_ = make_ladder()

    with (
        pytest.raises(IntegrityError, match="performance_one_version_of_tier_rules_known_per_day"),
        transaction.atomic(),
    ):
        TierRules.objects.create(tier=gold, valid_from=date(2026, 1, 1))


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("performance_tier_criteria_in_order", {"position": 1}),
        (
            "performance_tier_criterion_once_per_metric_and_window",
            {"metric": "sales", "window": "trailing", "months": 3, "currency": "CNY"},
        ),
        ("performance_tier_window_known", {"window": "ever"}),
        ("performance_tier_comparison_known", {"comparison": "about"}),
        ("performance_only_a_trailing_tier_window_has_months", {"months": 3}),
    ],
)
def test_the_database_keeps_criteria_sound(name, fields):
    gold, *_ = make_ladder()
    rules = TierRules.objects.get(tier=gold)

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        TierCriterion.objects.create(
            **{
                "rules": rules,
                "position": 2,
                "metric": "score",
                "window": "year",
                "comparison": "at_least",
                "threshold": 1,
                **fields,
            }
        )
