"""Drawing, marking, retrying, lacking, losing: arithmetic without a database."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partners.rules.certificate_numbers import ALPHABET, check_sign, grouped, new_number, read_number
from partners.rules.certification import (
    CourseMark,
    Holding,
    Lack,
    Need,
    Refusal,
    Sitting,
    draw,
    due_warning,
    initials,
    is_over,
    lacking,
    last_day_of,
    mark,
    refused_start,
    standing,
    would_lose,
)

DAY = date(2026, 3, 16)
FREE = Sitting(courses_missing=0, used=0, allowed=3)


def holding(holder="anna", *, programme=1, rank=1, first=DAY, last=date(2026, 12, 31)):
    return Holding(holder, programme, rank, first, last)


def test_a_draw_is_repeatable_and_takes_from_every_course():
    courses = {1: range(10), 2: range(100, 103)}

    drawn = draw(courses, number=6, seed="seed")

    assert drawn == draw(courses, number=6, seed="seed")
    assert (len(set(drawn)), sum(question >= 100 for question in drawn)) == (6, 3)
    assert drawn != draw(courses, number=6, seed="another")
    assert sorted(draw({1: [1, 2]}, number=5, seed="x")) == [1, 2]


def test_a_question_counts_when_exactly_its_right_options_were_chosen():
    course_of = {"1": 7, "2": 7, "3": 8, "4": 8}
    right = {"1": [11], "2": [21, 22], "3": [31], "4": [41]}

    result = mark(course_of=course_of, right=right, answers={"1": [11], "2": [21], "3": [31]}, pass_mark=50)

    assert (result.asked, result.right, result.score, result.is_passed) == (4, 2, Decimal("50.00"), True)
    assert result.courses == (CourseMark(7, 2, 1), CourseMark(8, 2, 1))


def test_the_exact_share_passes_not_the_rounded_score():
    course_of = {str(number): 1 for number in range(3)}
    right = {str(number): [number + 1] for number in range(3)}

    two = mark(course_of=course_of, right=right, answers={"0": [1], "1": [2]}, pass_mark=67)

    assert (two.score, two.is_passed) == (Decimal("66.67"), False)
    assert mark(course_of={}, right={}, answers={}, pass_mark=1).is_passed is False
    assert mark(course_of={"1": 1}, right={"1": []}, answers={}, pass_mark=1).right == 0


@pytest.mark.parametrize(
    ("sitting", "refusal"),
    [
        (FREE, None),
        (Sitting(2, 0, 3), Refusal("courses_missing", count=2)),
        (Sitting(0, 3, 3), Refusal("no_tries", count=3)),
        (Sitting(0, 3, 4, failed_on=DAY - timedelta(days=2)), None),
        (Sitting(0, 1, 3, failed_on=DAY), Refusal("pause", date(2026, 3, 18))),
        (Sitting(0, 1, 3, failed_on=DAY - timedelta(days=1)), Refusal("pause", date(2026, 3, 17))),
        (Sitting(0, 0, 3, certified_through=DAY + timedelta(days=91)), Refusal("already_certified", date(2026, 3, 17))),
        (Sitting(0, 0, 3, certified_through=DAY + timedelta(days=90)), None),
    ],
)
def test_when_an_exam_may_begin(sitting, refusal):
    assert refused_start(sitting, pause_days=2, on=DAY) == refusal


def test_the_deadline_itself_is_too_late():
    deadline = datetime(2026, 3, 16, 4, 30, tzinfo=UTC)

    assert not is_over(deadline_at=deadline, at=deadline - timedelta(microseconds=1))
    assert is_over(deadline_at=deadline, at=deadline)


@pytest.mark.parametrize(
    ("first", "months", "last"),
    [
        (date(2026, 1, 1), 12, date(2026, 12, 31)),
        (date(2026, 1, 31), 1, date(2026, 2, 27)),
        (date(2024, 2, 29), 12, date(2025, 2, 27)),
        (date(2026, 12, 15), 24, date(2028, 12, 14)),
    ],
)
def test_so_many_months_end_the_day_before(first, months, last):
    assert last_day_of(first, months) == last


def test_holders_count_once_and_higher_levels_for_lower_ones():
    needs = [Need(1, 1, 1, 2), Need(2, 1, 2, 1), Need(3, 2, 1, 1)]
    held = [holding("anna"), holding("anna", rank=2), holding("ben", rank=3, last=date(2026, 3, 31))]

    assert lacking(needs, held, on=DAY) == [Lack(3, 1, 0)]
    assert [(lack.key, lack.missing) for lack in lacking(needs, held, on=date(2026, 4, 1))] == [(1, 1), (3, 1)]


def test_only_what_is_met_now_is_lost_and_a_renewal_saves_it():
    needs = [Need(1, 1, 1, 1), Need(2, 2, 1, 1)]
    ending = holding(last=date(2026, 3, 31))
    renewed = holding(first=date(2026, 4, 1))

    assert would_lose(needs, [ending], last=ending.last, on=DAY) == [Lack(1, 1, 0)]
    assert would_lose(needs, [ending, renewed], last=ending.last, on=DAY) == []


@pytest.mark.parametrize(
    ("left", "warned", "due"),
    [
        (91, [], None),
        (90, [], 90),
        (60, [90], None),
        (60, [], 90),
        (30, [90], 30),
        (5, [90], 7),
        (0, [], 7),
        (-1, [], None),
        (3, [7], None),
    ],
)
def test_the_nearest_warning_that_was_not_given(left, warned, due):
    assert due_warning(last=DAY + timedelta(days=left), warned=warned, on=DAY) == due


def test_what_weighs_most_is_told_of_a_certificate():
    facts = {"first": DAY, "last": DAY, "withdrawn": False, "suspended": False, "left": False, "on": DAY}

    assert standing(**facts) == "valid"
    assert standing(**facts | {"suspended": True}) == "suspended"
    assert standing(**facts | {"suspended": True, "left": True}) == "left"
    assert standing(**facts | {"on": DAY - timedelta(days=1), "left": True}) == "not_yet"
    assert standing(**facts | {"on": DAY + timedelta(days=1), "suspended": True}) == "expired"
    assert standing(**facts | {"on": DAY + timedelta(days=1), "withdrawn": True}) == "withdrawn"


@pytest.mark.parametrize(
    ("name", "short"), [("王敏", "王＊"), ("Anna Maria Smith", "A. M. S."), ("anna", "A."), ("", ""), ("  ", "")]
)
def test_people_are_shown_by_initials(name, short):
    assert initials(name) == short


def test_a_number_is_read_as_people_type_it():
    number = new_number()

    assert read_number(number) == number
    assert read_number(f" {number.lower().replace('-', ' ')} ") == number
    assert read_number("") is None
    assert read_number(number + "2") is None
    assert read_number("0" * 12) is None


@given(st.text(ALPHABET, min_size=11, max_size=11), st.integers(0, 11), st.sampled_from(ALPHABET))
def test_one_wrong_sign_is_noticed(signs, place, sign):
    number = signs + check_sign(signs)
    wrong = number[:place] + sign + number[place + 1 :]

    assert (read_number(wrong) == grouped(number)) == (wrong == number)


@given(st.text(ALPHABET, min_size=11, max_size=11), st.integers(0, 9))
def test_two_signs_that_changed_places_are_noticed(signs, place):
    number = signs + check_sign(signs)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]

    assert (read_number(swapped) is None) == (swapped != number)
