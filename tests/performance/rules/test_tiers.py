"""Tiers without a database: what is met, what is lacking and by when, what is proposed, what is odd about a ladder."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from performance.rules.tier_design import Warned, warnings
from performance.rules.tiers import (
    Criterion,
    Judged,
    Outcome,
    Reach,
    Reading,
    Terms,
    judge,
    judge_one,
    reachable_by,
    stand,
    steps_from,
    steps_of,
    window_of,
)

DAY = date(2026, 3, 20)
LONG_AGO = date(2024, 1, 1)
GOLD, SILVER, MEMBER = 1, 2, 3


def sales(threshold, **fields):
    return Criterion("sales", "trailing", "at_least", Decimal(threshold), months=12, currency="CNY", **fields)


def score(threshold, **fields):
    return Criterion("score", "quarter", "at_least", Decimal(threshold), **fields)


def conflicts(threshold, **fields):
    return Criterion("conflicts", "year", "at_most", Decimal(threshold), **fields)


def read(**values):
    """What was read, by metric; a string is why there is nothing."""
    keys = {each.metric: each.key for each in (sales(1), score(1), conflicts(1))}
    return {
        keys[metric]: Reading(None, value) if isinstance(value, str) else Reading(Decimal(value))
        for metric, value in values.items()
    }


LADDER = (
    Terms(GOLD, 1, (sales(1000), score(80))),
    Terms(SILVER, 2, (sales(400),), grace_days=60, settled_days=90),
    Terms(MEMBER, 3),
)


def proposal(readings, tier_id=SILVER, since=LONG_AGO, ladder=LADDER, day=DAY):
    found = stand(ladder, tier_id=tier_id, since=since, readings=readings, day=day).proposed
    return None if found is None else (found.kind, found.from_tier, found.to_tier, found.grace_until)


@pytest.mark.parametrize(
    ("window", "months", "day", "span"),
    [
        ("trailing", 12, date(2026, 3, 20), (date(2025, 3, 1), date(2026, 2, 1))),
        ("trailing", 12, date(2026, 3, 31), (date(2025, 4, 1), date(2026, 3, 1))),
        ("trailing", 1, date(2026, 1, 1), (date(2025, 12, 1), date(2025, 12, 1))),
        ("quarter", 0, date(2026, 3, 30), (date(2025, 10, 1), date(2025, 12, 1))),
        ("quarter", 0, date(2026, 3, 31), (date(2026, 1, 1), date(2026, 3, 1))),
        ("quarter", 0, date(2026, 5, 2), (date(2026, 1, 1), date(2026, 3, 1))),
        ("year", 0, date(2026, 1, 5), (date(2026, 1, 1), date(2026, 1, 1))),
        ("now", 0, date(2026, 1, 5), (date(2026, 1, 1), date(2026, 1, 1))),
    ],
)
def test_a_window_reads_whole_months_that_are_over_and_a_year_up_to_today(window, months, day, span):
    assert window_of(window, months, day) == span


@pytest.mark.parametrize(
    ("window", "by"),
    [
        ("trailing", date(2026, 3, 31)),
        ("quarter", date(2026, 3, 31)),
        ("year", date(2026, 12, 31)),
        ("now", None),
    ],
)
def test_by_when_is_the_last_day_that_still_counts(window, by):
    assert reachable_by(window, DAY) == by


def test_what_is_missing_is_the_distance_to_the_threshold_and_at_it_nothing_is():
    short = judge_one(sales(1000), Reading(Decimal(640)), DAY)
    just = judge_one(sales(1000), Reading(Decimal(1000)), DAY)
    many = judge_one(conflicts(2), Reading(Decimal(5)), DAY)

    assert (short.outcome, short.missing, short.by) == (Outcome.MISSED, 360, date(2026, 3, 31))
    assert just == Judged(sales(1000), Decimal(1000), "", Outcome.MET, None, None)
    assert (many.outcome, many.missing, many.by) == (Outcome.MISSED, 3, date(2026, 12, 31))


def test_no_data_is_unknown_but_who_has_sold_nothing_at_all_has_missed_it():
    assert judge_one(score(80), Reading(None, "too_little_data"), DAY).outcome is Outcome.UNKNOWN
    assert judge_one(sales(1), Reading(None, "nothing_sold_yet"), DAY).outcome is Outcome.MISSED


@pytest.mark.parametrize(
    ("readings", "reach"),
    [
        (read(sales=1000, score=80, conflicts=9), Reach.REACHED),
        (read(sales=1000, score=70, conflicts=2), Reach.REACHED),
        (read(sales=1000, score=70, conflicts=9), Reach.LOST),
        (read(sales=1000, score="too_little_data", conflicts=9), Reach.UNCLEAR),
        (read(sales="not_measured", score=80, conflicts=0), Reach.UNCLEAR),
        (read(sales=999, score=80, conflicts=0), Reach.LOST),
        (read(), Reach.UNCLEAR),
    ],
)
def test_a_tier_needs_every_mandatory_criterion_and_so_many_of_the_others(readings, reach):
    terms = Terms(GOLD, 1, (sales(1000), score(80, mandatory=False), conflicts(2, mandatory=False)), needed=1)

    assert judge(terms, readings, DAY).reach is reach


def test_up_goes_to_the_highest_tier_that_is_reached_at_once_and_without_grace():
    assert proposal(read(sales=1200, score=85), tier_id=MEMBER) == ("promotion", MEMBER, GOLD, None)
    assert proposal(read(sales=500, score=85), tier_id=MEMBER) == ("promotion", MEMBER, SILVER, None)
    assert proposal(read(sales=500, score=85), tier_id=None) == ("promotion", None, SILVER, None)
    assert proposal(read(sales=300, score=85), tier_id=None) is None


def test_down_goes_to_the_highest_tier_below_that_is_not_lost_after_its_grace():
    assert proposal(read(sales=300)) == ("demotion", SILVER, MEMBER, DAY + timedelta(days=60))
    assert proposal(read(sales=500, score=85), tier_id=GOLD) == ("demotion", GOLD, SILVER, DAY + timedelta(days=90))


def test_who_loses_the_lowest_tier_leaves_the_ladder():
    ladder = (*LADDER[:2], Terms(MEMBER, 3, (sales(10),)))

    assert proposal(read(sales=3), tier_id=MEMBER, ladder=ladder) == ("exit", MEMBER, None, DAY + timedelta(days=90))
    assert proposal(read(sales=3), tier_id=GOLD, ladder=ladder) == ("exit", GOLD, None, DAY + timedelta(days=90))


def test_nothing_is_proposed_down_for_want_of_data_or_before_the_partner_has_settled():
    assert proposal(read(sales="not_measured")) is None
    assert proposal(read(sales=300), since=DAY - timedelta(days=89)) is None
    assert proposal(read(sales=300), since=DAY - timedelta(days=90)) is not None
    assert proposal(read(sales=500, score="not_measured")) is None


def test_a_tier_without_rules_is_left_as_it_is():
    assert proposal(read(sales=0), tier_id=99) is None
    assert proposal(read(sales=5000, score=100), tier_id=99) is None


def test_the_following_tier_is_the_next_one_above_with_what_it_lacks():
    found = stand(LADDER, tier_id=MEMBER, since=None, readings=read(sales=150), day=DAY).following

    assert (found.terms.tier_id, [(each.have, each.missing) for each in found.judged]) == (SILVER, [(150, 250)])


def test_steps_are_stored_and_read_back_as_they_were():
    verdict = judge(LADDER[0], {**read(score="too_little_data"), **read(sales=640)}, DAY)

    assert tuple(steps_from(steps_of(verdict))) == verdict.judged


@given(
    figures=st.tuples(st.integers(0, 2000), st.integers(0, 100)),
    tier_id=st.sampled_from([None, GOLD, SILVER, MEMBER]),
)
def test_what_is_proposed_and_accepted_is_not_proposed_again(figures, tier_id):
    readings = read(sales=figures[0], score=figures[1])
    first = stand(LADDER, tier_id=tier_id, since=LONG_AGO, readings=readings, day=DAY).proposed
    after = first.to_tier if first else tier_id

    assert stand(LADDER, tier_id=after, since=LONG_AGO, readings=readings, day=DAY).proposed is None


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Criterion("sales", "trailing", "at_least", Decimal(1)),
        lambda: Criterion("sales", "trailing", "at_least", Decimal(1), months=25),
        lambda: Criterion("sales", "year", "at_least", Decimal(1), months=3),
        lambda: Terms(1, 1, (sales(1), sales(2))),
        lambda: Terms(1, 1, (sales(1),), needed=1),
        lambda: Terms(1, 1, (sales(1, mandatory=False),)),
    ],
)
def test_terms_that_mean_nothing_are_refused(wrong):
    with pytest.raises(ValueError, match=r"window|needed"):
        wrong()


def warned(*ladder, **fields):
    return [(each.code, each.tier_id) for each in warnings((GOLD, SILVER, MEMBER), ladder, **fields)]


def test_a_sound_ladder_gets_no_warning():
    assert warned(*LADDER) == []


def test_a_tier_without_criteria_above_another_is_a_gap():
    assert warned(LADDER[0], LADDER[2]) == [("gap", SILVER)]
    assert warned(Terms(GOLD, 1), *LADDER[1:]) == [("gap", GOLD)]


def test_the_same_criteria_overlap():
    assert warned(Terms(GOLD, 1, (sales(400),)), *LADDER[1:]) == [("overlap", GOLD)]


def test_a_higher_tier_that_is_easier_or_asks_less_is_said():
    assert warned(Terms(GOLD, 1, (sales(300), score(80))), *LADDER[1:]) == [("easier", GOLD)]
    assert warned(Terms(GOLD, 1, (score(80),)), *LADDER[1:]) == [("dropped", GOLD)]
    more = Terms(GOLD, 1, (sales(500), conflicts(5))), Terms(SILVER, 2, (sales(400), conflicts(2))), LADDER[2]
    assert warned(*more) == [("easier", GOLD)]


def test_a_step_that_is_too_steep_is_said_with_both_figures():
    [found] = warnings((GOLD, SILVER, MEMBER), (Terms(GOLD, 1, (sales(2400),)), *LADDER[1:]))

    assert found == Warned("steep", GOLD, SILVER, "sales", Decimal(400), Decimal(2400), "CNY")


def test_a_tier_that_hardly_anybody_reaches_is_said():
    assert warned(*LADDER, reaching={GOLD: 1, SILVER: 40, MEMBER: 500}, partners=500) == [("few", GOLD)]
    assert warned(*LADDER, reaching={}, partners=3) == []
