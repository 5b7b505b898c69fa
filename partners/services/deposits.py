"""Deposits: asked for, paid, frozen, deducted, returned. One ledger per deposit, which is never below zero."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from channelhub.core.models import AccountingMonth, User
from channelhub.core.selectors.months import first_open_month
from channelhub.core.services import attention, outbox
from channelhub.core.services.fence import unfenced
from channelhub.lib.locks import locked_in_key_order
from channelhub.lib.periods import business_day, midday, month_of
from partners.enums import DEPOSIT_ASKED, DEPOSIT_MISSING, DEPOSIT_SHORT, DepositKind
from partners.errors import AlreadyReversed, DepositEntryUnclear, InsufficientDeposit, NoDepositRule
from partners.models import Contract, DepositAccount, DepositEntry, DepositRule, Partner, TierAssignment
from partners.models.deposits import TOPUP_DAYS
from partners.rules.deposits import Change, change_of, shortfall

PORTAL = "/portal/deposits/"
ROLE = "channel_manager"


@dataclass(frozen=True)
class Balance:
    """Where one deposit of a partner stands."""

    account_id: int
    currency: str
    due: Decimal
    free: Decimal
    frozen: Decimal
    missing: Decimal
    pay_by: date | None

    @property
    def is_covered(self) -> bool:
        """Something was asked for, and all of it is there."""
        return self.due > 0 and self.missing == 0


@dataclass(frozen=True)
class Wanted:
    """One entry to be booked. ``reference``: the payment, or a deduction's case; ``value_on``: the day it counts."""

    kind: DepositKind
    amount: Decimal
    reference: str = ""
    note: str = ""
    value_on: date | None = None
    from_frozen: bool = False


def balance(partner: Partner) -> list[Balance]:
    """The partner's deposits by currency; none: nothing was ever asked for or paid."""
    with unfenced():
        rows = DepositAccount.objects.filter(partner=partner).order_by("currency", "pk")
        return [Balance(row.pk, row.currency, row.due, row.free, row.frozen, row.missing, row.pay_by) for row in rows]


def is_covered(partner: Partner) -> bool:
    """Whether everything is there that was asked for; a partner of whom nothing is asked is not waited for."""
    return all(row.missing == 0 for row in balance(partner))


def orders_stopped(*, partner: Partner, on: date) -> list[DepositAccount]:
    """The deposits for whose sake the partner's new orders are stopped on a day; none: it may order."""
    with unfenced():
        short = DepositAccount.objects.filter(partner=partner).short().order_by("pk")
        return [account for account in short if account.stops_orders(on)]


def rule_for(*, partner: Partner, on: date) -> DepositRule | None:
    """The rule of the partner's tier of that day, else the one for everybody; None: no deposit is asked."""
    standing = TierAssignment.objects.filter(partner=partner, valid_during__contains=on).values("tier_id")
    own = DepositRule.objects.filter(tier__in=standing).order_by("currency").first()
    return own or DepositRule.objects.filter(tier=None).order_by("currency").first()


@transaction.atomic
def demand_by_rule(*, partner: Partner, at: datetime, by: User | None = None) -> DepositEntry | None:
    """Ask for what the rule says beyond what was asked for already; None: nothing more, or a contract names the amount.

    Refused without a rule.
    """
    day = business_day(at)
    rule = rule_for(partner=partner, on=day)
    if rule is None:
        raise NoDepositRule(partner)
    if DepositAccount.objects.filter(
        partner=partner, currency=rule.currency, contract__isnull=False, due__gt=0
    ).exists():
        return None
    account = open_account(partner=partner, currency=rule.currency)
    DepositAccount.objects.filter(pk=account.pk).update(
        topup_days=rule.topup_days, stop_after_days=rule.stop_after_days
    )
    account = _locked(account.pk)
    missing = rule.amount - account.due
    if missing <= 0:
        return None
    return book(account=account, wanted=Wanted(DepositKind.DUE, missing, note=str(rule)), at=at, by=by)


def open_account(*, partner: Partner, currency: str, contract: Contract | None = None) -> DepositAccount:
    """The partner's deposit in a currency, or the one of a contract; made when there is none, also by two at once."""
    with unfenced():
        account, _is_new = DepositAccount.objects.get_or_create(
            partner=partner, currency=currency, contract=contract, defaults={"topup_days": TOPUP_DAYS}
        )
    return account


def change_terms(*, account: DepositAccount, topup_days: int, stop_after_days: int | None) -> DepositAccount:
    """How long there is to pay what is missing, and after how many days more new orders stop (None: never)."""
    DepositAccount.objects.filter(pk=account.pk).update(topup_days=topup_days, stop_after_days=stop_after_days)
    account.refresh_from_db()
    return account


def book(*, account: DepositAccount, wanted: Wanted, at: datetime, by: User | None = None) -> DepositEntry:
    """Book one entry: all of it or nothing. Whoever comes later waits for the deposit's row and sees what is left.

    Refused: no amount, a day to come, a deduction without its case, and taking more than is there.
    """
    day = wanted.value_on or business_day(at)
    if wanted.amount <= 0 or day > business_day(at):
        raise DepositEntryUnclear(_("An entry has a positive amount and a day that has come."))
    if wanted.kind == DepositKind.DEDUCTED and not wanted.reference.strip():
        raise DepositEntryUnclear(_("A deduction names the case it belongs to."))
    change = change_of(wanted.kind, wanted.amount, from_frozen=wanted.from_frozen)
    with unfenced():
        return _write(_locked(account.pk), wanted, change, day, at, by)


def reverse(*, entry: DepositEntry, reason: str, at: datetime, by: User | None = None) -> DepositEntry:
    """Take an entry back by one of the opposite sign, booked today. Refused twice, and below zero."""
    if not reason.strip():
        raise DepositEntryUnclear(_("Say why the entry is taken back."))
    with unfenced():
        account = _locked(entry.account_id)
        if entry.reverses_id is not None or DepositEntry.objects.filter(reverses=entry).exists():
            raise AlreadyReversed
        wanted = Wanted(DepositKind(entry.kind), -entry.amount, entry.reference, reason.strip()[:300])
        change = Change(entry.due_change, entry.free_change, entry.frozen_change).reversed()
        return _write(account, wanted, change, business_day(at), at, by, reverses=entry)


def watch(*, business_day: date) -> dict[str, int]:
    """Open a task for every deposit that is short past its day; the same night twice opens nothing more."""
    found = 0
    noon = midday(business_day)
    late = DepositAccount.objects.short().filter(pay_by__lte=business_day).select_related("partner").order_by("pk")
    for account in late.iterator():
        _open_task(account, noon)
        found += 1
    return {"short": found}


def _locked(pk: int) -> DepositAccount:
    return locked_in_key_order(DepositAccount.objects.filter(pk=pk)).select_related(None).get()


def _write(
    account: DepositAccount,
    wanted: Wanted,
    change: Change,
    day: date,
    at: datetime,
    by: User | None,
    reverses: DepositEntry | None = None,
) -> DepositEntry:
    _refuse_below_zero(account, change)
    month = max(month_of(day), first_open_month())
    AccountingMonth.objects.get_or_create(month=month)
    was_missing = account.missing
    entry = DepositEntry.objects.create(
        account=account,
        partner_id=account.partner_id,
        number=DepositEntry.objects.filter(account=account).count() + 1,
        kind=wanted.kind,
        currency=account.currency,
        amount=wanted.amount,
        due_change=change.due,
        free_change=change.free,
        frozen_change=change.frozen,
        value_on=day,
        booked_in=month,
        reference=wanted.reference.strip(),
        note=wanted.note.strip(),
        reverses=reverses,
        recorded_by=by,
    )
    _tell("booked", account, at, entry_id=entry.pk, kind=str(wanted.kind))
    account.refresh_from_db()
    _follow(account, entry, was_missing, at)
    return entry


def _tell(what: str, account: DepositAccount, at: datetime, **more: Any) -> None:
    about = {"account_id": account.pk, "partner_id": account.partner_id, **more}
    outbox.publish(f"partners.deposit.{what}", occurred_at=at, **about)


def _refuse_below_zero(account: DepositAccount, change: Change) -> None:
    for there, taken in ((account.free, change.free), (account.frozen, change.frozen), (account.due, change.due)):
        if there + taken < 0:
            raise InsufficientDeposit(there, account.currency)


def _follow(account: DepositAccount, entry: DepositEntry, was_missing: Decimal, at: datetime) -> None:
    """What a change of what is missing brings about: deadline, task, news, event."""
    missing = shortfall(due=account.due, free=account.free, frozen=account.frozen)
    if missing == was_missing:
        return
    if missing == 0:
        _set(account, short_since=None, pay_by=None)
        attention.close_of_itself(key=_key(account), result=_("Paid."), at=at)
        _tell("covered", account, at)
    elif missing > was_missing:
        _fall_short(account, entry, missing, at)


def _fall_short(account: DepositAccount, entry: DepositEntry, missing: Decimal, at: datetime) -> None:
    today = business_day(at)
    pay_by = account.pay_by or today + timedelta(days=account.topup_days)
    _set(account, short_since=account.short_since or today, pay_by=pay_by)
    told: dict[str, Any] = {"currency": account.currency, "day": pay_by}
    asked = entry.kind == DepositKind.DUE
    values = {"amount": entry.amount, **told} if asked else {"missing": missing, **told}
    message = DEPOSIT_ASKED if asked else DEPOSIT_MISSING
    attention.notify(message, at=at, partner_id=account.partner_id, url=PORTAL, **values)
    if not asked:
        _open_task(account, at)
    _tell("short", account, at)


def _set(account: DepositAccount, **fields: Any) -> None:
    DepositAccount.objects.filter(pk=account.pk).update(**fields)
    account.refresh_from_db()


def _key(account: DepositAccount) -> str:
    return f"partners.deposit_short:{account.pk}"


def _open_task(account: DepositAccount, at: datetime) -> None:
    partner = account.partner
    attention.open_task(
        kind=DEPOSIT_SHORT,
        key=_key(account),
        at=at,
        role=ROLE,
        about_partner_id=partner.pk,
        record=account,
        due_on=account.pay_by,
        partner={"name": partner.name, "name_en": partner.name_en},
        missing=account.missing,
        currency=account.currency,
        day=account.pay_by,
    )
