"""Cases: who decides what, what is refused, what is told."""

from datetime import date

import pytest

from channelhub.core.errors import (
    AlreadyApproved,
    AuthorCannotApprove,
    CaseHasEnded,
    DocumentMissing,
    FactsWrong,
    NotWaitedFor,
    ReasonMissing,
    WrongVerdict,
)
from channelhub.core.models import (
    CaseDecision,
    Notification,
    Task,
    User,
    WorkflowCase,
)
from channelhub.core.selectors.workflow import waiting_for
from channelhub.core.services import delegations, documents
from channelhub.core.services.workflow import cases, registry
from channelhub.lib.errors import DomainError
from tests.factories.imports import ContentFile
from tests.factories.workflow import (
    APPROVAL,
    MONDAY,
    TODAY,
    TWO,
    at_step,
    decide,
    done,
    given_back,
    make_definition,
    seen_by,
    someone,
    start,
    states,
    step,
)

pytestmark = pytest.mark.django_db


# Who decides


def test_somebody_else_is_not_waited_for():
    case = start(make_definition(step("pay", ends=True)))

    with pytest.raises(NotWaitedFor):
        decide(case, "pay", someone("legal"))


def test_the_author_approves_nothing_of_its_own_but_may_do_other_steps():
    author = someone("finance")
    case = start(make_definition(step("pay"), step("approve", "pay", kind="approval", ends=True)), by=author)

    decide(case, "pay", author)

    with pytest.raises(AuthorCannotApprove):
        decide(case, "approve", author, "approved")
    assert waiting_for(seen_by(author), on=TODAY).count() == 0


def test_nobody_approves_in_the_authors_place():
    author, deputy = someone("finance"), someone("assistant")
    case = start(make_definition(APPROVAL), by=author)
    delegations.delegate(user=author, to=deputy, first=TODAY, last=TODAY, at=MONDAY)

    with pytest.raises(AuthorCannotApprove):
        decide(case, "approve", deputy, "approved")
    assert waiting_for(seen_by(deputy), on=TODAY).count() == 0


def test_the_same_person_never_approves_twice_in_whosever_place():
    fred, flora = someone("finance"), someone("finance")
    case = start(make_definition(TWO))
    delegations.delegate(user=flora, to=fred, first=TODAY, last=TODAY, at=MONDAY)

    decide(case, "approve", fred, "approved")

    with pytest.raises(AlreadyApproved):
        decide(case, "approve", fred, "approved")
    assert waiting_for(seen_by(fred), on=TODAY).count() == 0
    assert waiting_for(seen_by(flora), on=TODAY).count() == 1
    decide(case, "approve", flora, "approved")
    assert states(case) == {"approve": "done"}


def test_nobody_is_counted_again_by_its_delegate():
    fred, deputy = someone("finance"), someone("assistant")
    case = start(make_definition(TWO))
    decide(case, "approve", fred, "approved")
    delegations.delegate(user=fred, to=deputy, first=TODAY, last=TODAY, at=MONDAY)

    with pytest.raises(AlreadyApproved):
        decide(case, "approve", deputy, "approved")


def test_a_reason_with_a_character_that_nothing_can_keep_is_kept_without_it():
    fred = someone("finance")
    case = start(make_definition(APPROVAL))

    decide(case, "approve", fred, "refused", comment=" a\x00b ")

    assert CaseDecision.objects.get().comment == "ab"


def test_nobody_decides_in_the_place_of_a_person_who_has_left():
    fred, deputy = someone("finance"), someone("assistant")
    case = start(make_definition(APPROVAL))
    delegations.delegate(user=fred, to=deputy, first=TODAY, last=TODAY, at=MONDAY)
    User.objects.filter(pk=fred.pk).update(is_active=False)

    with pytest.raises(NotWaitedFor):
        decide(case, "approve", deputy, "approved")


def test_levels_are_asked_one_after_the_other():
    levels = [{"up_to": None, "role": role, "count": 1} for role in ("finance", "management")]
    case = start(make_definition(step("approve", kind="approval", amount_fact="amount", bands=levels, ends=True)))
    fred, mia = someone("finance"), someone("management")

    with pytest.raises(NotWaitedFor):
        decide(case, "approve", mia, "approved")
    decide(case, "approve", fred, "approved")
    assert [task.role for task in Task.objects.still_open()] == ["management"]
    decide(case, "approve", mia, "approved")

    assert states(case) == {"approve": "done"}


def test_an_amount_that_is_not_known_needs_the_highest_approval():
    bands = [{"up_to": "10", "role": "", "count": 0}, {"up_to": None, "role": "management", "count": 2}]
    approve = step("approve", kind="approval", amount_fact="amount", bands=bands, ends=True)

    case = start(make_definition(approve), amount=None)

    assert at_step(case, "approve").roles == ["management"]


@pytest.mark.parametrize(
    ("kind", "verdict"), [("task", "approved"), ("task", "refused"), ("approval", "done"), ("check", "approved")]
)
def test_a_step_is_decided_as_its_kind_allows(kind, verdict):
    case = start(make_definition(step("one", kind=kind, ends=True)))

    with pytest.raises(WrongVerdict):
        decide(case, "one", someone("finance"), verdict, comment="so")


# Refusing


def test_a_refusal_says_why_ends_the_case_and_gives_the_record_back():
    fred, author = someone("finance"), someone("assistant")
    case = start(make_definition(APPROVAL, step("other", ends=True)), by=author)
    with pytest.raises(ReasonMissing):
        decide(case, "approve", fred, "refused", comment="  ")

    decide(case, "approve", fred, "refused", comment="Too dear")

    case.refresh_from_db()
    assert (case.state, states(case)) == ("refused", {"approve": "refused", "other": "void"})
    assert given_back == [(case.pk, MONDAY)]
    assert Task.objects.still_open().count() == 0
    assert [note.text for note in Notification.objects.filter(user=author)] == [
        "Process for Acme was refused: Too dear"
    ]
    with pytest.raises(CaseHasEnded):
        decide(case, "other", fred)


def test_given_back_everything_after_that_step_is_done_anew_and_the_rest_goes_on():
    definition = make_definition(
        step("papers"),
        step("visit"),
        step("check", "papers", kind="check", back_to="papers"),
        step("sign", "check", "visit", ends=True),
    )
    fred = someone("finance")
    case = start(definition)
    decide(case, "papers", fred)

    decide(case, "check", fred, "refused", comment="Blurred")

    assert states(case) == {"papers": "waiting", "visit": "waiting", "check": "refused"}
    assert at_step(case, "papers").round == 2
    for code in ("papers", "check", "visit", "sign"):
        decide(case, code, fred)
    case.refresh_from_db()
    assert case.state == "done"


def test_who_opened_a_case_takes_it_back_with_a_reason():
    author, other = someone("assistant"), someone("finance")
    case = start(make_definition(APPROVAL), by=author)
    with pytest.raises(NotWaitedFor):
        cases.withdraw(case=case, by=other, reason="No", at=MONDAY)
    with pytest.raises(ReasonMissing):
        cases.withdraw(case=case, by=author, reason=" ", at=MONDAY)

    cases.withdraw(case=case, by=author, reason="Wrong year", at=MONDAY)

    case.refresh_from_db()
    assert (case.state, len(given_back), Task.objects.still_open().count()) == ("withdrawn", 1, 0)
    with pytest.raises(CaseHasEnded):
        cases.withdraw(case=case, by=author, reason="Again", at=MONDAY)


def test_an_action_that_refuses_undoes_the_decision():
    def refuse(_doing):
        raise NotWaitedFor("Not now.")

    registry.register(registry.WorkflowAction("tested.refuse", "Refuse", refuse))
    case = start(make_definition(step("one", action="tested.refuse", ends=True)))

    with pytest.raises(DomainError, match=r"^Not now\.$"):
        decide(case, "one", someone("finance"))

    assert (states(case), CaseDecision.objects.count()) == ({"one": "waiting"}, 0)


# Facts, forms, documents, arguments


@pytest.mark.parametrize("facts", [{"weight": 1}, {"amount": "much"}])
def test_facts_that_are_unknown_or_cannot_be_read_are_refused(facts):
    definition = make_definition(APPROVAL)

    with pytest.raises(FactsWrong):
        start(definition, **facts)

    assert WorkflowCase.objects.count() == 0


def test_a_form_gives_the_facts_that_later_conditions_read():
    definition = make_definition(
        step("form", kind="form", asks=["staff"]),
        step("visit", "form", conditions=[{"fact": "staff", "op": ">=", "value": "100"}], ends=True),
        facts={"staff": "number"},
    )
    case, fred = start(definition), someone("finance")
    with pytest.raises(FactsWrong):
        decide(case, "form", fred)

    decide(case, "form", fred, facts={"staff": "120"})

    case.refresh_from_db()
    assert (case.facts["staff"], states(case)) == ("120", {"form": "done", "visit": "waiting"})


def test_a_document_step_wants_a_document():
    case, fred = start(make_definition(step("papers", kind="document", ends=True))), someone("finance")
    with pytest.raises(DocumentMissing):
        decide(case, "papers", fred)
    content = ContentFile(b"terms")
    documents.store_document(file=content, name="terms.pdf", at=MONDAY, record=at_step(case, "papers"))

    decide(case, "papers", fred)

    case.refresh_from_db()
    assert case.state == "done"


def test_an_action_gets_the_arguments_of_its_definition_as_what_they_are(acme):
    note = step("note", action="tested.note", arguments={"day": "2026-04-01"}, ends=True)
    case = start(make_definition(note), record=acme)

    decide(case, "note", someone("finance"))

    assert [(doing.record, doing.arguments) for doing in done] == [(acme, {"day": date(2026, 4, 1)})]
