"""What ``performance`` tells the outside. docs/events.md lists all events."""

from channelhub.core.events import declare

FINDING_OPENED = declare(
    "performance.finding.opened",
    "The night found something that looks wrong: a sale outside the territory, a price below the minimum.",
    finding_id=int,
    partner_id=int,
    kind=str,
)
FINDING_DECIDED = declare(
    "performance.finding.decided",
    "A person confirmed or dismissed a finding.",
    finding_id=int,
    partner_id=int,
    kind=str,
    state=str,
    user_id=int,
)
PROPOSAL_OPENED = declare(
    "performance.tier_proposal.opened",
    "The night proposes another tier for a partner, or none.",
    proposal_id=int,
    partner_id=int,
    kind=str,
)
PROPOSAL_DECIDED = declare(
    "performance.tier_proposal.decided",
    "A person accepted or declined a proposal for a partner's tier.",
    proposal_id=int,
    partner_id=int,
    kind=str,
    state=str,
    user_id=int,
)
