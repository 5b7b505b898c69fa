"""Deposits as they are seen and booked: admin, portal, API, night."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from channelhub.core.models import Task
from channelhub.lib.periods import business_day
from partners.models import DepositAccount, DepositEntry, DepositRule
from tests.conftest import logged_in
from tests.factories.api import erp, new_key
from tests.factories.deposits import NOON, booked, make_deposit
from tests.factories.partners import make_dealer, make_staff

pytestmark = pytest.mark.django_db
API = "/api/v1/partners"
PAYMENT = {"partner": "acme", "currency": "CNY", "kind": "paid", "amount": "500.50", "reference": "BANK-1"}


def post(caller, body, headers=None):
    address = f"{API}/deposit-entries/"
    return caller.post(address, body, content_type="application/json", headers=headers or new_key())


# The API


def test_a_payment_is_booked_once_however_often_it_is_sent(acme):
    caller, key = erp(), new_key()

    answers = [post(caller, PAYMENT, key) for _time in range(3)]

    assert [answer.status_code for answer in answers] == [201] * 3
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert DepositEntry.objects.get().free_change == DepositAccount.objects.get().free
    assert (answers[0].json()["amount"], answers[0].json()["partner"]) == ("500.5", "acme")


def test_too_large_a_deduction_is_refused_with_its_code_and_leaves_nothing(acme):
    caller = erp()
    post(caller, PAYMENT)

    refused = post(caller, {**PAYMENT, "kind": "deducted", "amount": "600", "reference": "case 7"})
    unclear = post(caller, {**PAYMENT, "kind": "deducted", "amount": "6", "reference": ""})
    unknown = post(caller, {**PAYMENT, "partner": "nobody"})

    assert (refused.status_code, refused.json()["code"]) == (409, "insufficient_deposit")
    assert (unclear.status_code, unclear.json()["code"]) == (422, "deposit_entry_unclear")
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (400, "#/partner")
    assert DepositEntry.objects.count() == 1


def test_a_partners_client_reads_its_own_deposit_and_books_nothing(acme, other_partner):
    make_deposit(acme, due=1000, paid=400)
    make_deposit(other_partner, due=77)
    caller = erp(partner=acme)

    accounts = caller.get(f"{API}/deposits/").json()["results"]
    entries = caller.get(f"{API}/deposit-entries/").json()["results"]

    assert [(row["partner"], row["due"], row["missing"]) for row in accounts] == [("acme", "1000", "600")]
    assert [row["kind"] for row in entries] == ["due", "paid"]
    assert post(caller, PAYMENT).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_listing_entries_costs_the_same_however_many(rows, acme, other_partner, django_assert_num_queries):
    account = make_deposit(acme)
    for _time in range(rows):
        booked(account, "paid", 5)
    make_deposit(other_partner, paid=9)
    caller = erp(partner=acme)
    caller.get(f"{API}/deposit-entries/")

    with django_assert_num_queries(QUERIES):
        response = caller.get(f"{API}/deposit-entries/")

    assert len(response.json()["results"]) == rows


QUERIES = 13


# The portal


def test_a_dealer_sees_each_figure_and_the_entries_that_make_it(acme, as_anna, other_partner):
    account = make_deposit(acme, due=1000, paid=800)
    booked(account, "deducted", 300, reference="case 7")
    make_deposit(other_partner, due=77, paid=77)

    page = as_anna.get("/portal/deposits/")
    behind = as_anna.get("/portal/deposits/", {"account": account.pk, "part": "free"})

    [(shown, stopped)] = page.context["accounts"]
    assert (shown.free, shown.missing, stopped) == (500, 500, False)
    assert sorted(change for _entry, change in behind.context["rows"]) == [-300, 800]
    assert [row["total"] for row in behind.context["sums"]] == [500]


def test_entries_are_narrowed_by_kind_reference_and_month(acme, as_anna):
    account = make_deposit(acme, due=1000, paid=800)
    booked(account, "deducted", 300, reference="case 7")

    def found(**query):
        return [entry.kind for entry, _amount in as_anna.get("/portal/deposits/", query).context["rows"]]

    assert found(kind="paid") == ["paid"]
    assert found(q="case") == ["deducted"]
    assert found(month="2026-02-01") == []
    assert found(month="2026-03-01") == ["deducted", "paid", "due"]
    assert as_anna.get("/portal/deposits/", {"after": "nonsense"}).status_code == 404


def test_without_a_deposit_the_page_says_when_there_will_be_one(as_anna):
    assert b"No deposit is asked for" in as_anna.get("/portal/deposits/").content


def test_a_buyer_is_told_who_may_see_deposits(acme):
    buyer = logged_in(make_dealer("buyer@acme.example", partner=acme, role="buyer"))

    assert buyer.get("/portal/deposits/").status_code == 403


def test_the_list_is_downloaded_as_it_is_narrowed(acme, anna, as_anna):
    from partners.forms.deposits import DEPOSIT_ENTRIES

    account = make_deposit(acme, due=1000, paid=800)
    booked(account, "deducted", 300, reference="case 7")
    anna.acting = as_anna.get("/portal/deposits/").wsgi_request.acting

    rows = DEPOSIT_ENTRIES.rows(anna, DEPOSIT_ENTRIES.clean({"part": "free", "account": str(account.pk)}))

    assert sorted(row[7] for row in rows) == [-300, 800]


# The admin


def test_a_manager_asks_for_what_the_rule_says(acme, as_staff):
    DepositRule.objects.create(currency="CNY", amount=1000, stop_after_days=5)
    address = reverse("admin:partners_partner_ask_for_deposit", args=[acme.pk])
    data = {"currency": "cny", "amount": "1000", "note": ""}

    assert as_staff.get(address).context["form"].initial == {"currency": "CNY", "amount": 1000}
    previewed = as_staff.post(address, data).context["previewed"]
    as_staff.post(address, {**data, "previewed": previewed})

    account = DepositAccount.objects.get()
    assert (account.partner, account.due, account.stop_after_days) == (acme, 1000, 5)


def test_finance_books_a_deduction_and_takes_it_back(acme):
    account = make_deposit(acme, due=1000, paid=1000)
    finance = logged_in(make_staff("fin@maker.example", role="finance", permissions=["partners.*_deposit*"]))
    address = reverse("admin:partners_depositaccount_book", args=[account.pk])
    data = {
        "kind": "deducted", "amount": "300", "value_on": business_day(timezone.now()).isoformat(),
        "reference": "case 7", "note": "",
    }  # fmt: skip

    preview = finance.post(address, data)
    finance.post(address, {**data, "previewed": preview.context["previewed"]})
    entry = DepositEntry.objects.get(kind="deducted")
    finance.post(reverse("admin:partners_depositentry_reverse_entry", args=[entry.pk]), {"reason": "wrong"})

    assert [(old, new) for _what, old, new in preview.context["preview"].changes] == [("CNY 1,000.00", "CNY 700.00")]
    assert (entry.reference, entry.recorded_by.email) == ("case 7", "fin@maker.example")
    account.refresh_from_db()
    assert account.free == 1000


def test_a_refused_booking_is_told_above_the_kept_input(acme, as_staff):
    account = make_deposit(acme, paid=10)
    address = reverse("admin:partners_depositaccount_book", args=[account.pk])
    data = {
        "kind": "returned", "amount": "11", "value_on": business_day(timezone.now()).isoformat(),
        "reference": "", "note": "",
    }  # fmt: skip

    previewed = as_staff.post(address, data).context["previewed"]
    answer = as_staff.post(address, {**data, "previewed": previewed})

    assert answer.context["form"].non_field_errors() == ["Only 10 CNY are available: nothing was booked."]
    assert account.entries.count() == 1


@pytest.mark.parametrize(("state", "codes"), [("short", ["acme"]), ("covered", ["other"]), ("late", [])])
def test_deposits_are_narrowed_by_what_is_missing(state, codes, acme, other_partner, as_staff):
    make_deposit(acme, due=1000, paid=400, at=timezone.now())
    make_deposit(other_partner, due=77, paid=77)

    answer = as_staff.get(reverse("admin:partners_depositaccount_changelist"), {"state": state})

    assert [row.partner.code for row in answer.context["cl"].result_list] == codes


def test_the_entries_behind_a_figure_add_up_to_it(acme, as_staff):
    account = make_deposit(acme, due=1000, paid=800)
    booked(account, "deducted", 300, reference="case 7")
    address = reverse("admin:partners_depositentry_changelist")

    answer = as_staff.get(address, {"account__id__exact": account.pk, "part": "free"})

    assert len(answer.context["cl"].result_list) == 2
    assert ("Free", "CNY 500.00") in answer.context["list_sum"]
    assert as_staff.get(reverse("admin:partners_depositentry_export")).status_code == 200


def test_the_night_watches_deposits(acme):
    from channelhub.core.services.night import steps

    make_deposit(acme, due=1000, at=NOON)

    counted = [steps.named("deposits").work(business_day=date(2026, 4, 1)) for _time in range(2)]

    assert counted == [{"short": 1}] * 2
    assert Task.objects.count() == 1
