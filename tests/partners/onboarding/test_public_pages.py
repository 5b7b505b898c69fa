"""The public pages: nobody signs in, machines are kept out, too large is refused unread, nothing is given away."""

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.test.client import ClientHandler
from django.urls import reverse

from channelhub.core.models import Document, OutboxEvent, Task
from partners.models import AccessRequest, Membership, PartnerApplication
from partners.services.onboarding import guard, links
from tests.conftest import logged_in
from tests.factories import onboarding as make
from tests.factories.partners import make_dealer, make_partner

pytestmark = pytest.mark.django_db
BEGIN = {
    "type": "dealer",
    "company": "Northwind",
    "contact_name": "Nora",
    "contact_email": "nora@northwind.example",
}
ACCESS = {"company": "Acme", "name": "Ned", "email": "ned@acme.example", "note": "Orders"}


@pytest.fixture(autouse=True)
def written_slowly(monkeypatch):
    cache.clear()
    monkeypatch.setattr(guard, "FASTEST_SECONDS", -1)


def post(client, name, form, values, **more):
    return client.post(reverse(name), {"stamp": guard.stamp(form), **values}, **more)


def by_link(application):
    """A browser that came by the letter's link."""
    client = Client()
    token = links.link_of(application).rstrip("/").rpartition("/")[2]
    client.get(reverse("apply_resume", args=[token]))
    return client


def test_a_company_begins_saves_and_goes_on_later_by_its_link(client):
    make.make_track()
    answer = post(client, "apply", "apply", BEGIN)
    application = PartnerApplication.objects.get()

    assert (answer.status_code, answer["Location"]) == (302, "/apply/mine/")
    assert OutboxEvent.objects.filter(name="partners.application.begun").count() == 1
    written = {**make.WRITTEN, "company": "Northwind Ltd", "contact_name": "Nora", "currency": "CNY"}
    written["country"] = ""
    client.post(reverse("apply_mine"), {**written, "do": "save"})
    later = by_link(application).get(reverse("apply_mine"))
    assert later.context["form"].initial["company"] == "Northwind Ltd"
    assert later["Cache-Control"] == "private, no-store"


def test_it_is_sent_when_nothing_is_missing_and_kept_when_something_is(client):
    application = make.begin(make.make_track())
    make.make_country()
    client = by_link(application)
    written = {**make.WRITTEN, "company": "Northwind", "contact_name": "Nora", "currency": "CNY"}

    short = client.post(reverse("apply_mine"), {**written, "phone": "", "address": "2 Other Road", "do": "send"})
    application.refresh_from_db()
    kept = (short.context["form"].errors["phone"], application.address, application.state)
    client.post(reverse("apply_mine"), {**written, "do": "send"})
    application.refresh_from_db()

    assert kept == (["Needed before the application is sent."], "2 Other Road", "draft")
    assert application.state == "running"
    page = client.get(reverse("apply_mine")).content.decode()
    assert "waits for you" in page


def test_without_the_link_nothing_is_shown(client):
    application = make.send(make.make_track())
    token = links.link_of(application).rstrip("/").rpartition("/")[2]

    assert client.get(reverse("apply_mine")).status_code == 404
    assert client.get(reverse("apply_resume", args=[token[:-2]])).status_code == 404
    assert client.get(reverse("apply_resume", args=[token])).status_code == 302


def test_papers_are_attached_and_handed_in(client):
    application = make.send(make.make_track())
    client, row = by_link(application), make.at_step(application, "papers")

    client.post(
        reverse("apply_step"),
        {"step": row.pk, "do": "attach", "file": SimpleUploadedFile("a.pdf", make.PDF, "application/pdf")},
    )
    client.post(reverse("apply_step"), {"step": row.pk, "do": "hand_in"})

    assert Document.objects.on_record(row).count() == 1
    assert make.waiting(application) == ["check"]


def test_a_foreign_file_is_refused_with_its_message():
    application = make.send(make.make_track())
    client, row = by_link(application), make.at_step(application, "papers")

    answer = client.post(
        reverse("apply_step"),
        {"step": row.pk, "do": "attach", "file": SimpleUploadedFile("a.pdf", b"MZ\x90", "application/pdf")},
        follow=True,
    )

    assert "its content is no pdf" in answer.content.decode()
    assert Document.objects.count() == 0


class NeverRead:
    """A body that must not be asked for."""

    def read(self, *_args):
        raise AssertionError("the body was read")

    readline = readlines = read


def test_an_upload_of_200_megabytes_is_refused_without_being_read():
    environ = RequestFactory()._base_environ(
        **{
            "REQUEST_METHOD": "POST",
            "PATH_INFO": reverse("apply_step"),
            "CONTENT_TYPE": "multipart/form-data; boundary=x",
            "CONTENT_LENGTH": str(200 * 1024 * 1024),
            "wsgi.input": NeverRead(),
        }
    )

    answer = ClientHandler(enforce_csrf_checks=True)(environ)

    assert answer.status_code == 413
    assert b"at most 10 MB" in answer.content


def test_the_forms_with_files_keep_their_csrf_check():
    application = make.send(make.make_track())
    strict = Client(enforce_csrf_checks=True)
    token = links.link_of(application).rstrip("/").rpartition("/")[2]
    strict.get(reverse("apply_resume", args=[token]))

    assert strict.post(reverse("apply_step"), {"step": "1"}).status_code == 403


# Machines


def test_what_fills_in_the_hidden_field_is_thanked_and_forgotten(client):
    make.make_track()

    answer = post(client, "apply", "apply", {**BEGIN, "homepage": "https://spam.example"})

    assert (answer.status_code, PartnerApplication.objects.count()) == (200, 0)


@pytest.mark.parametrize("stamp", ["", "apply:1:x", None], ids=["none", "forged", "of another form"])
def test_a_form_that_is_not_ours_is_refused(client, stamp):
    make.make_track()
    stamp = guard.stamp("access") if stamp is None else stamp

    answer = client.post(reverse("apply"), {**BEGIN, "stamp": stamp})

    assert (answer.status_code, PartnerApplication.objects.count()) == (422, 0)


def test_faster_than_people_write_is_refused(client, monkeypatch):
    make.make_track()
    monkeypatch.setattr(guard, "FASTEST_SECONDS", 3)

    answer = post(client, "apply", "apply", BEGIN)

    assert answer.status_code == 422
    assert "Wait a moment" in answer.content.decode()


def test_too_many_from_one_address_wait_an_hour_and_others_go_on(client, monkeypatch):
    make.make_track()
    monkeypatch.setitem(guard.LIMITS, "apply", 2)

    codes = [post(client, "apply", "apply", BEGIN).status_code for _ in range(3)]
    elsewhere = post(client, "apply", "apply", BEGIN, REMOTE_ADDR="203.0.113.9").status_code

    assert (codes, elsewhere) == ([302, 302, 429], 302)


def test_one_network_of_ipv6_is_one_address():
    asked = [RequestFactory().get("/", REMOTE_ADDR=f"2001:db8:0:1::{number}") for number in (1, 2)]

    assert len({guard.address_of(request) for request in asked}) == 1


# Access to a company's account


def answer_of(client, company):
    return post(client, "apply_access", "access", {**ACCESS, "company": company})


def test_the_answer_never_says_whether_the_company_is_a_partner(client):
    make_partner("acme", name="Acme")

    there, not_there = answer_of(client, "Acme"), answer_of(client, "Nobody Ltd")

    bodies = [answer.content.partition(b"<main")[2].partition(b"</main>")[0] for answer in (there, not_there)]
    assert bodies[0] == bodies[1] != b""
    assert AccessRequest.objects.count() == 1


def test_a_request_goes_to_the_owner_who_lets_the_person_in(client):
    acme = make_partner("acme", name="Acme")
    make.make_roles()
    owner = logged_in(make_dealer("anna@acme.example", partner=acme))
    answer_of(client, "ACME")
    answer_of(client, "acme")
    asked = AccessRequest.objects.get()

    page = owner.get(reverse("portal_people")).content.decode()
    owner.post(reverse("portal_access_accept", args=[asked.pk]), {"role": "owner"})
    again = owner.post(reverse("portal_access_decline", args=[asked.pk]), follow=True)

    assert "ned@acme.example" in page
    assert Membership.objects.get(email="ned@acme.example").role.code == "owner"
    assert "A colleague has answered this request already." in again.content.decode()
    assert Task.objects.get(key=f"access_request:{asked.pk}").closed_at is not None


def test_a_name_that_two_partners_share_goes_to_neither(client):
    make_partner("one", name="Acme")
    make_partner("two", name="Acme")

    answer_of(client, "Acme")

    assert AccessRequest.objects.count() == 0


# The portal


def test_an_admitted_partner_goes_on_in_the_portal_and_others_see_nothing():
    steps_of_it = make.WITH_PARTNERS_STEP
    application = make.send(make.make_track("dealer", steps_of_it))
    make.hand_in_papers(application)
    make.decide(application, "check", make.person("channel_manager"))
    application.refresh_from_db()
    owner = logged_in(Membership.objects.get(partner=application.partner).user)
    stranger = logged_in(make_dealer("s@other.example", partner=make_partner("other")))
    row = make.at_step(application, "bank")

    seen = owner.get(reverse("portal_onboarding")).content.decode()
    stranger.post(reverse("portal_onboarding_step"), {"step": row.pk, "do": "hand_in", "fact_shops": "3"})
    untouched = make.waiting(application)
    public = by_link(application).post(reverse("apply_step"), {"step": row.pk, "do": "hand_in", "fact_shops": "3"})
    still = make.waiting(application)
    owner.post(reverse("portal_onboarding_step"), {"step": row.pk, "do": "hand_in", "fact_shops": "3"})
    application.refresh_from_db()

    assert "Bank" in seen
    assert (untouched, public.status_code, still) == (["bank"], 302, ["bank"])
    assert (application.state, make.case_of(application).facts["shops"]) == ("active", "3")
    assert "No onboarding" in stranger.get(reverse("portal_onboarding")).content.decode()
