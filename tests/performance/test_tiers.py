"""Rules, the nightly review and decisions about tiers, over real figures."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from channelhub.core.models import Notification, OutboxEvent, Task
from channelhub.lib.periods import DateRange
from partners.models import TierAssignment
from partners.services.tiers import offer_benefit, set_tier
from performance.errors import (
    DecisionNeedsReason,
    GraceRuns,
    ProposalDecided,
    TierHasChanged,
    TierRulesMeanNothing,
)
from performance.models import TierProposal, TierRules
from performance.rules.tiers import Criterion, Reading
from performance.selectors import tier_metrics
from performance.selectors import tiers as standing
from performance.selectors.tier_metrics import Span
from performance.services import tier_review, tiers
from tests.factories.deposits import make_deposit
from tests.factories.judgement import judge_night, make_card
from tests.factories.ledger import line_of, record
from tests.factories.partners import make_partner
from tests.factories.tiers import NEW_YEAR, make_ladder, make_tier, publish, sales_of

pytestmark = pytest.mark.django_db
LAST = date(2026, 3, 31)
NIGHT = datetime(2026, 3, 31, 4, tzinfo=UTC)
LONG_AGO = date(2025, 1, 1)


def sell(partner, amount, on=date(2026, 3, 10)):
    record(line_of(partner, booked_on=on, amount=amount))


def review(day=LAST):
    judge_night(day)
    return tier_review.review(business_day=day)


def proposals(**fields):
    rows = TierProposal.objects.filter(**fields).order_by("pk")
    return [
        (row.kind, row.from_tier and row.from_tier.code, row.to_tier and row.to_tier.code, row.state) for row in rows
    ]


def tier_on(partner, day):
    row = TierAssignment.objects.filter(partner=partner, valid_during__contains=day).first()
    return row and row.tier.code


def a_demotion(partner):
    """A ladder on which the partner is about to lose silver; the open proposal."""
    _gold, silver, _member = make_ladder()
    set_tier(partner=partner, tier=silver, first_day=LONG_AGO)
    sell(partner, 100)
    review()
    return TierProposal.objects.get(partner=partner)


def test_the_night_proposes_up_and_down_with_reasons_and_grace(acme, other_partner):
    _gold, silver, member = make_ladder()
    set_tier(partner=acme, tier=member, first_day=LONG_AGO)
    set_tier(partner=other_partner, tier=silver, first_day=LONG_AGO)
    sell(acme, 1500)
    sell(other_partner, 100)

    assert review() == {"opened": 2, "withdrawn": 0, "expired": 0}

    up, down = TierProposal.objects.order_by("kind", "pk").reverse()
    assert (up.kind, up.partner, up.to_tier.code, up.grace_until) == ("promotion", acme, "gold", None)
    assert (down.kind, down.to_tier, down.grace_until) == ("demotion", member, LAST + timedelta(days=30))
    assert down.reasons == [
        {
            "code": "judged",
            "metric": "sales",
            "window": "trailing",
            "months": 3,
            "comparison": "at_least",
            "threshold": "400",
            "currency": "CNY",
            "mandatory": True,
            "have": "100",
            "lacks": "",
            "outcome": "missed",
            "missing": "300",
            "by": "2026-03-31",
        }
    ]
    assert Notification.objects.filter(partner_id=other_partner.pk).count() == 1
    assert Task.objects.still_open().get().text == "Tier proposals that wait for a decision: 1."


def test_the_same_night_twice_proposes_nothing_new(acme):
    a_demotion(acme)
    before = TierProposal.objects.values().get()

    assert tier_review.review(business_day=LAST) == {"opened": 0, "withdrawn": 0, "expired": 0}
    after = TierProposal.objects.values().get()
    assert {**after, "version": 0, "updated_at": 0} == {**before, "version": 0, "updated_at": 0}
    assert OutboxEvent.objects.filter(name="performance.tier_proposal.opened").count() == 1


def test_a_later_night_brings_the_figures_up_to_date_and_keeps_the_day_of_grace(acme):
    proposal = a_demotion(acme)
    sell(acme, 150, date(2026, 3, 12))

    review(LAST + timedelta(days=1))

    again = TierProposal.objects.get()
    assert (again.reasons[0]["have"], again.reviewed_on) == ("250", LAST + timedelta(days=1))
    assert (again.opened_on, again.grace_until) == (LAST, proposal.grace_until)


def test_a_proposal_whose_reasons_are_gone_is_withdrawn_and_the_partner_told(acme):
    a_demotion(acme)
    sell(acme, 400, date(2026, 3, 12))

    assert review(LAST + timedelta(days=1))["withdrawn"] == 1

    assert proposals() == [("demotion", "silver", "member", "withdrawn")]
    codes = Notification.objects.filter(partner_id=acme.pk).order_by("pk").values_list("code", flat=True)
    assert list(codes) == ["performance.tier_at_risk", "performance.tier_kept"]


def test_a_tier_is_not_taken_before_its_grace_is_over(acme, staff):
    proposal = a_demotion(acme)

    with pytest.raises(GraceRuns, match="takes effect on 2026-04-30 at the earliest") as early:
        tiers.accept(proposal=proposal, by=staff, at=NIGHT, first_day=LAST)
    tiers.accept(proposal=proposal, by=staff, at=NIGHT)

    assert early.value.earliest == date(2026, 4, 30)
    assert (tier_on(acme, date(2026, 4, 29)), tier_on(acme, date(2026, 4, 30))) == ("silver", "member")


def test_an_accepted_promotion_changes_tier_and_benefits_and_is_announced(acme, staff):
    gold, _silver, member = make_ladder()
    set_tier(partner=acme, tier=member, first_day=LONG_AGO)
    offer_benefit(tier=gold, kind="training_seats", value=Decimal(12), first_day=LONG_AGO)
    sell(acme, 1500)
    review()

    decided = tiers.accept(proposal=TierProposal.objects.get(), by=staff, at=NIGHT, reason="Well done.")

    assert (decided.state, decided.first_day, decided.decided_by, tier_on(acme, LAST)) == (
        "accepted",
        LAST,
        staff,
        "gold",
    )
    assert acme.granted_benefits.get().valid_during == DateRange(LAST, None)
    assert list(Notification.objects.filter(partner_id=acme.pk).values_list("code", flat=True)) == [
        "partners.tier_changed"
    ]
    names = OutboxEvent.objects.filter(name__contains="tier").order_by("pk").values_list("name", flat=True)
    assert list(names) == [
        "performance.tier_proposal.opened",
        "performance.tier_proposal.decided",
        "partners.tier.changed",
    ]
    assert not Task.objects.still_open().exists()
    assert review(LAST + timedelta(days=1)) == {"opened": 0, "withdrawn": 0, "expired": 0}


def test_a_declined_proposal_needs_a_reason_and_rests_for_a_quarter(acme, staff):
    proposal = a_demotion(acme)
    with pytest.raises(DecisionNeedsReason):
        tiers.decline(proposal=proposal, reason=" ", by=staff, at=NIGHT)

    tiers.decline(proposal=proposal, reason="A new shop opens.", by=staff, at=NIGHT)

    assert tier_review.review(business_day=LAST + timedelta(days=89))["opened"] == 0
    assert tier_review.review(business_day=LAST + timedelta(days=90))["opened"] == 1
    assert tier_on(acme, LAST + timedelta(days=200)) == "silver"


def test_what_is_decided_is_not_decided_again_and_says_who_was_first(acme, staff):
    proposal = a_demotion(acme)
    tiers.decline(proposal=proposal, reason="No.", by=staff, at=NIGHT)

    with pytest.raises(ProposalDecided, match=f"{staff.name} has decided this proposal already: Declined"):
        tiers.accept(proposal=proposal, by=staff, at=NIGHT)


def test_a_proposal_for_another_tier_than_the_partners_is_refused_and_withdrawn_by_the_night(acme, staff):
    proposal = a_demotion(acme)
    set_tier(partner=acme, tier=proposal.to_tier, first_day=LAST)

    with pytest.raises(TierHasChanged):
        tiers.accept(proposal=proposal, by=staff, at=NIGHT)
    tier_review.review(business_day=LAST)

    assert proposals() == [("demotion", "silver", "member", "withdrawn")]


def test_who_decides_nothing_lets_it_expire(acme):
    a_demotion(acme)

    assert review(LAST + timedelta(days=209))["expired"] == 0
    assert review(LAST + timedelta(days=210)) == {"opened": 0, "withdrawn": 0, "expired": 1}
    assert proposals() == [("demotion", "silver", "member", "expired")]


def test_who_has_not_settled_or_stands_in_no_tier_of_the_rules_is_left_alone(acme, other_partner):
    _gold, silver, _member = make_ladder()
    set_tier(partner=acme, tier=silver, first_day=LAST - timedelta(days=59))
    set_tier(partner=other_partner, tier=make_tier("guest", 9), first_day=LONG_AGO)
    sell(acme, 1)
    sell(other_partner, 5000)

    assert review()["opened"] == 0


def test_who_loses_the_lowest_tier_is_proposed_to_leave(acme, staff):
    _gold, _silver, member = make_ladder([sales_of(1000)], [sales_of(400)], [sales_of(50)])
    set_tier(partner=acme, tier=member, first_day=LONG_AGO)
    sell(acme, 10)
    review()

    tiers.accept(proposal=TierProposal.objects.get(), by=staff, at=NIGHT)

    assert proposals() == [("exit", "member", None, "accepted")]
    assert (tier_on(acme, date(2026, 4, 29)), tier_on(acme, date(2026, 4, 30))) == ("member", None)
    assert Notification.objects.filter(partner_id=acme.pk).order_by("-pk")[0].code == "partners.tier_ended"


def test_a_merged_record_is_not_reviewed(acme, other_partner):
    a_demotion(acme)
    type(acme).objects.filter(pk=acme.pk).update(merged_into=other_partner)

    tier_review.review(business_day=LAST)

    assert proposals() == [("demotion", "silver", "member", "withdrawn")]


@pytest.mark.parametrize("count", [1, 3])
def test_a_review_costs_the_same_however_many_partners(count, django_assert_num_queries):
    _gold, silver, _member = make_ladder()
    for _ in range(count):
        partner = make_partner()
        set_tier(partner=partner, tier=silver, first_day=LONG_AGO)
        sell(partner, 500)
    judge_night()
    ladder = [rung.terms for rung in standing.ladder_on(LAST)]

    with django_assert_num_queries(2):  # two tiers ask for one metric over one window
        found = standing.standings(ladder, day=LAST)
    assert [len(found), {each.kept.reach.value for each in found.values()}] == [count, {"reached"}]


def test_rules_are_recorded_not_edited_and_only_those_that_change():
    made = make_ladder()
    publish(made, [sales_of(1200)], [sales_of(400)], [], at=NEW_YEAR + timedelta(hours=1))

    rows = TierRules.objects.order_by("pk").values_list("tier__code", "known_until")
    again = NEW_YEAR + timedelta(hours=1)
    assert list(rows) == [("gold", again), ("silver", None), ("member", None), ("gold", None)]
    terms = {rung.terms.rank: rung.terms for rung in standing.ladder_on(LAST)}
    assert [criterion.threshold for criterion in terms[1].criteria] == [1200]


def test_rules_of_a_day_to_come_rule_from_that_day():
    made = make_ladder()
    publish(made, [sales_of(5000)], [sales_of(400)], [], valid_from=date(2026, 6, 1))

    asked = [
        next(rung.terms for rung in standing.ladder_on(day) if rung.terms.rank == 1).criteria[0].threshold
        for day in (date(2026, 5, 31), date(2026, 6, 1))
    ]
    assert asked == [1000, 5000]


@pytest.mark.parametrize(
    ("criteria", "trouble"),
    [
        ([Criterion("luck", "now", "at_least", Decimal(1))], "unknown_metric"),
        ([Criterion("sales", "now", "at_least", Decimal(1), currency="CNY")], "window_not_for_metric"),
        ([Criterion("deposit_covered", "year", "at_least", Decimal(1))], "window_not_for_metric"),
        ([Criterion("sales", "year", "at_least", Decimal(1))], "currency_for_money_only"),
        ([Criterion("score", "year", "at_least", Decimal(1), currency="CNY")], "currency_for_money_only"),
        ([Criterion("deposit_covered", "now", "at_least", Decimal(2))], "yes_or_no"),
        ([sales_of(1), sales_of(2)], "twice"),
        ([sales_of(1, mandatory=False)], "needed"),
    ],
)
def test_rules_that_mean_nothing_are_refused_with_what_is_wrong(criteria, trouble):
    tier = make_tier("gold", 1)

    with pytest.raises(TierRulesMeanNothing) as refused:
        tiers.terms(tier=tier, criteria=criteria)
    assert refused.value.trouble == trouble


def test_rules_of_a_day_gone_by_are_refused():
    with pytest.raises(TierRulesMeanNothing, match="Rules start today or later"):
        make_ladder(valid_from=date(2025, 12, 31))


def test_the_spread_says_who_stands_where_and_who_would(acme, other_partner):
    _gold, silver, member = make_ladder()
    set_tier(partner=acme, tier=silver, first_day=LONG_AGO)
    set_tier(partner=other_partner, tier=member, first_day=LONG_AGO)
    sell(acme, 1500)
    sell(other_partner, 10)
    judge_night()

    rows = standing.spread([rung.terms for rung in standing.ladder_on(LAST)], day=LAST)

    assert [(row.tier.code, row.today, row.reaching, row.would_stand) for row in rows] == [
        ("gold", 0, 1, 1),
        ("silver", 1, 1, 0),
        ("member", 1, 2, 1),
    ]


def test_metrics_read_scores_deposits_and_contracts_of_everybody_at_once(acme, other_partner):
    make_card()
    sell(acme, 500)
    judge_night()
    make_deposit(acme, due=100)

    def read(code):
        found = tier_metrics.METRICS[code].read(Span(date(2026, 3, 1), date(2026, 3, 1), LAST, "CNY"))
        return found[acme.pk], found[other_partner.pk]

    assert read("score") == (Reading(Decimal(50)), Reading(None, "too_little_data"))
    assert read("deposit_covered") == (Reading(Decimal(0)), Reading(Decimal(1)))
    assert read("contract_in_force") == (Reading(Decimal(0)), Reading(Decimal(0)))
    assert read("growth") == (Reading(None, "no_base"), Reading(None, "nothing_sold_yet"))
    assert read("sales") == (Reading(Decimal(500)), Reading(None, "nothing_sold_yet"))


def test_a_metric_is_registered_once():
    with pytest.raises(ValueError, match="registered twice"):
        tier_metrics.register(tier_metrics.METRICS["score"])
