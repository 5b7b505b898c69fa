"""Tiers: data the maker edits; a partner stands in one at most on any day."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from channelhub.lib.periods import DateRange, business_day
from partners.models import PartnerTier, TierAssignment
from partners.services.tiers import set_tier
from tests.factories.partners import ALWAYS

pytestmark = pytest.mark.django_db


@pytest.fixture
def gold():
    return PartnerTier.objects.create(code="gold", name="金牌", name_en="Gold", rank=1)


@pytest.fixture
def silver():
    return PartnerTier.objects.create(code="silver", name="银牌", name_en="Silver", rank=2)


def spans(partner):
    rows = TierAssignment.objects.filter(partner=partner).order_by("valid_during")
    return [(row.tier.code, row.valid_during.lower, row.valid_during.upper) for row in rows]


def test_a_tier_holds_until_the_next_one_starts_and_may_end(acme, gold, silver, day):
    set_tier(partner=acme, tier=silver, first_day=day)
    set_tier(partner=acme, tier=gold, first_day=day + timedelta(days=10))
    set_tier(partner=acme, tier=gold, first_day=day + timedelta(days=12))
    set_tier(partner=acme, tier=None, first_day=day + timedelta(days=20))

    assert spans(acme) == [
        ("silver", day, day + timedelta(days=10)),
        ("gold", day + timedelta(days=10), day + timedelta(days=20)),
    ]


def test_partners_one_tier_per_partner_and_day(acme, gold, silver, day):
    TierAssignment.objects.create(partner=acme, tier=gold, valid_during=ALWAYS)

    with pytest.raises(IntegrityError, match="partners_one_tier_per_partner_and_day"), transaction.atomic():
        TierAssignment.objects.create(partner=acme, tier=silver, valid_during=DateRange(day, None))


def test_a_manager_changes_a_tier_after_seeing_old_and_new(as_staff, acme, gold, silver):
    today = business_day(timezone.now())
    set_tier(partner=acme, tier=silver, first_day=today - timedelta(days=30))
    address = reverse("admin:partners_partner_change_tier", args=[acme.pk])
    data = {"tier": gold.pk, "first_day": today}

    shown = as_staff.post(address, data)
    as_staff.post(address, {**data, "previewed": shown.context["previewed"]})

    assert shown.context["preview"].changes == [("tier", "Silver", "Gold")]
    assert [code for code, _, _ in spans(acme)] == ["silver", "gold"]
    assert (
        as_staff.get(reverse("admin:partners_partnertier_changelist")).context["cl"].result_list[0].partner_count == 1
    )
