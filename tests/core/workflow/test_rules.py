"""How a process goes on, and what is wrong with a draft: plain values, no database."""

from decimal import Decimal

import pytest

from channelhub.core.rules import workflow as rule
from channelhub.core.rules.workflow import ApproverBand, Comparison, StepRule
from channelhub.core.rules.workflow_checks import Known, problems

KINDS = {"amount": "number", "area": "text", "signed_on": "date", "urgent": "flag"}
KNOWN = Known(
    roles={"staff": frozenset({"finance", "management"}), "partner": frozenset({"owner"})},
    given={name: kind for name, kind in KINDS.items() if name != "signed_on"},
    facts=KINDS,
    actions={"note": {"day": "date"}, "sign": {}},
    foreign=frozenset(),
    shown_to_partner=True,
)


def a(code, *after, **more):
    return StepRule(code, code.upper(), after=after, **{"role": "finance", **more})


@pytest.mark.parametrize(
    ("fact", "op", "value", "have", "expected"),
    [
        ("amount", ">", "1000000", "1000000.01", True),
        ("amount", ">", "1,000,000", "1000000", False),
        ("amount", "<=", "10", "9", True),  # as numbers, not as texts
        ("amount", ">", "5", None, True),  # not known counts as higher than any
        ("amount", "<", "5", None, False),
        ("area", "=", "north", "north", True),
        ("area", "!=", "north", "south", True),
        ("area", ">", "a", "b", False),
        ("area", "=", "north", None, False),
        ("signed_on", "<", "2026-10-01", "2026-09-30", True),
        ("urgent", "=", "yes", True, True),
    ],
)
def test_a_fact_is_compared_as_what_it_is(fact, op, value, have, expected):
    assert rule.holds(Comparison(fact, op, value), facts={fact: have}, kinds=KINDS) is expected


BANDS = (
    ApproverBand(Decimal(1000), "", 0),
    ApproverBand(Decimal(50_000), "finance", 1),
    ApproverBand(None, "finance", 1),
    ApproverBand(None, "management", 2),
)


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("1000", []),
        ("1000.01", [("finance", 1)]),
        ("50000", [("finance", 1)]),
        ("50001", [("finance", 1), ("management", 2)]),
        (None, [("finance", 1), ("management", 2)]),
    ],
)
def test_approvers_follow_the_amount_level_by_level(amount, expected):
    approval = a("x", kind="approval", bands=BANDS, amount_fact="amount")

    found = rule.approvers(approval, facts={"amount": amount})

    assert [(band.role, band.count) for band in found] == expected


def test_a_join_waits_for_all_its_branches():
    steps = [a("start"), a("left", "start"), a("right", "start"), a("join", "left", "right", ends=True)]

    def ready(**states):
        return [step.code for step in rule.next_steps(steps, states)]

    assert ready() == ["start"]
    assert ready(start="done") == ["left", "right"]
    assert ready(start="done", left="done", right="waiting") == []
    assert ready(start="done", left="done", right="skipped") == ["join"]


def test_the_picture_has_a_column_for_everything_that_can_be_done_at_once():
    steps = [a("start"), a("left", "start"), a("right", "start"), a("join", "left", "right", ends=True)]

    assert [[step.code for step in column] for column in rule.layers(steps)] == [["start"], ["left", "right"], ["join"]]


GOOD = [a("start"), a("left", "start"), a("right", "start"), a("join", "left", "right", ends=True)]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (GOOD, []),
        ([], [("", "no_steps")]),
        (
            [a("one", "two"), a("two", "one", ends=True)],
            [("", "no_start"), ("one", "cycle"), ("two", "cycle"), ("two", "end_followed")],
        ),
        ([a("one", "gone", ends=True)], [("", "no_start"), ("one", "after_unknown")]),
        (
            [a("one"), a("two", "gone"), a("three", "two", ends=True), a("four", "one", ends=True)],
            [("three", "never_reached"), ("two", "after_unknown")],
        ),
        ([a("one"), a("two", "one", ends=True), a("three", "one")], [("three", "dead_end")]),
        ([a("one", role="", ends=True)], [("one", "role_missing")]),
        ([a("one", role="nobody", ends=True)], [("one", "role_unknown")]),
        ([a("one", ends=True), a("two", "one", ends=True)], [("one", "end_followed")]),
        ([a("one", kind="action", ends=True)], [("one", "action_missing")]),
        ([a("one", kind="action", action="launch", ends=True)], [("one", "action_unknown")]),
        ([a("one", action="note", ends=True)], [("one", "argument_wrong")]),
        ([a("one", action="note", arguments=(("day", "soon"),), ends=True)], [("one", "argument_wrong")]),
        ([a("one", action="note", arguments=(("day", "2026-04-01"),), ends=True)], []),
        ([a("one", conditions=(Comparison("weight", ">", "1"),), ends=True)], [("one", "fact_unknown")]),
        ([a("one", conditions=(Comparison("amount", ">", "much"),), ends=True)], [("one", "comparison_wrong")]),
        ([a("one", conditions=(Comparison("area", ">", "a"),), ends=True)], [("one", "comparison_wrong")]),
        # known only once a form before it was filled in
        ([a("one", conditions=(Comparison("signed_on", ">", "2026-01-01"),), ends=True)], [("one", "fact_unknown")]),
        (
            [
                a("form", kind="form", asks=("signed_on",)),
                a("one", "form", conditions=(Comparison("signed_on", ">", "2026-01-01"),), ends=True),
            ],
            [],
        ),
        ([a("one", back_to="one", ends=True)], [("one", "back_not_before")]),
        ([a("one", escalate_to="management", ends=True)], [("one", "escalation_without_deadline")]),
        (
            [a("one", kind="approval", bands=BANDS[:2], amount_fact="amount", ends=True)],
            [("one", "bands_open")],
        ),
        (
            [a("one", kind="approval", bands=(BANDS[2], BANDS[1], BANDS[2]), amount_fact="area", ends=True)],
            [("one", "amount_missing"), ("one", "bands_not_rising")],
        ),
        (
            [a("one", kind="approval", bands=(ApproverBand(None, "", 1),), amount_fact="amount", ends=True)],
            [("one", "band_without_role")],
        ),
        ([a("one"), a("one", "one", ends=True)], [("one", "code_twice"), ("one", "end_followed")]),
    ],
)
def test_a_draft_says_what_is_wrong_with_which_step(steps, expected):
    found = sorted({(problem.step, problem.code) for problem in problems(steps, KNOWN)})

    assert found == expected


def test_a_circle_is_named_from_step_to_step():
    steps = [a("start"), a("one", "start", "three"), a("two", "one"), a("three", "two"), a("end", "three", ends=True)]

    found = {problem.step: problem.values["what"] for problem in problems(steps, KNOWN) if problem.code == "cycle"}

    assert found["one"] == "one → two → three → one"
