"""Benefits: granted and revoked by the change of the tier, and announced in three languages."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from channelhub.core.models import Notification, OutboxEvent
from partners.errors import BenefitUnclear, BenefitWithdrawn
from partners.models import GrantedBenefit, PartnerTier, TierBenefit
from partners.rules.benefits import trouble_of
from partners.services import tier_letters, tiers

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 16)
NOON = datetime(2026, 3, 16, 4, tzinfo=UTC)


@pytest.fixture
def gold():
    return PartnerTier.objects.create(code="gold", name="金牌", name_en="Gold", rank=1)


@pytest.fixture
def silver():
    return PartnerTier.objects.create(code="silver", name="银牌", name_en="Silver", rank=2)


def offer(tier, kind="training_seats", value="12", **fields):
    return tiers.offer_benefit(
        tier=tier, kind=kind, value=value and Decimal(value), first_day=fields.pop("first_day", DAY), **fields
    )


def granted(partner):
    rows = GrantedBenefit.objects.filter(partner=partner).order_by("valid_during", "pk")
    return [(row.benefit.tier.code, row.valid_during.lower, row.valid_during.upper) for row in rows]


def test_benefits_come_and_go_with_the_tier(acme, gold, silver):
    offer(gold)
    offer(silver)
    later = DAY + timedelta(days=30)

    tiers.set_tier(partner=acme, tier=silver, first_day=DAY)
    tiers.set_tier(partner=acme, tier=gold, first_day=later)
    tiers.set_tier(partner=acme, tier=None, first_day=later + timedelta(days=9))

    assert granted(acme) == [("silver", DAY, later), ("gold", later, later + timedelta(days=9))]
    assert [each.tier_id for each in tiers.benefits_of(partner=acme, on=later)] == [gold.pk]


def test_a_change_before_a_planned_one_leaves_what_is_planned(acme, gold, silver):
    offer(gold)
    offer(silver)
    later = DAY + timedelta(days=30)
    tiers.set_tier(partner=acme, tier=gold, first_day=later)

    tiers.set_tier(partner=acme, tier=silver, first_day=DAY)

    assert granted(acme) == [("silver", DAY, later), ("gold", later, None)]


def test_a_tier_that_is_corrected_on_its_first_day_leaves_nothing_of_the_wrong_one(acme, gold, silver):
    offer(gold)
    tiers.set_tier(partner=acme, tier=gold, first_day=DAY)

    tiers.set_tier(partner=acme, tier=silver, first_day=DAY)

    assert granted(acme) == []


def test_what_a_tier_newly_brings_has_everybody_in_it_from_that_day(acme, other_partner, gold, silver):
    tiers.set_tier(partner=acme, tier=gold, first_day=DAY)
    tiers.set_tier(partner=other_partner, tier=silver, first_day=DAY)

    offer(gold, first_day=DAY + timedelta(days=5))

    assert granted(acme) == [("gold", DAY + timedelta(days=5), None)]
    assert granted(other_partner) == []


def test_a_withdrawn_benefit_ends_for_everybody_and_is_not_granted_again(acme, other_partner, gold):
    benefit = offer(gold)
    tiers.set_tier(partner=acme, tier=gold, first_day=DAY)

    tiers.withdraw_benefit(benefit=benefit, first_day=DAY + timedelta(days=5))
    tiers.set_tier(partner=other_partner, tier=gold, first_day=DAY)

    assert granted(acme) == [("gold", DAY, DAY + timedelta(days=5))]
    assert granted(other_partner) == []
    with pytest.raises(BenefitWithdrawn, match="withdrawn already"):
        tiers.withdraw_benefit(benefit=benefit, first_day=DAY)


@pytest.mark.parametrize(
    ("kind", "value", "text", "trouble"),
    [
        ("deposit_factor", None, "", "no_figure"),
        ("deposit_factor", "11", "", "figure_out_of_bounds"),
        ("marketing_share", "1.5", "", "figure_out_of_bounds"),
        ("marketing_share", "-0.1", "", "figure_out_of_bounds"),
        ("training_seats", "1.5", "", "figure_out_of_bounds"),
        ("support_level", None, "", "no_words"),
        ("discount_group", "3", "", "no_words"),
        ("marketing_share", "0.02", "", ""),
        ("support_level", None, "7 x 24", ""),
    ],
)
def test_a_benefit_needs_what_its_kind_carries(kind, value, text, trouble):
    assert trouble_of(kind, value and Decimal(value), text) == trouble


def test_a_benefit_that_is_unclear_or_there_already_is_refused_with_its_reason(gold):
    offer(gold)

    with pytest.raises(BenefitUnclear, match="needs a figure") as unclear:
        offer(gold, kind="deposit_factor", value=None)
    with pytest.raises(BenefitUnclear, match="has this benefit already"):
        offer(gold)

    assert unclear.value.trouble == "no_figure"
    assert TierBenefit.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("partners_benefit_of_a_known_kind", {"kind": "luck", "text": "x"}),
        ("partners_benefit_says_what_it_is", {"kind": "other"}),
        ("partners_benefit_is_not_negative", {"kind": "deposit_factor", "value": -1}),
        ("partners_benefit_once_per_tier", {"kind": "training_seats", "value": 12}),
    ],
)
def test_the_database_keeps_benefits_sound(gold, name, fields):
    offer(gold)

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        TierBenefit.objects.create(tier=gold, **fields)


def test_partners_a_benefit_is_granted_once_at_a_time(acme, gold):
    benefit = offer(gold)
    tiers.set_tier(partner=acme, tier=gold, first_day=DAY)

    with pytest.raises(IntegrityError, match="partners_a_benefit_is_granted_once_at_a_time"), transaction.atomic():
        GrantedBenefit.objects.create(
            partner=acme, benefit=benefit, valid_during=GrantedBenefit.objects.get().valid_during
        )


def test_a_change_is_announced_once_and_the_same_again_says_nothing(acme, gold):
    for _ in range(2):
        tiers.change_tier(partner=acme, tier=gold, first_day=DAY, at=NOON)

    [note] = Notification.objects.filter(partner_id=acme.pk)
    assert (note.code, note.text) == ("partners.tier_changed", "From 2026-03-16 on your tier is Gold.")
    [event] = OutboxEvent.objects.filter(name="partners.tier.changed")
    assert event.data == {"partner_id": acme.pk, "tier": "gold", "first_day": "2026-03-16"}


@pytest.mark.parametrize(
    ("language", "subject"), [("en", "Your tier: Gold"), ("zh-hans", "Your tier: 金牌"), ("zh-hant", "Your tier: 金牌")]
)
def test_its_people_get_a_letter_in_their_language_with_what_the_tier_brings(acme, anna, gold, language, subject):
    type(anna).objects.filter(pk=anna.pk).update(language=language)
    offer(gold)

    sent = tier_letters.tier_changed(partner_id=acme.pk, tier="gold", first_day=DAY, on=DAY)

    assert (sent, mail.outbox[0].to) == (1, ["anna@acme.example"])
    assert mail.outbox[0].subject.endswith(subject.split()[-1])
    assert "12" in mail.outbox[0].body
