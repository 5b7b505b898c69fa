"""Loads at the same time: threads with connections and transactions of their own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from inventory.models import StockLevel, StockMovement
from inventory.selectors.ledger import levels_unlike_their_movements
from tests.factories.partners import make_product
from tests.factories.sales import make_feed
from tests.factories.stock import make_level, make_location, minutes, report

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


def load(feed, rows, **options):
    return lambda: report(*rows, feed=feed, **options)


def rows_of(location, products, on_hand, minute):
    return [{"location": location, "product": p, "on_hand": on_hand, "counted_at": minutes(minute)} for p in products]


@pytest.mark.parametrize("known", [True, False], ids=["known levels", "new levels"])
def test_two_loads_of_the_same_levels_never_deadlock_and_the_newest_wins(transactional_db, known):
    feed, location, products = make_feed("erp"), make_location(), [make_product() for _ in range(150)]
    if known:
        report(*rows_of(location, products, "1", 0))
    older, newer = rows_of(location, products, "5", 1), rows_of(location, products, "9", 2)

    receipts = at_once(*(load(feed, rows) for rows in (older, newer[::-1], older[::-1], newer)))

    assert set(StockLevel.objects.values_list("on_hand", "counted_at")) == {(9, minutes(2))}
    assert [receipt.rejected for receipt in receipts] == [[]] * 4
    assert receipts[1].taken + receipts[3].taken == 150
    assert receipts[1].unchanged + receipts[3].unchanged == 150
    assert levels_unlike_their_movements() == []


def test_two_quantities_for_one_time_at_once_are_told_to_the_load_that_came_second(transactional_db):
    feed, location, product = make_feed("erp"), make_location(), make_product()

    receipts = at_once(*(load(feed, rows_of(location, [product], figure, 1)) for figure in ("5", "9")))

    told = sorted([error.rule for error in receipt.rejected] for receipt in receipts)
    assert (told, StockMovement.objects.count()) == ([[], ["contradicts"]], 1)


def test_a_snapshot_and_a_load_at_once_end_as_if_one_had_come_first(transactional_db):
    feed, location = make_feed("erp"), make_location()
    named, others = [make_product() for _ in range(40)], [make_product() for _ in range(40)]
    for product in others[:5]:
        make_level(location, product, 3, feed=feed)
    snapshot = load(feed, rows_of(location, named, "5", 2), snapshot=True)
    later = load(feed, rows_of(location, others, "9", 3))

    at_once(snapshot, later, later)

    found = dict(StockLevel.objects.values_list("product", "on_hand"))
    assert found == {**{p.pk: 5 for p in named}, **{p.pk: 9 for p in others}}
    assert levels_unlike_their_movements() == []
