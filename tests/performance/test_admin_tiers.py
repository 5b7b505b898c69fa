"""Tiers in the admin: the designer with its warnings, the queue of proposals, what tiers bring."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from channelhub.lib.periods import add_months, business_day, month_of
from partners.models import GrantedBenefit, TierAssignment, TierBenefit
from partners.services.tiers import offer_benefit, set_tier
from performance.models import TierProposal, TierRules
from performance.selectors import tiers as standing
from performance.services import tier_review
from tests.factories.judgement import judge_night
from tests.factories.ledger import line_of, record
from tests.factories.partners import make_partner, make_staff
from tests.factories.tiers import make_ladder, make_tier

pytestmark = pytest.mark.django_db
DESIGN = "admin:performance_tierrules_designer"


@pytest.fixture
def today():
    return business_day(timezone.now())


def a_proposal(partner, today, amount=100):
    tiers = make_ladder() if not TierRules.objects.exists() else [rung.rules.tier for rung in standing.ladder_on(today)]
    set_tier(partner=partner, tier=tiers[1], first_day=today - timedelta(days=400))
    record(line_of(partner, booked_on=add_months(month_of(today), -1), amount=amount))
    judge_night(today)
    tier_review.review(business_day=today)
    return TierProposal.objects.get(partner=partner)


def post_twice(client, address, data):
    shown = client.post(address, data)
    assert shown.context["preview"] is not None, shown.context["form"].errors
    return client.post(address, {**data, "previewed": shown.context["previewed"]})


def typed(tiers, today, *lines, **fields):
    """The designer's form: lines of (metric, window, months, comparison, duty, thresholds from gold down)."""
    data = {"valid_from": today, "currency": "CNY", "lines": str(len(lines)), **fields}
    for number, (metric, window, months, comparison, duty, *thresholds) in enumerate(lines):
        heads = {"metric": metric, "window": window, "months": months, "comparison": comparison, "mandatory": duty}
        data.update({f"{name}_{number}": value for name, value in heads.items()})
        data.update({f"t_{number}_{tier.pk}": text for tier, text in zip(tiers, thresholds, strict=True)})
    return data


def test_the_queue_shows_why_and_a_manager_accepts_a_promotion(as_staff, acme, today):
    proposal = a_proposal(acme, today, amount=1500)
    listed = as_staff.get(reverse("admin:performance_tierproposal_changelist")).content.decode()
    shown = as_staff.get(reverse("admin:performance_tierproposal_change", args=[proposal.pk])).content.decode()

    post_twice(as_staff, reverse("admin:performance_tierproposal_accept", args=[proposal.pk]), {"reason": "Good"})

    assert "Silver → Gold" in listed
    assert "CNY 1,500.00" in shown
    assert "at least CNY 1,000.00" in shown
    assert TierAssignment.objects.get(partner=acme, valid_during__contains=today).tier.code == "gold"


def test_a_day_within_the_grace_is_refused_above_the_kept_input(as_staff, acme, today):
    proposal = a_proposal(acme, today)
    address = reverse("admin:performance_tierproposal_accept", args=[proposal.pk])
    data = {"first_day": today, "reason": "Now"}

    shown = as_staff.post(address, data)
    refused = as_staff.post(address, {**data, "previewed": shown.context["previewed"]})

    assert "at the earliest" in str(refused.context["form"].errors)
    assert refused.context["form"]["reason"].value() == "Now"
    assert TierProposal.objects.get().state == "open"


def test_declining_needs_a_reason_and_says_it_on_the_page(as_staff, acme, today):
    proposal = a_proposal(acme, today)
    address = reverse("admin:performance_tierproposal_decline", args=[proposal.pk])

    empty = as_staff.post(address, {"reason": ""})
    post_twice(as_staff, address, {"reason": "A shop opens."})

    assert "reason" in empty.context["form"].errors
    shown = as_staff.get(reverse("admin:performance_tierproposal_change", args=[proposal.pk])).content.decode()
    assert "A shop opens." in shown
    assert reverse("admin:performance_tierproposal_accept", args=[proposal.pk]) not in shown


@pytest.mark.parametrize(("value", "count"), [("runs", 1), ("over", 0)])
def test_the_queue_is_filtered_by_grace(as_staff, acme, today, value, count):
    a_proposal(acme, today)

    page = as_staff.get(reverse("admin:performance_tierproposal_changelist"), {"grace": value})

    assert len(page.context["cl"].result_list) == count


@pytest.mark.parametrize("count", [1, 3])
def test_lists_cost_the_same_however_many_rows(as_staff, today, count, django_assert_max_num_queries):
    for _ in range(count):
        a_proposal(make_partner(), today)
    offer_benefit(tier=TierRules.objects.first().tier, kind="training_seats", value=Decimal(count), first_day=today)

    for name in ("performance_tierproposal", "performance_tierrules", "partners_tierbenefit"):
        with django_assert_max_num_queries(25):
            as_staff.get(reverse(f"admin:{name}_changelist"))


def test_the_designer_publishes_all_tiers_from_one_table(as_staff, acme, today):
    tiers = [make_tier(code, rank) for rank, code in enumerate(("gold", "silver", "member"), start=1)]
    lines = (
        ("sales", "trailing", "12", "at_least", "yes", "1,000", "400", ""),
        ("growth", "quarter", "", "at_least", "no", "10%", "", ""),
        ("deposit_covered", "year", "", "at_least", "yes", "1", "", ""),
    )
    gold = tiers[0].pk
    fields = {f"needed_{gold}": "1", f"grace_{gold}": "60"}

    response = as_staff.post(reverse(DESIGN), typed(tiers, today, *lines, do="publish", **fields))

    assert response.status_code == 302
    ladder = standing.ladder_on(today)
    asked = [
        [(each.metric, each.window, each.months, each.threshold, each.mandatory) for each in rung.terms.criteria]
        for rung in ladder
    ]
    assert asked == [
        [
            ("sales", "trailing", 12, 1000, True),
            ("growth", "quarter", 0, Decimal("0.1"), False),
            ("deposit_covered", "now", 0, 1, True),
        ],
        [("sales", "trailing", 12, 400, True)],
        [],
    ]
    assert [each.currency for each in ladder[0].terms.criteria] == ["CNY", "CNY", ""]
    assert (ladder[0].terms.needed, ladder[0].terms.grace_days) == (1, 60)
    again = as_staff.get(reverse(DESIGN)).content.decode()
    assert 'value="10%"' in again


def test_the_designer_warns_and_counts_while_one_types_and_publishes_nothing(as_staff, acme, today):
    tiers = make_ladder()
    before = TierRules.objects.count()
    lines = (("sales", "trailing", "3", "at_least", "yes", "9000", "400", ""),)

    shown = as_staff.post(reverse(DESIGN), typed(tiers, today, *lines), headers={"HX-Request": "true"})

    text = " ".join(shown.content.decode().split())
    assert "Too steep: from Silver to Gold Sales rises from 400 to 9,000." in text
    assert "Would stand there" in text
    assert "<html" not in text
    assert TierRules.objects.count() == before


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (("sales", "trailing", "12", "at_least", "yes", "much", "", ""), "much is not a number."),
        (("", "trailing", "12", "at_least", "yes", "1000", "", ""), "Say what is asked for."),
        (("deposit_covered", "now", "", "at_least", "yes", "7", "", ""), "is either so or not: ask for 1 or 0."),
        (("score", "year", "", "at_least", "no", "80", "", ""), "at least one and at most all are needed"),
        (("sales", "trailing", "99", "at_least", "yes", "1", "", ""), "less than or equal to 24"),
    ],
)
def test_what_means_nothing_is_refused_in_the_designer_with_its_reason(as_staff, today, line, said):
    tiers = [make_tier(code, rank) for rank, code in enumerate(("gold", "silver", "member"), start=1)]

    shown = as_staff.post(reverse(DESIGN), typed(tiers, today, line, do="publish"))

    assert said in shown.content.decode()
    assert TierRules.objects.count() == 0


def test_rules_of_a_day_gone_by_are_refused_in_the_designer(as_staff, today):
    tiers = make_ladder()
    line = ("sales", "trailing", "3", "at_least", "yes", "900", "300", "")

    shown = as_staff.post(reverse(DESIGN), typed(tiers, today - timedelta(days=1), line, do="publish"))

    assert "Rules start today or later" in shown.content.decode()


def test_without_tiers_the_designer_says_what_to_do_first(as_staff):
    assert "Add the tiers first" in as_staff.get(reverse(DESIGN)).content.decode()


def test_only_who_may_change_rules_designs(client):
    client.force_login(make_staff("reader@maker.example", role="reader", permissions=["performance.view_tierrules"]))

    assert client.get(reverse(DESIGN)).status_code == 403


def test_a_benefit_is_offered_and_withdrawn_for_everybody_in_the_tier(as_staff, acme, today):
    gold = make_tier("gold", 1)
    set_tier(partner=acme, tier=gold, first_day=today)
    data = {"tier": gold.pk, "kind": "marketing_share", "value": "0.02", "first_day": today}

    refused = as_staff.post(reverse("admin:partners_tierbenefit_offer"), {**data, "value": "2"})
    as_staff.post(reverse("admin:partners_tierbenefit_offer"), data)
    benefit = TierBenefit.objects.get()
    listed = as_staff.get(reverse("admin:partners_tierbenefit_changelist")).content.decode()
    granted = GrantedBenefit.objects.count()
    post_twice(as_staff, reverse("admin:partners_tierbenefit_withdraw", args=[benefit.pk]), {"first_day": today})

    assert "a share between 0 and 1" in str(refused.context["form"].errors)
    assert "2%" in listed
    assert (granted, GrantedBenefit.objects.count()) == (1, 0)


def test_the_partners_page_has_its_tiers_benefits_and_proposals(as_staff, acme, today):
    proposal = a_proposal(acme, today)
    offer_benefit(tier=proposal.from_tier, kind="training_seats", value=Decimal(12), first_day=today)

    shown = as_staff.get(reverse("admin:partner_360_tab", args=[acme.pk, "judgement"])).content.decode()

    assert "Training seats a year" in shown
    assert "Demotion" in shown
