"""Measurable clauses of signed contracts: watched each night, a broken one opens a task, a kept one closes it."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from channelhub.core.services import attention, outbox
from channelhub.lib.periods import business_day, last_day, midday
from partners import hooks
from partners.enums import (
    COMMITMENT_BROKEN,
    CONTRACT_DEPOSIT_BROKEN,
    CONTRACT_RUNS_OUT,
    CONTRACT_UNSIGNED,
    ContractState,
    DepositKind,
    ObligationKind,
    ObligationState,
)
from partners.models import ContractObligation, ContractVersion, DepositAccount
from partners.rules.contracts import is_kept, quarter_ends, runs_out_soon
from partners.services import deposits
from partners.services.deposits import Wanted

ROLE = "channel_manager"
O = ObligationState  # noqa: E741 - as S stands for the states of a contract


def begin(version: ContractVersion, *, at: datetime) -> None:
    """A signed version's measurable clauses are watched from now on, and its deposit is asked for."""
    today = business_day(at)
    for commitment in version.commitments.order_by("quarter_on", "pk"):
        ContractObligation.objects.create(
            version=version,
            partner_id=version.partner_id,
            kind=ObligationKind.COMMITMENT,
            commitment=commitment,
            due_on=quarter_ends(commitment.quarter_on),
            currency=version.currency,
            wanted=commitment.amount,
        )
    if version.deposit_amount > 0:
        due_on = today + timedelta(days=version.deposit_days)
        ContractObligation.objects.create(
            version=version,
            partner_id=version.partner_id,
            kind=ObligationKind.DEPOSIT,
            due_on=due_on,
            currency=version.currency,
            wanted=version.deposit_amount,
        )
    _ask_for_deposit(version, at)


def drop_after(version: ContractVersion, last: date) -> None:
    """A version that ended is not held to what would have been due later: its later obligations wait for nobody."""
    later = version.obligations.filter(state=O.OPEN, due_on__gt=last)
    later.update(state=O.DROPPED)


def measured(obligation: ContractObligation) -> Decimal:
    """How much of an obligation is reached at this moment."""
    if obligation.kind == ObligationKind.DEPOSIT:
        rows = DepositAccount.objects.filter(contract_id=obligation.version.contract_id, currency=obligation.currency)
        return sum((row.balance for row in rows), Decimal(0))
    commitment = obligation.commitment
    if commitment is None:  # kept out by a constraint
        return Decimal(0)
    line = commitment.product_line.path if commitment.product_line else None
    period = (commitment.quarter_on, quarter_ends(commitment.quarter_on) + timedelta(days=1))
    return hooks.purchases_of(obligation.partner_id, line, period, obligation.currency)


def watch(*, business_day: date) -> dict[str, int]:
    """Measure what is watched, say what is broken, who has not signed and which contracts run out. Twice is once."""
    at = midday(business_day)
    counts = {"measured": 0, "broken": 0}
    recent = business_day - timedelta(days=120)  # late sales still heal a broken commitment
    watched = ContractObligation.objects.exclude(state=O.DROPPED).exclude(state=O.KEPT, due_on__lt=recent)
    related = ("version__contract", "partner", "commitment__product_line")
    for obligation in watched.select_related(*related).order_by("pk"):
        counts["measured"] += 1
        counts["broken"] += _judge(obligation, business_day, at)
    return {**counts, "unsigned": _watch_unsigned(business_day, at), "running_out": _watch_ends(business_day, at)}


def _judge(obligation: ContractObligation, day: date, at: datetime) -> bool:
    actual = measured(obligation)
    state = O.OPEN
    if is_kept(wanted=obligation.wanted, actual=actual):
        state = O.KEPT
    elif day > obligation.due_on:
        state = O.BROKEN
    was = obligation.state
    ContractObligation.objects.filter(pk=obligation.pk).update(actual=actual, state=state, checked_on=day)
    key = f"partners.obligation:{obligation.pk}"
    if state == O.BROKEN and was != O.BROKEN:
        obligation.actual = actual
        _open_task(obligation, key, at)
    elif state != O.BROKEN and was == O.BROKEN:
        attention.close_of_itself(key=key, result=_("Reached after all."), at=at)
    return state == O.BROKEN


def _open_task(obligation: ContractObligation, key: str, at: datetime) -> None:
    deposit = obligation.kind == ObligationKind.DEPOSIT
    attention.open_task(
        kind=CONTRACT_DEPOSIT_BROKEN if deposit else COMMITMENT_BROKEN,
        key=key,
        at=at,
        role=ROLE,
        about_partner_id=obligation.partner_id,
        record=obligation.version,
        number=obligation.version.contract.number,
        actual=obligation.actual,
        wanted=obligation.wanted,
        currency=obligation.currency,
        day=obligation.due_on,
        **_who(obligation),
    )
    outbox.publish(
        "partners.obligation.broken",
        occurred_at=at,
        obligation_id=obligation.pk,
        contract_version_id=obligation.version_id,
        partner_id=obligation.partner_id,
        kind=str(obligation.kind),
    )


def _watch_unsigned(day: date, at: datetime) -> int:
    late = ContractVersion.objects.waiting().filter(sign_by__lt=day).select_related("contract", "partner")
    for version in late.order_by("pk"):
        attention.open_task(
            kind=CONTRACT_UNSIGNED,
            key=f"partners.contract:{version.pk}:late",
            at=at,
            role=ROLE,
            about_partner_id=version.partner_id,
            record=version,
            number=version.contract.number,
            day=version.sign_by,
            **_who(version),
        )
    return len(late)


def _watch_ends(day: date, at: datetime) -> int:
    """Contracts whose last day is near and that nothing follows: a task each, until they are renewed or over."""
    found = 0
    ending = ContractVersion.objects.filter(state=ContractState.SIGNED, in_force__endswith__gt=day)
    for version in ending.select_related("contract", "partner").order_by("pk"):
        ends_on = last_day(version.in_force)
        key = f"partners.contract:{version.pk}:ends"
        followed = version.contract.versions.filter(in_force__startswith__gte=version.in_force.upper).exists()
        if followed:
            attention.close_of_itself(key=key, result=_("Renewed."), at=at)
        elif ends_on is not None and runs_out_soon(ends_on=ends_on, renewal_days=version.renewal_days, on=day):
            found += 1
            attention.open_task(
                kind=CONTRACT_RUNS_OUT,
                key=key,
                at=at,
                role=ROLE,
                about_partner_id=version.partner_id,
                record=version,
                due_on=ends_on,
                number=version.contract.number,
                day=ends_on,
                **_who(version),
            )
    return found


def _who(row: ContractObligation | ContractVersion) -> Mapping[str, Any]:
    return {"partner": {"name": row.partner.name, "name_en": row.partner.name_en}}


def _ask_for_deposit(version: ContractVersion, at: datetime) -> None:
    """What the contract asks for beyond, or below, what is asked for already on its own deposit."""
    has_one = DepositAccount.objects.filter(contract_id=version.contract_id, currency=version.currency).exists()
    if version.deposit_amount <= 0 and not has_one:
        return
    account = deposits.open_account(partner=version.partner, currency=version.currency, contract=version.contract)
    stop = account.stop_after_days
    if stop is None:
        rule = deposits.rule_for(partner=version.partner, on=business_day(at))
        stop = None if rule is None else rule.stop_after_days
    deposits.change_terms(account=account, topup_days=version.deposit_days, stop_after_days=stop)
    account.refresh_from_db()
    more = version.deposit_amount - account.due
    if more:
        kind = DepositKind.DUE if more > 0 else DepositKind.WAIVED
        wanted = Wanted(kind, abs(more), reference=version.contract.number)
        deposits.book(account=account, wanted=wanted, at=at)
