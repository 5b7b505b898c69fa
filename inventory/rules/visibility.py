"""Which of the rules about a location decides what a partner is shown of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from inventory.enums import Audience, Shows

# The more particular the audience, the more it says: a rule about a partner stands above one about its type.
RANK = {Audience.EVERYONE: 0, Audience.TERRITORY: 1, Audience.TYPE: 2, Audience.SUBTREE: 3}
# Among equals the one that tells less.
CAUTION = {Shows.EXACT: 0, Shows.BAND: 1, Shows.HIDDEN: 2}


@dataclass(frozen=True)
class Rule:
    """One rule that fits the partner and the location. ``near``: how closely, within its kind of audience: the depth
    of the territory, or how far down the tree the named partner stands. ``names_location``: not for all locations.
    """

    audience: Audience
    shows: Shows
    few_below: Decimal
    names_location: bool
    near: int = 0
    rule_id: int = 0


def deciding(rules: Iterable[Rule]) -> Rule | None:
    """The rule that decides; None: nothing is shown.

    First the audience (partner, type, territory, everyone), then the nearer one of its kind, then the one that names
    the location, and last the one that tells less.
    """
    return max(
        rules,
        key=lambda rule: (RANK[rule.audience], rule.near, rule.names_location, CAUTION[rule.shows]),
        default=None,
    )
