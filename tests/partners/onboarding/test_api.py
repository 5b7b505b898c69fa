"""Applications over the API: an ERP reads them and reports the result of a check."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from channelhub.core.models import CaseDecision
from tests.factories import onboarding as make
from tests.factories.api import erp
from tests.factories.partners import make_partner

pytestmark = pytest.mark.django_db
READS = ("partners:read",)
WRITES = ("partners:read", "partners:write")


@pytest.fixture
def checked():
    application = make.send(make.make_track())
    make.hand_in_papers(application)
    return application


def report(client, application, key, **body):
    address = reverse("api_application-check-results", kwargs={"pk": application.pk})
    return client.post(address, body, content_type="application/json", headers={"Idempotency-Key": key})


def test_an_erp_reads_applications_and_who_is_waited_for(checked):
    row = erp(scopes=READS).get(reverse("api_application-list")).json()["results"][0]

    assert (row["company"], row["partner_type"], row["state"]) == ("Northwind", "dealer", "running")
    assert [wait["step"] for wait in row["waits"]] == ["check"]
    assert row["case_id"] == make.case_of(checked).pk


def test_a_check_that_passed_goes_on_and_is_reported_once(checked):
    client = erp(scopes=WRITES)

    first = report(client, checked, "a", step="check", passed=True)
    again = report(client, checked, "a", step="check", passed=True)
    other = report(client, checked, "b", step="check", passed=True)

    assert (first.status_code, first.json()["waits"][0]["step"]) == (201, "contract")
    assert (again.status_code, again.json()) == (201, first.json())
    assert (other.status_code, other.json()["code"]) == (409, "step_already_decided")
    assert CaseDecision.objects.get(case_step__step__code="check").role == "system"


def test_a_check_that_failed_says_why_and_goes_back(checked):
    client = erp(scopes=WRITES)

    silent = report(client, checked, "a", step="check", passed=False)
    said = report(client, checked, "b", step="check", passed=False, comment="Unknown number.")

    assert (silent.status_code, silent.json()["code"]) == (422, "reason_missing")
    assert [wait["step"] for wait in said.json()["waits"]] == ["papers"]


def test_only_checks_are_reported_and_only_by_the_maker(checked):
    assert report(erp(scopes=WRITES), checked, "a", step="contract", passed=True).json()["code"] == "not_a_check"
    assert report(erp(scopes=READS), checked, "a", step="check", passed=True).status_code == 403
    partner = erp(partner=make_partner("other"), scopes=READS)
    assert partner.get(reverse("api_application-list")).json()["results"] == []


def test_one_and_three_applications_ask_the_same(checked):
    client = erp(scopes=READS)
    client.get(reverse("api_application-list"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("api_application-list"))
    for number in range(2):
        make.send(make.make_track("distributor"), email=f"n{number}@more.example")
    with CaptureQueriesContext(connection) as three:
        client.get(reverse("api_application-list"))

    assert len(one) == len(three)
