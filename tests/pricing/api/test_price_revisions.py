"""Revisions over the API: drafted, changed line by line, submitted, announced, published, given back."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from channelhub.lib.periods import business_day
from partners.services.reference import load_reference
from pricing.models import PriceRevision, PriceRow
from tests.factories.api import erp, new_key
from tests.factories.partners import make_product
from tests.factories.prices import assign, authorise, make_list
from tests.factories.revisions import announced, contract, draft

REVISIONS, NOTICES = "/api/v1/pricing/price-revisions/", "/api/v1/pricing/price-notices/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def day():
    return business_day(timezone.now()) + timedelta(days=40)


@pytest.fixture
def listed(acme):
    authorise(acme)
    listed = make_list("LP", (make_product("A"), 100), (make_product("B"), 10))
    assign(listed, "partner", acme)
    return listed


def post(caller, address, **body):
    return caller.post(address, json.dumps(body), content_type="application/json", headers=new_key())


def test_a_revision_goes_its_way(listed, day):
    load_reference()
    system = erp()
    made = post(system, REVISIONS, price_list="LP", title="Spring", effective_on=str(day))
    here = f"{REVISIONS}{made.json()['id']}/"
    lines = [{"product": "A", "unit_price": "103.00"}, {"product": "B", "unit_price": "1.001"}, {"product": "C"}]

    receipt = post(system, f"{here}rows/", lines=lines).json()
    sent = post(system, f"{here}submit/")
    PriceRevision.objects.update(status="approved")
    told = post(system, f"{here}announce/")
    published = post(system, f"{here}publish/")

    assert (made.status_code, made.json()["status"]) == (201, "draft")
    assert (receipt["taken"], receipt["unchanged"]) == (1, 0)
    assert [(r["row"], r["field"], r["rule"]) for r in receipt["rejected"]] == [
        (2, "unit_price", "not_of_the_currency"),
        (3, "product", "unknown_code"),
    ]
    assert [answer.json()["status"] for answer in (sent, told, published)] == ["submitted", "announced", "published"]
    assert PriceRow.objects.get(valid_from=day).unit_price == Decimal(103)
    assert system.get(REVISIONS, {"status": "published"}).json()["results"][0]["code"] == f"LP-{day:%Y%m%d}"
    assert post(system, f"{here}publish/").json()["code"] == "revision_state"
    assert post(system, f"{here}revert/", reason="Wrong").json()["status"] == "reverted"


def test_what_is_refused_is_named(listed, day):
    system = erp()
    for body, code in (
        ({"price_list": "none"}, "unknown_code"),
        ({"effective_on": str(business_day(timezone.now()))}, "day_not_ahead"),
    ):
        answer = post(system, REVISIONS, **({"price_list": "LP", "title": "x", "effective_on": str(day)} | body))
        assert code in json.dumps(answer.json())
    post(system, REVISIONS, price_list="LP", title="x", effective_on=str(day))

    again = post(system, REVISIONS, price_list="LP", title="x", effective_on=str(day))

    assert (again.status_code, again.json()["code"]) == (409, "revision_overlaps")


def test_consents_are_listed_and_settled(acme, listed, day):
    contract(acme, consent=True)
    announced(listed, at=timezone.now(), effective_on=day)
    system = erp()
    [notice] = system.get(NOTICES, {"consent": "pending"}).json()["results"]

    settled = post(system, f"{NOTICES}{notice['id']}/settle/", comment="On paper")

    assert (notice["partner"], notice["title"]) == ("acme", "Spring")
    assert settled.json()["consent"] == "settled"


def test_a_partners_system_reads_and_writes_none_of_it(acme, listed, day):
    made = draft(listed, at=timezone.now(), effective_on=day)
    theirs = erp(partner=acme)

    found = [theirs.get(REVISIONS), theirs.get(NOTICES), post(theirs, f"{REVISIONS}{made.pk}/submit/")]

    assert {answer.status_code for answer in found} == {403}


def test_lists_ask_as_much_for_three_rows_as_for_one(listed, day):
    system, counts = erp(), []
    for number in range(3):
        draft(listed, at=timezone.now(), effective_on=day + timedelta(days=number))
        with CaptureQueriesContext(connection) as asked:
            system.get(REVISIONS)
        counts.append(len(asked))
    assert counts[0] == counts[2]
