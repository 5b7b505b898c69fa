"""What is odd about a ladder of tiers: gaps, overlaps, a higher tier that is easier, steps that are too steep."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from performance.enums import Comparison
from performance.rules.tiers import Criterion, Terms

STEEPEST = Decimal(5)
FEWEST = Decimal("0.01")
CERTAIN = 20  # below so many partners a share says nothing


@dataclass(frozen=True)
class Warned:
    """One oddity: ``code`` gap, overlap, easier, dropped, steep or few; the tiers, the metric, and figures."""

    code: str
    tier_id: int
    other_tier: int | None = None
    metric: str = ""
    lower: Decimal | None = None
    higher: Decimal | None = None
    currency: str = ""
    count: int | None = None
    of: int | None = None


def warnings(
    tiers: Sequence[int],
    ladder: Sequence[Terms],
    *,
    reaching: Mapping[int, int] | None = None,
    partners: int = 0,
    steepest: Decimal = STEEPEST,
    fewest: Decimal = FEWEST,
) -> list[Warned]:
    """The oddities of a ladder. ``tiers``: every tier of the channel by rank, the highest first.

    ``reaching``: how many of today's ``partners`` meet each tier's criteria; left out, nothing is said of it.
    """
    by_tier = {terms.tier_id: terms for terms in ladder}
    found = [Warned("gap", tier) for tier in _gaps(tiers, by_tier)]
    kept = [by_tier[tier] for tier in tiers if tier in by_tier]
    for higher, lower in pairwise(kept):
        found += _between(higher, lower, steepest)
    if reaching is not None and partners >= CERTAIN:
        low = [terms.tier_id for terms in kept if reaching.get(terms.tier_id, 0) < partners * fewest]
        found += [Warned("few", tier, count=reaching.get(tier, 0), of=partners) for tier in low]
    return found


def _gaps(tiers: Sequence[int], by_tier: Mapping[int, Terms]) -> list[int]:
    """Tiers that ask nothing though another below them does; the lowest may be for everybody."""
    asking = [place for place, tier in enumerate(tiers) if tier in by_tier and by_tier[tier].criteria]
    last = max(asking, default=-1)
    lowest = len(tiers) - 1
    return [tier for place, tier in enumerate(tiers) if place not in asking and place < max(last, lowest)]


def _between(higher: Terms, lower: Terms, steepest: Decimal) -> list[Warned]:
    if not higher.criteria or not lower.criteria:
        return []
    pair = (higher.tier_id, lower.tier_id)
    if _asks(higher) == _asks(lower) and higher.needed == lower.needed:
        return [Warned("overlap", *pair)]
    above = {(each.key, each.comparison): each for each in higher.criteria}
    found = []
    for below in lower.criteria:
        same = above.get((below.key, below.comparison))
        if same is None:
            found.append(Warned("dropped", *pair, metric=below.metric))
        else:
            found += _compared(same, below, pair, steepest)
    return found


def _asks(terms: Terms) -> set[Criterion]:
    return set(terms.criteria)


def _compared(higher: Criterion, lower: Criterion, pair: tuple[int, int], steepest: Decimal) -> list[Warned]:
    about = {"metric": lower.metric, "currency": lower.currency, "lower": lower.threshold, "higher": higher.threshold}
    at_least = lower.comparison == Comparison.AT_LEAST
    harder, easier = (higher.threshold, lower.threshold) if at_least else (lower.threshold, higher.threshold)
    if harder < easier or (lower.mandatory and not higher.mandatory):
        return [Warned("easier", *pair, **about)]  # type: ignore[arg-type]
    if easier > 0 and harder / easier > steepest:
        return [Warned("steep", *pair, **about)]  # type: ignore[arg-type]
    return []
