from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from channelhub.core.models import Task
from channelhub.lib.periods import date_range
from channelhub.lib.sealing import CannotOpen
from partners.errors import NotANumber, RecordRefused
from partners.models import BankAccount, CompanyNumber, NumberReading, PartnerContact
from partners.services import licences, records
from tests.factories.partners import make_partner

pytestmark = pytest.mark.django_db
IBAN = "DE89 3704 0044 0532 0130 00"
USCC = "91110000600037341L"


@pytest.fixture
def acme():
    return make_partner("acme", country="CN")


def account(partner, number=IBAN, **more):
    return records.write_bank_account(
        partner=partner, number=number, **{"holder": "Acme", "bank": "Bank", "currency": "CNY", **more}
    )


def test_a_company_number_is_kept_as_its_scheme_writes_it(acme):
    row = records.write_number(partner=acme, number="9111 0000 6000 37341L")

    assert (row.scheme, row.number) == ("cn.uscc", USCC)


@pytest.mark.parametrize("number", ["91110000600037342L", "911100006000", "", "one"])
def test_a_wrong_company_number_is_refused_and_nothing_is_kept(acme, number):
    with pytest.raises(NotANumber):
        records.write_number(partner=acme, number=number)

    assert CompanyNumber.objects.count() == 0


def test_a_second_number_of_one_scheme_is_refused_in_words(acme):
    records.write_number(partner=acme, number=USCC)

    with pytest.raises(RecordRefused, match="already has a number of this scheme"):
        records.write_number(partner=acme, number=USCC)


def test_a_bank_account_is_sealed_masked_and_found_by_its_number(acme):
    row = account(acme)

    assert row.end == "3000"
    assert BankAccount.objects.with_number("de89370400440532013000").get() == row
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(a)::text FROM partners_bankaccount a")
        assert "0532013" not in cursor.fetchone()[0]
        cursor.execute("SELECT row_to_json(e)::text FROM partners_bankaccountevent e")
        assert "sealed" not in cursor.fetchone()[0]


@pytest.mark.parametrize("number", ["DE89 3704 0044 0532 0130 01", "12", "not a number"])
def test_a_wrong_account_is_refused(acme, number):
    with pytest.raises(NotANumber):
        account(acme, number)

    assert BankAccount.objects.count() == 0


def test_an_account_is_recorded_once_and_one_is_paid_out_to_per_currency(acme):
    account(acme, for_payouts=True)

    with pytest.raises(RecordRefused, match="already has this account"):
        account(acme)
    with pytest.raises(RecordRefused, match="Another account is paid out to"):
        account(acme, "6222000012345678", for_payouts=True)


def test_an_account_keeps_its_number_when_only_its_bank_changes(acme):
    row = account(acme)

    records.write_bank_account(partner=acme, row=row, bank="Another Bank")

    row.refresh_from_db()
    assert (row.bank, row.end) == ("Another Bank", "3000")


def test_who_was_shown_a_number_is_written_down(acme, staff):
    row = account(acme)

    number = records.reveal(row=row, by=staff, at=timezone.now())

    assert number == IBAN.replace(" ", "")
    reading = NumberReading.objects.get()
    assert (reading.record_type, reading.record_id, reading.read_by) == ("partners.bankaccount", row.pk, staff)


def test_seals_are_renewed_under_a_new_key(acme, settings):
    settings.FIELD_KEYS = ["old"]
    row = account(acme)
    settings.FIELD_KEYS = ["new", "old"]
    assert BankAccount.objects.with_number(IBAN).get() == row

    assert records.renew_seals() == 1

    settings.FIELD_KEYS = ["new"]
    row.refresh_from_db()
    assert records.seal().open(row.sealed) == IBAN.replace(" ", "")
    assert BankAccount.objects.with_number(IBAN).get() == row
    settings.FIELD_KEYS = ["old"]
    with pytest.raises(CannotOpen):
        records.seal().open(row.sealed)


def test_one_person_is_the_legal_representative(acme):
    records.write_contact(partner=acme, role="legal_representative", name="Wang", identity_number="110101199003078515")

    with pytest.raises(RecordRefused, match="already has a legal representative"):
        records.write_contact(partner=acme, role="legal_representative", name="Li")
    assert PartnerContact.objects.with_number("110101199003078515").get().end == "8515"


def test_one_address_is_registered(acme):
    records.write_address(partner=acme, kind="registered", text="1 Main Road")

    with pytest.raises(RecordRefused, match="already has a registered address"):
        records.write_address(partner=acme, kind="registered", text="2 Main Road")


def test_invoice_details_are_one_per_partner_and_are_rewritten(acme):
    records.write_invoice_details(partner=acme, title="Acme")

    row = records.write_invoice_details(partner=acme, title="Acme Trading")

    assert acme.invoice_details.pk == row.pk


def test_a_licence_that_ends_soon_opens_one_task(acme):
    today = date(2026, 3, 2)
    for number, days in (("soon", 60), ("later", 61), ("over", -1)):
        records.write_licence(
            partner=acme,
            kind="business",
            number=number,
            valid_during=date_range(date(2020, 1, 1), today + timedelta(days=days)),
        )

    first, second = licences.remind(business_day=today), licences.remind(business_day=today)

    assert (first, second) == ({"licences": 1}, {"licences": 0})
    assert [(task.role, task.due_on) for task in Task.objects.all()] == [("channel_manager", date(2026, 5, 1))]
