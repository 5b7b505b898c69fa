"""Two at once on one application: exactly one wins, the other is told."""

import pytest

from channelhub.core.models import CaseDecision, Role, WorkflowCase
from channelhub.core.services.workflow import cases
from partners.models import AccessRequest, Membership, Partner
from partners.services.onboarding import access, applications, steps
from tests.factories import onboarding as make
from tests.factories.onboarding import MONDAY
from tests.factories.partners import make_dealer, make_partner
from tests.factories.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def kinds(results):
    return sorted(type(result).__name__ for result in results)


def test_of_two_managers_at_once_one_decides_and_one_partner_is_made():
    application = make.send(make.make_track())
    make.hand_in_papers(application)
    row, one = make.at_step(application, "check"), make.person("channel_manager")
    two = make.make_staff("two@maker.example", role="channel_manager", permissions=["*"])

    results = at_once(
        lambda: cases.decide(case_step=row, by=one, verdict="done", at=MONDAY),
        lambda: cases.decide(case_step=row, by=two, verdict="refused", comment="Too small.", at=MONDAY),
    )

    assert kinds(results) == ["StepAlreadyDecided", "WorkflowCase"]
    told = next(result for result in results if not isinstance(result, WorkflowCase))
    assert str(told) == "Somebody has decided this already."
    assert CaseDecision.objects.filter(case_step=row).count() == 1
    assert Partner.objects.count() == (make.waiting(application) == ["contract"])


def test_an_application_sent_twice_at_once_has_one_case():
    application = make.begin(make.make_track())

    results = at_once(*[lambda: applications.send(application=application, at=MONDAY)] * 2)

    assert kinds(results) == ["ApplicationSent", "PartnerApplication"]
    assert WorkflowCase.objects.count() == 1


def test_papers_handed_in_while_the_manager_refuses_end_in_one_way():
    application = make.send(make.make_track())
    row = make.at_step(application, "papers")
    steps.attach(application=application, case_step=row, file=make.pdf(), declared="", at=MONDAY)
    manager = make.person("channel_manager")

    results = at_once(
        lambda: steps.hand_in(application=application, case_step=row, facts={}, at=MONDAY),
        lambda: applications.refuse(application=application, by=manager, reason="Closed.", at=MONDAY),
    )

    application.refresh_from_db()
    assert application.state == "refused"
    assert kinds(results) in (["CaseHasEnded", "NoneType"], ["NoneType", "WorkflowCase"])


def test_of_two_owners_at_once_one_answers_a_request():
    partner = make_partner("acme", name="Acme")
    make.make_roles()
    owners = [make_dealer(f"{name}@acme.example", partner=partner) for name in ("anna", "alma")]
    access.ask(company="acme", name="Ned", email="ned@acme.example", note="", at=MONDAY)
    request, role = AccessRequest.objects.get(), Role.objects.get(code="owner")

    results = at_once(
        lambda: access.accept(request=request, role=role, by=owners[0], at=MONDAY),
        lambda: access.decline(request=request, by=owners[1], at=MONDAY),
    )

    request.refresh_from_db()
    accepted = request.state == "accepted"
    assert kinds(results) == sorted(["RequestDecided", "Membership" if accepted else "NoneType"])
    assert Membership.objects.filter(email="ned@acme.example").count() == accepted
