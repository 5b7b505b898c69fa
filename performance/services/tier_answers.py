"""A partner's own tier, answered on all facts for a partner that was fetched behind the fence."""

from dataclasses import dataclass, replace
from datetime import date

from channelhub.core.services.fence import unfenced
from partners.models import Partner, PartnerTier, TierBenefit
from partners.services import tiers as partner_tiers
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
    """Have, need and by when of the partner's tier and the next one; a partner is not told what is suspected of it.

    A demotion or exit that is proposed is told with its day of grace; a promotion only when it is decided.
    """
    with unfenced():
        ladder = [rung.terms for rung in tiers.ladder_on(today)]
        found = tiers.standings(ladder, day=today, partners=(partner.pk,)).get(partner.pk)
        proposal = tiers.open_proposal(partner)
        by_id = {tier.pk: tier for tier in tiers.tiers_by_rank()}
        benefits = tiers.benefits_by_tier(by_id)

        def side(verdict: Verdict | None) -> Side | None:
            if verdict is None:
                return None
            judged = verdict.judged if for_staff else tuple(told(each) for each in verdict.judged)
            terms = verdict.terms
            offered = benefits.get(terms.tier_id, [])
            return Side(by_id[terms.tier_id], judged, terms.needed, verdict.reach.value, offered)

        at_risk = proposal if proposal is not None and proposal.kind != ProposalKind.PROMOTION else None
        return TierAnswer(
            by_id.get(found.tier_id) if found and found.tier_id else None,
            side(found.kept) if found else None,
            side(found.following) if found else None,
            at_risk,
            partner_tiers.benefits_of(partner=partner, on=today),
        )
