"""In which tier a partner stands, and what that brings: benefits are granted and revoked by the change."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Func

from channelhub.core.services import attention, outbox
from channelhub.core.services.fence import unfenced
from channelhub.lib import sql
from channelhub.lib.periods import DateRange
from partners.enums import TIER_CHANGED, TIER_ENDED, BenefitKind
from partners.errors import BenefitUnclear, BenefitWithdrawn
from partners.models import GrantedBenefit, Partner, PartnerTier, TierAssignment, TierBenefit
from partners.rules.benefits import trouble_of
from partners.services.details import cut, locked, next_start

PORTAL = "/portal/tier/"
# Whoever stands in the tier gets the benefit from a day on, each as long as its own tier lasts.
GRANT_TO_ALL = """
    INSERT INTO partners_grantedbenefit (partner_id, benefit_id, valid_during)
    SELECT partner_id, %(benefit)s, valid_during * daterange(%(first_day)s, NULL) FROM partners_tierassignment
    WHERE tier_id = %(tier)s AND valid_during && daterange(%(first_day)s, NULL) ORDER BY partner_id, valid_during
"""


@transaction.atomic
def set_tier(*, partner: Partner, tier: PartnerTier | None, first_day: date) -> bool:
    """From a day on the partner stands in a tier (None: in none), until its next planned change; the past stays.

    Its benefits change with it. Answers whether anything changed.
    """
    held = locked(partner)
    rows = TierAssignment.objects.filter(partner=held)
    current = rows.filter(valid_during__contains=first_day).first()
    if (current is None and tier is None) or (current is not None and current.tier_id == (tier and tier.pk)):
        return False
    until = current.valid_during.upper if current else next_start(rows, first_day)
    if current is not None:
        _revoke(held, first_day, until)
        cut(current, first_day)
    if tier is not None:
        during = DateRange(first_day, until)
        TierAssignment.objects.create(partner=held, tier=tier, valid_during=during)
        for benefit in TierBenefit.objects.given().filter(tier=tier).order_by("pk"):
            GrantedBenefit.objects.create(partner=held, benefit=benefit, valid_during=during)
    return True


@transaction.atomic
def change_tier(*, partner: Partner, tier: PartnerTier | None, first_day: date, at: datetime) -> bool:
    """``set_tier``, and the partner is told: a notification, a letter to its people and an event."""
    changed = set_tier(partner=partner, tier=tier, first_day=first_day)
    if not changed:
        return False
    names: dict[str, Any] = {} if tier is None else {"tier": {"name": tier.name, "name_en": tier.name_en}}
    message = TIER_ENDED if tier is None else TIER_CHANGED
    attention.notify(message, at=at, partner_id=partner.pk, url=PORTAL, day=first_day, **names)
    about: dict[str, Any] = {"partner_id": partner.pk, "tier": tier.code if tier else "", "first_day": first_day}
    outbox.publish("partners.tier.changed", occurred_at=at, **about)
    return True


@transaction.atomic
def offer_benefit(
    *,
    tier: PartnerTier,
    kind: BenefitKind,
    first_day: date,
    value: Decimal | None = None,
    text: str = "",
    text_en: str = "",
) -> TierBenefit:
    """A tier brings something more from a day on; everybody who stands in it then has it.

    Refused: a kind without the figure or words that it needs, a share or factor out of bounds, the same benefit twice.
    """
    words = text.strip()
    trouble = trouble_of(kind, value, words)
    if trouble:
        raise BenefitUnclear.of(trouble)
    PartnerTier.objects.select_for_update().get(pk=tier.pk)
    same = TierBenefit.objects.given().filter(tier=tier, kind=kind, text=words, value=value)
    if same.exists():
        raise BenefitUnclear.of("there_already")
    benefit = TierBenefit.objects.create(tier=tier, kind=kind, value=value, text=words, text_en=text_en.strip())
    sql.run(GRANT_TO_ALL, {"benefit": benefit.pk, "tier": tier.pk, "first_day": first_day})
    return benefit


@transaction.atomic
def withdraw_benefit(*, benefit: TierBenefit, first_day: date) -> TierBenefit:
    """From a day on the tier no longer brings this; whoever has it loses it on that day. Refused twice."""
    held = TierBenefit.objects.select_for_update().get(pk=benefit.pk)
    if held.withdrawn_on is not None:
        raise BenefitWithdrawn
    held.withdrawn_on = first_day
    held.save(update_fields=["withdrawn_on"])
    grants = GrantedBenefit.objects.filter(benefit=held)
    grants.filter(valid_during__startswith__gte=first_day).delete()
    grants.filter(valid_during__contains=first_day).update(valid_during=_until(first_day))
    return held


def benefits_of(*, partner: Partner, on: date, kind: BenefitKind | None = None) -> list[TierBenefit]:
    """What the partner has on a day, in the order of the kinds."""
    with unfenced():
        granted = GrantedBenefit.objects.filter(partner=partner, valid_during__contains=on).values("benefit_id")
        rows = TierBenefit.objects.filter(pk__in=granted)
        return list((rows.filter(kind=kind) if kind else rows).order_by("kind", "pk"))


def _until(day: date) -> Func:
    return Func(Func(F("valid_during"), function="lower"), day, function="daterange")


def _revoke(partner: Partner, first_day: date, until: date | None) -> None:
    """What the tier of that period brought ends with it; grants of later planned tiers stay."""
    grants = GrantedBenefit.objects.filter(partner=partner)
    later = grants.filter(valid_during__startswith__gte=first_day)
    (later if until is None else later.filter(valid_during__startswith__lt=until)).delete()
    grants.filter(valid_during__contains=first_day).update(valid_during=_until(first_day))
