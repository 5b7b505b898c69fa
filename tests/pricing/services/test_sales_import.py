"""A file of sold lines with every kind of bad row, as CSV and as XLSX."""

import pytest

from channelhub.core.enums.imports import RowStatus
from channelhub.core.models import ImportRow
from channelhub.core.selectors import imports as selectors
from channelhub.core.services import import_rows, imports
from channelhub.core.services.importers import importer, message_of
from pricing.models import SalesBatch, SalesLine
from tests.factories.imports import bring_in, csv_of, make_profile, upload, xlsx_of
from tests.factories.partners import make_partner, make_product, make_territory
from tests.factories.sales import ENTRY, make_feed, make_line, sales_row

pytestmark = pytest.mark.django_db

HEADER = importer("sales").field_names
GOOD = {
    "kind": "sell_in",
    "partner": "acme",
    "product": "A-100",
    "booked_on": "2026-03-16",
    "quantity": "2",
    "currency": "CNY",
    "net_amount": "10.5",
}
# What is wrong in a row: its values, then field, rule and what a person types instead.
BAD = [
    ({"kind": "gift"}, "kind", "not_a_choice", {"kind": "sell_in"}),
    ({"kind": ""}, "kind", "required", {"kind": "sell_in"}),
    ({"partner": "acne"}, "partner", "unknown_code", {"partner": "acme"}),
    ({"partner": ""}, "partner", "required", {"partner": "acme"}),
    ({"product": "A-1O0"}, "product", "unknown_code", {"product": "A-100"}),
    ({"booked_on": "2026-02-30"}, "booked_on", "not_a_date", {"booked_on": "2026-02-28"}),
    ({"booked_on": "16 March"}, "booked_on", "not_a_date", {"booked_on": "2026-03-16"}),
    ({"booked_on": "2027-01-01"}, "booked_on", "in_the_future", {"booked_on": "2026-12-31"}),
    ({"quantity": "two"}, "quantity", "not_a_number", {"quantity": "2"}),
    ({"quantity": "0.1234567"}, "quantity", "too_many_decimals", {"quantity": "0.123456"}),
    ({"quantity": "10000000000000"}, "quantity", "too_large", {"quantity": "1"}),
    ({"net_amount": "10,5"}, "net_amount", "not_a_number", {"net_amount": "10.5"}),
    ({"net_amount": "10.12345"}, "net_amount", "too_many_decimals", {"net_amount": "10.1234"}),
    ({"currency": "RMB"}, "currency", "unknown_currency", {"currency": "CNY"}),
    ({"unit": "barrel"}, "unit", "unknown_unit", {"unit": ""}),
    ({"sold_into": "nowhere"}, "sold_into", "unknown_code", {"sold_into": "CN-ZJ"}),
    ({"kind": "sell_through"}, "other_partner", "required", {"other_partner": "acme"}),
    ({"other_partner": "acme"}, "other_partner", "only_for_sell_through", {"other_partner": ""}),
    ({"document": "D" * 61}, "document", "too_long", {"document": "D" * 60}),
    ({"returns": "gone", "quantity": "-1", "net_amount": "-1"}, "returns", "unknown_line", {"returns": "good1"}),
    ({"reverses": "gone"}, "reverses", "unknown_line", {"reverses": "", "quantity": "1"}),
    ({"external_id": "good1", "net_amount": "11"}, "external_id", "changed_content", {"external_id": "another"}),
]


@pytest.fixture
def masters(acme):
    make_product("A-100")
    make_territory("CN-ZJ")


def file_rows():
    """The header, a good row, every bad row, and a good one at the end."""
    rows = [{**GOOD, "external_id": "good1"}]
    rows += [{**GOOD, "external_id": f"bad{number}", **values} for number, (values, *_) in enumerate(BAD)]
    rows += [{**GOOD, "external_id": "good2"}]
    return [HEADER, *([row.get(name, "") for name in HEADER] for row in rows)]


def named(job):
    rows = ImportRow.objects.filter(job=job).order_by("row_no")
    return [(row.row_no, error["field"], error["rule"]) for row in rows for error in row.errors]


EXPECTED = [(number, field, rule) for number, (_, field, rule, _) in enumerate(BAD, start=3)]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (csv_of(file_rows()).replace(b"10,5", b'"10,5"'), "lines.csv"),
        (csv_of(file_rows(), delimiter=";", encoding="utf-16"), "lines.csv"),
        (csv_of(file_rows(), delimiter="\t", encoding="utf-8-sig"), "lines.txt"),
        (xlsx_of(file_rows()), "lines.xlsx"),
    ],
    ids=["csv", "csv-utf16-semicolon", "csv-bom-tab", "xlsx"],
)
def test_twenty_kinds_of_bad_row_are_named_the_good_ones_in_and_the_mended_ones_too(masters, content, name):
    job = bring_in(make_profile("sales"), content, name)

    assert (job.status, job.rows, job.taken, job.rejected) == ("partly", len(BAD) + 2, 2, len(BAD))
    assert named(job) == EXPECTED

    for row in selectors.refused_rows(job):
        import_rows.change_row(row=row, fields=BAD[row.row_no - 3][3])
    mended = import_rows.resubmit_rows(job=job, ids=None, at=ENTRY)

    job.refresh_from_db()
    assert (mended.taken, mended.rejected, job.status) == (len(BAD), 0, "taken")
    assert SalesLine.objects.count() == len(BAD) + 2
    assert set(ImportRow.objects.values_list("status", flat=True)) == {RowStatus.FIXED}


def test_a_row_with_another_number_of_columns_is_named_and_the_others_are_in(masters):
    content = csv_of(file_rows()[:2]) + b"too,few\n" + csv_of(file_rows()[-1:])

    job = bring_in(make_profile("sales"), content)

    assert (named(job), job.taken, job.rejected) == ([(3, "", "wrong_columns")], 2, 1)


def test_a_row_that_cannot_be_read_is_named(masters):
    bad = csv_of([[{**GOOD, "external_id": "x", "document": "D?"}.get(name, "") for name in HEADER]])
    content = csv_of(file_rows()[:2], encoding="utf-8-sig") + bad.replace(b"?", b"\xff\xfe\xff")

    job = bring_in(make_profile("sales"), content)

    assert (named(job), job.taken) == ([(3, "", "not_readable")], 1)


def test_the_same_file_again_brings_nothing_new(masters):
    profile, content = make_profile("sales"), csv_of([file_rows()[0], file_rows()[1], file_rows()[-1]])
    first = bring_in(profile, content)

    again = bring_in(profile, content)

    assert (first.taken, again.taken, again.unchanged, again.status, again.batch_id) == (2, 0, 2, "taken", None)
    assert selectors.progress(again).nothing_new
    assert list(selectors.same_file_before(again)) == [first]
    assert SalesBatch.objects.count() == 1


def test_a_check_enters_nothing_and_says_what_a_take_will_do(masters):
    job = upload(make_profile("sales"), csv_of(file_rows()).replace(b"10,5", b'"10,5"'))

    imports.check_now(job=job, at=ENTRY)

    job.refresh_from_db()
    assert (job.status, job.taken, job.rejected, SalesLine.objects.count()) == ("checked", 2, len(BAD), 0)
    assert named(job) == EXPECTED
    imports.take_now(job=job, at=ENTRY)
    assert (SalesLine.objects.count(), named(job)) == (2, EXPECTED)


def test_errors_are_grouped_and_one_value_is_replaced_in_all_rows(masters):
    wrong = [{**GOOD, "external_id": f"x{n}", "product": "A-1O0"} for n in range(12)]
    content = csv_of([HEADER, *([row.get(name, "") for name in HEADER] for row in wrong)])
    job = bring_in(make_profile("sales"), content)

    [group] = selectors.error_groups(job)
    replaced = import_rows.replace_value(job=job, field="product", value="A-1O0", by="A-100")
    mended = import_rows.resubmit_rows(job=job, ids=None, at=ENTRY)

    assert (group.field, group.rule, group.rows, group.samples) == ("product", "unknown_code", 12, (("A-1O0", 12),))
    assert message_of(group.rule) == "No record has this code."
    assert (replaced, mended.taken, selectors.error_groups(job)) == (12, 12, [])


def test_ignored_rows_are_settled_without_being_taken(masters):
    job = bring_in(make_profile("sales"), csv_of(file_rows()[:3]))
    [row] = selectors.refused_rows(job, field="kind")

    import_rows.ignore_rows(job=job, ids=[row.pk])

    job.refresh_from_db()
    assert (job.status, selectors.progress(job).still_open, SalesLine.objects.count()) == ("taken", 0, 1)


def test_a_partners_own_profile_writes_its_own_figures_only(acme, other_partner):
    make_product("A-100")
    rows = [{**GOOD, "kind": "sell_out", "external_id": code, "partner": code} for code in ("acme", "other")]
    profile = make_profile("sales", feed=make_feed(partner=acme))

    job = bring_in(profile, csv_of([HEADER, *([row.get(name, "") for name in HEADER] for row in rows)]))

    assert (named(job), job.taken) == ([(3, "partner", "unknown_code")], 1)


def test_a_file_may_return_what_the_api_recorded(acme):
    feed = make_feed()
    sale = make_line(feed=feed, partner=make_partner("west"), product=make_product("A-100"), quantity="2")
    back = sales_row(partner="west", product="A-100", returns=sale.external_id, quantity="-1", net_amount="-50")

    job = bring_in(make_profile("sales", feed=feed), csv_of([HEADER, [back.get(name, "") for name in HEADER]]))

    assert (job.taken, SalesLine.objects.get(returns=sale).quantity) == (1, -1)


def test_a_profile_that_names_hardly_anything_refuses_every_row_by_what_is_missing(masters):
    job = bring_in(make_profile("sales", external_id="number"), csv_of([["number"], ["a"]]))

    missing = ["booked_on", "currency", "kind", "net_amount", "partner", "product", "quantity"]
    assert named(job) == [(2, field, "required") for field in missing]
