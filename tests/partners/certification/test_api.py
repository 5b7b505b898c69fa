"""Certification over the API: read by everybody within its fence, issued and withdrawn by the maker's systems."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partners.models import Certificate
from tests.factories.api import erp, new_key
from tests.factories.certification import certified, make_level, make_programme, require
from tests.factories.partners import make_product_line

pytestmark = pytest.mark.django_db
API = "/api/v1/partners/"


def post(caller, path, data):
    return caller.post(f"{API}{path}", data, content_type="application/json", headers=new_key())


def test_the_makers_system_certifies_a_shop_and_withdraws_it_once(acme):
    make_level(make_programme("shops", certified="shop"), validity_months=12)
    caller = erp()
    asked = {"partner": "acme", "programme": "shops", "rank": 1, "first_day": "2026-03-16"}

    refused = post(caller, "certificates/", asked)
    issued = post(caller, "certificates/", {**asked, "shop_name": "Bund", "shop_address": "1 Main Road"})
    row = issued.json()
    answers = [post(caller, f"certificates/{row['id']}/withdraw/", {"reason": "Closed"}) for _time in range(2)]

    assert (refused.status_code, refused.json()["code"]) == (422, "certificate_refused")
    assert (issued.status_code, row["shop_name"], row["last_day"]) == (201, "Bund", "2027-03-15")
    assert [answer.status_code for answer in answers] == [200, 409]
    assert answers[0].json()["withdrawn_reason"] == "Closed"


def test_a_person_is_certified_by_the_e_mail_of_a_member(acme, anna, carla):
    make_level(make_programme("sales"))
    asked = {"partner": "acme", "programme": "sales", "rank": 1}

    statuses = [
        post(erp(), "certificates/", {**asked, "person": email}).status_code
        for email in ("Anna@acme.example", "carla@other.example")
    ]

    assert (statuses, Certificate.objects.get().person) == ([201, 400], "Anna")


def test_a_partner_reads_its_own_certificates_and_writes_none(acme, other_partner):
    level = make_level(make_programme("partners", certified="partner"))
    own, foreign = certified(level, acme), certified(level, other_partner)
    caller = erp(partner=acme)

    [row] = caller.get(f"{API}certificates/").json()["results"]

    assert row["number"] == own.number
    assert caller.get(f"{API}certificates/{foreign.pk}/").status_code == 404
    assert post(caller, "certificates/", {"partner": "acme", "programme": "partners", "rank": 1}).status_code == 403
    assert post(caller, f"certificates/{own.pk}/withdraw/", {"reason": "x"}).status_code == 403
    assert len(caller.get(f"{API}certificates/", {"valid_on": "2020-01-01"}).json()["results"]) == 0


def test_programmes_and_requirements_are_read_by_every_partner(acme):
    level = make_level(make_programme("partners", certified="partner"))
    require(level, line=make_product_line("bikes"), needed=2)
    caller = erp(partner=acme)

    [programme] = caller.get(f"{API}certification-programmes/", {"certified": "partner"}).json()["results"]
    [requirement] = caller.get(f"{API}certification-requirements/", {"product_line": "bikes"}).json()["results"]

    assert (programme["code"], [one["rank"] for one in programme["levels"]]) == ("partners", [1])
    assert (requirement["programme"], requirement["needed"], requirement["tier"]) == ("partners", 2, None)


def test_lists_cost_the_same_however_many(acme):
    level = make_level(make_programme(certified="partner"))
    caller, counts = erp(), []
    caller.get(f"{API}certificates/")
    for rows in (1, 2):
        for _time in range(rows):
            certified(level, acme)
        with CaptureQueriesContext(connection) as queries:
            caller.get(f"{API}certificates/")
        counts.append(len(queries))

    assert counts[0] == counts[1]
