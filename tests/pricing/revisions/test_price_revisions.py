"""A revision is drafted from a list, changed, compared, published as rows of a coming day, and reverted."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from pricing.errors import (
    DayNotAhead,
    MoreDigitsThanCurrency,
    NegativePrices,
    NotAFixedList,
    RevisionElsewhere,
    RevisionInTheWay,
    RevisionStale,
)
from pricing.models import PriceRevision, PriceRevisionRow, PriceRow, RevisionNotice
from pricing.rules.price_revisions import AMOUNT, PERCENT, PriceChange
from pricing.selectors import price_revisions as selectors
from pricing.services import price_revisions, revision_publishing
from pricing.services.price_revisions import Chosen
from tests.factories.partners import make_partner, make_product, make_product_line
from tests.factories.prices import DAY, NOON, assign, authorise, make_formula, make_list, price, set_price
from tests.factories.revisions import APRIL, LATER, THREE, announced, draft, published
from tests.factories.threads import at_once

MARCH_31 = date(2026, 3, 31)


def new_prices(revision):
    rows = revision.rows.order_by("product__sku", "min_quantity")
    return [(row.product.sku, row.old_price, row.new_price) for row in rows]


def cheap(*values):
    return [Decimal(value) for value in values]


@pytest.fixture
def products(db):
    line = make_product_line("top")
    below = make_product_line("below", parent=line)
    return make_product("A", line=line), make_product("B", line=below), make_product("C")


@pytest.fixture
def listed(products):
    return make_list("L", *((product, "10.01") for product in products))


@pytest.fixture
def buyer(listed):
    partner = make_partner("acme")
    authorise(partner)
    assign(listed, "partner", partner)
    return partner


# Drafting


def test_a_draft_holds_every_price_of_its_day(listed, products):
    set_price(listed, products[0], 8, min_quantity=10)
    set_price(listed, products[1], 20, valid_from=date(2026, 3, 20))
    set_price(listed, products[1], 30, valid_from=date(2026, 5, 1))
    set_price(listed, products[2], None, valid_from=date(2026, 2, 1))

    made = draft(listed, change=None)

    assert (made.code, made.status) == ("L-20260401", "draft")
    assert new_prices(made) == [("A", *cheap("10.01", "10.01")), ("A", *cheap(8, 8)), ("B", *cheap(20, 20))]
    assert selectors.summary(made).changed == 0


def test_it_begins_on_a_day_to_come_and_on_a_list_with_prices_of_its_own(listed):
    for day in (DAY, DAY - timedelta(days=1)):
        with pytest.raises(DayNotAhead):
            draft(listed, effective_on=day)
    with pytest.raises(NotAFixedList):
        draft(make_formula(listed, "0.5"))
    assert not PriceRevision.objects.exists()


def test_a_list_is_revised_once_a_day(listed):
    first = draft(listed)

    with pytest.raises(RevisionInTheWay) as refusal:
        draft(listed)
    with pytest.raises(IntegrityError, match="pricing_a_list_is_revised_once_a_day"), transaction.atomic():
        PriceRevision.objects.create(code="x", title="x", price_list=listed, effective_on=APRIL)
    revision_publishing.withdraw(revision=first, by=None, reason="", at=NOON)

    assert refusal.value.code == "revision_overlaps"
    assert draft(listed).code == "L-20260401-2"


# Changing


@pytest.mark.parametrize(
    ("change", "line", "expected"),
    [
        (PriceChange(PERCENT, Decimal("0.03")), None, ["10.31", "10.31", "10.31"]),
        (PriceChange(PERCENT, Decimal("0.03")), "top", ["10.31", "10.31", "10.01"]),
        (PriceChange(PERCENT, Decimal("-0.5")), "below", ["10.01", "5.01", "10.01"]),
        (PriceChange(AMOUNT, Decimal("-10.01")), None, [0, 0, 0]),
    ],
)
def test_many_prices_change_by_a_share_or_an_amount(change, line, expected, listed, products):
    made = draft(listed, change=None)
    lines = {product.line.code: product.line for product in products}

    price_revisions.change_rows(revision=made, change=change, chosen=Chosen(lines.get(line)))

    assert [new for _sku, _old, new in new_prices(made)] == cheap(*expected)


def test_a_change_begins_at_the_old_price_unless_it_comes_on_top(listed):
    made = draft(listed)
    price_revisions.change_rows(revision=made, change=THREE)
    assert {new for _sku, _old, new in new_prices(made)} == {Decimal("10.31")}

    price_revisions.change_rows(revision=made, change=PriceChange(AMOUNT, Decimal(1), on_top=True))
    assert {new for _sku, _old, new in new_prices(made)} == {Decimal("11.31")}


def test_rounding_is_the_lists(products):
    listed = make_list("R", (products[0], 1000), currency="JPY", rounding="up", rounding_step=Decimal(100))

    made = draft(listed)

    assert new_prices(made) == [("A", *cheap(1000, 1100))]


def test_what_would_be_negative_changes_nothing(listed):
    made = draft(listed)

    with pytest.raises(NegativePrices) as refusal:
        price_revisions.change_rows(revision=made, change=PriceChange(AMOUNT, Decimal("-10.02")))

    assert str(refusal.value) == "3 prices would be negative, of A, B, C."
    assert {new for _sku, _old, new in new_prices(made)} == {Decimal("10.31")}


def test_one_price_is_set_added_or_ended(listed, products):
    made, more = draft(listed, change=None), make_product("D")
    say = lambda product, unit_price: price_revisions.set_row(
        revision=made, product=product, unit_price=None if unit_price is None else Decimal(unit_price)
    )

    say(products[0], "12.5")
    say(products[1], None)
    say(more, 7)

    figures = selectors.summary(made)
    assert (figures.up, figures.down, figures.new, figures.ended) == (1, 0, 1, 1)
    for wrong, error in ((-1, NegativePrices), ("1.001", MoreDigitsThanCurrency)):
        with pytest.raises(error):
            say(more, wrong)


def test_after_submission_no_price_changes(listed):
    made = announced(listed)

    for change in (
        lambda: price_revisions.change_rows(revision=made, change=THREE),
        lambda: price_revisions.refresh(revision=made, at=NOON),
    ):
        with pytest.raises(RevisionElsewhere):
            change()
    with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
        PriceRevisionRow.objects.filter(revision=made).update(new_price=1)


def test_prices_that_moved_since_the_draft_are_told_and_can_be_read_anew(listed, products):
    made = draft(listed)
    set_price(listed, products[0], 12, valid_from=MARCH_31, at=LATER)
    assert selectors.stale_products(made) == (1, ["A"])

    assert price_revisions.refresh(revision=made, at=LATER) == 1

    assert selectors.stale_rows(made) == []
    assert new_prices(made)[0] == ("A", *cheap(12, "10.31"))


# Taking effect


def test_published_prices_hold_from_midnight_by_themselves_and_what_was_known_stays_known(buyer, listed, products):
    made = published(listed)

    assert made.status == "published"
    assert price(buyer, products[0], on=MARCH_31, known_at=LATER).unit_price == Decimal("10.01")
    assert price(buyer, products[0], on=MARCH_31, known_at=LATER).valid_until == MARCH_31
    assert price(buyer, products[0], on=APRIL, known_at=LATER).unit_price == Decimal("10.31")
    assert price(buyer, products[0], on=APRIL, known_at=NOON - timedelta(days=7)).unit_price == Decimal("10.01")


def test_only_what_changes_is_entered(buyer, listed, products):
    made = draft(listed, change=None)
    price_revisions.set_row(revision=made, product=products[0], unit_price=Decimal(9))
    PriceRevision.objects.filter(pk=made.pk).update(status="announced", announced_at=NOON)
    RevisionNotice.objects.create(revision=made, partner=buyer, announced_on=DAY, earliest_on=DAY)

    assert revision_publishing.publish(revision=made, at=NOON) == 1
    assert PriceRow.objects.count() == 4


def test_a_list_that_changed_meanwhile_is_published_only_knowingly(listed, products):
    made = announced(listed)
    set_price(listed, products[0], 12, valid_from=MARCH_31, at=LATER)

    with pytest.raises(RevisionStale) as refusal:
        revision_publishing.publish(revision=made, at=LATER)

    assert str(refusal.value) == "1 prices of the list have changed since the draft, of A."
    assert revision_publishing.publish(revision=made, at=LATER, despite_changes=True) == 3


def test_a_day_that_has_begun_is_not_published(listed):
    made = announced(listed)

    with pytest.raises(DayNotAhead):
        revision_publishing.publish(revision=made, at=NOON + timedelta(days=16))


# Reverting


def test_before_its_day_it_is_taken_out_and_what_it_superseded_is_known_again(buyer, listed, products):
    set_price(listed, products[0], 11, valid_from=APRIL, at=NOON - timedelta(days=1))
    made = published(listed)
    assert price(buyer, products[0], on=APRIL, known_at=LATER).unit_price == Decimal("11.33")

    count = revision_publishing.revert(revision=made, by=None, reason="No", at=LATER)

    made.refresh_from_db()
    assert (count, made.status, made.reverted_from) == (3, "reverted", APRIL)
    after = LATER + timedelta(days=1)
    assert price(buyer, products[0], on=APRIL, known_at=after).unit_price == Decimal(11)
    assert price(buyer, products[1], on=APRIL, known_at=after).unit_price == Decimal("10.01")
    assert price(buyer, products[1], on=APRIL, known_at=LATER - timedelta(hours=1)).unit_price == Decimal("10.31")


def test_after_its_day_the_old_prices_begin_again_where_nothing_else_was_said(buyer, listed, products):
    made = published(listed)
    may = NOON.replace(month=5, day=4)
    set_price(listed, products[0], 20, valid_from=date(2026, 5, 1), at=LATER)

    count = revision_publishing.revert(revision=made, by=None, reason="", at=may, valid_from=date(2026, 5, 6))

    assert count == 2
    asked = {"known_at": may + timedelta(days=1)}
    assert price(buyer, products[0], on=date(2026, 5, 6), **asked).unit_price == Decimal(20)
    assert price(buyer, products[1], on=date(2026, 5, 5), **asked).unit_price == Decimal("10.31")
    assert price(buyer, products[1], on=date(2026, 5, 6), **asked).unit_price == Decimal("10.01")


def test_a_past_day_is_not_given_back(listed):
    made = published(listed)
    with pytest.raises(DayNotAhead):
        revision_publishing.revert(
            revision=made, by=None, reason="", at=NOON.replace(month=5), valid_from=date(2026, 4, 2)
        )


# At once


@pytest.mark.django_db(transaction=True)
def test_of_two_who_publish_at_once_one_does(listed):
    made = announced(listed)

    results = at_once(*[lambda: revision_publishing.publish(revision=made, at=LATER)] * 2)

    assert sorted(map(str, results), key=len) == ["3", "The revision L-20260401 stands elsewhere: Published."]
    assert PriceRow.objects.filter(known_from=LATER).count() == 3


@pytest.mark.django_db(transaction=True)
def test_of_two_who_draft_the_same_day_at_once_one_does(listed):
    results = at_once(*[lambda: draft(listed, change=None)] * 2)

    assert sorted(type(result).__name__ for result in results) == ["PriceRevision", "RevisionInTheWay"]


@pytest.mark.django_db(transaction=True)
def test_two_days_published_at_once_follow_on_one_another(buyer, listed, products):
    first, second = announced(listed), announced(listed, effective_on=date(2026, 5, 1), title="May")

    results = at_once(
        *[
            lambda made=made: revision_publishing.publish(revision=made, at=LATER, despite_changes=True)
            for made in (first, second)
        ]
    )

    assert results == [3, 3]
    rows = PriceRow.objects.filter(product=products[0], known_until=None).order_by("valid_from")
    assert [row.unit_price for row in rows] == cheap("10.01", "10.31", "10.31")
