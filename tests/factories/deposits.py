"""Deposits: asked for and paid."""

from datetime import UTC, datetime
from decimal import Decimal

from partners.enums import DepositKind
from partners.services import deposits
from partners.services.deposits import Wanted

NOON = datetime(2026, 3, 16, 4, tzinfo=UTC)


def booked(account, kind, amount, *, at=NOON, by=None, **fields):
    return deposits.book(account=account, wanted=Wanted(DepositKind(kind), Decimal(amount), **fields), at=at, by=by)


def make_deposit(partner, *, due=0, paid=0, currency="CNY", at=NOON):
    """A deposit with what is due and what was paid."""
    account = deposits.open_account(partner=partner, currency=currency)
    for kind, amount in (("due", due), ("paid", paid)):
        if amount:
            booked(account, kind, amount, at=at)
    account.refresh_from_db()
    return account
