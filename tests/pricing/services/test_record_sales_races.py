"""Loads at the same time: threads with connections and transactions of their own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from pricing.models import SalesBatch, SalesLine
from pricing.services.sales import record_sales
from tests.factories.partners import make_partner, make_product
from tests.factories.sales import ENTRY, make_feed, make_line, sales_row

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*jobs):
    """Run the jobs in threads that start together; their answers in order."""
    barrier = Barrier(len(jobs))

    def run(job):
        try:
            barrier.wait()
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def load(feed, rows):
    return lambda: record_sales(feed=feed, rows=rows, reference="", at=ENTRY)


def test_two_loads_of_one_file_enter_it_once(transactional_db):
    feed, partner, product = make_feed(), make_partner(), make_product()
    rows = [sales_row(partner=partner, product=product) for _ in range(300)]

    receipts = at_once(load(feed, rows), load(feed, rows[::-1]))

    assert sorted((r.taken, r.unchanged, r.batch_id is None) for r in receipts) == [(0, 300, True), (300, 0, False)]
    assert (SalesLine.objects.count(), SalesBatch.objects.count()) == (300, 1)


def test_other_content_under_one_key_is_told_to_the_load_that_came_second(transactional_db):
    feed, partner, product = make_feed(), make_partner(), make_product()
    first = [sales_row(external_id=f"k{n:03}", partner=partner, product=product) for n in range(300)]
    second = [{**row, "net_amount": "1"} if row["external_id"] == "k150" else row for row in first]

    receipts = at_once(load(feed, first), load(feed, second))

    told = [[(e.field, e.rule, e.value) for e in r.rejected] for r in receipts]
    assert sorted(told) == [[], [("external_id", "changed_content", "k150")]]
    assert sorted(r.taken for r in receipts) == [0, 300]


def test_two_returns_at_once_do_not_take_back_more_than_was_sold(transactional_db):
    feed, partner, product = make_feed("erp"), make_partner(), make_product()
    sale = make_line(feed=feed, partner=partner, product=product, quantity="1")
    back = {"returns": sale.external_id, "quantity": "-1", "net_amount": "-1"}
    rows = [sales_row(partner=partner, product=product, **back) for _ in range(4)]

    receipts = at_once(*(load(feed, [row]) for row in rows))

    assert sorted([e.rule for r in receipts for e in r.rejected]) == ["returned_more_than_sold"] * 3
    assert SalesLine.objects.filter(returns=sale).count() == 1
