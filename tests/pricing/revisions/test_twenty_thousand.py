"""A revision of 20,000 prices: planned, announced, in effect at midnight with nothing running, and given back."""

from datetime import date, timedelta
from decimal import Decimal
from time import monotonic

import pytest
from django.db import connection

from partners.models import Product
from pricing.models import PriceRow
from pricing.selectors.revision_impact import impact, last_quarter
from pricing.services import price_lists, price_revisions, revision_announcing, revision_publishing
from pricing.services.price_answers import Line, answer_prices
from tests.factories.partners import make_partner, make_product_line
from tests.factories.prices import DAY, JANUARY, KNOWN, NOON, assign, authorise
from tests.factories.revisions import APRIL, THREE, approved

COUNT = 20_000
BUDGET = 60  # seconds for each step however busy the machine is; one or two are usual
LAST_WEEK = NOON - timedelta(days=7)


@pytest.fixture
def listed(db):
    line = make_product_line()
    products = Product.objects.bulk_create(
        [Product(sku=f"P{number:05}", name=f"Product {number}", line=line) for number in range(COUNT)]
    )
    listed = price_lists.create_price_list(code="BIG", name="Big", currency="CNY")
    PriceRow.objects.bulk_create(
        PriceRow(
            price_list=listed,
            product=product,
            unit_price=Decimal(100 + number % 900),
            valid_from=JANUARY,
            known_from=KNOWN,
        )
        for number, product in enumerate(products)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE pricing_pricerow")
        cursor.execute("ANALYZE partners_product")
    return listed


def timed(call):
    started = monotonic()
    result = call()
    seconds = monotonic() - started
    assert seconds < BUDGET
    return result


def test_it_takes_effect_by_itself_and_every_answer_stays(listed):
    acme = make_partner("acme")
    authorise(acme)
    assign(listed, "everybody")
    skus = [f"P{number:05}" for number in range(0, COUNT, 4000)]

    def asked(on, known_at):
        lines = [Line(sku) for sku in skus]
        return [a.unit_price for a in answer_prices(partner=acme, on=on, known_at=known_at, lines=lines, reasons=False)]

    before = asked(DAY, NOON)
    made = timed(lambda: approved(listed, change=None))
    assert made.rows.count() == COUNT
    type(made).objects.filter(pk=made.pk).update(status="draft")
    assert timed(lambda: price_revisions.change_rows(revision=made, change=THREE)) == COUNT
    type(made).objects.filter(pk=made.pk).update(status="approved")
    timed(lambda: impact(made, quarter=last_quarter(DAY)))
    assert len(timed(lambda: revision_announcing.announce(revision=made, at=NOON))) == 1
    published = NOON + timedelta(hours=1)
    assert timed(lambda: revision_publishing.publish(revision=made, at=published)) == COUNT

    after = [round(price * Decimal("1.03"), 2) for price in before]
    now = published + timedelta(hours=1)
    yesterday, tomorrow = APRIL - timedelta(days=1), APRIL + timedelta(days=1)
    assert (asked(yesterday, now), asked(APRIL, now), asked(tomorrow, now)) == (before, after, after)
    assert asked(tomorrow, LAST_WEEK) == before  # as known last week

    reverted = now + timedelta(hours=1)
    revert = lambda at, **more: revision_publishing.revert(revision=made, by=None, reason="x", at=at, **more)
    in_may = NOON.replace(month=5)
    assert timed(lambda: revert(in_may, valid_from=date(2026, 5, 20))) == COUNT

    later = in_may + timedelta(hours=1)
    assert (asked(tomorrow, later), asked(date(2026, 5, 19), later)) == (after, after)
    assert asked(date(2026, 5, 20), later) == before
    assert asked(date(2026, 5, 20), reverted) == after
