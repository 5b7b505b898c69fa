"""Ladders of tiers, by the services that make them."""

from datetime import UTC, date, datetime
from decimal import Decimal

from partners.models import PartnerTier
from performance.rules.tiers import Criterion
from performance.services import tiers

NEW_YEAR = datetime(2026, 1, 1, 4, tzinfo=UTC)
SINCE = date(2026, 1, 1)


def make_tier(code, rank, **fields):
    return PartnerTier.objects.create(
        **{"code": code, "name": code, "name_en": code.capitalize(), "rank": rank, **fields}
    )


def sales_of(threshold, *, months=3, **fields):
    return Criterion("sales", "trailing", "at_least", Decimal(threshold), months=months, currency="CNY", **fields)


def make_ladder(*asked, at=NEW_YEAR, valid_from=SINCE, **fields):
    """Gold, silver and member with these criteria (default: sales of 1000 and 400 in three months); the tiers."""
    made = [make_tier(code, rank) for rank, code in enumerate(("gold", "silver", "member"), start=1)]
    asked = asked or ([sales_of(1000)], [sales_of(400)], [])
    publish(made, *asked, at=at, valid_from=valid_from, **fields)
    return made


def publish(made, *asked, at=NEW_YEAR, valid_from=SINCE, **fields):
    ladder = [
        tiers.terms(tier=tier, criteria=criteria, **{"grace_days": 30, "settled_days": 60, **fields})
        for tier, criteria in zip(made, asked, strict=True)
    ]
    return tiers.publish_rules(ladder=ladder, valid_from=valid_from, at=at)
