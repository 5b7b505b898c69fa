"""The nightly review of tiers: proposals are opened, brought up to date and withdrawn; a person decides."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from channelhub.core.services import attention, outbox
from channelhub.lib import periods
from channelhub.lib.locks import advisory_lock
from partners.models import Partner
from partners.services.tiers import PORTAL
from performance import events
from performance.enums import TIER_AT_RISK, TIER_DECISIONS_WAIT, ProposalKind, ProposalState
from performance.models import TierProposal, TierRules
from performance.rules.tiers import Proposed, steps_of
from performance.selectors import tiers
from performance.services.tiers import WAITING, tell_kept

LOCK = "performance_one_tier_review_at_a_time"
ROLE = "channel_manager"
# After a decline or an undecided expiry the same is not proposed again for so long; undecided so long, it expires.
REST = timedelta(days=90)
UNDECIDED = timedelta(days=180)
Same = tuple[int, str, int | None, int | None]


@transaction.atomic
def review(*, business_day: date) -> dict[str, int]:
    """Compare every partner with what its tier and those above ask; the same night twice proposes nothing new.

    An open proposal keeps its day of grace and gets today's figures; without its reasons it is withdrawn. Another tier
    than before is a proposal of its own.
    """
    advisory_lock(LOCK)
    at = periods.midday(business_day)
    # Held before anything is read: a decision made meanwhile is either seen as a whole or waits for the review.
    held = list(TierProposal.objects.still_open().select_for_update().order_by("pk"))
    expired = [row for row in held if (row.grace_until or row.opened_on) <= business_day - UNDECIDED]
    ids = [row.pk for row in expired]
    TierProposal.objects.filter(pk__in=ids).update(state=ProposalState.EXPIRED, reviewed_on=business_day)
    rungs = tiers.ladder_on(business_day)
    rules = {rung.rules.tier_id: rung.rules for rung in rungs}
    wanted = {
        partner: standing.proposed
        for partner, standing in tiers.standings([rung.terms for rung in rungs], day=business_day).items()
        if standing.proposed is not None
    }
    kept, withdrawn = _follow_up([row for row in held if row not in expired], wanted, rules, business_day, at)
    opened = _open(wanted, kept | _resting(business_day), rules, business_day, at)
    _call_for_decisions(business_day, at)
    return {"opened": opened, "withdrawn": withdrawn, "expired": len(expired)}


def _same(partner_id: int, proposed: Proposed) -> Same:
    return (partner_id, str(proposed.kind), proposed.from_tier, proposed.to_tier)


def _key(row: TierProposal) -> Same:
    return (row.partner_id, str(row.kind), row.from_tier_id, row.to_tier_id)


def _resting(day: date) -> set[Same]:
    states = (ProposalState.DECLINED, ProposalState.EXPIRED)
    rows = TierProposal.objects.filter(state__in=states, reviewed_on__gt=day - REST - UNDECIDED)
    return {_key(row) for row in rows if _ended_on(row) > day - REST}


def _ended_on(row: TierProposal) -> date:
    return periods.business_day(row.decided_at) if row.decided_at else row.reviewed_on


def _follow_up(
    held: list[TierProposal], wanted: dict[int, Proposed], rules: dict[int, TierRules], day: date, at: datetime
) -> tuple[set[Same], int]:
    """Today's figures for what still holds, an end for what does not; the kept ones, and how many were withdrawn."""
    kept: set[Same] = set()
    withdrawn = 0
    changed = []
    for row in held:
        proposed = wanted.get(row.partner_id)
        if proposed is not None and _same(row.partner_id, proposed) == _key(row):
            kept.add(_key(row))
            row.reasons, row.reviewed_on = steps_of(proposed.why), day
            row.rules = rules[proposed.why.terms.tier_id]
            changed.append(row)
            continue
        withdrawn += 1
        TierProposal.objects.filter(pk=row.pk).update(state=ProposalState.WITHDRAWN, reviewed_on=day)
        if row.kind != ProposalKind.PROMOTION and (proposed is None or proposed.kind == ProposalKind.PROMOTION):
            tell_kept(row, at)
    TierProposal.objects.bulk_update(changed, ["reasons", "reviewed_on", "rules"], batch_size=500)
    return kept, withdrawn


def _open(wanted: dict[int, Proposed], known: set[Same], rules: dict[int, TierRules], day: date, at: datetime) -> int:
    new = {partner: found for partner, found in wanted.items() if _same(partner, found) not in known}
    there = Partner.objects.filter(pk__in=new).values_list("pk", flat=True)
    rows = [
        TierProposal(
            partner_id=partner,
            kind=new[partner].kind,
            from_tier_id=new[partner].from_tier,
            to_tier_id=new[partner].to_tier,
            rules=rules[new[partner].why.terms.tier_id],
            reasons=steps_of(new[partner].why),
            opened_on=day,
            reviewed_on=day,
            grace_until=new[partner].grace_until,
        )
        for partner in sorted(there)
    ]
    for row in TierProposal.objects.bulk_create(rows, batch_size=500):
        about: dict[str, Any] = {"proposal_id": row.pk, "partner_id": row.partner_id, "kind": str(row.kind)}
        outbox.publish(events.PROPOSAL_OPENED.name, occurred_at=at, **about)
        if row.grace_until is not None:
            attention.notify(TIER_AT_RISK, at=at, partner_id=row.partner_id, url=PORTAL, day=row.grace_until)
    return len(rows)


def _call_for_decisions(day: date, at: datetime) -> None:
    """One task for the channel managers while something is ripe; it closes with the last decision."""
    ripe = TierProposal.objects.still_open().exclude(grace_until__gt=day).count()
    if ripe:
        attention.open_task(kind=TIER_DECISIONS_WAIT, key=WAITING, at=at, role=ROLE, count=ripe)
    else:
        attention.close_of_itself(key=WAITING, result=_("Nothing waits any more."), at=at)
