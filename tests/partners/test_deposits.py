"""A deposit is a ledger that is never below zero, however many take from it at once."""

from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, InternalError, transaction
from django.db.models import Sum

from channelhub.core.models import AccountingMonth, Notification, OutboxEvent, Task
from partners.enums import DepositKind
from partners.errors import AlreadyReversed, DepositEntryUnclear, InsufficientDeposit, NoDepositRule
from partners.models import DepositAccount, DepositEntry, DepositRule, PartnerTier
from partners.services import deposits
from partners.services.tiers import set_tier
from tests.factories.deposits import NOON, booked, make_deposit
from tests.factories.partners import make_partner
from tests.factories.threads import at_once

TODAY = date(2026, 3, 16)


def sums(account):
    account.refresh_from_db()
    return (account.due, account.free, account.frozen)


def events():
    names = OutboxEvent.objects.filter(name__startswith="partners.deposit").order_by("pk")
    return list(names.values_list("name", flat=True))


@pytest.mark.django_db(transaction=True)
def test_twenty_clients_deduct_at_once_and_the_deposit_is_never_below_zero():
    account = make_deposit(make_partner("acme"), due=1000, paid=1000)

    results = at_once(*(partial(booked, account, "deducted", 70, reference=f"case {n}") for n in range(20)))

    refused = [result for result in results if isinstance(result, InsufficientDeposit)]
    taken = [result for result in results if isinstance(result, DepositEntry)]
    assert (len(taken), len(refused)) == (14, 6)
    assert sums(account) == (1000, 20, 0)
    entries = DepositEntry.objects.filter(account=account)
    assert entries.aggregate(free=Sum("free_change"), due=Sum("due_change")) == {"free": 20, "due": 1000}
    assert sorted(entries.values_list("number", flat=True)) == list(range(1, 17))
    assert min(entry.account.free for entry in taken) >= 0


@pytest.mark.django_db(transaction=True)
def test_two_who_open_a_deposit_at_once_open_one():
    acme = make_partner("acme")

    results = at_once(*(partial(deposits.open_account, partner=acme, currency="CNY") for _ in range(8)))

    assert {account.pk for account in results} == {DepositAccount.objects.get().pk}


pytestmark = pytest.mark.django_db


def test_every_sum_is_the_sum_of_its_entries(acme):
    account = make_deposit(acme, due=1000, paid=600)
    booked(account, "topped_up", 400)
    booked(account, "frozen", 300)
    booked(account, "released", 100)
    booked(account, "deducted", 150, from_frozen=True, reference="case 7")
    booked(account, "returned", 50)
    booked(account, "waived", 200)

    found = DepositEntry.objects.filter(account=account).aggregate(
        due=Sum("due_change"), free=Sum("free_change"), frozen=Sum("frozen_change")
    )

    assert sums(account) == (found["due"], found["free"], found["frozen"]) == (800, 750, 50)
    assert deposits.balance(acme)[0].missing == 0


@pytest.mark.parametrize(("kind", "amount"), [("deducted", 601), ("returned", 601), ("frozen", 601), ("released", 1)])
def test_more_than_is_there_is_refused_and_nothing_is_booked(acme, kind, amount):
    account = make_deposit(acme, paid=600)

    with pytest.raises(InsufficientDeposit) as refusal:
        booked(account, kind, amount, reference="x")

    assert refusal.value.code == "insufficient_deposit"
    assert (sums(account), account.entries.count()) == ((0, 600, 0), 1)


def test_the_database_itself_keeps_the_balance_above_zero(acme):
    account = make_deposit(acme, paid=600)
    fields = {"number": 2, "currency": "CNY", "value_on": TODAY, "booked_in": date(2026, 3, 1), "reference": "x"}

    with pytest.raises(IntegrityError, match="partners_deposit_is_never_below_zero"), transaction.atomic():
        DepositEntry.objects.create(
            account=account, partner=acme, kind="deducted", amount=601,
            due_change=0, free_change=-601, frozen_change=0, **fields,
        )  # fmt: skip
    with pytest.raises(IntegrityError, match="changes_what_its_kind_says"), transaction.atomic():
        DepositEntry.objects.create(
            account=account, partner=acme, kind="paid", amount=1,
            due_change=0, free_change=2, frozen_change=0, **fields,
        )  # fmt: skip


def test_an_entry_of_another_partner_or_currency_is_refused_by_the_database(acme, other_partner):
    account = make_deposit(acme, paid=600)

    with pytest.raises(IntegrityError, match="belongs to the partner and currency"), transaction.atomic():
        DepositEntry.objects.create(
            account=account, partner=other_partner, number=2, kind="paid", currency="CNY", amount=1,
            due_change=0, free_change=1, frozen_change=0, value_on=TODAY, booked_in=date(2026, 3, 1),
        )  # fmt: skip


def test_what_was_booked_is_never_changed_or_deleted(acme):
    entry = booked(make_deposit(acme), "paid", 5)

    for change in (lambda: DepositEntry.objects.update(amount=6), entry.delete):
        with pytest.raises(InternalError, match="append_only"), transaction.atomic():
            change()


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("deducted", {"reference": " "}),
        ("paid", {"value_on": TODAY + timedelta(days=1)}),
        ("paid", {"amount": 0}),
        ("paid", {"amount": -5}),
    ],
)
def test_an_unclear_entry_is_refused(acme, kind, fields):
    account = make_deposit(acme, paid=100)

    with pytest.raises(DepositEntryUnclear):
        booked(account, kind, fields.pop("amount", 5), **fields)

    assert account.entries.count() == 1


def test_an_entry_is_booked_in_its_month_and_after_that_is_closed_in_the_first_open_one(acme):
    account = make_deposit(acme)
    AccountingMonth.objects.create(month=date(2026, 2, 1), closed_at=NOON)

    early = booked(account, "paid", 5, value_on=date(2026, 1, 20))
    now = booked(account, "paid", 5)

    assert (early.booked_in, now.booked_in) == (date(2026, 3, 1), date(2026, 3, 1))
    assert early.value_on == date(2026, 1, 20)


def test_an_entry_is_taken_back_once_by_one_of_the_opposite_sign(acme, staff):
    account = make_deposit(acme, due=100, paid=100)
    wrong = booked(account, "deducted", 40, reference="case 7")

    back = deposits.reverse(entry=wrong, reason="wrong case", at=NOON, by=staff)

    assert (back.kind, back.amount, back.free_change) == (DepositKind.DEDUCTED, -40, 40)
    assert sums(account) == (100, 100, 0)
    for entry in (wrong, back):
        with pytest.raises(AlreadyReversed):
            deposits.reverse(entry=entry, reason="again", at=NOON)


def test_a_payment_that_was_spent_cannot_be_taken_back(acme):
    account = make_deposit(acme)
    payment = booked(account, "paid", 100)
    booked(account, "returned", 60)

    with pytest.raises(InsufficientDeposit):
        deposits.reverse(entry=payment, reason="bounced", at=NOON)


def test_a_deduction_that_leaves_too_little_opens_a_task_and_tells_the_partner(acme):
    account = make_deposit(acme, due=1000, paid=1000)

    booked(account, "deducted", 300, reference="case 7")
    booked(account, "deducted", 100, reference="case 8")

    task = Task.objects.get(kind="partners.deposit_short")
    account.refresh_from_db()
    assert (account.missing, account.short_since, account.pay_by) == (400, TODAY, TODAY + timedelta(days=10))
    assert (task.about_partner_id, task.role, task.due_on) == (acme.pk, "channel_manager", account.pay_by)
    assert Notification.objects.filter(partner_id=acme.pk, code="partners.deposit_missing").count() == 2
    assert events()[-2:] == ["partners.deposit.booked", "partners.deposit.short"]


def test_topping_up_closes_the_task_of_itself_and_tells_that_the_deposit_is_covered(acme):
    account = make_deposit(acme, due=1000, paid=1000)
    booked(account, "deducted", 300, reference="case 7")

    booked(account, "topped_up", 300)

    account.refresh_from_db()
    task = Task.objects.get()
    assert (task.result, account.short_since, account.pay_by) == ("Paid.", None, None)
    assert events()[-1] == "partners.deposit.covered"


def test_a_deposit_asked_for_is_waited_for_until_its_day_and_then_watched(acme):
    account = make_deposit(acme, due=1000)

    assert (deposits.is_covered(acme), Task.objects.count()) == (False, 0)
    assert deposits.watch(business_day=TODAY + timedelta(days=9)) == {"short": 0}
    assert [deposits.watch(business_day=TODAY + timedelta(days=n)) for n in (10, 10, 11)] == [{"short": 1}] * 3
    assert Task.objects.get().record_id == account.pk

    booked(account, "paid", 1000)
    assert (deposits.is_covered(acme), Task.objects.get().result) == (True, "Paid.")


def test_new_orders_stop_where_the_rule_says_so(acme):
    account = make_deposit(acme, due=1000)
    pay_by = TODAY + timedelta(days=10)

    assert deposits.orders_stopped(partner=acme, on=date(2027, 1, 1)) == []
    deposits.change_terms(account=account, topup_days=10, stop_after_days=5)
    assert deposits.orders_stopped(partner=acme, on=pay_by + timedelta(days=5)) == []
    assert deposits.orders_stopped(partner=acme, on=pay_by + timedelta(days=6)) == [account]


def test_the_rule_of_the_tier_goes_before_the_rule_for_everybody(acme, other_partner):
    gold = PartnerTier.objects.create(code="gold", name="金牌", rank=1)
    set_tier(partner=acme, tier=gold, first_day=date(2026, 1, 1))
    DepositRule.objects.create(tier=None, currency="CNY", amount=1000, stop_after_days=5)
    DepositRule.objects.create(tier=gold, currency="CNY", amount=5000)

    asked = [deposits.demand_by_rule(partner=partner, at=NOON) for partner in (acme, other_partner)]

    assert [entry.amount for entry in asked] == [5000, 1000]
    assert deposits.demand_by_rule(partner=acme, at=NOON) is None
    assert DepositAccount.objects.get(partner=other_partner).stop_after_days == 5


def test_without_a_rule_nothing_is_asked_for(acme):
    with pytest.raises(NoDepositRule):
        deposits.demand_by_rule(partner=acme, at=NOON)

    assert deposits.balance(acme) == []
    assert deposits.is_covered(acme) is True


def test_one_rule_for_a_tier_and_currency():
    DepositRule.objects.create(tier=None, currency="CNY", amount=1000)

    with (
        pytest.raises(IntegrityError, match="partners_one_deposit_rule_per_tier_and_currency"),
        transaction.atomic(),
    ):
        DepositRule.objects.create(tier=None, currency="CNY", amount=Decimal(2000))
    with pytest.raises(IntegrityError, match="partners_deposit_rule_asks_for_something"), transaction.atomic():
        DepositRule.objects.create(tier=None, currency="EUR", amount=0)
