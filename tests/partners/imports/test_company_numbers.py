import pytest

from channelhub.core.models import ImportRow
from partners.models import CompanyNumber
from tests.factories.imports import bring_in, csv_of, make_profile
from tests.factories.partners import make_partner

pytestmark = pytest.mark.django_db
USCC = "91110000600037341L"


def test_company_numbers_enter_checked_and_wrong_ones_are_named():
    acme = make_partner("acme", country="CN")
    make_partner("other", country="DE")
    profile = make_profile("company_numbers")
    rows = [
        ["partner", "scheme", "number"],
        ["acme", "", "9111 0000 6000 37341L"],
        ["nobody", "", USCC],
        ["other", "eu.vat", "DE136695978"],
        ["other", "eu.vat", "DE136695976"],
    ]

    job = bring_in(profile, csv_of(rows))
    again = bring_in(profile, csv_of(rows))

    refused = ImportRow.objects.filter(job=job).order_by("row_no")
    assert [(row.row_no, error["field"], error["rule"]) for row in refused for error in row.errors] == [
        (3, "partner", "unknown_code"),
        (4, "number", "not_a_company_number"),
    ]
    assert (job.taken, job.rejected, again.taken, again.unchanged) == (2, 2, 0, 2)
    assert CompanyNumber.objects.get(partner=acme).number == USCC
