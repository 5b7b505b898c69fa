"""Tiers: whether a partner meets what a tier asks, what it lacks and by when, and what a review proposes.

A criterion is met, missed or unknown: no data is no failure, but it is no merit either. A tier is *reached* when every
mandatory criterion and so many of the others are met; it is *lost* when that cannot be even if everything unknown were
met; else it is *unclear*, and nothing is proposed from it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from channelhub.lib.periods import add_months, month_of
from performance.enums import Comparison, ProposalKind, TierWindow

MOST_MONTHS = 24
# Asking for the thing was answered: who has sold nothing has not sold enough.
NONE_AT_ALL = frozenset({"nothing_sold_yet"})
Key = tuple[str, str, int, str]


class Outcome(StrEnum):
    """What became of one criterion."""

    MET = "met"
    MISSED = "missed"
    UNKNOWN = "unknown"


class Reach(StrEnum):
    """What became of all criteria of a tier together."""

    REACHED = "reached"
    LOST = "lost"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Criterion:
    """One thing a tier asks: a metric over a window, compared with a threshold; mandatory, or one of several.

    ``currency``: the one in which money is counted; empty for anything else. ``months``: of a trailing window.
    """

    metric: str
    window: str
    comparison: str
    threshold: Decimal
    mandatory: bool = True
    months: int = 0
    currency: str = ""

    def __post_init__(self) -> None:
        trailing = self.window == TierWindow.TRAILING
        if trailing != (self.months > 0) or not 0 <= self.months <= MOST_MONTHS:
            raise ValueError("only a trailing window has months, at most two years of them")

    @property
    def key(self) -> Key:
        """What is measured: criteria of several tiers with the same key read one figure."""
        return (self.metric, self.window, self.months, self.currency)


@dataclass(frozen=True)
class Terms:
    """What one tier asks, and how it is kept. The smallest ``rank`` is the highest tier.

    ``needed``: so many of the criteria that are not mandatory. ``grace_days``: between a warning and what it warns of.
    ``settled_days``: so long a partner stands in the tier before its loss is proposed.
    """

    tier_id: int
    rank: int
    criteria: tuple[Criterion, ...] = ()
    needed: int = 0
    grace_days: int = 90
    settled_days: int = 180

    def __post_init__(self) -> None:
        optional = [criterion for criterion in self.criteria if not criterion.mandatory]
        if not 0 <= self.needed <= len(optional) or (optional and not self.needed):
            raise ValueError("of the criteria that are not mandatory at least one and at most all are needed")
        asked = [(criterion.key, criterion.comparison) for criterion in self.criteria]
        if len(set(asked)) < len(asked):
            raise ValueError("a metric is asked for once over the same window")


@dataclass(frozen=True)
class Reading:
    """What a metric says of a partner: its value, or why there is none."""

    value: Decimal | None
    lacks: str = ""


@dataclass(frozen=True)
class Judged:
    """One criterion and what came of it: have, need, what is missing, by when. A typed step."""

    criterion: Criterion
    have: Decimal | None
    lacks: str
    outcome: Outcome
    missing: Decimal | None
    by: date | None
    code: str = "judged"


@dataclass(frozen=True)
class Verdict:
    """A tier and what came of each of its criteria."""

    terms: Terms
    judged: tuple[Judged, ...]
    reach: Reach


@dataclass(frozen=True)
class Proposed:
    """What a review proposes: from a tier to another (None: out of all), why, and until when to wait."""

    kind: ProposalKind
    from_tier: int | None
    to_tier: int | None
    why: Verdict
    grace_until: date | None


@dataclass(frozen=True)
class Standing:
    """A partner's tier, whether it is kept, the next one above, and what a review would propose."""

    tier_id: int | None
    kept: Verdict | None
    following: Verdict | None
    proposed: Proposed | None
    verdicts: tuple[Verdict, ...]


def window_of(window: str, months: int, day: date) -> tuple[date, date]:
    """The first and the last month that a window reads on a day.

    Trailing: so many whole months that are over (a day that ends its month ends it). Quarter: the last one that is
    over. Year to date: from January up to the month that runs.
    """
    over = add_months(month_of(day + timedelta(days=1)), -1)
    if window == TierWindow.TRAILING:
        return add_months(over, 1 - months), over
    if window == TierWindow.QUARTER:
        last = add_months(over, -(over.month % 3))
        return add_months(last, -2), last
    return (date(day.year, 1, 1), month_of(day)) if window == TierWindow.YEAR else (month_of(day), month_of(day))


def reachable_by(window: str, day: date) -> date | None:
    """The last day whose figures can still change what the window reads next; None: at any time."""
    ends = {
        TierWindow.TRAILING: add_months(month_of(day), 1),
        TierWindow.QUARTER: add_months(date(day.year, (day.month - 1) // 3 * 3 + 1, 1), 3),
        TierWindow.YEAR: date(day.year + 1, 1, 1),
    }
    end = ends.get(TierWindow(window))
    return None if end is None else end - timedelta(days=1)


def judge_one(criterion: Criterion, reading: Reading, day: date) -> Judged:
    """Whether a criterion is met; at the threshold it is. Who has sold nothing at all has missed what was asked."""
    have = reading.value
    if have is None:
        outcome = Outcome.MISSED if reading.lacks in NONE_AT_ALL else Outcome.UNKNOWN
        return Judged(criterion, None, reading.lacks, outcome, None, reachable_by(criterion.window, day))
    at_least = criterion.comparison == Comparison.AT_LEAST
    gap = criterion.threshold - have if at_least else have - criterion.threshold
    if gap <= 0:
        return Judged(criterion, have, "", Outcome.MET, None, None)
    return Judged(criterion, have, "", Outcome.MISSED, gap, reachable_by(criterion.window, day))


def judge(terms: Terms, readings: Mapping[Key, Reading], day: date) -> Verdict:
    """A tier's criteria over what was read; what was not read is unknown. A tier that asks nothing is reached."""
    nothing = Reading(None, "not_measured")
    judged = tuple(judge_one(each, readings.get(each.key, nothing), day) for each in terms.criteria)
    mandatory = [each.outcome for each in judged if each.criterion.mandatory]
    optional = [each.outcome for each in judged if not each.criterion.mandatory]
    met, unknown = optional.count(Outcome.MET), optional.count(Outcome.UNKNOWN)
    if Outcome.MISSED in mandatory or met + unknown < terms.needed:
        return Verdict(terms, judged, Reach.LOST)
    reached = Outcome.UNKNOWN not in mandatory and met >= terms.needed
    return Verdict(terms, judged, Reach.REACHED if reached else Reach.UNCLEAR)


def stand(
    ladder: Sequence[Terms],
    *,
    tier_id: int | None,
    since: date | None,
    readings: Mapping[Key, Reading],
    day: date,
) -> Standing:
    """Where a partner stands on a ladder (tiers with rules) that it entered ``since``, and what a review proposes.

    Up to the highest tier it reaches; down to the highest below that it has not lost; out if it has lost all of them.
    A tier without rules is neither reached nor lost; none is lost before the partner has stood in it long enough.
    Nobody is promoted to a tier that asks nothing.
    """
    verdicts = tuple(judge(terms, readings, day) for terms in sorted(ladder, key=lambda terms: terms.rank))
    kept = next((each for each in verdicts if each.terms.tier_id == tier_id), None)
    known = tier_id is None or kept is not None
    above = [each for each in verdicts if kept is None or each.terms.rank < kept.terms.rank] if known else []
    below = [each for each in verdicts if kept is not None and each.terms.rank > kept.terms.rank]
    earned = [each for each in above if each.reach is Reach.REACHED and each.terms.criteria]
    best = earned[0] if earned else None
    following = above[-1] if above else None
    proposed = None
    if best is not None:
        kind = ProposalKind.PROMOTION
        proposed = Proposed(kind, tier_id, best.terms.tier_id, best, None)
    elif kept is not None and kept.reach is Reach.LOST and _has_settled(kept.terms, since, day):
        proposed = _downwards(kept, below, day)
    return Standing(tier_id, kept, following, proposed, verdicts)


def _has_settled(terms: Terms, since: date | None, day: date) -> bool:
    return since is None or since + timedelta(days=terms.settled_days) <= day


def _downwards(kept: Verdict, below: Sequence[Verdict], day: date) -> Proposed:
    lower = next((each for each in below if each.reach is not Reach.LOST), None)
    kind = ProposalKind.EXIT if lower is None else ProposalKind.DEMOTION
    target = None if lower is None else lower.terms.tier_id
    return Proposed(kind, kept.terms.tier_id, target, kept, day + timedelta(days=kept.terms.grace_days))


def steps_of(verdict: Verdict) -> list[dict[str, Any]]:
    """The judged criteria as plain values, to be stored with a proposal."""
    return [
        {
            "code": each.code,
            "metric": each.criterion.metric,
            "window": each.criterion.window,
            "months": each.criterion.months,
            "comparison": each.criterion.comparison,
            "threshold": _plain(each.criterion.threshold),
            "currency": each.criterion.currency,
            "mandatory": each.criterion.mandatory,
            "have": _plain(each.have),
            "lacks": each.lacks,
            "outcome": each.outcome.value,
            "missing": _plain(each.missing),
            "by": each.by.isoformat() if each.by else "",
        }
        for each in verdict.judged
    ]


def steps_from(stored: Sequence[Mapping[str, Any]]) -> list[Judged]:
    """The steps again, as they were stored."""
    return [
        Judged(
            Criterion(
                step["metric"],
                step["window"],
                step["comparison"],
                Decimal(step["threshold"]),
                step["mandatory"],
                step["months"],
                step["currency"],
            ),
            Decimal(step["have"]) if step["have"] else None,
            step["lacks"],
            Outcome(step["outcome"]),
            Decimal(step["missing"]) if step["missing"] else None,
            date.fromisoformat(step["by"]) if step["by"] else None,
        )
        for step in stored
    ]


def _plain(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"
