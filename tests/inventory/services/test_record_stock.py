from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from django.db import IntegrityError, InternalError, transaction

from channelhub.core.models import ExternalCode, OutboxEvent
from inventory.enums import MovementKind
from inventory.models import StockBatch, StockLevel, StockMovement
from inventory.selectors.ledger import levels_unlike_their_movements
from partners.models import ProductUnit
from tests.factories.partners import make_partner, make_product
from tests.factories.sales import ENTRY, make_feed
from tests.factories.stock import COUNTED, make_level, make_location, minutes, report

pytestmark = pytest.mark.django_db


def figures(level):
    level.refresh_from_db()
    return (level.on_hand, level.reserved, level.in_transit)


def outcome(receipt):
    return (receipt.taken, receipt.changed, receipt.unchanged, receipt.outdated, len(receipt.rejected))


def refused(receipt):
    return [(error.row, error.field, error.rule, error.value) for error in receipt.rejected]


def movements():
    return list(StockMovement.objects.order_by("pk").values_list("on_hand", "reserved", "in_transit", "balance"))


def test_a_first_count_makes_a_level_and_its_movement(acme):
    location, product, feed = make_location(partner=acme), make_product(), make_feed("acme-erp", partner=acme)

    receipt = report({"on_hand": "12.5", "reserved": "2", "in_transit": 3}, feed=feed, reference="today")

    level, movement, batch = StockLevel.objects.get(), StockMovement.objects.get(), StockBatch.objects.get()
    assert (outcome(receipt), receipt.batch_id, batch.reference) == ((1, 1, 0, 0, 0), batch.pk, "today")
    assert (level.location, level.product, level.partner, level.feed) == (location, product, acme, feed)
    assert (figures(level), level.counted_at) == ((Decimal("12.5"), 2, 3), COUNTED)
    assert (movement.batch_id, movement.partner_id, movement.kind) == (batch.pk, acme.pk, MovementKind.COUNTED)
    assert movements() == [(Decimal("12.5"), 2, 3, Decimal("12.5"))]


def test_book_stock_below_zero_is_kept_as_reported_and_nothing_of_it_promised():
    level = make_level(make_location(), make_product(), 12)

    report({"on_hand": "-3", "counted_at": minutes(1)})

    found = StockLevel.objects.with_available().get()
    assert (figures(level), found.available, movements()[-1]) == ((-3, 0, 0), 0, (-15, 0, 0, -3))


def test_a_newer_count_changes_the_level_by_its_difference():
    level = make_level(make_location(), make_product(), 12)

    receipt = report({"on_hand": "9", "counted_at": minutes(1)})

    assert (outcome(receipt), figures(level), level.on_hand_change) == ((1, 1, 0, 0, 0), (9, 0, 0), -3)
    assert movements() == [(12, 0, 0, 12), (-3, 0, 0, 9)]


def test_an_older_count_never_overwrites_a_newer_one():
    level = make_level(make_location(), make_product(), 12)

    receipt = report({"on_hand": "9", "counted_at": minutes(-1)})

    assert (outcome(receipt), figures(level), StockMovement.objects.count()) == ((0, 0, 0, 1, 0), (12, 0, 0), 1)


def test_a_count_that_confirms_moves_only_its_time_so_that_an_older_one_still_comes_too_late():
    level = make_level(make_location(), make_product(), 12)
    changed_at = level.updated_at

    confirmed = report({"on_hand": "12", "counted_at": minutes(10)})
    late = report({"on_hand": "7", "counted_at": minutes(5)})

    assert (outcome(confirmed), outcome(late)) == ((1, 0, 0, 0, 0), (0, 0, 0, 1, 0))
    assert (figures(level), level.counted_at, level.updated_at) == ((12, 0, 0), minutes(10), changed_at)
    assert StockMovement.objects.count() == 1


def test_the_same_report_again_changes_nothing():
    rows = [{"product": make_product(), "on_hand": "3"}, {"product": make_product(), "on_hand": "0"}]
    first = report(*rows)

    again = report(*rows)

    assert (outcome(first), outcome(again)) == ((2, 1, 0, 0, 0), (0, 0, 2, 0, 0))
    assert (StockMovement.objects.count(), StockBatch.objects.count()) == (1, 2)


def test_another_quantity_for_the_same_time_is_refused():
    level = make_level(make_location(), make_product(), 12)

    receipt = report({"on_hand": "13"})

    assert (refused(receipt), figures(level)) == ([(1, "on_hand", "contradicts", "13")], (12, 0, 0))
    assert StockBatch.objects.order_by("pk").last().rejected == 1


def test_what_a_report_does_not_tell_stays():
    level = make_level(make_location(), make_product(), 12, reserved="4", in_transit="2")

    report({"on_hand": "10", "reserved": "", "in_transit": "0", "counted_at": minutes(1)})

    assert (figures(level), level.reserved_change, level.in_transit_change) == ((10, 4, 0), None, -2)
    assert movements()[-1] == (-2, 0, -2, 10)


def test_a_report_with_the_history_of_a_product_moves_it_step_by_step():
    product, other = make_product(), make_product()
    rows = [
        {"product": product, "on_hand": "4", "counted_at": minutes(3)},
        {"product": other, "on_hand": "1", "counted_at": minutes(2)},
        {"product": product, "on_hand": "9", "counted_at": minutes(1)},
        {"product": product, "on_hand": "6", "counted_at": minutes(2)},
    ]

    receipt = report(*rows)

    moved = StockMovement.objects.filter(product=product).order_by("pk").values_list("on_hand", "balance")
    assert (outcome(receipt), list(moved)) == ((4, 4, 0, 0, 0), [(9, 9), (-3, 6), (-2, 4)])


def test_one_time_told_twice_in_a_report_is_unchanged_or_refused():
    receipt = report({"on_hand": "4"}, {"on_hand": "4"}, {"on_hand": "5"})

    assert (outcome(receipt), refused(receipt)) == ((1, 1, 1, 0, 1), [(3, "on_hand", "contradicts", "5")])


def test_quantities_are_kept_in_base_units():
    product = make_product()
    ProductUnit.objects.create(product=product, unit="carton", factor=12)

    level = make_level(make_location(), product, 3, unit="carton", reserved="1")

    assert figures(level) == (36, 12, 0)


def test_codes_of_the_feed_come_before_the_records_own():
    feed, ours, theirs = make_feed(), make_location("100"), make_location("200")
    ExternalCode.objects.create(feed=feed, kind=ExternalCode.Kind.LOCATION, code="100", target_id=theirs.pk)

    report({"location": "100"}, feed=feed)
    report({"location": "100"})

    assert list(StockLevel.objects.order_by("pk").values_list("location", flat=True)) == [theirs.pk, ours.pk]


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-16T08:30:00+08:00", datetime(2026, 3, 16, 0, 30, tzinfo=UTC)),
        ("2026-03-16T00:30:00.250Z", datetime(2026, 3, 16, 0, 30, 0, 250_000, tzinfo=UTC)),
        ("2026-03-16 08:30", datetime(2026, 3, 16, 0, 30, tzinfo=UTC)),
        ("2026-03-16 08:30:00+0800", datetime(2026, 3, 16, 0, 30, tzinfo=UTC)),
        ("2026-03-16", datetime(2026, 3, 15, 16, tzinfo=UTC)),
    ],
)
def test_a_time_is_read_in_its_own_zone_or_in_that_of_the_business(text, instant):
    assert make_level(make_location(), make_product(), 1, counted_at=text).counted_at == instant


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"location": ""}, [("location", "required")]),
        ({"location": "nowhere"}, [("location", "unknown_code")]),
        ({"product": "nothing"}, [("product", "unknown_code")]),
        ({"on_hand": ""}, [("on_hand", "required")]),
        ({"on_hand": "many"}, [("on_hand", "not_a_number")]),
        ({"on_hand": "1.0000001"}, [("on_hand", "too_many_decimals")]),
        ({"on_hand": "10000000000000"}, [("on_hand", "too_large")]),
        ({"reserved": "-0.5"}, [("reserved", "negative_stock")]),
        ({"in_transit": "-1"}, [("in_transit", "negative_stock")]),
        ({"unit": "carton"}, [("unit", "unknown_unit")]),
        ({"counted_at": ""}, [("counted_at", "required")]),
        ({"counted_at": "yesterday"}, [("counted_at", "not_an_instant")]),
        ({"counted_at": "2026-02-30T08:00:00Z"}, [("counted_at", "not_an_instant")]),
        ({"counted_at": "2026-03-16T24:00:00Z"}, [("counted_at", "not_an_instant")]),
        ({"counted_at": ENTRY + timedelta(minutes=6)}, [("counted_at", "counted_in_the_future")]),
    ],
)
def test_a_bad_row_is_named_by_field_and_rule_and_the_others_are_taken(fields, errors):
    good = {"product": make_product(), "location": make_location()}

    receipt = report({**good, **fields}, good)

    assert [(error.row, error.field, error.rule) for error in receipt.rejected] == [(1, *error) for error in errors]
    assert receipt.taken == 1


def test_a_source_whose_clock_is_a_little_fast_is_believed():
    assert report({"counted_at": ENTRY + timedelta(minutes=4)}).rejected == []


def test_a_closed_location_takes_counts_of_its_time_only():
    location = make_location(ends_on=date(2026, 3, 16))

    receipt = report(
        {"location": location, "counted_at": "2026-03-16T23:59:00+08:00"},
        {"location": location, "counted_at": "2026-03-17T00:00:00+08:00"},
    )

    assert refused(receipt) == [(2, "location", "location_ended", location.code)]


def test_a_partners_feed_reports_the_locations_of_its_subtree_only(acme):
    feed, below = make_feed("acme-erp", partner=acme), make_partner(parent=acme)
    mine, under, strange, maker = (make_location(partner=p) for p in (acme, below, make_partner(), None))

    receipt = report(*({"location": one} for one in (mine, under, strange, maker)), feed=feed)

    assert refused(receipt) == [
        (3, "location", "unknown_code", strange.code),
        (4, "location", "unknown_code", maker.code),
    ]
    assert set(StockLevel.objects.values_list("location", flat=True)) == {mine.pk, under.pk}


def test_the_outbox_tells_of_changes_and_of_nothing_else():
    make_level(make_location(), make_product(), 1)
    report({"on_hand": "1", "counted_at": minutes(1)})

    told = OutboxEvent.objects.filter(name="inventory.stock.recorded").values_list("data", flat=True)
    assert [data["movements"] for data in told] == [1]


# A full snapshot


def test_what_a_full_snapshot_does_not_name_is_zero_and_listed():
    here, there, kept, gone = make_location("here"), make_location("there"), make_product("kept"), make_product("gone")
    make_level(here, kept, 5)
    absent = make_level(here, gone, 7, reserved="2")
    elsewhere = make_level(there, gone, 9)

    receipt = report({"location": here, "product": kept, "counted_at": minutes(1)}, snapshot=True)

    assert (receipt.absent, [(one.location, one.product, one.on_hand) for one in receipt.absent_levels]) == (
        1,
        [("here", "gone", 7)],
    )
    assert (figures(absent), absent.counted_at, figures(elsewhere)) == ((0, 0, 0), minutes(1), (9, 0, 0))
    last = StockMovement.objects.order_by("pk").last()
    assert (last.kind, last.on_hand, last.reserved, last.balance) == (MovementKind.ABSENT, -7, -2, 0)
    assert levels_unlike_their_movements() == []


def test_a_full_snapshot_leaves_what_was_counted_after_it():
    here, kept, gone = make_location(), make_product(), make_product()
    later = make_level(here, gone, 7, counted_at=minutes(2))

    receipt = report({"location": here, "product": kept, "counted_at": minutes(1)}, snapshot=True)

    assert (receipt.absent, figures(later)) == (0, (7, 0, 0))


def test_a_full_snapshot_with_a_refused_row_leaves_that_rows_location_alone():
    here, kept, gone = make_location("here"), make_product(), make_product()
    level = make_level(here, gone, 7)

    receipt = report(
        {"location": here, "product": kept, "counted_at": minutes(1)},
        {"location": here, "product": "misspelt", "counted_at": minutes(1)},
        snapshot=True,
    )

    assert (receipt.absent, receipt.not_reconciled, figures(level)) == (0, ["here"], (7, 0, 0))


def test_a_snapshot_again_sets_nothing_to_zero_twice():
    here, kept = make_location(), make_product()
    make_level(here, make_product(), 7)
    row = {"location": here, "product": kept, "counted_at": minutes(1)}
    report(row, snapshot=True)

    again = report(row, snapshot=True)

    assert (outcome(again), again.absent) == ((0, 0, 1, 0, 0), 0)


# The law of the ledger


@pytest.mark.parametrize("seed", range(5))
def test_a_level_is_the_sum_of_its_movements_and_the_newest_count_in_whatever_order_reports_come(seed):
    chance = Random(seed)
    places, products = [make_location() for _ in range(3)], [make_product() for _ in range(4)]
    rows = [
        {
            "location": chance.choice(places),
            "product": chance.choice(products),
            "on_hand": str(chance.randint(0, 5)),
            "reserved": chance.choice(["", "0", "2"]),
            "counted_at": minutes(minute),
        }
        for minute in range(120)
    ]
    newest = {(row["location"].pk, row["product"].pk): Decimal(row["on_hand"]) for row in rows}

    chance.shuffle(rows)
    while rows:
        size = chance.randint(1, 20)
        report(*rows[:size], snapshot=False)
        rows = rows[size:]

    found = {(level.location_id, level.product_id): level.on_hand for level in StockLevel.objects.all()}
    assert (found, levels_unlike_their_movements()) == (newest, [])


def test_the_ledger_tells_levels_that_somebody_changed_without_a_movement():
    level = make_level(make_location(), make_product(), 7)
    StockLevel.objects.update(on_hand=8)

    assert levels_unlike_their_movements() == [(level.location_id, level.product_id)]


@pytest.mark.parametrize("change", [lambda rows: rows.update(on_hand=1), lambda rows: rows.delete()])
def test_a_movement_is_never_changed_and_never_deleted(change):
    make_level(make_location(), make_product(), 7)

    with pytest.raises(InternalError, match="append_only"), transaction.atomic():
        change(StockMovement.objects.all())


def broken(work):
    """The name of the constraint that refuses the work."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        work()
    return error.value.__cause__.diag.constraint_name


def test_constraints_of_the_ledger():
    level = make_level(make_location(), make_product(), 7)
    movement = StockMovement.objects.get()
    fields = {"batch_id": movement.batch_id, "location": level.location, "product": level.product}
    fields |= {"kind": MovementKind.COUNTED, "on_hand": 1, "counted_at": COUNTED}
    same = {"location": level.location, "product": level.product, "feed": level.feed, "counted_at": COUNTED}

    assert broken(lambda: StockLevel.objects.update(reserved=-1)) == (
        "inventory_stock_level_reserved_and_coming_never_negative"
    )
    assert broken(lambda: StockLevel.objects.create(**same)) == "inventory_one_stock_level_per_location_and_product"
    assert broken(lambda: StockMovement.objects.create(**{**fields, "kind": 9})) == (
        "inventory_stock_movement_kind_known"
    )
    assert broken(lambda: StockMovement.objects.create(**{**fields, "on_hand": 0})) == (
        "inventory_stock_movement_changes_something"
    )
    assert broken(lambda: StockMovement.objects.create(**{**fields, "batch_id": 0})) == (
        "inventory_stock_movement_keys_exist"
    )
