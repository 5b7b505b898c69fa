"""Answers for a partner about its own targets and scores: from rows fetched behind the fence, computed on all facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from channelhub.core.services.fence import unfenced
from performance.enums import KpiCode
from performance.models import Score, Scorecard, Target
from performance.rules.scorecards import Explained, told_without
from performance.selectors import attainment, scorecards
from performance.selectors.attainment import Progress

SUSPICIONS = frozenset({KpiCode.CONFLICTS.value})


@dataclass(frozen=True)
class ScoreAnswer:
    """A partner's score with its scorecard, the reason of every point, and the currency of its figures."""

    score: Score
    scorecard: Scorecard
    explained: Explained
    currency: str


def progress_of(targets: Sequence[Target], *, today: date) -> list[Progress]:
    """How far the partner's targets are reached at this moment."""
    with unfenced():
        return attainment.progress(targets, today=today)


def explained(score: Score) -> ScoreAnswer:
    """Why the partner has this score; the terms of a scorecard are not for partners, what they give is.

    Nor is what is suspected of it: conflicts cost points, how many are being looked at is not told.
    """
    with unfenced():
        version = score.scorecard_version
        told = told_without(scorecards.explain(score), SUSPICIONS)
        return ScoreAnswer(score, version.scorecard, told, version.currency)


def with_cards(scores: Sequence[Score]) -> Sequence[Score]:
    """The scorecards' codes and names of scores that were fetched behind the fence."""
    with unfenced():
        cards = Scorecard.objects.in_bulk([score.scorecard_id for score in scores])
    for score in scores:
        score.card = cards[score.scorecard_id]  # type: ignore[attr-defined]
    return scores
