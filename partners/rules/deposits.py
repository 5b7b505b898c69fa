"""What an entry of a deposit changes, what is missing, and when new orders stop."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from partners.enums import DepositKind

ZERO = Decimal(0)


@dataclass(frozen=True)
class Change:
    """By how much an entry changes what is due, what is free and what is frozen."""

    due: Decimal = ZERO
    free: Decimal = ZERO
    frozen: Decimal = ZERO

    def reversed(self) -> "Change":
        """The same with every sign turned."""
        return Change(-self.due, -self.free, -self.frozen)


def change_of(kind: str, amount: Decimal, *, from_frozen: bool = False) -> Change:
    """What one entry changes; ``from_frozen``: a deduction takes what was frozen for it before."""
    if kind == DepositKind.DEDUCTED:
        return Change(frozen=-amount) if from_frozen else Change(free=-amount)
    return {
        DepositKind.DUE: Change(due=amount),
        DepositKind.WAIVED: Change(due=-amount),
        DepositKind.PAID: Change(free=amount),
        DepositKind.TOPPED_UP: Change(free=amount),
        DepositKind.FROZEN: Change(free=-amount, frozen=amount),
        DepositKind.RELEASED: Change(free=amount, frozen=-amount),
        DepositKind.RETURNED: Change(free=-amount),
    }[DepositKind(kind)]


def shortfall(*, due: Decimal, free: Decimal, frozen: Decimal) -> Decimal:
    """What is due minus what is there, frozen money included; never below zero."""
    return max(due - free - frozen, ZERO)


def stops_orders(*, missing: Decimal, pay_by: date | None, stop_after_days: int | None, on: date) -> bool:
    """Whether new orders are stopped: something is missing so many days after it should have been paid.

    ``stop_after_days`` None: the rule never stops orders.
    """
    if missing <= ZERO or stop_after_days is None or pay_by is None:
        return False
    return on > pay_by + timedelta(days=stop_after_days)
