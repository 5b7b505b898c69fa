"""The letter to a partner's people when its tier changes."""

from datetime import date

from channelhub.core import hooks
from channelhub.core.models import User
from channelhub.core.services import mails
from partners.models import Partner, PartnerTier, TierBenefit
from partners.services.tiers import PORTAL


def tier_changed(*, partner_id: int, tier: str, first_day: date, on: date) -> int:
    """Write to everybody who acts for the partner, each in their language; the number of letters."""
    partner = Partner.objects.get(pk=partner_id)
    level = PartnerTier.objects.filter(code=tier).first()
    benefits = list(TierBenefit.objects.given().filter(tier=level).order_by("kind", "pk")) if level else []
    people = User.objects.filter(pk__in=list(hooks.people_of((partner_id,), on))).order_by("pk")
    facts = {"partner": partner, "tier": level, "first_day": first_day, "benefits": benefits}
    return sum(mails.send(user=user, template="tier_changed", link=mails.address(PORTAL), **facts) for user in people)
