"""Scores against published worked examples and properties that hold whatever the numbers."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from performance.enums import CurveShape
from performance.rules.scorecards import (
    Criterion,
    Curve,
    Grade,
    Graded,
    LeftOut,
    Measured,
    NextGrade,
    NoScore,
    Terms,
    WouldDo,
    explain,
    grade_of,
    ranks,
)

AS_IT_IS = Curve(CurveShape.LINEAR, ((Decimal(0), Decimal(0)), (Decimal(100), Decimal(100))))
LETTERS = (
    Grade("A", Decimal(90)),
    Grade("B", Decimal(80)),
    Grade("C", Decimal(70)),
    Grade("D", Decimal(60)),
    Grade("F", Decimal(0)),
)
# W55: order change up to 6 % 100, up to 18 % 80, up to 30 % 60, above 0; a tenth of a point above stands for "above".
ORDER_CHANGE = Curve(
    CurveShape.STEPS,
    tuple((Decimal(x), Decimal(y)) for x, y in (("0", 100), ("6.01", 80), ("18.01", 60), ("30.01", 0))),
)


def terms(*weights, curve=AS_IT_IS, grades=LETTERS, min_coverage="0.5"):
    criteria = tuple(Criterion(f"kpi{number}", Decimal(weight), curve) for number, weight in enumerate(weights))
    return Terms(criteria, grades, Decimal(min_coverage))


def measured(*values):
    return [Measured(None, "not_reported") if value is None else Measured(Decimal(value)) for value in values]


@pytest.mark.parametrize(
    ("values", "score"),
    [pytest.param((90, 80, 70, 85), "82.50", id="W53 A"), pytest.param((75, 95, 88, 90), "85.10", id="W53 B")],
)
def test_a_weighted_score_is_that_of_the_published_example(values, score):
    assert explain(terms(40, 30, 20, 10), measured(*values)).score == Decimal(score)


def test_the_better_of_the_published_pair_ranks_first_and_ties_share_a_rank():
    assert ranks({1: Decimal("82.5"), 2: Decimal("85.1")}) == {1: 2, 2: 1}
    assert ranks({1: Decimal(80), 2: Decimal(80), 3: Decimal(70)}) == {1: 1, 2: 1, 3: 3}


@pytest.mark.parametrize(
    ("change", "points"),
    [("0", 100), ("6", 100), ("6.01", 80), ("18", 80), ("25", 60), ("30", 60), ("31", 0), ("-1", 100)],
    ids=lambda value: f"W55 {value}",
)
def test_banded_points_are_those_of_the_published_sheet(change, points):
    assert ORDER_CHANGE.at(Decimal(change)) == points


@pytest.mark.parametrize(
    ("score", "letter"),
    [("100", "A"), ("90", "A"), ("89.5", "B"), ("80", "B"), ("79.99", "C"), ("60", "D"), ("59.99", "F")],
    ids=lambda value: f"W56 {value}",
)
def test_letters_are_given_from_their_bound_upwards_never_rounded_up(score, letter):
    assert grade_of(Decimal(score), LETTERS).letter == letter


def test_a_criterion_without_data_takes_no_part_instead_of_counting_as_nought_or_a_hundred():
    explained = explain(terms(50, 30, 20), measured(80, None, 60))

    assert explained.score == Decimal("74.29")  # (80 x 50 + 60 x 20) / 70
    assert explained.coverage == Decimal("0.7")
    assert [step.lacks for step in explained.steps if isinstance(step, LeftOut)] == ["not_reported"]


def test_with_too_little_data_there_is_no_score_and_no_grade():
    explained = explain(terms(40, 60), measured(100, None))

    assert (explained.score, explained.grade) == (None, "")
    assert explained.steps[-1] == NoScore(Decimal("0.4"), Decimal("0.5"))


def test_without_any_data_there_is_no_score_even_if_none_is_asked_for():
    assert explain(terms(1, 1, min_coverage="0"), measured(None, None)).score is None


def test_what_is_missing_to_the_next_grade_is_told_by_kpi():
    explained = explain(terms(75, 25), measured(76, 80))

    assert explained.score == 77
    assert NextGrade("B", Decimal(80), Decimal(3)) in explained.steps
    assert [(step.criterion.kpi, step.value) for step in explained.steps if isinstance(step, WouldDo)] == [
        ("kpi0", Decimal(80)),
        ("kpi1", Decimal(92)),
    ]


def test_a_kpi_that_cannot_do_it_alone_says_how_much_it_adds_at_most():
    explained = explain(terms(90, 10), measured(76, 80))

    [first, second] = [step for step in explained.steps if isinstance(step, WouldDo)]
    assert (first.value is not None, second.value, second.most) == (True, None, Decimal(2))


def test_the_best_grade_has_no_next_one():
    steps = explain(terms(1), measured(95)).steps

    assert isinstance(steps[-1], Graded)


@pytest.mark.parametrize(
    "points", [(), ((Decimal(1), Decimal(0)), (Decimal(1), Decimal(5))), ((Decimal(0), Decimal(101)),)]
)
def test_a_curve_out_of_order_or_beyond_a_hundred_is_refused(points):
    with pytest.raises(ValueError, match=r"curve|points"):
        Curve(CurveShape.LINEAR, points)


def test_grades_must_fall():
    with pytest.raises(ValueError, match="grades"):
        terms(1, grades=(Grade("B", Decimal(80)), Grade("A", Decimal(90))))


NUMBERS = st.decimals(-1000, 1000, places=2, allow_nan=False)
POINTS = st.decimals(0, 100, places=2, allow_nan=False)


@st.composite
def curves(draw):
    xs = sorted(draw(st.sets(NUMBERS, min_size=1, max_size=6)))
    return Curve(draw(st.sampled_from(CurveShape.values)), tuple((x, draw(POINTS)) for x in xs))


@given(curve=curves(), value=NUMBERS)
def test_points_never_leave_the_range_of_the_curve(curve, value):
    ys = [y for _, y in curve.points]

    assert min(ys) <= curve.at(value) <= max(ys)


@given(curve=curves(), value=NUMBERS, points=POINTS)
def test_the_nearest_value_gives_the_points_asked_for(curve, value, points):
    found = curve.nearest(points, value)

    if found is None:
        assert max(y for _, y in curve.points) < points
    else:
        assert curve.at(found) >= points - Decimal("1e-15")


@given(data=st.data(), count=st.integers(1, 5))
def test_what_the_criteria_add_is_the_score(data, count):
    criteria = tuple(
        Criterion(f"kpi{n}", Decimal(data.draw(st.integers(1, 90))), data.draw(curves())) for n in range(count)
    )
    values = [Measured(data.draw(st.none() | NUMBERS), "") for _ in criteria]

    explained = explain(Terms(criteria, LETTERS, Decimal(0)), values)

    if explained.score is None:
        assert all(found.value is None for found in values)
    else:
        assert abs(sum(step.adds for step in explained.scored) - explained.score) <= Decimal("0.005")
        assert 0 <= explained.score <= 100
