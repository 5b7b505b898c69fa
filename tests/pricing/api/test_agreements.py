"""Agreements and limits over the API: written by the maker's systems, never read by a partner's."""

import json
from decimal import Decimal

import pytest

from pricing.models import Agreement, AgreementLine, UsageEntry
from pricing.services import usage
from tests.factories.api import erp, new_key
from tests.factories.partners import make_product, make_product_line
from tests.factories.prices import assign, authorise, make_list, make_promotion

AGREEMENTS, LINES, LIMITS, USES, ANSWERS = (
    f"/api/v1/pricing/{name}/"
    for name in ("agreements", "agreement-lines", "usage-limits", "usage-entries", "price-answers")
)
pytestmark = pytest.mark.django_db


@pytest.fixture
def laptop(acme):
    product = make_product("A-100")
    authorise(acme)
    assign(make_list("LP", (product, "100")))
    return product


def post(caller, address, **body):
    return caller.post(address, json.dumps(body), content_type="application/json", headers=new_key())


def test_an_agreement_is_made_said_and_answers(acme, laptop):
    system = erp()
    made = post(system, AGREEMENTS, code="AG", name="Hospital", partner="acme", customer="H-12")
    said = post(
        system, LINES, agreement="AG", product="A-100", effect="unit_price", value="80", currency="CNY",
        valid_from="2026-01-01",
    )  # fmt: skip
    question = {"partner": "acme", "lines": [{"product": "A-100"}], "on": "2026-03-16"}

    answers = [post(system, ANSWERS, **question, **more).json()["results"][0] for more in ({}, {"customer": "H-12"})]

    assert (made.status_code, said.status_code) == (201, 201)
    assert [(answer["unit_price"], answer["agreement"]) for answer in answers] == [("100", ""), ("80", "AG")]
    assert [row["code"] for row in system.get(AGREEMENTS).json()["results"]] == ["AG"]
    assert [row["value"] for row in system.get(LINES, {"agreement": "AG"}).json()["results"]] == ["80"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"product_line": "L"}, "product"),
        ({"currency": ""}, "currency"),
        ({"effect": "percent_off"}, "currency"),
        ({"effect": "percent_off", "currency": "", "value": "2"}, "value"),
        ({"valid_through": "2025-01-01"}, "valid_through"),
        ({"product": "nothing"}, "product"),
        ({"agreement": "nothing"}, "agreement"),
    ],
)
def test_a_wrong_line_is_refused_with_its_field(acme, laptop, wrong, field):
    make_product_line("L")
    system = erp()
    post(system, AGREEMENTS, code="AG", name="Hospital", partner="acme")
    right = {
        "agreement": "AG", "product": "A-100", "effect": "unit_price", "value": "80", "currency": "CNY",
        "valid_from": "2026-01-01",
    }  # fmt: skip

    answer = post(system, LINES, **(right | wrong))

    assert answer.status_code in (400, 422)
    assert field in json.dumps(answer.json())
    assert AgreementLine.objects.count() == 0


def test_a_partners_system_reads_and_writes_none_of_it(acme, laptop):
    post(erp(), AGREEMENTS, code="AG", name="Hospital", partner="acme")
    theirs = erp(partner=acme)

    assert {theirs.get(address).status_code for address in (AGREEMENTS, LINES, LIMITS, USES)} == {403}
    assert post(theirs, AGREEMENTS, code="B", name="B", partner="acme").status_code == 403
    assert Agreement.objects.count() == 1


def test_a_limit_is_used_over_the_api_once_per_reference_and_never_over(laptop):
    promotion = make_promotion("SPRING", laptop)
    usage.set_limit(of=promotion, measure="quantity", cap=Decimal(10))
    system = erp()
    use = {"promotion": "SPRING", "reference": "order 1"}

    kept = post(system, USES, **use, does="reserve", quantity="8")
    again = post(system, USES, **use, does="reserve", quantity="8")
    over = post(system, USES, promotion="SPRING", reference="order 2", does="reserve", quantity="3")
    taken = post(system, USES, **use, does="consume", quantity="5")
    [limit] = system.get(LIMITS).json()["results"]

    assert (kept.status_code, again.json()["id"], over.status_code) == (201, kept.json()["id"], 409)
    assert over.json()["code"] == "limit_reached"
    assert (taken.json()["quantity"], limit["used"], limit["left"]) == ("-3", "5", "5")
    assert len(system.get(USES, {"reference": "order 1"}).json()["results"]) == UsageEntry.objects.count() == 2
