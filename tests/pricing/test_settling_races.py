"""Rollups, accruals, writers, movers and a closer at once: nothing is lost, nothing is posted twice."""

import random
import time
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.db import connection, connections, transaction
from django.db.models import Sum

from partners.services.placements import move_partner
from pricing.models import RebatePosting, SalesBatch, SalesLine, SalesMonth, TouchedAccount
from pricing.services import accrual, months, rollup
from tests.factories.ledger import line_of, make_feed, record, sell
from tests.factories.partners import make_partner, make_product
from tests.factories.rebates import make_programme
from tests.pricing.histories import noon

JAN = date(2026, 1, 1)
LATE_JAN, EARLY_FEB = date(2026, 1, 20), date(2026, 2, 3)

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works):
    """Run all in threads that start together; each on a connection of its own; the first failure is raised."""
    barrier, failures = Barrier(len(works)), []

    def run(work):
        try:
            barrier.wait()
            work()
        except Exception as error:  # noqa: BLE001 - raised again in the test's own thread
            failures.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


@contextmanager
def another_connection():
    """A second session beside the test's own, as another process would have it."""
    other = connection.copy()
    try:
        yield other
    finally:
        other.close()


def night():
    rollup.roll_up(business_day=EARLY_FEB)
    return accrual.accrue(business_day=EARLY_FEB)


def total(rows, field="net_amount"):
    return rows.aggregate(total=Sum(field, default=Decimal(0)))["total"]


def posted():
    return total(RebatePosting.objects.all(), "amount")


def repeatedly(work, times):
    return lambda: [work() for _ in range(times)]


def write_slowly(chance, line, feed):
    """A batch that commits some time after it was given its id."""
    with transaction.atomic():
        record(line, feed=feed)
        time.sleep(chance.random() / 50)


def test_two_accruals_at_once_post_each_account_once():
    earners = [make_partner() for _ in range(20)]
    make_programme(earners=earners)
    record(*(line_of(earner, booked_on=LATE_JAN, amount="100") for earner in earners))
    rollup.roll_up(business_day=EARLY_FEB)
    TouchedAccount.objects.bulk_create(
        TouchedAccount(programme_id=row.programme_id, earner_id=row.earner_id, period_on=row.period_on)
        for row in list(TouchedAccount.objects.all()) * 3
    )

    at_once(*[lambda: accrual.accrue(business_day=EARLY_FEB)] * 3)

    assert RebatePosting.objects.count() == 20
    assert posted() == Decimal(200)


@pytest.mark.parametrize("seed", [1, 2])
def test_rollups_accruals_writers_a_mover_and_a_closer_lose_nothing_and_double_nothing(seed):
    top = make_partner()
    earners = [make_partner(parent=top) for _ in range(6)]
    make_programme(earners=earners)
    make_programme(earners=[top], scope="subtree")
    feed, product = make_feed("busy"), make_product()
    chance = random.Random(seed)

    def write():
        for _ in range(12):
            write_slowly(
                chance, line_of(chance.choice(earners), booked_on=LATE_JAN, amount="10", product=product), feed
            )

    def accrue():
        accrual.accrue(business_day=EARLY_FEB, chunk=(earners[2].pk, earners[5].pk))

    def close():
        time.sleep(0.15)
        months.close_month(month=JAN, at=noon(EARLY_FEB), by=None)

    def move():
        for earner in earners[:3]:
            move_partner(partner=earner, parent=None, first_day=JAN, at=noon(EARLY_FEB))

    at_once(write, write, *[repeatedly(night, 5)] * 2, *[repeatedly(accrue, 6)] * 2, close, move)
    night()

    sold, below = total(SalesLine.objects.all()), total(SalesLine.objects.filter(partner__in=earners[3:]))
    assert total(SalesMonth.objects.all(), "amount") == sold
    assert posted() == (sold + below) / 10
    accrual.touch_all()
    assert accrual.accrue(business_day=EARLY_FEB)["postings"] == 0


SLOW_BATCH = "INSERT INTO pricing_salesbatch (feed_id, reference) VALUES (%s, 'slow') RETURNING id"
LIKE_THE_FIRST = """
    INSERT INTO pricing_salesline (batch_id, feed_id, external_id, content_hash, kind, partner_id, product_id,
        product_line_id, booked_on, counts_on, quantity, entered_quantity, currency, net_amount)
    SELECT %s, feed_id, 'slow', content_hash, kind, partner_id, product_id,
        product_line_id, booked_on, counts_on, quantity, entered_quantity, currency, 70 FROM pricing_salesline
"""


def test_a_slow_transaction_that_commits_after_a_faster_one_is_rolled_up_the_next_night():
    acme = make_partner()
    make_programme(earners=[acme])
    feed = make_feed("slow")
    with another_connection() as slow:
        slow.set_autocommit(False)
        with slow.cursor() as cursor:
            cursor.execute(SLOW_BATCH, [feed.pk])
            batch = cursor.fetchone()[0]
            sell(acme, booked_on=LATE_JAN, amount="100")
            night()
            cursor.execute(LIKE_THE_FIRST, [batch])
        assert posted() == Decimal(10)
        slow.commit()

    night()

    assert SalesBatch.objects.filter(taken_in=None).count() == 0
    assert posted() == Decimal(17)


def test_a_second_rollup_waits_for_the_first():
    acme = make_partner()
    make_programme(earners=[acme])
    record(*(line_of(acme, booked_on=LATE_JAN, amount="10") for _ in range(50)))

    at_once(*[lambda: rollup.roll_up(business_day=EARLY_FEB)] * 4)

    assert SalesMonth.objects.get().lines == 50
