"""Stock by file: through a mapping profile, refused rows mended and taken, a full snapshot."""

import pytest

from channelhub.core.enums.imports import ImportStatus
from channelhub.core.models import ExternalCode, ImportRow
from channelhub.core.services import import_mending, imports
from inventory.models import Location, StockBatch, StockLevel, StockMovement
from tests.factories.imports import bring_in, csv_of, make_profile, upload, xlsx_of
from tests.factories.partners import make_product
from tests.factories.sales import ENTRY
from tests.factories.stock import make_location

pytestmark = pytest.mark.django_db
HEADER = ["Lager", "Artikel", "Bestand", "Stand"]
MAPPING = {"location": "Lager", "product": "Artikel", "on_hand": "Bestand", "counted_at": "Stand"}


@pytest.fixture
def world(db):
    make_location("W1"), make_location("W2"), make_product("A-1"), make_product("A-2")


def balances():
    return set(StockLevel.objects.values_list("location__code", "product__sku", "on_hand"))


def test_a_file_is_taken_through_its_profile(world):
    content = csv_of([HEADER, ["W1", "A-1", "5", "2026-03-16 08:30"], ["W1", "A-2", "x", "2026-03-16 08:30"]])

    job = bring_in(make_profile("stock", **MAPPING), content)

    assert (job.status, job.taken, job.rejected, job.batch_id) == ("partly", 1, 1, StockBatch.objects.get().pk)
    assert balances() == {("W1", "A-1", 5)}


def test_a_workbook_is_taken_with_its_own_days_and_numbers(world):
    content = xlsx_of([HEADER, ["W1", "A-1", 5.5, "2026-03-16T08:30"], ["W2", "A-1", 7, "2026-03-16"]])

    job = bring_in(make_profile("stock", **MAPPING), content, "stock.xlsx")

    assert (job.rejected, balances()) == (0, {("W1", "A-1", 5.5), ("W2", "A-1", 7)})


def test_a_check_says_what_a_take_would_do_and_leaves_nothing(world):
    content = csv_of([HEADER, ["W1", "A-1", "5", "2026-03-16"], ["W9", "A-1", "5", "2026-03-16"]])
    job = imports.check_now(job=upload(make_profile("stock", **MAPPING), content), at=ENTRY)
    job.refresh_from_db()

    assert (job.status, job.taken, job.rejected) == (ImportStatus.CHECKED, 1, 1)
    assert (StockBatch.objects.count(), StockLevel.objects.count(), ImportRow.objects.count()) == (0, 0, 1)


def test_the_same_file_again_is_nothing_new(world):
    profile = make_profile("stock", **MAPPING)
    content = csv_of([HEADER, ["W1", "A-1", "5", "2026-03-16"]])
    bring_in(profile, content)

    job = bring_in(profile, content)

    assert (job.taken, job.unchanged, StockMovement.objects.count()) == (0, 1, 1)


def test_a_refused_row_is_mended_on_the_screen_and_taken(world):
    job = bring_in(make_profile("stock", **MAPPING), csv_of([HEADER, ["W1", "A-1O", "5", "2026-03-16"]]))
    row = ImportRow.objects.get()

    taken = import_mending.mend_rows(job=job, values={row.pk: {"product": "A-1"}}, at=ENTRY)

    job.refresh_from_db()
    assert (taken.taken, job.status, balances()) == (1, ImportStatus.TAKEN, {("W1", "A-1", 5)})


def test_rows_mended_later_are_no_snapshot_and_set_nothing_to_zero(world):
    profile = make_profile("stock_snapshot", **MAPPING)
    bring_in(make_profile("stock", **MAPPING), csv_of([HEADER, ["W1", "A-2", "9", "2026-03-15"]]))

    job = bring_in(profile, csv_of([HEADER, ["W1", "A-1O", "5", "2026-03-16"]]))
    row = ImportRow.objects.get(job=job)
    import_mending.mend_rows(job=job, values={row.pk: {"product": "A-1"}}, at=ENTRY)

    assert balances() == {("W1", "A-1", 5), ("W1", "A-2", 9)}


def test_a_file_of_a_snapshot_sets_the_rest_of_its_locations_to_zero(world):
    rows = [["W1", "A-2", "9", "2026-03-15"], ["W2", "A-2", "3", "2026-03-15"]]
    bring_in(make_profile("stock", **MAPPING), csv_of([HEADER, *rows]))

    bring_in(make_profile("stock_snapshot", **MAPPING), csv_of([HEADER, ["W1", "A-1", "5", "2026-03-16"]]))

    assert balances() == {("W1", "A-1", 5), ("W1", "A-2", 0), ("W2", "A-2", 3)}


def test_what_a_feed_calls_our_locations_is_imported(world):
    profile = make_profile("external_codes", kind={"default": "location"}, code="code", record="record")

    job = bring_in(profile, csv_of([["code", "record"], ["100", "W1"], ["200", "nowhere"]]))

    code = ExternalCode.objects.get()
    assert (job.rejected, code.kind, code.code, code.target_id) == (
        1,
        "location",
        "100",
        Location.objects.get(code="W1").pk,
    )
