"""What an entry changes, what is missing, and from which day on new orders stop."""

from datetime import date
from decimal import Decimal

import pytest

from partners.enums import DepositKind
from partners.rules.deposits import Change, change_of, shortfall, stops_orders

TEN = Decimal(10)


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        (DepositKind.DUE, (10, 0, 0)),
        (DepositKind.WAIVED, (-10, 0, 0)),
        (DepositKind.PAID, (0, 10, 0)),
        (DepositKind.TOPPED_UP, (0, 10, 0)),
        (DepositKind.FROZEN, (0, -10, 10)),
        (DepositKind.RELEASED, (0, 10, -10)),
        (DepositKind.DEDUCTED, (0, -10, 0)),
        (DepositKind.RETURNED, (0, -10, 0)),
    ],
)
def test_each_kind_changes_its_sums(kind, changes):
    assert change_of(kind, TEN) == Change(*map(Decimal, changes))


def test_a_deduction_may_take_what_was_frozen_for_it():
    assert change_of(DepositKind.DEDUCTED, TEN, from_frozen=True) == Change(frozen=-TEN)


def test_a_reversal_turns_every_sign():
    assert Change(TEN, -TEN, TEN).reversed() == Change(-TEN, TEN, -TEN)


def test_frozen_money_is_still_there():
    assert shortfall(due=TEN, free=Decimal(4), frozen=Decimal(5)) == 1
    assert shortfall(due=TEN, free=Decimal(20), frozen=Decimal(0)) == 0


@pytest.mark.parametrize(("on", "stopped"), [(date(2026, 3, 15), False), (date(2026, 3, 16), True)])
def test_orders_stop_after_the_days_the_rule_gives(on, stopped):
    assert stops_orders(missing=TEN, pay_by=date(2026, 3, 10), stop_after_days=5, on=on) == stopped


def test_orders_never_stop_without_a_rule_or_when_nothing_is_missing():
    late = {"pay_by": date(2026, 3, 1), "on": date(2026, 12, 31)}

    assert stops_orders(missing=TEN, stop_after_days=None, **late) is False
    assert stops_orders(missing=Decimal(0), stop_after_days=0, **late) is False
