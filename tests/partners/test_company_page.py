from datetime import date

import pytest
from django.urls import reverse

from channelhub.lib.periods import date_range
from partners.services import records

pytestmark = pytest.mark.django_db


def test_a_dealer_reads_what_is_on_record_with_masked_numbers(as_anna, acme, other_partner):
    records.write_bank_account(partner=acme, number="6222000012345678", holder="Acme", bank="Own Bank", currency="CNY")
    records.write_bank_account(
        partner=other_partner, number="6222000087654321", holder="Other", bank="Foreign Bank", currency="CNY"
    )
    records.write_licence(
        partner=acme, kind="business", number="L-1", valid_during=date_range(date(2020, 1, 1), date(2021, 1, 1))
    )

    page = as_anna.get(reverse("portal_company")).content.decode()

    assert "Own Bank" in page
    assert "•••• 5678" in page
    assert "62220000" not in page
    assert "Foreign Bank" not in page
    assert "ended" in page


def test_a_manager_records_an_account_and_is_shown_its_number_on_demand(as_staff, acme):
    address = reverse("admin:partners_bankaccount_add")
    data = {"partner": acme.pk, "holder": "Acme", "bank": "Bank", "currency": "CNY", "number": "6222000012345678"}

    assert as_staff.post(address, {**data, "number": "12"}).status_code == 200
    assert as_staff.post(address, data).status_code == 302

    account = acme.bank_accounts.get()
    page = as_staff.get(reverse("admin:partners_bankaccount_change", args=[account.pk])).content.decode()
    assert "6222" not in page
    shown = as_staff.post(reverse("admin:partners_bankaccount_reveal", args=[account.pk]))
    assert "6222000012345678" in shown.content.decode()


@pytest.mark.parametrize(
    ("model", "data"),
    [
        ("companynumber", {"scheme": "", "number": "91110000600037341L"}),
        ("partneraddress", {"kind": "registered", "text": "1 Main Road"}),
        ("partnercontact", {"role": "sales", "name": "Wang", "identity_number": "110101199003078515"}),
        ("invoicedetails", {"title": "Acme"}),
        ("licence", {"kind": "tax", "number": "1", "valid_from": "2026-01-01", "valid_through": "2026-12-31"}),
    ],
)
def test_every_part_of_the_record_is_added_in_the_admin(as_staff, acme, model, data):
    answer = as_staff.post(reverse(f"admin:partners_{model}_add"), {"partner": acme.pk, **data})

    assert answer.status_code == 302, answer.context["adminform"].form.errors


def test_a_licence_that_ends_before_it_begins_is_refused_in_the_form(as_staff, acme):
    data = {"partner": acme.pk, "kind": "tax", "number": "1", "valid_from": "2026-02-01", "valid_through": "2026-01-01"}

    answer = as_staff.post(reverse("admin:partners_licence_add"), data)

    assert "The last day comes before the first." in answer.content.decode()
