import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client

from channelhub.core.enums import messages
from channelhub.core.enums.exports import ExportStatus
from channelhub.core.models import ExportJob, OutboxEvent, Task
from channelhub.core.services import attention, dispatch, mails
from partners.services import colleagues, invitations
from tests.factories.partners import make_membership, make_role, make_staff, make_territory, make_user

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 16, 4, tzinfo=UTC)
LANGUAGES = ["en", "zh-hans", "zh-hant"]


def letter():
    """Subject, text and HTML of the one letter that was sent."""
    [sent] = mail.outbox
    [(html, kind)] = [(part[0], part[1]) for part in sent.alternatives]
    assert kind == "text/html"
    return sent.subject, sent.body, html


def complete(language):
    subject, text, html = letter()
    assert "\n" not in subject.strip()
    assert "{{" not in text + html
    assert f'<html lang="{language}">' in html
    return subject, text, html


@pytest.fixture(params=LANGUAGES)
def language(request):
    return request.param


@pytest.fixture
def reader(language):
    return make_user("reader@acme.example", name="Rui", language=language)


def test_an_invitation_speaks_the_person_s_language_and_holds_the_way_in(language, reader, acme):
    reader.set_unusable_password()
    reader.save()
    membership = make_membership(reader, acme, name="Rui")

    invitations.invite(membership_id=membership.pk)

    subject, text, html = complete(language)
    assert "Acme" in subject
    assert re.search(r"http://localhost:8000/account/password/reset/key/\S+", text)[0].split("/key/")[1] in html


def test_a_file_s_letter_speaks_the_person_s_language(language, reader, acme):
    job = ExportJob.objects.create(
        kind="pricing.sales_lines",
        file_format="csv",
        language=language,
        requested_by=reader,
        requested_at=NOON,
        partner_id=acme.pk,
        status=ExportStatus.DONE,
        rows=12345,
        finished_at=NOON,
    )

    mails.export_ready(export_id=job.pk)

    assert f"/portal/exports/{job.pk}/" in complete(language)[1]


def test_an_approval_s_letter_speaks_the_person_s_language(language, reader):
    task = Task.objects.create(kind="x", key="x", user=reader, opened_at=NOON, record_type="core.workflowcase")

    mails.approval_waiting(task_id=task.pk)

    assert "x" in complete(language)[0]


def test_a_digest_speaks_the_person_s_language(language, reader):
    attention.notify(messages.EXPORT_READY, at=NOON, user=reader, title="Sales", rows=3)

    mails.digest(user_id=reader.pk, at=NOON + timedelta(hours=1))

    assert "Sales" in complete(language)[1]


def test_a_new_password_s_letter_speaks_the_person_s_language(language, reader):
    Client().post("/account/password/reset/", {"email": reader.email}, headers={"Accept-Language": "en"})

    assert "/account/password/reset/key/" in complete(language)[1]


def test_the_link_of_an_invitation_lets_one_set_a_password(acme):
    user = make_user("new@acme.example", name="New")
    user.set_unusable_password()
    user.save()
    invitations.invite(membership_id=make_membership(user, acme).pk)

    link = re.search(r"http://localhost:8000(\S+)", mail.outbox[0].body)[1]
    page = Client().get(link, follow=True)

    assert (page.status_code, "password1" in page.content.decode()) == (200, True)


def test_letting_a_person_in_sends_the_letter_through_the_outbox(acme, django_capture_on_commit_callbacks):
    colleagues.invite(partner=acme, email="n@acme.example", name="N", role=make_role("viewer"), at=NOON)
    assert mail.outbox == []

    dispatch.dispatch(at=NOON)

    assert [
        (sent.to, OutboxEvent.objects.filter(name="partners.membership.began").count()) for sent in mail.outbox
    ] == [(["n@acme.example"], 1)]


def test_machines_and_those_who_left_get_no_letter(acme):
    gone = make_user("gone@acme.example", is_active=False)
    machine = make_user("machine@acme.example", is_machine=True)

    assert [mails.send(user=user, template="digest", notifications=[], link="") for user in (gone, machine)] == [
        False,
        False,
    ]


def test_everybody_with_something_unread_is_due_a_digest_once(acme, anna, carla, staff):
    attention.notify(messages.EXPORT_READY, at=NOON, partner_id=acme.pk, title="A", rows=1)
    attention.notify(messages.EXPORT_READY, at=NOON, user=staff, title="B", rows=1)
    attention.notify(messages.EXPORT_READY, at=NOON - timedelta(days=3), user=carla, title="old", rows=1)

    assert mails.order_digests(at=NOON + timedelta(hours=1)) == 2
    dispatch.dispatch(at=NOON + timedelta(hours=1))

    assert sorted(sent.to[0] for sent in mail.outbox) == [anna.email, staff.email]


def test_a_manager_of_another_territory_is_not_told_of_a_partner_s_case(acme):
    make_staff("west@maker.example", role="approver", territories=[make_territory("WEST")])
    make_staff("all@maker.example", role="approver")
    task = Task.objects.create(
        kind="x",
        key="x",
        role="approver",
        opened_at=NOON,
        record_type="core.workflowcase",
        about_partner_id=acme.pk,
    )

    mails.approval_waiting(task_id=task.pk)

    assert [sent.to for sent in mail.outbox] == [["all@maker.example"]]
