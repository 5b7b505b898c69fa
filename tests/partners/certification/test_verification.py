"""The public page: valid or not, for whom, for what, until when; no person's name, no reason, no list, not for ever."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from channelhub.lib.paper import font_file
from channelhub.lib.periods import business_day, date_range
from channelhub.lib.qr import png_of
from partners.errors import CertificateIsWithdrawn
from partners.models import Membership
from partners.rules.certificate_numbers import new_number
from partners.services import certificate_papers, certification
from partners.services.onboarding import guard
from tests.factories.certification import NOON, certified, make_level, make_programme
from tests.factories.partners import make_product_line

pytestmark = pytest.mark.django_db
needs_font = pytest.mark.skipif(font_file("Regular", "zh-hans") is None, reason="Noto Sans CJK is not installed")


@pytest.fixture(autouse=True)
def new_hour():
    cache.clear()


def today():
    return business_day(timezone.now())


def make_shop(partner, **fields):
    line = make_product_line("bikes", name="自行车", name_en="Bikes")
    programme = make_programme("shops", name="门店认证", name_en="Authorised shop", certified="shop", product_line=line)
    level = make_level(programme, name="一级", name_en="Level one", validity_months=12)
    return certified(level, partner, first=today(), shop="Bund", **fields)


def asked(client, number):
    return client.get(f"/verify/{number}/", headers={"Accept-Language": "en"})


def test_a_shop_is_authorised_for_something_until_a_day(client, acme):
    row = make_shop(acme)

    answer = asked(client, row.number.lower().replace("-", ""))

    found = answer.context["found"]
    assert (answer.status_code, found.is_valid, found.who, found.partner) == (200, True, "Bund", "Acme")
    assert (found.programme, found.level, found.product_line) == ("Authorised shop", "Level one", "Bikes")
    assert found.last == row.valid_during.upper - timedelta(days=1)
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Cache-Control"] == "private, no-store"
    assert "Authorised" in answer.content.decode()


def test_in_three_languages(client, acme):
    row = make_shop(acme)

    titles = {
        language: client.get(f"/verify/{row.number}/", headers={"Accept-Language": language}).context["found"].programme
        for language in ("en", "zh-hans", "zh-hant")
    }

    assert titles == {"en": "Authorised shop", "zh-hans": "门店认证", "zh-hant": "门店认证"}


def test_a_person_is_shown_by_initials_only(client, acme, anna):
    row = certified(make_level(), acme, anna, first=today())

    answer = asked(client, row.number)

    assert answer.context["found"].who == "A."
    assert not {"Anna", "anna@acme.example"} & set(answer.content.decode().split())


def test_withdrawn_expired_and_to_come_are_said_without_a_reason(client, acme):
    row = make_shop(acme)
    certification.withdraw(certificate=row, reason="Sold fakes", at=NOON)
    old = certified(row.level, acme, shop="Bund", first=today() - timedelta(days=800))
    later = certified(row.level, acme, shop="Bund", first=today() + timedelta(days=1))

    answers = [asked(client, one.number) for one in (row, old, later)]

    assert [answer.context["found"].standing for answer in answers] == ["withdrawn", "expired", "not_yet"]
    assert b"fakes" not in answers[0].content


def test_why_a_certificate_is_not_worth_anything_just_now_stays_between_the_companies(client, acme, ben):
    shop, person = make_shop(acme), certified(make_level(), acme, ben, first=today() - timedelta(days=9))
    ended = date_range(today() - timedelta(days=30), today() - timedelta(days=1))
    Membership.objects.filter(user=ben).update(valid_during=ended)
    acme.suspended_at, acme.suspended_reason = NOON, "Owes money"
    acme.save()

    for row in (shop, person):
        answer = asked(client, row.number)
        assert (answer.context["found"].standing, b"Owes" in answer.content) == ("not_valid", False)


def test_unknown_and_impossible_numbers_get_the_same_answer(client, acme):
    answers = [asked(client, number) for number in (new_number(), "ABCD", "%00", "x" * 300)]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert {answer.context["found"] for answer in answers} == {None}


def test_a_number_that_is_typed_leads_to_its_page(client):
    assert client.get("/verify/").status_code == 200
    assert client.get("/verify/?number=").status_code == 422
    assert client.get("/verify/?number=abcd+efgh")["Location"] == "/verify/abcd%20efgh/"
    assert client.post("/verify/").status_code == 405


def test_one_address_asks_so_often_in_an_hour(client, acme, monkeypatch):
    row = make_shop(acme)
    monkeypatch.setitem(guard.LIMITS, "verify", 3)

    statuses = [asked(client, row.number).status_code for _time in range(5)]
    other = client.get(f"/verify/{row.number}/", REMOTE_ADDR="203.0.113.9").status_code

    assert (statuses, other) == ([200, 200, 200, 429, 429], 200)


@needs_font
def test_the_paper_is_the_same_whenever_it_is_made_and_not_given_out_once_withdrawn(acme):
    row = make_shop(acme)

    papers = [certificate_papers.paper_of(row, language="zh-hans") for _time in range(2)]

    assert papers[0] == papers[1]
    assert (papers[0][:5], b"/Image" in papers[0]) == (b"%PDF-", True)
    assert certificate_papers.address_of(row).endswith(f"/verify/{row.number}/")
    certification.withdraw(certificate=row, reason="Error", at=NOON)
    with pytest.raises(CertificateIsWithdrawn):
        certificate_papers.paper_of(row, language="en")


def test_a_qr_code_is_a_picture_of_its_text():
    assert png_of("https://hub.example/verify/1/")[:8] == b"\x89PNG\r\n\x1a\n"
    assert png_of("a") == png_of("a")
    assert png_of("a") != png_of("b")
