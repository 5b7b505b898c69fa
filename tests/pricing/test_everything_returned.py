"""Whatever was sold, when the nights fell and which months were closed: when all of it came back, nothing is earned."""

import random
from datetime import date, timedelta

import pytest
from django.db.models import Sum

from pricing.models import RebateAccount, RebatePosting
from pricing.services import accrual, months, rollup
from tests.factories.ledger import line_of, record
from tests.factories.partners import make_partner, make_product
from tests.factories.rebates import make_programme, make_terms
from tests.pricing.histories import noon

DAYS = [date(2026, 1, 1) + timedelta(days=day) for day in range(120)]
BANDS = ((0, "0.01"), (300, "0.033"), (900, "0.05"))
TERMS = ({}, {"method": "incremental"}, {"qualifier": "quantity"}, {"pays": "per_unit", "method": "incremental"})


def night(day):
    rollup.roll_up(business_day=day)
    accrual.accrue(business_day=day)


def returned(line, day):
    return line_of(
        line.partner,
        booked_on=max(day, line.booked_on),
        amount=-line.net_amount,
        quantity=-line.quantity,
        product=line.product,
        returns=line,
    )


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_everything_returned_is_zero(seed):
    chance = random.Random(seed)
    earners = [make_partner() for _ in range(3)]
    product = make_product()
    for terms in TERMS:
        make_programme(earners=earners, terms=make_terms(*BANDS, **terms), period=chance.choice(("month", "quarter")))
    sold, closed = [], 0
    for day in DAYS:
        if chance.random() < 0.3:
            sold += record(
                *(
                    line_of(
                        chance.choice(earners),
                        booked_on=chance.choice([day, day - timedelta(days=min(40, (day - DAYS[0]).days))]),
                        amount=f"{chance.randint(1, 60_000) / 100}",
                        quantity=chance.randint(1, 40),
                        product=product,
                    )
                    for _ in range(chance.randint(1, 4))
                )
            )
        if sold and chance.random() < 0.15:
            back = sold.pop(chance.randrange(len(sold)))
            record(returned(back, day))
        if chance.random() < 0.2:
            night(day)
        if day.month > closed + 1 and chance.random() < 0.1:
            closed += 1
            months.close_month(month=date(2026, closed, 1), at=noon(day), by=None)
    night(DAYS[-1])
    earned_before = RebatePosting.objects.aggregate(total=Sum("amount"))["total"]

    record(*(returned(line, DAYS[-1]) for line in sold))
    night(DAYS[-1])

    accounts = RebateAccount.objects.annotate(left=Sum("postings__amount")).values_list("pk", "left")
    assert (earned_before > 0, {pk: left for pk, left in accounts if left}) == (True, {})
