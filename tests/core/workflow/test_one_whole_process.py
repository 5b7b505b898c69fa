"""A process entered as data: a branch, a condition, a deadline that escalates, an absence, approval of itself; run to
its end, and changed while a case runs without disturbing it.
"""

from datetime import date, timedelta

import pytest

from channelhub.core.models import CaseDecision, OutboxEvent, Task
from channelhub.core.selectors.workflow import running_by_version
from channelhub.core.services import delegations
from channelhub.core.services.workflow import definitions
from channelhub.core.services.workflow.escalation import escalate_overdue
from tests.factories.workflow import MONDAY, decide, done, make_definition, someone, start, states, step

pytestmark = pytest.mark.django_db
BANDS = [
    {"up_to": "1000", "role": "", "count": 0},
    {"up_to": "50000", "role": "finance", "count": 1},
    {"up_to": None, "role": "management", "count": 2},
]
STEPS = (
    step("ask", role="legal"),
    step("check", "ask", kind="check", role="legal", deadline_days=3, escalate_to="management"),
    step("visit", "ask", conditions=[{"fact": "area", "op": "=", "value": "south"}]),
    step("approve", "check", "visit", kind="approval", amount_fact="amount", bands=BANDS),
    step("sign", "approve", kind="action", role="", action="tested.sign", ends=True),
)


def history(case):
    lines = CaseDecision.objects.filter(case_step__case=case).select_related("by", "in_place_of").order_by("pk")
    return [
        (line.case_step.step.code, line.verdict, line.by and line.by.name, line.in_place_of and line.in_place_of.name)
        for line in lines.select_related("case_step__step")
    ]


def test_a_process_of_data_runs_to_its_end_and_is_changed_meanwhile(acme):
    definition = make_definition(*STEPS, code="contract")
    author = someone("assistant", name="Author")
    lena, fred, mia, max_, deputy = (
        someone(role, name=name)
        for role, name in (
            ("legal", "Lena"),
            ("finance", "Fred"),
            ("management", "Mia"),
            ("management", "Max"),
            ("assistant", "Deputy"),
        )
    )
    case = start(definition, record=acme, by=author, amount="60000")
    decide(case, "ask", lena)
    assert states(case) == {"ask": "done", "check": "waiting", "visit": "skipped"}

    # Changed while the case runs: the new version asks finance only, and nobody visits.
    definitions.save_draft(definition=definition, steps=[step("ask", role="finance"), step("sign", "ask", ends=True)])
    second = definitions.publish(definition=definition, by=author, at=MONDAY, note="Shorter")
    later = start(definition, by=author, subject="Later")
    assert running_by_version(definition.pk) == {1: 1, 2: 1}

    # Nobody checks for three working days: it comes to management too, once.
    late = MONDAY + timedelta(days=4)
    assert [escalate_overdue(at=MONDAY + timedelta(days=3)), escalate_overdue(at=late), escalate_overdue(at=late)] == [
        0,
        1,
        0,
    ]
    decide(case, "check", mia, at=late)

    # Two of management must approve; Max is away, and Deputy decides in his place.
    delegations.delegate(user=max_, to=deputy, first=date(2026, 3, 16), last=date(2026, 3, 31), at=MONDAY)
    decide(case, "approve", mia, "approved", at=late)
    assert states(case)["approve"] == "waiting"
    decide(case, "approve", deputy, "approved", at=late)

    case.refresh_from_db()
    assert (case.state, case.workflow_version.number, second.number) == ("done", 1, 2)
    assert history(case) == [
        ("ask", "done", "Lena", None),
        ("visit", "skipped", None, None),
        ("check", "escalated", None, None),
        ("check", "done", "Mia", None),
        ("approve", "approved", "Mia", None),
        ("approve", "approved", "Deputy", "Max"),
        ("sign", "automatic", None, None),
    ]
    assert [(doing.record, doing.case) for doing in done] == [(acme, case)]
    assert Task.objects.still_open().filter(record_id=case.pk).count() == 0
    assert states(later) == {"ask": "waiting"}

    # Below the limit nobody is asked at all.
    decide(later, "ask", fred)
    later.refresh_from_db()
    assert (later.state, states(later)) == ("running", {"ask": "done", "sign": "waiting"})
    names = OutboxEvent.objects.order_by("pk").values_list("name", flat=True)
    assert list(names).count("core.case.finished") == 1


def test_below_the_limit_a_case_is_approved_of_itself(acme):
    definition = make_definition(
        step("approve", kind="approval", amount_fact="amount", bands=BANDS),
        step("sign", "approve", kind="action", role="", action="tested.sign", ends=True),
    )

    case = start(definition, record=acme, by=someone("finance"), amount="1000")

    assert (case.state, history(case)) == (
        "done",
        [("approve", "automatic", None, None), ("sign", "automatic", None, None)],
    )
