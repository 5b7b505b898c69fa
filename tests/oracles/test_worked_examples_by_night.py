"""The same worked examples as rows: ledger lines, a programme, one night, postings."""

from datetime import date
from decimal import Decimal

import pytest

from pricing.models import RebateAccount, RebatePosting
from pricing.rules.rebates import Terms
from pricing.selectors import statements
from pricing.services import accrual, rollup
from tests.factories.ledger import line_of, record
from tests.factories.rebates import make_programme
from tests.oracles.test_worked_examples import TIERED, UNITS

DAY = date(2026, 1, 20)


def post(earner, terms, *lines):
    make_programme(earners=[earner], terms=terms, currency=terms.currency)
    record(*(line_of(earner, booked_on=DAY, amount=a, quantity=q, currency=terms.currency) for a, q in lines))
    rollup.roll_up(business_day=DAY)
    accrual.accrue(business_day=DAY)


@pytest.mark.parametrize(("method", "qualifier", "currency", "bands", "amount", "quantity", "rebate"), TIERED)
def test_a_night_posts_what_the_source_says(acme, method, qualifier, currency, bands, amount, quantity, rebate):
    half, units = Decimal(amount) / 2, Decimal(quantity) / 2

    post(acme, Terms(method, qualifier, "percent", bands, currency), (half, units), (half, units))

    assert RebatePosting.objects.get().amount == Decimal(rebate)


@pytest.mark.parametrize("units", [(1, 30)], ids=["W17-metasfresh issue 4475"])
def test_the_split_of_a_slab_is_kept_per_source_transaction(acme, units):
    first, second = units

    post(acme, Terms("incremental", "quantity", "percent", UNITS, "CNY"), (10, first), (300, second))

    behind = statements.lines_behind(RebateAccount.objects.get())
    assert [row.bands for row in behind] == [((0, Decimal(1)),), ((0, Decimal(13)), (1, Decimal(17)))]
    assert sum(row.share for row in behind) == RebatePosting.objects.get().amount
