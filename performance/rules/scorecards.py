"""Scores, grades and the explanation of every point: a pure function of KPI values and a scorecard's terms.

score = sum(points x weight) / sum(weights of the criteria that have data), rounded once, half up, to two places.
A criterion without data takes no part (it is never nought and never a hundred); with too little data there is no score.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from performance.enums import CurveShape

ZERO, HUNDRED = Decimal(0), Decimal(100)
PLACES = Decimal("0.01")
HEAVIEST, MONTHS = Decimal(100_000), 12
Point = tuple[Decimal, Decimal]


@dataclass(frozen=True)
class Curve:
    """From a KPI's value to points: straight lines between the points given, or steps; flat outside them."""

    shape: str
    points: tuple[Point, ...]

    def __post_init__(self) -> None:
        xs = [x for x, _ in self.points]
        if not xs or any(a >= b for a, b in pairwise(xs)):
            raise ValueError("a curve has at least one point, by ascending value")
        if any(not ZERO <= y <= HUNDRED for _, y in self.points):
            raise ValueError("points lie between 0 and 100")

    def at(self, value: Decimal) -> Decimal:
        """The points for a value. On a step's own value the new step counts."""
        below = [point for point in self.points if point[0] <= value]
        above = [point for point in self.points if point[0] > value]
        if not below:
            return self.points[0][1]
        if not above or self.shape == CurveShape.STEPS:
            return below[-1][1]
        (x0, y0), (x1, y1) = below[-1], above[0]
        return y0 + (y1 - y0) * (value - x0) / (x1 - x0)

    def nearest(self, points: Decimal, value: Decimal) -> Decimal | None:
        """The value nearest to ``value`` that gives at least so many points; None: the curve never does."""
        if self.at(value) >= points:
            return value
        return min(self._reaching(points), key=lambda x: abs(x - value), default=None)

    def _reaching(self, points: Decimal) -> list[Decimal]:
        """The corners that give as many, and where a line between two corners first does."""
        found = [x for x, y in self.points if y >= points]
        if self.shape == CurveShape.STEPS:
            return found
        for (x0, y0), (x1, y1) in pairwise(self.points):
            if min(y0, y1) < points <= max(y0, y1):
                found.append(x0 + (x1 - x0) * (points - y0) / (y1 - y0))
        return found


@dataclass(frozen=True)
class Criterion:
    """One KPI of a scorecard: which, over how many months (a year at most), how heavy, by which curve."""

    kpi: str
    weight: Decimal
    curve: Curve
    months: int = 1

    def __post_init__(self) -> None:
        if not ZERO < self.weight < HEAVIEST or not 1 <= self.months <= MONTHS:
            raise ValueError("a weight is greater than nought, and a criterion over one to twelve months")


@dataclass(frozen=True)
class Grade:
    """A letter and the score from which it is given."""

    letter: str
    starts_at: Decimal


@dataclass(frozen=True)
class Terms:
    """A version of a scorecard. Grades best first; below ``min_coverage`` of the weights with data: no score."""

    criteria: tuple[Criterion, ...]
    grades: tuple[Grade, ...] = ()
    min_coverage: Decimal = Decimal("0.5")

    def __post_init__(self) -> None:
        starts = [grade.starts_at for grade in self.grades]
        if not self.criteria or starts != sorted(set(starts), reverse=True):
            raise ValueError("a scorecard has criteria, and grades that fall")
        if len({(criterion.kpi, criterion.months) for criterion in self.criteria}) < len(self.criteria):
            raise ValueError("a KPI counts once over the same months")


@dataclass(frozen=True)
class Measured:
    """What a criterion is scored on: its value, or why there is none."""

    value: Decimal | None
    lacks: str = ""


@dataclass(frozen=True)
class Scored:
    """A criterion with data: value, points, its share of the weights that count, and what it adds to the score."""

    criterion: Criterion
    value: Decimal
    points: Decimal
    share: Decimal
    adds: Decimal
    code: str = "scored"


@dataclass(frozen=True)
class Withheld:
    """A criterion with data whose value is not for the partner: what is suspected is not told, what it costs is."""

    criterion: Criterion
    points: Decimal
    share: Decimal
    adds: Decimal
    code: str = "withheld"


@dataclass(frozen=True)
class LeftOut:
    """A criterion without data: its weight is spread over the others."""

    criterion: Criterion
    lacks: str
    code: str = "left_out"


@dataclass(frozen=True)
class Summed:
    """The score: the sum of what the criteria add, rounded once."""

    score: Decimal
    exact: Decimal
    code: str = "summed"


@dataclass(frozen=True)
class NoScore:
    """Too little data: the share of the weights that has some, and the share needed."""

    coverage: Decimal
    needed: Decimal
    code: str = "no_score"


@dataclass(frozen=True)
class Graded:
    """The grade the score gives; None: it reaches none of them."""

    letter: str
    starts_at: Decimal | None
    code: str = "graded"


@dataclass(frozen=True)
class NextGrade:
    """The next better grade and how many points are missing to it."""

    letter: str
    starts_at: Decimal
    missing: Decimal
    code: str = "next_grade"


@dataclass(frozen=True)
class WouldDo:
    """What one criterion alone takes: it would reach the next grade at ``value``; None: it cannot, it adds ``most``."""

    criterion: Criterion
    now: Decimal
    value: Decimal | None
    most: Decimal
    code: str = "would_do"


Step = Scored | Withheld | LeftOut | Summed | NoScore | Graded | NextGrade | WouldDo


@dataclass(frozen=True)
class Explained:
    """A score with its steps, in the order in which a person would compute it."""

    score: Decimal | None
    grade: str
    coverage: Decimal
    steps: tuple[Step, ...]

    @property
    def scored(self) -> list[Scored]:
        return [step for step in self.steps if isinstance(step, Scored)]


def explain(terms: Terms, measured: Sequence[Measured]) -> Explained:
    """The score of one partner: ``measured`` in the order of the criteria."""
    pairs = list(zip(terms.criteria, measured, strict=True))
    total = sum((criterion.weight for criterion, _ in pairs), ZERO)
    counted = sum((criterion.weight for criterion, found in pairs if found.value is not None), ZERO)
    coverage = (counted / total).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)
    steps: list[Step] = [_step(criterion, found, counted) for criterion, found in pairs]
    if not counted or coverage < terms.min_coverage:
        return Explained(None, "", coverage, (*steps, NoScore(coverage, terms.min_coverage)))
    exact = sum((step.adds for step in steps if isinstance(step, Scored)), ZERO)
    score = exact.quantize(PLACES, rounding=ROUND_HALF_UP)
    grade = grade_of(score, terms.grades)
    steps.append(Summed(score, exact))
    steps += _grading(score, grade, terms, [step for step in steps if isinstance(step, Scored)])
    return Explained(score, grade.letter if grade else "", coverage, tuple(steps))


def told_without(explained: Explained, kpis: Container[str]) -> Explained:
    """The same explanation without the values of some KPIs, nor which value of theirs would do."""
    steps = [step for step in explained.steps if not (isinstance(step, WouldDo) and step.criterion.kpi in kpis)]
    return replace(explained, steps=tuple(_withheld(step, kpis) for step in steps))


def _withheld(step: Step, kpis: Container[str]) -> Step:
    if isinstance(step, Scored) and step.criterion.kpi in kpis:
        return Withheld(step.criterion, step.points, step.share, step.adds)
    return step


def grade_of(score: Decimal, grades: Sequence[Grade]) -> Grade | None:
    """The best grade that the score reaches: 89.50 is no A from 90 on. None: it reaches none."""
    return next((grade for grade in grades if score >= grade.starts_at), None)


def ranks(scores: Mapping[int, Decimal]) -> dict[int, int]:
    """The rank of each by its score, the best first; who ties shares the better rank, the next one is skipped."""
    values = sorted(scores.values(), reverse=True)
    return {key: values.index(score) + 1 for key, score in scores.items()}


def _step(criterion: Criterion, found: Measured, counted: Decimal) -> Step:
    if found.value is None:
        return LeftOut(criterion, found.lacks)
    points, share = criterion.curve.at(found.value), criterion.weight / counted
    return Scored(criterion, found.value, points, share, points * criterion.weight / counted)


def _grading(score: Decimal, grade: Grade | None, terms: Terms, scored: list[Scored]) -> list[Step]:
    steps: list[Step] = []
    if terms.grades:
        steps.append(Graded(grade.letter if grade else "", grade.starts_at if grade else None))
    better = [each for each in terms.grades if score < each.starts_at]
    if not better:
        return steps
    missing = better[-1].starts_at - score
    steps.append(NextGrade(better[-1].letter, better[-1].starts_at, missing))
    return [*steps, *(_would_do(step, missing) for step in scored if _most(step) > 0)]


def _most(step: Scored) -> Decimal:
    """What the criterion could add at most beyond what it adds now."""
    return (max(y for _, y in step.criterion.curve.points) - step.points) * step.share


def _would_do(step: Scored, missing: Decimal) -> WouldDo:
    curve, needed = step.criterion.curve, step.points + missing / step.share
    value = curve.nearest(needed, step.value) if _most(step) >= missing else None
    return WouldDo(step.criterion, step.value, value, _most(step))
