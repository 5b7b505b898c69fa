"""A partner's own tier, answered on all facts for a partner that was fetched behind the fence."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from channelhub.core.services.fence import unfenced
from partners.models import Partner, PartnerTier, TierBenefit
from performance.enums import ProposalKind
from performance.models import TierProposal
from performance.rules.tiers import Judged, Outcome, Verdict
from performance.selectors import tier_metrics, tiers


@dataclass(frozen=True)
class Side:
    """A tier with what it asks, how far the partner is, and what it brings."""

    tier: PartnerTier
    judged: tuple[Judged, ...]
    needed: int
    reach: str
    benefits: list[TierBenefit]

    @property
    def open_ones(self) -> int:
        """How many criteria are not met."""
        return sum(each.outcome.value != "met" for each in self.judged)


@dataclass(frozen=True)
class TierAnswer:
    """Where a partner stands: its tier, what keeps it, the next one, what is at risk until when, what it has."""

    tier: PartnerTier | None
    kept: Side | None
    following: Side | None
    at_risk: TierProposal | None
    benefits: list[TierBenefit]


def told(judged: Judged) -> Judged:
    """What a partner is told of a criterion: not what is suspected of it."""
    if judged.criterion.metric not in withheld():
        return judged
    return replace(judged, have=None, missing=None, lacks="", by=None, outcome=Outcome.UNKNOWN)


def withheld() -> frozenset[str]:
    """The metrics whose outcome is kept from partners."""
    return frozenset(code for code, metric in tier_metrics.METRICS.items() if not metric.for_dealers)


def standing_of(partner: Partner, *, today: date, for_staff: bool = False) -> TierAnswer:
    """Have, need and by when of the partner's tier and the next one; see ``standings_of``."""
    return standings_of([partner], today=today, for_staff=for_staff)[partner.pk]


def standings_of(partners: Sequence[Partner], *, today: date, for_staff: bool = False) -> dict[int, TierAnswer]:
    """Where each of these partners stands, at once; a partner is not told what is suspected of it.

    A demotion or exit that is proposed is told with its day of grace; a promotion only when it is decided.
    """
    ids = tuple(partner.pk for partner in partners)
    with unfenced():
        found = tiers.standings([rung.terms for rung in tiers.ladder_on(today)], day=today, partners=ids)
        rows = TierProposal.objects.still_open().filter(partner_id__in=ids).exclude(kind=ProposalKind.PROMOTION)
        at_risk = {row.partner_id: row for row in rows.select_related("to_tier")}
        by_id = {tier.pk: tier for tier in tiers.tiers_by_rank()}
        offered = tiers.benefits_by_tier(by_id)
        granted = tiers.granted_on(ids, today)
    sides = _Sides(by_id, offered, for_staff)
    answers = {}
    for pk in ids:
        standing = found.get(pk)
        tier = by_id.get(standing.tier_id) if standing and standing.tier_id else None
        kept, following = (standing.kept, standing.following) if standing else (None, None)
        answers[pk] = TierAnswer(tier, sides.of(kept), sides.of(following), at_risk.get(pk), granted.get(pk, []))
    return answers


@dataclass(frozen=True)
class _Sides:
    """Makes what is shown of a tier from what was judged."""

    by_id: dict[int, PartnerTier]
    offered: dict[int, list[TierBenefit]]
    for_staff: bool

    def of(self, verdict: Verdict | None) -> Side | None:
        if verdict is None:
            return None
        judged = verdict.judged if self.for_staff else tuple(told(each) for each in verdict.judged)
        tier_id = verdict.terms.tier_id
        offered = self.offered.get(tier_id, [])
        return Side(self.by_id[tier_id], judged, verdict.terms.needed, verdict.reach.value, offered)
