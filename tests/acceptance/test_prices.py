"""Real prices come in as lists and promotions; the price answer then says what was really paid, line by line."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from channelhub.core.models import ImportRow
from tests.acceptance import adventureworks as aw
from tests.acceptance import prices

pytestmark = pytest.mark.acceptance


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """Masters, lists, prices and offers through the staged import; taken back when the module is done."""
    aw.need_data()
    block = transaction.atomic()
    block._from_testcase = True  # as in a TestCase: the imports' own commits are inside it
    with django_db_blocker.unblock(), block:
        feed = aw.load_masters()
        jobs = prices.load_prices(feed)
        prices.authorise_everybody()
        yield feed, jobs
        transaction.set_rollback(True)


def test_lists_prices_and_offers_come_in(loaded):
    _, jobs = loaded
    refused = [
        (job.profile.importer, error["field"], error["rule"], error["value"])
        for job in jobs.values()
        for row in ImportRow.objects.filter(job=job)
        for error in row.errors
    ]

    no_discount = [row for row in aw.rows("oltp_special_offer.csv") if row["Category"] == "No Discount"]
    items = [row for row in aw.rows("oltp_special_offer_product.csv") if row["SpecialOfferID"] == prices.NO_OFFER]
    assert sorted(set(refused)) == [
        ("promotion_items", "promotion", "unknown_code", prices.NO_OFFER),
        ("promotions", "target", "unknown_code", "No Discount"),
    ]
    assert len(refused) == len(no_discount) + len(items)


def test_the_price_answer_is_what_was_paid(loaded):
    wanted = prices.cases()

    with CaptureQueriesContext(connection) as captured:
        found = prices.answered(wanted)

    same = [
        (case.offer, case.unit_price, case.amount)
        == (answer.promotion or prices.NO_OFFER, answer.unit_price, answer.amount)
        for case, answer in found
    ]
    print(f"\npriced lines {sum(same)} of {len(wanted)}")
    assert (sum(same), len(found)) == (len(wanted), len(wanted))
    assert len(captured) < 15


@pytest.mark.django_db
def test_the_same_files_again_change_nothing(loaded):
    feed, jobs = loaded

    again = prices.load_prices(feed)

    assert [(name, job.taken, job.rejected) for name, job in again.items()] == [
        (name, 0, job.rejected) for name, job in jobs.items()
    ]
