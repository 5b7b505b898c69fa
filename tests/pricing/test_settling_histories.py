"""Random histories through ledger, rollup, accrual and closes against the pure oracle, to the cent."""

import os
import random

import pytest
from django.db import transaction

from pricing.models import ProgrammeVersion, RebateAccount, RebatePosting
from pricing.selectors import statements
from pricing.services import accrual, rollup
from tests.oracles import settling as oracle
from tests.pricing.histories import Maker, run

SEEDS = range(int(os.environ.get("HISTORIES", "4")))


def cut(ops, seed):
    chosen = random.Random(seed)
    return {number for number in range(len(ops)) if chosen.random() < 0.25}


def differences(found, wanted):
    keys = sorted({*found, *wanted}, key=str)
    return {key: (found.get(key), wanted.get(key)) for key in keys if found.get(key) != wanted.get(key)}


@pytest.mark.django_db
@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_posted_is_what_the_oracle_says_however_the_nights_fall(seed, monkeypatch):
    if seed % 2:  # as on a first build of very many lines
        monkeypatch.setattr(rollup, "COPIED_LINES", 0)
    ops = Maker(seed).ops
    posted = []

    for nights in (cut(ops, seed), cut(ops, seed + 10_000)):
        with transaction.atomic():
            history = run(ops, nights=nights)

            assert differences(history.posted(), oracle.all_parts(history.book)) == {}
            assert_closed_months_stayed(history)
            assert_statements_agree(history)
            assert_nothing_more_is_posted(history)

            posted.append(history.posted())
            transaction.set_rollback(True)

    assert differences(*posted) == {}


def assert_closed_months_stayed(history):
    """Everything known in a month stays as it was when the month was closed."""
    final = history.posted()
    for month, posted in history.at_close:
        known = {key: amount for key, amount in posted.items() if key[3] <= month}

        assert differences(known, {key: amount for key, amount in final.items() if key[3] <= month}) == {}


def assert_statements_agree(history):
    """Steps and lines tell the amount that was posted: here of some accounts. A floor is earned without any line."""
    for account in list(RebateAccount.objects.order_by("pk"))[::11]:
        posted = sum(row.amount for row in statements.months_of(account))
        why = statements.why(account)
        shares = sum(row.share for row in statements.lines_behind(account))
        given = sum(step.amount for step in why.steps if step.code == "given")
        rulers = [step.version for step in why.steps if step.code == "ruled_by"]
        floors = ProgrammeVersion.objects.filter(pk__in=rulers).values_list("floor", flat=True)

        assert why.amount == posted
        assert shares + given + sum(floor or 0 for floor in floors) == posted


def assert_nothing_more_is_posted(history):
    """A second night posts nothing, nor does looking at every account again."""
    before = RebatePosting.objects.count()
    history.night()
    accrual.touch_all()
    accrual.accrue(business_day=history.day)

    assert RebatePosting.objects.count() == before
