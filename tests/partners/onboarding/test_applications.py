"""From the first letter to an active partner, on two delivered tracks that differ by data only."""

import pytest
from django.utils import translation
from django.utils.translation import gettext

from channelhub.core.enums.workflow import Verdict
from channelhub.core.errors import (
    DocumentMissing,
    DocumentRefused,
    ReasonMissing,
    StepAlreadyDecided,
    StepNotFulfilled,
)
from channelhub.core.models import CaseDecision, Document, Notification
from channelhub.core.services.workflow import cases, definitions
from channelhub.core.services.workflow import waiting as waits
from partners.enums import ApplicationState
from partners.errors import ApplicationIncomplete, ApplicationSent, NoTrack, NotTheApplicants
from partners.models import Membership, Partner, PartnerApplication
from partners.services.onboarding import applications, letters, links, process, steps
from tests.factories import onboarding as make
from tests.factories.onboarding import MONDAY

pytestmark = pytest.mark.django_db


def test_an_application_is_sent_when_everything_needed_is_filled_in():
    application = applications.begin(
        kind=make.make_track().type,
        company="Northwind",
        contact_name="Nora",
        contact_email="nora@northwind.example",
        language="en",
        at=MONDAY,
    )

    with pytest.raises(ApplicationIncomplete) as refusal:
        applications.send(application=application, at=MONDAY)

    assert refusal.value.fields == ["country", "address", "phone"]
    assert PartnerApplication.objects.get().state == ApplicationState.DRAFT


def test_what_was_sent_is_not_written_any_more():
    application = make.send(make.make_track())

    with pytest.raises(ApplicationSent):
        applications.save(application=application, values={"company": "Other"})
    with pytest.raises(ApplicationSent):
        applications.send(application=application, at=MONDAY)


def test_a_type_without_a_published_track_cannot_be_applied_for():
    track = make.make_track()
    track.is_open = False
    track.save()

    with pytest.raises(NoTrack):
        make.begin(track)
    assert applications.open_types() == []


def test_a_dealer_is_checked_signs_and_is_active():
    application = make.send(make.make_track())
    manager = make.person("channel_manager")

    make.hand_in_papers(application)
    make.decide(application, "check", manager)
    application.refresh_from_db()
    admitted = (application.state, application.partner.code, make.waiting(application))
    with pytest.raises(StepNotFulfilled):
        make.decide(application, "contract", manager)
    make.sign_contract(application)
    application.refresh_from_db()
    case = make.case_of(application)

    assert admitted == ("running", f"A{application.pk:06d}", ["contract"])
    assert (case.state, application.state) == ("done", "active")
    owner = Membership.objects.get(partner=application.partner)
    assert (owner.email, owner.role.code, owner.user.language) == ("nora@northwind.example", "owner", "en")
    assert list(application.partner.type_assignments.values_list("type__code", flat=True)) == ["dealer"]
    unlocked = waits.unlocked_for_partner(application.partner_id, process=process.PROCESS_CODE)
    assert unlocked == {"portal", "orders"}
    assert Notification.objects.filter(partner_id=application.partner_id, code="partners.onboarded").count() == 1


def test_two_types_differ_by_data_only():
    dealer = make.send(make.make_track("dealer"))
    distributor = make.send(make.make_track("distributor"), email="d@two.example", company="Two")

    assert make.waiting(dealer) == ["papers"]
    assert make.waiting(distributor) == ["details", "papers"]


def test_the_credit_is_checked_only_over_the_limit():
    track = make.make_track("distributor")
    small = make.send(track, credit=100_000, email="s@small.example")
    large = make.send(track, credit=600_000, email="l@large.example")
    for application in (small, large):
        facts = {"employees": 10, "years_in_business": 3, "warehouse_area": 500, "other_brands": "Contoso"}
        row = make.at_step(application, "details")
        steps.hand_in(application=application, case_step=row, facts=facts, at=MONDAY)
        make.hand_in_papers(application)

    assert make.waiting(small) == ["due_diligence"]
    assert make.waiting(large) == ["due_diligence", "credit_check"]


def test_sent_back_the_applicant_reads_why_and_does_it_again():
    application = make.send(make.make_track())
    make.hand_in_papers(application)
    make.decide(application, "check", make.person("channel_manager"), "refused", comment="The licence is cut off.")

    row = make.at_step(application, "papers")
    assert (row.state, row.round, letters.reason_of(row)) == ("waiting", 2, "The licence is cut off.")
    application.refresh_from_db()
    assert application.state == "running"


def test_refused_for_good_the_application_ends_though_the_step_could_send_back():
    application = make.send(make.make_track())
    make.hand_in_papers(application)
    manager = make.person("channel_manager")

    with pytest.raises(ReasonMissing):
        make.decide(application, "check", manager, Verdict.REJECTED)
    make.decide(application, "check", manager, Verdict.REJECTED, comment="No shop in this city.")

    application.refresh_from_db()
    assert (application.state, letters.why_refused(application)) == ("refused", "No shop in this city.")
    assert Partner.objects.count() == 0


def test_a_manager_refuses_at_any_step_and_the_applicant_withdraws():
    track = make.make_track()
    refused, withdrawn = make.send(track), make.send(track, email="w@with.example")
    draft = make.begin(track, email="x@draft.example")

    applications.refuse(application=refused, by=make.person("channel_manager"), reason="Not now.", at=MONDAY)
    applications.withdraw(application=withdrawn, reason="We found another.", at=MONDAY)
    applications.withdraw(application=draft, reason="", at=MONDAY)

    states = list(PartnerApplication.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["refused", "withdrawn", "withdrawn"]
    assert make.case_of(withdrawn).state == "withdrawn"
    assert CaseDecision.objects.get(verdict="rejected").by.email == "channel_manager@maker.example"


def test_a_changed_track_leaves_a_running_case_as_it_was():
    track = make.make_track()
    before = make.send(track)
    added = {"code": "visit", "name": "Visit", "kind": "task", "role": "channel_manager", "after": ["papers"]}
    kept = [
        {field: getattr(step, field) for field in definitions.COPIED if field != "position"}
        for step in definitions.in_force(track.definition).steps.order_by("position")
    ]
    kept[1]["after"] = ["visit"]
    definitions.save_draft(definition=track.definition, steps=[kept[0], added, *kept[1:]])
    definitions.publish(definition=track.definition, by=None, at=MONDAY)
    after = make.send(track, email="after@new.example")
    for application in (before, after):
        make.hand_in_papers(application)

    assert (make.case_of(before).workflow_version.number, make.waiting(before)) == (1, ["check"])
    assert (make.case_of(after).workflow_version.number, make.waiting(after)) == (2, ["visit"])


def test_papers_are_handed_in_once():
    application = make.send(make.make_track())
    row = make.at_step(application, "papers")
    with pytest.raises(DocumentMissing):
        steps.hand_in(application=application, case_step=row, facts={}, at=MONDAY)
    make.hand_in_papers(application)

    with pytest.raises(StepAlreadyDecided):
        steps.hand_in(application=application, case_step=row, facts={}, at=MONDAY)
    line = CaseDecision.objects.get(case_step=row)
    assert (line.by, line.role, line.verdict) == (None, "applicant", "done")


def test_nobody_does_anothers_step():
    track = make.make_track()
    own, other = make.send(track), make.send(track, email="o@other.example")
    make.hand_in_papers(own)

    for row in (make.at_step(own, "check"), make.at_step(other, "papers")):
        with pytest.raises(NotTheApplicants):
            steps.hand_in(application=own, case_step=row, facts={}, at=MONDAY)


@pytest.mark.parametrize(
    ("file", "declared"),
    [
        (make.pdf("virus.exe"), "application/pdf"),
        (make.pdf("page.html", b"<html>"), "text/html"),
        (make.pdf("photo.png"), "image/png"),
        (make.pdf("licence.pdf", b"MZ\x90\x00"), "application/pdf"),
        (make.pdf("licence.pdf"), "image/png"),
        (make.office("table.xlsx", "word/"), "application/zip"),
        (make.pdf("letter.docx", b"PK\x03\x04broken"), ""),
        (make.pdf("empty.pdf", b""), "application/pdf"),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_a_file_that_is_not_what_it_says_is_refused(file, declared):
    application = make.send(make.make_track())
    row = make.at_step(application, "papers")

    with pytest.raises(DocumentRefused):
        steps.attach(application=application, case_step=row, file=file, declared=declared, at=MONDAY)
    assert Document.objects.count() == 0


@pytest.mark.parametrize(
    ("file", "declared"),
    [
        (make.pdf(), "application/pdf"),
        (make.pdf("a.png", b"\x89PNG\r\n\x1a\n0"), "image/png"),
        (make.office("table.xlsx", "xl/"), ""),
        (make.office("letter.docx", "word/"), "application/octet-stream"),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_a_file_that_is_what_it_says_is_kept(file, declared):
    application = make.send(make.make_track())
    row = make.at_step(application, "papers")

    steps.attach(application=application, case_step=row, file=file, declared=declared, at=MONDAY)

    assert Document.objects.on_record(row).get().name == file.name


def test_a_link_finds_its_application_and_no_other():
    application = make.begin(make.make_track())
    token = links.link_of(application).rstrip("/").rpartition("/")[2]
    pk, key = links.read(token)

    assert links.find(pk, key) == application
    assert links.find(pk + 1, key) is None
    assert links.find(pk, "guessed") is None
    assert links.read(token[:-1] + "x") is None


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_letters_speak_the_applicants_language(language, mailoutbox):
    application = make.begin(make.make_track(), language=language)
    with translation.override(language):
        hello = gettext("Hello %(name)s,") % {"name": "Nora"}

    letters.begun(application_id=application.pk)

    assert mailoutbox[0].to == ["nora@northwind.example"]
    assert mailoutbox[0].body.splitlines()[0] == hello
    assert links.link_of(application) in mailoutbox[0].body


def test_letters_say_what_is_next_and_how_it_ended(mailoutbox):
    application = make.send(make.make_track())
    make.hand_in_papers(application)
    manager = make.person("channel_manager")
    make.decide(application, "check", manager, "refused", comment="The licence is cut off.")
    letters.step_waits(case_step_id=make.at_step(application, "papers").pk)
    applications.refuse(application=application, by=manager, reason="Closed.", at=MONDAY)
    letters.ended(application_id=application.pk)

    assert "The licence is cut off." in mailoutbox[0].body
    assert "Closed." in mailoutbox[1].body


def test_a_lost_link_is_sent_again_to_its_address_only():
    make.begin(make.make_track())

    assert applications.ask_for_link(email="NORA@northwind.example", at=MONDAY) == 1
    assert applications.ask_for_link(email="nobody@else.example", at=MONDAY) == 0


def test_withdrawing_twice_is_told():
    application = make.send(make.make_track())
    applications.withdraw(application=application, reason="No.", at=MONDAY)

    with pytest.raises(ApplicationSent):
        applications.withdraw(application=application, reason="No.", at=MONDAY)
    with pytest.raises(cases.CaseHasEnded):
        applications.refuse(application=application, by=make.person("finance"), reason="No.", at=MONDAY)
