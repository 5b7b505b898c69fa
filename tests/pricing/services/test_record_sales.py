from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from channelhub.core.models import ExternalCode
from channelhub.core.services.staging import RowError
from partners.models import ProductUnit
from pricing.enums import SalesKind
from pricing.models import SalesBatch, SalesLine
from pricing.services.sales import record_sales
from tests.factories.partners import make_partner, make_product, make_territory
from tests.factories.sales import ENTRY, make_feed, make_line, make_lines, sales_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def feed():
    return make_feed("erp")


def record(feed, *rows, **options):
    return record_sales(feed=feed, rows=rows, reference="", **{"at": ENTRY, **options})


def refused(receipt):
    return [(error.row, error.field, error.rule) for error in receipt.rejected]


def test_a_sold_line_keeps_home_territory_and_product_line_of_its_day(acme, feed):
    home, product = make_territory("CN-ZJ"), make_product("A1")
    partner = make_partner("west", home=home)

    receipt = record(feed, sales_row(partner=partner, product=product, quantity="2.5", net_amount="99.1234"))

    line = SalesLine.objects.get()
    assert (receipt.taken, receipt.unchanged, receipt.rejected) == (1, 0, [])
    assert (line.batch_id, line.partner_id, line.product_id) == (receipt.batch_id, partner.pk, product.pk)
    assert (line.home_territory_id, line.product_line_id) == (home.pk, product.line_id)
    assert (line.quantity, line.net_amount, line.counts_on) == (Decimal("2.5"), Decimal("99.1234"), date(2026, 3, 16))
    assert (line.kind, len(line.content_hash), bytes(line.content_hash)[0]) == (SalesKind.SELL_IN, 33, 1)


def test_codes_of_the_feed_come_before_the_records_own(feed):
    ours, theirs = make_partner("100"), make_partner("200")
    product = make_product("A1")
    ExternalCode.objects.create(feed=feed, kind=ExternalCode.Kind.PARTNER, code="100", target_id=theirs.pk)
    ExternalCode.objects.create(feed=feed, kind=ExternalCode.Kind.PRODUCT, code="bike", target_id=product.pk)

    record(feed, sales_row(external_id="x", partner="100", product="bike"))
    record(make_feed("other"), sales_row(external_id="x", partner="100", product="A1"))

    found = list(SalesLine.objects.order_by("pk").values_list("partner_id", "product_id"))
    assert found == [(theirs.pk, product.pk), (ours.pk, product.pk)]


def test_a_quantity_in_another_unit_is_kept_in_base_units_too(acme, feed):
    product = make_product("A1")
    ProductUnit.objects.create(product=product, unit="carton", factor=12)

    record(feed, sales_row(partner=acme, product=product, quantity="3", unit="carton"))

    line = SalesLine.objects.get()
    assert (line.quantity, line.entered_quantity, line.entered_unit) == (36, 3, "carton")


def test_the_same_content_again_changes_nothing(acme, feed):
    row = sales_row(partner=acme, net_amount="100.50")
    first = record(feed, row)

    again = record(feed, {**row, "net_amount": Decimal("100.5000")})

    assert (first.taken, again.taken, again.unchanged, again.batch_id) == (1, 0, 1, None)
    assert (SalesBatch.objects.count(), SalesLine.objects.count()) == (1, 1)


def test_other_content_under_an_old_key_is_refused_and_the_rest_taken(acme, feed):
    row = sales_row(external_id="old", partner=acme)
    record(feed, row)

    receipt = record(feed, {**row, "net_amount": "999"}, sales_row(partner=acme))

    assert receipt.rejected == [RowError(1, "external_id", "changed_content", "old")]
    assert (receipt.taken, receipt.unchanged) == (1, 0)
    assert SalesLine.objects.get(external_id="old").net_amount == 100


def test_only_changed_content_is_told_without_an_empty_batch(acme, feed):
    row = sales_row(external_id="old", partner=acme)
    record(feed, row)

    receipt = record(feed, {**row, "net_amount": "999"}, {**row, "external_id": "bad", "currency": "XXX"})

    assert refused(receipt) == [(1, "external_id", "changed_content"), (2, "currency", "unknown_currency")]
    assert (receipt.batch_id, SalesBatch.objects.count()) == (None, 1)


def test_one_key_twice_in_a_request_counts_once(acme, feed):
    row = sales_row(partner=acme)

    receipt = record(feed, row, row, {**row, "net_amount": "5"})

    assert (receipt.taken, receipt.unchanged, refused(receipt)) == (1, 1, [(3, "external_id", "changed_content")])


BAD = [
    ({"external_id": ""}, "external_id", "required"),
    ({"external_id": "x" * 121}, "external_id", "too_long"),
    ({"kind": "gift"}, "kind", "not_a_choice"),
    ({"partner": "nobody"}, "partner", "unknown_code"),
    ({"product": "nothing"}, "product", "unknown_code"),
    ({"sold_into": "nowhere"}, "sold_into", "unknown_code"),
    ({"booked_on": "2026-02-29"}, "booked_on", "not_a_date"),
    ({"booked_on": "16.03.2026"}, "booked_on", "not_a_date"),
    ({"booked_on": "2026-13-01"}, "booked_on", "not_a_date"),
    ({"booked_on": "2027-01-01"}, "booked_on", "in_the_future"),
    ({"quantity": "many"}, "quantity", "not_a_number"),
    ({"quantity": "1-2"}, "quantity", "not_a_number"),
    ({"quantity": "0.1234567"}, "quantity", "too_many_decimals"),
    ({"quantity": "1" + "0" * 13}, "quantity", "too_large"),
    ({"net_amount": "."}, "net_amount", "not_a_number"),
    ({"net_amount": "1.23456"}, "net_amount", "too_many_decimals"),
    ({"list_amount": "NaN"}, "list_amount", "not_a_number"),
    ({"currency": "RMB"}, "currency", "unknown_currency"),
    ({"unit": "barrel"}, "unit", "unknown_unit"),
    ({"kind": "sell_through"}, "other_partner", "required"),
    ({"other_partner": "acme"}, "other_partner", "only_for_sell_through"),
    ({"returns": "a", "reverses": "b"}, "returns", "one_reference_only"),
    ({"returns_line": "one"}, "returns_line", "not_a_number"),
    ({"returns": "unknown", "quantity": "-1", "net_amount": "-1"}, "returns", "unknown_line"),
    ({"reverses": "unknown"}, "reverses", "unknown_line"),
]


@pytest.mark.parametrize(("fields", "field", "rule"), BAD, ids=[f"{f}-{r}-{n}" for n, (_, f, r) in enumerate(BAD)])
def test_a_bad_row_is_named_by_row_field_and_rule_and_the_good_one_is_in(acme, feed, fields, field, rule):
    receipt = record(feed, sales_row(partner=acme), {**sales_row(partner=acme), **fields})

    assert (refused(receipt), receipt.taken) == ([(2, field, rule)], 1)


def test_every_broken_rule_of_a_row_is_told(acme, feed):
    receipt = record(feed, {**sales_row(partner=acme), "partner": "nobody", "quantity": "x", "currency": ""})

    assert refused(receipt) == [
        (1, "currency", "required"),
        (1, "partner", "unknown_code"),
        (1, "quantity", "not_a_number"),
    ]


def correction(line, **fields):
    """A row that returns or reverses the line, like it in everything else."""
    return sales_row(partner=line.partner, product=line.product, currency=line.currency, **fields)


def returned(line, quantity="-1", amount="-10", **fields):
    return correction(line, returns=line.external_id, quantity=quantity, net_amount=amount, **fields)


def reversed_(line, **fields):
    row = {"quantity": -line.quantity, "net_amount": -line.net_amount, **fields}
    return correction(line, reverses=line.external_id, **row)


def test_a_return_counts_on_the_day_and_in_the_places_of_its_sale(acme, feed):
    sale = make_line(feed=feed, partner=acme, quantity="3", booked_on=date(2026, 1, 5))

    record(feed, returned(sale, booked_on=date(2026, 4, 2)))

    line = SalesLine.objects.get(returns=sale)
    assert (line.booked_on, line.counts_on) == (date(2026, 4, 2), date(2026, 1, 5))
    assert line.product_line_id == sale.product_line_id


def test_a_line_of_another_feed_is_named_by_its_number(acme, feed):
    sale = make_line(feed=make_feed(), partner=acme)

    receipt = record(feed, correction(sale, returns_line=sale.pk, quantity="-1", net_amount="-100"))

    assert (receipt.rejected, SalesLine.objects.get(returns=sale).feed) == ([], feed)


def test_no_more_is_returned_than_was_sold(acme, feed):
    sale = make_line(feed=feed, partner=acme, quantity="3")

    receipt = record(feed, returned(sale, "-2"), returned(sale, "-2"))

    assert (receipt.taken, refused(receipt)) == (1, [(2, "quantity", "returned_more_than_sold")])


def test_a_reversed_return_may_be_returned_again(acme, feed):
    sale = make_line(feed=feed, partner=acme, quantity="1", net_amount="10")
    back = make_line(feed=feed, **returned(sale))
    record(feed, reversed_(back))

    receipt = record(feed, returned(sale))

    assert (receipt.taken, receipt.rejected) == (1, [])


def test_a_line_with_live_returns_is_not_reversed(acme, feed):
    sale = make_line(feed=feed, partner=acme, quantity="2")
    make_line(feed=feed, **returned(sale))

    receipt = record(feed, reversed_(sale))

    assert refused(receipt) == [(1, "reverses", "has_live_returns")]


def test_a_request_may_hold_a_line_its_return_and_their_reversals(acme, feed):
    sale = sales_row(external_id="s", partner=acme, quantity="1", net_amount="10")
    back = {**sale, "external_id": "r", "returns": "s", "quantity": "-1", "net_amount": "-10"}
    undo_back = {**sale, "external_id": "ur", "reverses": "r"}
    undo_sale = {**sale, "external_id": "us", "reverses": "s", "quantity": "-1", "net_amount": "-10"}

    receipt = record(feed, undo_sale, undo_back, back, sale)

    assert (receipt.taken, receipt.rejected) == (4, [])
    assert sum(SalesLine.objects.values_list("net_amount", flat=True)) == 0


def test_a_line_is_reversed_once(acme, feed):
    sale = make_line(feed=feed, partner=acme)

    receipt = record(feed, reversed_(sale), reversed_(sale))
    later = record(feed, reversed_(sale))

    assert refused(receipt) == [(2, "reverses", "already_reversed")]
    assert refused(later) == [(1, "reverses", "already_reversed")]


def test_a_return_or_reversal_sent_again_changes_nothing(acme, feed):
    sale = make_line(feed=feed, partner=acme, quantity="1", net_amount="10")
    other = make_line(feed=feed, partner=acme)
    rows = [returned(sale), reversed_(other)]
    record(feed, *rows)

    again = record(feed, *rows)

    assert (again.taken, again.unchanged, again.rejected) == (0, 2, [])


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"kind": "sell_out"}, "kind"), ({"currency": "USD"}, "currency"), ({"partner": "other"}, "partner")],
)
def test_a_correction_is_like_its_line(acme, other_partner, feed, fields, field):
    sale = make_line(feed=feed, partner=acme)

    receipt = record(feed, {**returned(sale), **fields}, {**reversed_(sale), **fields})

    assert refused(receipt) == [(1, field, "not_like_its_line"), (2, field, "not_like_its_line")]


def test_a_reversal_takes_back_the_whole_line(acme, feed):
    sale = make_line(feed=feed, partner=acme, net_amount="100")

    receipt = record(feed, reversed_(sale, net_amount="-99"))

    assert refused(receipt) == [(1, "net_amount", "not_like_its_line")]


def test_a_return_is_not_returned_and_a_reversal_not_reversed(acme, feed):
    sale, other = make_lines({"quantity": "2"}, {}, feed=feed, partner=acme)
    back, undone = make_lines(returned(sale), reversed_(other), feed=feed)

    receipt = record(feed, returned(back), reversed_(undone))

    assert refused(receipt) == [(1, "returns", "not_a_sale"), (2, "reverses", "not_a_sale")]


def test_a_return_is_negative(acme, feed):
    sale = make_line(feed=feed, partner=acme)

    receipt = record(feed, returned(sale, "1", "1"))

    assert refused(receipt) == [(1, "net_amount", "not_negative"), (1, "quantity", "not_negative")]


def test_a_partners_own_feed_writes_its_subtrees_figures_only(acme, other_partner):
    below = make_partner("below", parent=acme)
    feed = make_feed("acme-pos", partner=acme)
    rows = [sales_row(partner=partner, kind="sell_out") for partner in (acme, below, other_partner)]

    receipt = record(feed, *rows, sales_row(partner=acme, kind="sell_in"))

    assert refused(receipt) == [(3, "partner", "unknown_code"), (4, "kind", "only_the_maker")]
    assert receipt.taken == 2


@pytest.mark.parametrize("key", ["batch_id", "partner_id", "product_id", "home_territory_id", "reverses_id"])
def test_a_line_that_names_no_record_is_refused_by_the_database(acme, key):
    columns = SalesLine.objects.filter(pk=make_line(partner=acme).pk).values().get()
    columns.pop("id")

    with pytest.raises(IntegrityError, match="names a record that does not exist"), transaction.atomic():
        SalesLine.objects.create(**{**columns, "external_id": "other", key: 10**9})
