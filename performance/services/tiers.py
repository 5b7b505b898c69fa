"""Rules of tiers: recorded in versions, never edited; and what a person decides about a proposal."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from channelhub.core.models import User
from channelhub.core.services import attention, outbox
from channelhub.core.services.fence import unfenced
from channelhub.lib.periods import business_day
from partners.models import PartnerTier, TierAssignment
from partners.services import tiers as partner_tiers
from performance import events
from performance.enums import TIER_KEPT, ProposalKind, ProposalState
from performance.errors import (
    DecisionNeedsReason,
    GraceRuns,
    ProposalDecided,
    TierHasChanged,
    TierRulesMeanNothing,
)
from performance.models import TierCriterion, TierProposal, TierRules
from performance.rules.tiers import Criterion, Terms
from performance.selectors import tier_metrics, tiers

WAITING = "performance.tier_decisions_wait"


def terms(*, tier: PartnerTier, criteria: Sequence[Criterion], **fields: int) -> Terms:
    """Terms from plain values; refused with what is wrong: a metric, its window or currency, how many are needed."""
    for criterion in criteria:
        trouble = tier_metrics.refused(
            metric=criterion.metric,
            window=criterion.window,
            currency=criterion.currency,
            threshold=criterion.threshold,
        )
        if trouble:
            raise TierRulesMeanNothing.of(trouble, criterion.metric)
    try:
        return Terms(tier.pk, tier.rank, tuple(criteria), **fields)
    except ValueError as error:
        raise TierRulesMeanNothing.of("needed" if "needed" in str(error) else "twice") from error


@transaction.atomic
def publish_rules(*, ladder: Sequence[Terms], valid_from: date, at: datetime) -> list[TierRules]:
    """Record what tiers ask from a day on, those of the ladder that change; the rules made.

    Rules known for the same day are superseded, never edited. The next night reviews by them. Refused: a day gone by.
    """
    if valid_from < business_day(at):
        raise TierRulesMeanNothing.of("past")
    held = PartnerTier.objects.select_for_update().order_by("pk")
    list(held.filter(pk__in=[each.tier_id for each in ladder]))
    in_force = {rung.rules.tier_id: rung for rung in tiers.ladder_on(valid_from)}
    return [
        _publish(each, valid_from, at)
        for each in ladder
        if each.tier_id not in in_force or in_force[each.tier_id].terms != each
    ]


def _publish(made: Terms, valid_from: date, at: datetime) -> TierRules:
    known = TierRules.objects.known().filter(tier_id=made.tier_id, valid_from=valid_from)
    known.update(known_until=at)
    rules = TierRules.objects.create(
        tier_id=made.tier_id,
        valid_from=valid_from,
        needed=made.needed,
        grace_days=made.grace_days,
        settled_days=made.settled_days,
        known_from=at,
    )
    TierCriterion.objects.bulk_create(
        TierCriterion(
            rules=rules,
            position=position,
            metric=each.metric,
            window=each.window,
            months=each.months,
            comparison=each.comparison,
            threshold=each.threshold,
            currency=each.currency,
            mandatory=each.mandatory,
        )
        for position, each in enumerate(made.criteria, start=1)
    )
    return rules


@transaction.atomic
def accept(
    *, proposal: TierProposal, by: User, at: datetime, first_day: date | None = None, reason: str = ""
) -> TierProposal:
    """The partner's tier changes from a day on (None: today, or the day after its grace), its benefits with it.

    Of several deciders one wins. Refused: decided already, a day within the grace or gone by, and a partner that stands
    in another tier by now.
    """
    with unfenced():
        row = _held(proposal)
        earliest = max(business_day(at), row.grace_until or date.min)
        day = first_day or earliest
        if day < earliest:
            raise GraceRuns(earliest)
        current = TierAssignment.objects.filter(partner_id=row.partner_id, valid_during__contains=day).first()
        if (current and current.tier_id) != row.from_tier_id:
            raise TierHasChanged
        _decide(row, ProposalState.ACCEPTED, reason, by, at, day)
        partner_tiers.change_tier(partner=row.partner, tier=row.to_tier, first_day=day, at=at)
    return row


@transaction.atomic
def decline(*, proposal: TierProposal, reason: str, by: User, at: datetime) -> TierProposal:
    """The partner's tier stays; the same is not proposed again for a quarter. Refused without a reason."""
    if not reason.strip():
        raise DecisionNeedsReason
    with unfenced():
        row = _held(proposal)
        _decide(row, ProposalState.DECLINED, reason, by, at, None)
        if row.kind != ProposalKind.PROMOTION:
            tell_kept(row, at)
    return row


def tell_kept(proposal: TierProposal, at: datetime) -> None:
    """Tell the partner that what was at risk no longer is."""
    attention.notify(TIER_KEPT, at=at, partner_id=proposal.partner_id, url=partner_tiers.PORTAL)


def _held(proposal: TierProposal) -> TierProposal:
    rows = TierProposal.objects.select_for_update(of=("self",)).select_related("partner", "to_tier")
    row = rows.get(pk=proposal.pk)
    if row.state != ProposalState.OPEN:
        raise ProposalDecided.of(row)
    return row


def _decide(
    row: TierProposal, state: ProposalState, reason: str, by: User, at: datetime, first_day: date | None
) -> None:
    row.state, row.reason, row.first_day = state, reason.strip(), first_day
    row.decided_by, row.decided_at = by, at
    row.save(update_fields=["state", "reason", "first_day", "decided_by", "decided_at"])
    row.refresh_from_db(fields=["version", "updated_at"])
    if not TierProposal.objects.still_open().exists():
        attention.close_of_itself(key=WAITING, result=_("All are decided."), at=at)
    about: dict[str, Any] = {"proposal_id": row.pk, "partner_id": row.partner_id, "kind": str(row.kind)}
    outbox.publish(events.PROPOSAL_DECIDED.name, occurred_at=at, state=str(state), user_id=by.pk, **about)
