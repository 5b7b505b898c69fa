import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partners.models import BankAccount, Partner
from partners.services import records
from tests.factories.api import erp, new_key
from tests.factories.partners import make_partner

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/partners"
USCC = "91110000600037341L"
ACCOUNT = {"holder": "Acme", "bank": "Bank", "currency": "CNY", "number": "6222000012345678"}


def post(caller, path, body):
    return caller.post(f"{ROOT}/{path}/", json.dumps(body), content_type="application/json", headers=new_key())


def patch(caller, path, body, version):
    headers = {"If-Match": version}
    return caller.patch(f"{ROOT}/{path}/", json.dumps(body), content_type="application/json", headers=headers)


@pytest.fixture
def partner():
    return make_partner("hd", name="Harbour", country="CN")


def test_a_company_number_is_recorded_checked_and_changed(partner):
    caller = erp()

    made = post(caller, "company-numbers", {"partner": partner.pk, "number": "9111 0000 6000 37341L"})
    wrong = post(caller, "company-numbers", {"partner": partner.pk, "scheme": "lei", "number": "1"})

    assert (made.status_code, made.json()["scheme"], made.json()["number"]) == (201, "cn.uscc", USCC)
    assert (wrong.status_code, wrong.json()["code"]) == (400, "not_a_number")
    path = f"company-numbers/{made.json()['id']}"
    changed = patch(caller, path, {"number": "91110000MA00FP8B5Y"}, made.headers["ETag"])
    assert changed.status_code in (200, 400)
    assert patch(caller, path, {"number": USCC}, '"99"').status_code == 412


def test_a_bank_account_is_written_and_never_read_in_full(partner):
    caller = erp()

    made = post(caller, "bank-accounts", {"partner": partner.pk, **ACCOUNT})
    listed = caller.get(f"{ROOT}/bank-accounts/").json()["results"]

    assert (made.status_code, made.json()["number_end"]) == (201, "5678")
    assert "6222" not in json.dumps([made.json(), listed])
    assert BankAccount.objects.with_number(ACCOUNT["number"]).count() == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("addresses", {"kind": "registered", "text": "1 Main Road"}),
        ("contacts", {"role": "legal_representative", "name": "Wang", "identity_number": "110101199003078515"}),
        ("licences", {"kind": "business", "number": "1", "first_day": "2026-01-01", "last_day": "2026-12-31"}),
    ],
)
def test_the_other_parts_are_recorded_and_changed(partner, path, body):
    caller = erp()

    made = post(caller, path, {"partner": partner.pk, **body})
    name = "text" if path == "addresses" else "name" if path == "contacts" else "number"
    changed = patch(caller, f"{path}/{made.json()['id']}", {name: "2 Side Road"}, made.headers["ETag"])

    assert made.status_code == 201, made.json()
    assert (changed.status_code, changed.json()[name]) == (200, "2 Side Road")


def test_a_second_registered_address_is_refused(partner):
    caller = erp()
    body = {"partner": partner.pk, "kind": "registered", "text": "1 Main Road"}
    post(caller, "addresses", body)

    answer = post(caller, "addresses", {**body, "text": "2 Main Road"})

    assert (answer.status_code, answer.json()["code"]) == (422, "record_refused")


def test_a_licence_that_ends_before_it_begins_is_refused(partner):
    body = {"partner": partner.pk, "kind": "tax", "number": "1", "first_day": "2026-02-01", "last_day": "2026-01-01"}

    assert post(erp(), "licences", body).status_code == 400


def test_a_partner_reads_its_own_record_and_writes_none_of_it(partner):
    other = make_partner("other")
    for owner in (partner, other):
        records.write_address(partner=owner, kind="delivery", text=owner.code)
    caller = erp(partner=partner)

    listed = caller.get(f"{ROOT}/addresses/").json()["results"]

    assert [row["text"] for row in listed] == ["hd"]
    refused = post(caller, "addresses", {"partner": partner.pk, "kind": "delivery", "text": "x"})
    assert refused.status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_asks_as_often_for_three_as_for_one(rows):
    for number in range(rows):
        records.write_address(partner=make_partner(f"p{number}"), kind="delivery", text="x")
    caller = erp()
    caller.get(f"{ROOT}/addresses/")

    with CaptureQueriesContext(connection) as asked:
        assert len(caller.get(f"{ROOT}/addresses/").json()["results"]) == rows

    assert len(asked) <= 12


def test_a_new_partner_is_entered_unless_it_is_known(partner):
    caller = erp()

    known = post(caller, "partners", {"code": "hd2", "name": "Harbour Ltd"})
    asked = post(caller, "partners/duplicates", {"name": "Harbour Ltd"})
    entered = post(caller, "partners", {"code": "hd2", "name": "Harbour Ltd", "apart_from": [partner.pk]})

    assert (known.status_code, known.json()["code"]) == (409, "may_be_duplicate")
    [match] = asked.json()["matches"]
    assert (match["partner"], match["same"], match["steps"][0]["code"]) == (partner.pk, True, "name_core_same")
    assert entered.status_code == 201
    assert Partner.objects.filter(code="hd2").count() == 1


def test_a_partner_with_a_wrong_number_is_not_entered():
    answer = post(erp(), "partners", {"code": "x", "name": "Zenith", "country": "CN", "number": "123"})

    assert (answer.status_code, answer.json()["code"]) == (400, "not_a_number")
    assert Partner.objects.count() == 0


def test_a_part_of_a_partner_that_is_not_there_is_refused_by_its_field(partner):
    answer = post(erp(), "addresses", {"partner": partner.pk + 999, "kind": "registered", "text": "1 Main Road"})

    assert (answer.status_code, [error["pointer"] for error in answer.json()["errors"]]) == (400, ["#/partner"])


def test_a_partner_under_a_code_in_use_is_refused(partner):
    answer = post(erp(), "partners", {"code": "hd", "name": "Quite Another House", "country": "FR"})

    assert (answer.status_code, answer.json()["code"], Partner.objects.count()) == (409, "code_taken", 1)
