"""Time, absences, the partner's side, drafts and versions, history."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from channelhub.core.errors import (
    AlreadyDelegated,
    CannotDelegate,
    DraftHasProblems,
    NotWaitedFor,
    ProcessNotPublished,
    TaskClosesOfItself,
)
from channelhub.core.models import (
    CaseDecision,
    Delegation,
    OutboxEvent,
    Task,
    WorkflowCase,
    WorkflowStep,
    WorkflowVersion,
)
from channelhub.core.selectors.workflow import waiting_for
from channelhub.core.services import attention, delegations, documents
from channelhub.core.services.acting import Acting
from channelhub.core.services.workflow import definitions, registry
from channelhub.core.services.workflow.escalation import escalate_overdue
from channelhub.core.services.workflow.registry import Fact, Process
from channelhub.core.services.workflow.waiting import unlocked_for_partner, waiting_for_partner
from partners.models import HomeTerritory
from tests.factories.imports import ContentFile
from tests.factories.partners import ALWAYS, make_role, make_territory
from tests.factories.workflow import (
    APPROVAL,
    MONDAY,
    TODAY,
    TWO,
    at_step,
    decide,
    make_definition,
    seen_by,
    someone,
    start,
    step,
)

pytestmark = pytest.mark.django_db


# Time


def test_deadlines_count_working_days_and_escalate_once():
    friday = datetime(2026, 3, 20, 4, tzinfo=UTC)
    pay = step("pay", deadline_days=1, escalate_to="management", ends=True)
    case, mia = start(make_definition(pay), at=friday), someone("management")
    assert at_step(case, "pay").due_on == date(2026, 3, 23)
    tuesday = friday + timedelta(days=4)

    assert [escalate_overdue(at=tuesday), escalate_overdue(at=tuesday)] == [1, 0]

    assert [(task.role, task.text) for task in Task.objects.still_open().order_by("pk")] == [
        ("finance", "Process: “Pay” for Acme"),
        ("management", "Process: “Pay” for Acme was due on 2026-03-23 and comes to you."),
    ]
    assert waiting_for(seen_by(mia), on=TODAY).count() == 1
    decide(case, "pay", mia, at=tuesday)
    assert Task.objects.still_open().count() == 0


def test_the_task_of_a_step_is_closed_by_the_decision_only():
    start(make_definition(step("pay", ends=True)))

    with pytest.raises(TaskClosesOfItself):
        attention.close_task(task=Task.objects.get(), by=someone("finance"), result="Done", at=MONDAY)


def test_an_absence_is_for_others_of_the_staff_and_never_twice_on_a_day(anna):
    fred, flora = someone("finance"), someone("finance")
    for to in (fred, anna):
        with pytest.raises(CannotDelegate):
            delegations.delegate(user=fred, to=to, first=TODAY, last=TODAY, at=MONDAY)
    with pytest.raises(CannotDelegate):
        delegations.delegate(user=fred, to=flora, first=date(2026, 3, 1), last=date(2026, 3, 15), at=MONDAY)
    delegations.delegate(user=fred, to=flora, first=TODAY, last=date(2026, 3, 31), at=MONDAY)

    with pytest.raises(AlreadyDelegated):
        delegations.delegate(user=fred, to=someone("legal"), first=date(2026, 3, 31), last=date(2026, 4, 1), at=MONDAY)


def test_who_is_back_early_decides_alone_again_and_what_has_not_begun_is_called_off():
    fred, deputy = someone("finance"), someone("assistant")
    case = start(make_definition(step("pay", ends=True)))
    now = delegations.delegate(user=fred, to=deputy, first=date(2026, 3, 16), last=date(2026, 3, 20), at=MONDAY)
    later = delegations.delegate(user=fred, to=deputy, first=date(2026, 5, 1), last=date(2026, 5, 9), at=MONDAY)
    wednesday = MONDAY + timedelta(days=2)

    delegations.end_delegation(delegation=now, at=wednesday)
    delegations.end_delegation(delegation=later, at=wednesday)

    with pytest.raises(NotWaitedFor):
        decide(case, "pay", deputy, at=wednesday)
    assert [(row.valid_during.lower, row.valid_during.upper) for row in Delegation.objects.all()] == [
        (date(2026, 3, 16), date(2026, 3, 18))
    ]
    with pytest.raises(CannotDelegate):
        delegations.end_delegation(delegation=now, at=wednesday)


def test_a_delegate_of_one_role_decides_in_that_role_only():
    both, deputy = someone("finance"), someone("assistant")
    both.roles.add(make_role("legal", kind="staff"))
    case = start(make_definition(step("pay"), step("read", role="legal"), step("end", "pay", "read", ends=True)))
    delegations.delegate(user=both, to=deputy, first=TODAY, last=TODAY, at=MONDAY, role="legal")

    with pytest.raises(NotWaitedFor):
        decide(case, "pay", deputy)
    decide(case, "read", deputy)

    line = CaseDecision.objects.get()
    assert (line.by, line.in_place_of, line.role) == (deputy, both, "legal")


# The partner's side


PARTNER_STEPS = (
    step("papers", kind="document", role="owner", party="partner", unlocks=["orders"], deadline_days=5),
    step("check", "papers", kind="check", back_to="papers", ends=True),
)


def test_a_step_of_the_partner_waits_for_its_people_of_that_role(acme, anna, ben, carla, as_anna):
    make_role("owner")
    definition = make_definition(*PARTNER_STEPS, shown_to_partner=True)
    case = start(definition, record=acme, partner_id=acme.pk)

    waits = [(wait.step.code, wait.subject, wait.due_on) for wait in waiting_for_partner(acme.pk)]

    assert waits == [("papers", "Acme", date(2026, 3, 23))]
    assert [waiting_for(seen_by(person), on=TODAY).count() for person in (anna, ben, carla)] == [1, 0, 0]
    assert [task.partner_id for task in Task.objects.still_open()] == [acme.pk]
    for person in (ben, carla, someone("management")):
        with pytest.raises(NotWaitedFor):
            decide(case, "papers", seen_by(person))
    content = ContentFile(b"licence")
    documents.store_document(file=content, name="l.pdf", at=MONDAY, record=at_step(case, "papers"), partner_id=acme.pk)
    decide(case, "papers", anna)
    assert (waiting_for_partner(acme.pk), unlocked_for_partner(acme.pk, process="tested")) == ([], {"orders"})


def test_a_case_that_is_not_shared_is_not_the_partners_to_see(acme, anna):
    case = start(make_definition(APPROVAL), record=acme, partner_id=acme.pk)

    assert (case.partner_id, case.shared_with_id) == (acme.pk, None)
    assert list(WorkflowCase.objects.visible_to(seen_by(anna))) == []
    assert list(Task.objects.visible_to(anna)) == []


def test_a_task_about_a_partner_of_elsewhere_is_not_shown(acme):
    north, south = make_territory("north"), make_territory("south")
    HomeTerritory.objects.create(partner=acme, territory=south, valid_during=ALWAYS)
    start(make_definition(APPROVAL), record=acme, partner_id=acme.pk)
    shown = {}
    for territory in (north, south):
        person = someone("finance", territories=[territory])
        person.acting = Acting(person, None, territories=(territory.path,))
        tasks = Task.objects.visible_to(person).for_person(person).count()
        shown[territory.code] = (tasks, waiting_for(person, on=TODAY).count())

    assert shown == {"north": (0, 0), "south": (1, 1)}


# Definitions


def test_a_draft_with_problems_is_not_published_and_says_which_step():
    definition = make_definition(APPROVAL)
    definitions.save_draft(definition=definition, steps=[step("one", role=""), step("two", "gone", ends=True)])

    with pytest.raises(DraftHasProblems) as refusal:
        definitions.publish(definition=definition, by=None, at=MONDAY)

    assert [(problem.step, problem.code) for problem in refusal.value.problems] == [
        ("one", "role_missing"),
        ("one", "dead_end"),
        ("two", "after_unknown"),
    ]
    assert str(refusal.value).startswith("“One” has no role: nobody would be waited for.")


def test_a_process_without_a_published_version_begins_nothing():
    definition = definitions.create_definition(code="new", name="New", process="tested")

    with pytest.raises(ProcessNotPublished):
        start(definition)


def test_what_is_published_never_changes():
    definition = make_definition(APPROVAL)

    for change in (
        lambda: WorkflowStep.objects.update(name="Other"),
        lambda: WorkflowStep.objects.all().delete(),
        lambda: WorkflowStep.objects.create(
            version=definition.versions.get(), position=9, code="x", name="x", kind="task"
        ),
        lambda: WorkflowVersion.objects.update(currency="USD"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_draft_begins_as_a_copy_and_may_be_thrown_away():
    definition = make_definition(step("one"), step("two", "one", ends=True))

    draft = definitions.open_draft(definition=definition)

    assert (draft.number, list(draft.steps.order_by("position").values_list("code", flat=True))) == (2, ["one", "two"])
    definitions.discard_draft(definition=definition)
    assert [version.number for version in definition.versions.all()] == [1]


def test_a_process_a_release_brings_is_entered_once_and_then_left_alone():
    data = {"code": "brought", "name": "Brought", "process": "tested", "steps": [APPROVAL]}
    make_definition(APPROVAL)

    assert [definitions.deliver(data=data, at=MONDAY) for _ in range(2)] == [True, False]
    assert definitions.in_force(definitions.named("brought")).number == 1


def test_processes_about_tables_that_do_not_exist_fail_the_start(monkeypatch):
    monkeypatch.setattr(registry, "_processes", {})
    registry.register(Process("lost", "Lost", record_type="partners.nothing"))
    with pytest.raises(LookupError, match="lost"):
        registry.validate()

    registry.register(Process("lost", "Lost", facts={"x": Fact("colour", "X")}))
    with pytest.raises(LookupError, match="colour"):
        registry.validate()


# History and events


def test_history_is_never_changed_and_every_decision_is_told():
    case = start(make_definition(step("pay", ends=True)))
    decide(case, "pay", someone("finance"))

    with pytest.raises(DatabaseError), transaction.atomic():
        CaseDecision.objects.update(comment="better")
    events = OutboxEvent.objects.filter(name__startswith="core.case").order_by("pk")
    assert [(event.name, event.data.get("verdict") or event.data.get("state")) for event in events] == [
        ("core.case.opened", None),
        ("core.case_step.decided", "done"),
        ("core.case.finished", "done"),
    ]


@pytest.mark.parametrize("name", ["core_case_same_person_approves_once", "core_case_refusal_says_why"])
def test_the_database_stands_behind_it(name):
    fred = someone("finance")
    case = start(make_definition(TWO))
    line = {"case_step": at_step(case, "approve"), "by": fred, "at": MONDAY}
    CaseDecision.objects.create(**line, verdict="approved")
    verdict = "approved" if "twice" in name or "once" in name else "refused"

    with pytest.raises(IntegrityError, match=name):
        CaseDecision.objects.create(**line, verdict=verdict)
