"""Two at once: one decides, the other is told."""

from datetime import timedelta

import pytest

from channelhub.core.errors import (
    CaseAlreadyRuns,
    StepAlreadyDecided,
)
from channelhub.core.models import (
    CaseDecision,
    Task,
)
from channelhub.core.services.workflow import cases
from channelhub.core.services.workflow.escalation import escalate_overdue
from tests.factories.threads import at_once
from tests.factories.workflow import (
    APPROVAL,
    MONDAY,
    TWO,
    at_step,
    make_definition,
    someone,
    start,
    states,
    step,
)

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_of_two_approvers_at_once_one_decides_and_the_other_is_told():
    case = start(make_definition(APPROVAL))
    fred, flora = someone("finance"), someone("finance")
    waiting = at_step(case, "approve")

    results = at_once(
        *(
            lambda who=who: cases.decide(case_step=waiting, by=who, verdict="approved", at=MONDAY)
            for who in (fred, flora)
        )
    )

    kinds = sorted(type(result).__name__ for result in results)
    assert kinds in (["CaseHasEnded", "WorkflowCase"], ["StepAlreadyDecided", "WorkflowCase"])
    assert CaseDecision.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_person_twice_at_once_approves_once():
    case, fred = start(make_definition(TWO)), someone("finance")
    waiting = at_step(case, "approve")

    results = at_once(*[lambda: cases.decide(case_step=waiting, by=fred, verdict="approved", at=MONDAY)] * 2)

    assert sorted(type(result).__name__ for result in results) == ["AlreadyApproved", "WorkflowCase"]
    assert (CaseDecision.objects.count(), states(case)) == (1, {"approve": "waiting"})


@pytest.mark.django_db(transaction=True)
def test_the_last_branches_decided_at_once_end_the_case_once():
    definition = make_definition(
        step("left"),
        step("right"),
        step("join", "left", "right", action="tested.note", arguments={"day": "2026-04-01"}, ends=True),
    )
    case, fred, flora = start(definition), someone("finance"), someone("finance")
    left, right = at_step(case, "left"), at_step(case, "right")

    at_once(
        lambda: cases.decide(case_step=left, by=fred, verdict="done", at=MONDAY),
        lambda: cases.decide(case_step=right, by=flora, verdict="done", at=MONDAY),
    )

    assert (states(case), case.steps.count()) == ({"left": "done", "right": "done", "join": "waiting"}, 3)


@pytest.mark.django_db(transaction=True)
def test_two_cases_about_one_record_at_once_are_one(acme):
    definition = make_definition(APPROVAL)

    results = at_once(*[lambda: start(definition, record=acme)] * 2)

    assert sorted(type(result).__name__ for result in results) == ["CaseAlreadyRuns", "WorkflowCase"]
    assert CaseAlreadyRuns.code == "case_already_runs"


@pytest.mark.django_db(transaction=True)
def test_a_decision_and_an_escalation_at_once_do_not_undo_each_other():
    case = start(make_definition(step("pay", deadline_days=0, escalate_to="management", ends=True)))
    fred, waiting = someone("finance"), at_step(case, "pay")
    late = MONDAY + timedelta(days=3)

    at_once(
        lambda: cases.decide(case_step=waiting, by=fred, verdict="done", at=late),
        lambda: escalate_overdue(at=late),
    )

    case.refresh_from_db()
    assert (case.state, Task.objects.still_open().count()) == ("done", 0)
    assert StepAlreadyDecided.http_status == 409
