"""Postings over the API: what every earner was given, by cause, as it is posted."""

from datetime import date

import pytest

from pricing.models import RebatePosting
from pricing.services import accrual, rollup
from tests.factories.api import erp
from tests.factories.ledger import line_of, record
from tests.factories.rebates import make_programme

URL = "/api/v1/pricing/rebate-postings/"
pytestmark = pytest.mark.django_db


def night(day):
    rollup.roll_up(business_day=day)
    accrual.accrue(business_day=day)


@pytest.fixture
def posted(acme, other_partner):
    """Both earn ten percent: in January and, what became known in February, once more."""
    make_programme("bonus", earners=[acme, other_partner])
    for partner, amount in ((acme, "100"), (other_partner, "70")):
        record(line_of(partner, booked_on=date(2026, 1, 20), amount=amount))
        record(line_of(partner, booked_on=date(2026, 2, 2), amount="33.33"))
    night(date(2026, 2, 3))


def results(caller, **params):
    return caller.get(URL, params).json()["results"]


def test_a_posting_says_programme_period_months_and_causes(posted, acme):
    posting = RebatePosting.objects.filter(partner=acme).first()

    body = erp().get(f"{URL}{posting.pk}/").json()

    assert body == {
        "id": posting.pk,
        "programme": "bonus",
        "partner": "acme",
        "period_on": "2026-01-01",
        "period_through": "2026-03-31",
        "number": 1,
        "known_in": "2026-01-01",
        "booked_in": "2026-01-01",
        "run_on": "2026-02-03",
        "currency": "CNY",
        "amount": "10",
        "parts": {
            "version": "0",
            "rates": "0",
            "moves": "0",
            "sales": "10",
            "late": "0",
            "returns": "0",
            "manual": "0",
        },
        "recorded_at": body["recorded_at"],
    }


def test_a_partner_reads_its_own_postings_only(posted, acme, as_anna):
    other = RebatePosting.objects.exclude(partner=acme).first()

    for caller in (erp(partner=acme), as_anna):
        assert {row["partner"] for row in results(caller)} == {"acme"}
        assert {row["programme"] for row in results(caller)} == {"bonus"}
        assert caller.get(f"{URL}{other.pk}/").status_code == 404


def test_postings_are_found_by_partner_month_and_period(posted):
    caller = erp()

    assert [row["partner"] for row in results(caller, partner="other")] == ["other", "other"]
    assert {row["known_in"] for row in results(caller, known_from="2026-02-01")} == {"2026-02-01"}
    assert {row["booked_in"] for row in results(caller, booked_through="2026-01-31")} == {"2026-01-01"}
    assert results(caller, period_on="2026-04-01") == []
    assert len(results(caller, period_on="2026-01-01")) == 4


def test_only_what_was_posted_since_is_read_again(posted):
    caller = erp()
    since = caller.get(URL).json()["next_since"]

    again = results(caller, updated_since=since)
    later = results(caller, updated_since="2100-01-01T00:00:00Z")

    assert (len(again), later) == (4, [])


@pytest.mark.parametrize("count", [1, 3])
def test_listing_postings_costs_the_same_however_many(count, acme, django_assert_num_queries):
    for number in range(count):
        make_programme(f"bonus{number}", earners=[acme])
    record(line_of(acme, booked_on=date(2026, 1, 20), amount="100"))
    night(date(2026, 2, 3))
    caller = erp(partner=acme)
    caller.get(URL)

    with django_assert_num_queries(18):
        assert len(results(caller)) == count


def test_reading_needs_the_scope(posted):
    assert erp(scopes=["sales:read"]).get(URL).status_code == 403
