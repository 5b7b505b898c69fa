"""Cases over the API: read with who is waited for; a partner reads those shared with it, and only its own waits."""

import pytest
from django.urls import reverse

from tests.factories.api import erp
from tests.factories.workflow import decide, make_definition, someone, start, step

pytestmark = pytest.mark.django_db
STEPS = (
    step("papers", party="partner", role=""),
    step("look", party="staff"),
    step("check", "papers", "look", ends=True),
)


@pytest.mark.parametrize("number", [1, 3])
def test_the_maker_reads_cases_with_whom_they_wait_for_at_the_same_cost(number, acme, django_assert_max_num_queries):
    definition = make_definition(*STEPS, shown_to_partner=True)
    for _ in range(number):
        case = start(definition, partner_id=acme.pk)
    client = erp(scopes=["cases:read"])
    client.get(reverse("api_case-list"))

    with django_assert_max_num_queries(12):
        rows = client.get(reverse("api_case-list"), {"state": "running"}).json()["results"]

    assert len(rows) == number
    assert (rows[-1]["id"], rows[-1]["process"], rows[-1]["version"]) == (case.pk, definition.code, 1)
    assert [(wait["step"], wait["waits_for"], wait["roles"]) for wait in rows[-1]["waits"]] == [
        ("papers", "partner", []),
        ("look", "staff", ["finance"]),
    ]


def test_a_partner_reads_what_is_shared_with_it_and_waits_for_it(acme, other_partner):
    shared = make_definition(*STEPS, shown_to_partner=True)
    case = start(shared, partner_id=acme.pk)
    start(shared, partner_id=other_partner.pk)
    start(make_definition(*STEPS[1:2], step("end", "look", ends=True)), partner_id=acme.pk)
    decide(case, "look", someone("finance"))

    rows = erp(partner=acme, scopes=["cases:read"]).get(reverse("api_case-list")).json()["results"]

    assert [(row["id"], [wait["step"] for wait in row["waits"]]) for row in rows] == [(case.pk, ["papers"])]
