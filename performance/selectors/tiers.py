"""The ladder of tiers as the rule reads it, and where partners stand on it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from channelhub.lib import sql
from partners.models import GrantedBenefit, PartnerTier, TierBenefit
from performance.models import TierRules
from performance.rules import tiers as rule
from performance.rules.tiers import Criterion, Key, Reading, Standing, Terms
from performance.selectors import tier_metrics

# Today's tier of every partner (or some), and since when it has stood there without a break.
STANDS = """
    SELECT p.id, a.tier_id, lower(a.valid_during) FROM partners_partner p
    LEFT JOIN partners_tierassignment a ON a.partner_id = p.id AND a.valid_during @> %(day)s::date
    WHERE (%(ids)s::bigint[] IS NULL OR p.id = ANY (%(ids)s)) AND p.merged_into_id IS NULL ORDER BY p.id
"""


@dataclass(frozen=True)
class Rung:
    """A tier's rules in force with their terms."""

    rules: TierRules
    terms: Terms


def terms_of(rules: TierRules) -> Terms:
    """A version of rules as the rule reads it."""
    criteria = sorted(rules.criteria.all(), key=lambda criterion: criterion.position)
    return Terms(
        rules.tier_id,
        rules.tier.rank,
        tuple(
            Criterion(
                each.metric,
                each.window,
                each.comparison,
                each.threshold,
                each.mandatory,
                each.months,
                each.currency,
            )
            for each in criteria
        ),
        rules.needed,
        rules.grace_days,
        rules.settled_days,
    )


def ladder_on(day: date) -> list[Rung]:
    """The rules in force on a day as known now, the highest tier first; tiers without rules are left out."""
    rows = TierRules.objects.known().filter(valid_from__lte=day).select_related("tier")
    latest = rows.order_by("tier__rank", "-valid_from").distinct("tier__rank").prefetch_related("criteria")
    return [Rung(row, terms_of(row)) for row in latest]


def tiers_by_rank() -> list[PartnerTier]:
    """Every tier, the highest first."""
    return list(PartnerTier.objects.order_by("rank"))


def standings(ladder: Sequence[Terms], *, day: date, partners: tuple[int, ...] | None = None) -> dict[int, Standing]:
    """Where every partner (or some) stands on a ladder: one statement per metric and window, whoever many they are."""
    keys = {criterion.key for terms in ladder for criterion in terms.criteria}
    found = tier_metrics.readings(keys, day=day, partners=partners)
    ids = None if partners is None else list(partners)
    return {
        partner: rule.stand(ladder, tier_id=tier, since=since, readings=_of(found, partner), day=day)
        for partner, tier, since in sql.fetch(STANDS, {"day": day, "ids": ids})
    }


def _of(found: Mapping[Key, Mapping[int, Reading]], partner: int) -> dict[Key, Reading]:
    return {key: by_partner[partner] for key, by_partner in found.items() if partner in by_partner}


@dataclass(frozen=True)
class Spread:
    """How many partners stand in a tier today, and how many meet what it would ask."""

    tier: PartnerTier
    today: int
    reaching: int
    would_stand: int


def spread(ladder: Sequence[Terms], *, day: date, found: Mapping[int, Standing] | None = None) -> list[Spread]:
    """By tier, the highest first: who stands there, who meets its criteria, who would stand there by them."""
    known = standings(ladder, day=day) if found is None else found
    today: dict[int | None, int] = {}
    reaching: dict[int, int] = {}
    would: dict[int, int] = {}
    for each in known.values():
        today[each.tier_id] = today.get(each.tier_id, 0) + 1
        reached = [verdict.terms for verdict in each.verdicts if verdict.reach is rule.Reach.REACHED]
        for terms in reached:
            reaching[terms.tier_id] = reaching.get(terms.tier_id, 0) + 1
        if reached:
            best = min(reached, key=lambda terms: terms.rank).tier_id
            would[best] = would.get(best, 0) + 1
    return [
        Spread(tier, today.get(tier.pk, 0), reaching.get(tier.pk, 0), would.get(tier.pk, 0)) for tier in tiers_by_rank()
    ]


def benefits_by_tier(tier_ids: Iterable[int]) -> dict[int, list[TierBenefit]]:
    """What each tier brings now."""
    found: dict[int, list[TierBenefit]] = {}
    for benefit in TierBenefit.objects.given().filter(tier_id__in=list(tier_ids)).order_by("kind", "pk"):
        found.setdefault(benefit.tier_id, []).append(benefit)
    return found


def granted_on(partners: Iterable[int], day: date) -> dict[int, list[TierBenefit]]:
    """What each of these partners has on a day."""
    rows = GrantedBenefit.objects.filter(partner_id__in=list(partners), valid_during__contains=day)
    found: dict[int, list[TierBenefit]] = {}
    for row in rows.select_related("benefit").order_by("benefit__kind", "benefit_id"):
        found.setdefault(row.partner_id, []).append(row.benefit)
    return found
