"""What a profile makes of a file: renames, constants, joined columns, lookups, conversions."""

from decimal import Decimal

import pytest
from django.core.files.base import ContentFile

from channelhub.core.errors import ColumnsMissing, FileNotReadable
from channelhub.core.models import LookupTable
from channelhub.core.selectors.imports import refused_rows
from channelhub.core.services import imports
from pricing.models import SalesLine
from tests.factories.imports import bring_in, csv_of, make_profile, upload
from tests.factories.partners import make_partner, make_product

pytestmark = pytest.mark.django_db

SALES = {
    "external_id": {"columns": ["Order", "Line"], "separator": "-", "prefix": "AW "},
    "kind": {"default": "sell_in"},
    "partner": "Buyer",
    "product": "Item",
    "booked_on": "Day",
    "quantity": "Pieces",
    "currency": {"default": "USD"},
    "net_amount": "Amount",
}
HEADER = ["Order", "Line", "Buyer", "Item", "Day", "Pieces", "Amount"]


@pytest.fixture
def masters():
    make_partner("acme")
    make_product("A-100")


def sold(profile, *values):
    job = bring_in(profile, csv_of([HEADER, values], delimiter=";"))
    assert [row.errors for row in refused_rows(job)] == []
    return SalesLine.objects.get()


def profile_with(**changes):
    return make_profile("sales", **{**SALES, **changes})


def test_columns_are_renamed_joined_and_filled(masters):
    line = sold(profile_with(), "SO1", "2", "acme", "A-100", "2026-03-16", "3", "12.5")

    assert (line.external_id, line.currency, line.quantity, line.net_amount) == ("AW SO1-2", "USD", 3, Decimal("12.5"))


@pytest.mark.parametrize(
    ("conversion", "text"),
    [
        ("day_month_year", "16.3.2026"),
        ("day_month_year", "16/03/2026"),
        ("month_day_year", "3/16/2026"),
        ("year_month_day", "2026/3/16"),
        ("year_month_day", "20260316"),
        ("year_month_day", "2026-03-16 10:00:00"),
        ("year_month_day", "2026-03-16T10:00"),
    ],
)
def test_days_are_read_as_they_are_written_elsewhere(masters, conversion, text):
    profile = profile_with(booked_on={"columns": ["Day"], "conversion": conversion})

    assert sold(profile, "SO1", "1", "acme", "A-100", text, "3", "1").booked_on.isoformat() == "2026-03-16"


@pytest.mark.parametrize(
    ("mapping", "text", "amount"),
    [
        ({"conversion": "decimal_comma"}, "1.234,5", "1234.5"),
        ({"conversion": "decimal_point"}, "1,234.5", "1234.5"),
        ({"factor": Decimal(1000)}, "1.5", "1500"),
        ({"sign": "turn"}, "-2", "2"),
        ({"sign": "positive"}, "-2", "2"),
        ({"sign": "negative"}, "2", "-2"),
        ({"conversion": "decimal_comma", "factor": Decimal("0.01"), "sign": "turn"}, "250,0", "-2.5"),
        ({"default": "7"}, "", "7"),
    ],
)
def test_numbers_are_converted_and_multiplied(masters, mapping, text, amount):
    profile = profile_with(net_amount={"columns": ["Amount"], **mapping})

    assert sold(profile, "SO1", "1", "acme", "A-100", "2026-03-16", "1", text).net_amount == Decimal(amount)


def test_a_value_that_cannot_be_converted_is_refused_as_it_stands(masters):
    profile = profile_with(net_amount={"columns": ["Amount"], "factor": Decimal(2)})

    job = bring_in(profile, csv_of([HEADER, ["SO1", "1", "acme", "A-100", "2026-03-16", "1", "much"]]))

    [row] = refused_rows(job)
    assert row.errors == [{"field": "net_amount", "rule": "not_a_number", "value": "much"}]
    assert (row.fields["net_amount"], row.raw["Amount"], row.raw["Buyer"]) == ("much", "much", "acme")


def test_a_second_and_a_third_file_say_what_a_key_means(masters):
    profile = profile_with()
    for name, key, value in (("versions", "Key", "Item no"), ("items", "Item no", "Sku")):
        lookup = LookupTable.objects.create(profile=profile, name=name, key_column=key, value_column=value)
        content = csv_of([["Key", "Item no", "Sku"], ["349", "77", "x"], ["x", "77", "A-100"]])
        imports.load_lookup(lookup=lookup, file=ContentFile(content), name=f"{name}.csv")
    versions, items = profile.lookups.order_by("pk")
    items.values.update(value="A-100")
    profile.mappings.filter(field="product").update(lookup=versions, then_lookup=items)

    job = bring_in(
        profile,
        csv_of([HEADER, *([f"SO{key}", "1", "acme", key, "2026-03-16", "1", "1"] for key in ("349", "350"))]),
    )

    assert SalesLine.objects.get().product.sku == "A-100"
    assert [row.errors for row in refused_rows(job)] == [[{"field": "product", "rule": "unknown_code", "value": "350"}]]


def test_blanks_around_values_do_not_count(masters):
    line = sold(profile_with(), " SO1", "2 ", "acme ", " A-100", "2026-03-16", " 3", "12.5 ")

    assert (line.external_id, line.quantity) == ("AW SO1-2", 3)


def test_a_file_without_the_profiles_columns_fails_and_says_which(masters):
    job = bring_in(profile_with(), csv_of([["Order", "Line", "Buyer"], ["1", "1", "acme"]]))

    assert (job.status, job.error) == ("failed", "The file has no columns Amount, Day, Item, Pieces.")


def test_a_lookup_file_without_its_columns_is_refused():
    lookup = LookupTable.objects.create(profile=profile_with(), name="x", key_column="Key", value_column="Value")

    with pytest.raises(ColumnsMissing) as refusal:
        imports.load_lookup(lookup=lookup, file=ContentFile(b"Key,Other\n1,2\n"), name="x.csv")

    assert refusal.value.columns == ["Value"]


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"", "a.csv"), (b"\n\n", "a.csv"), (b"\x00\x01\x02", "a.csv"), (b"no sheet", "a.xlsx"), (b"no gzip", "a.csv.gz")],
)
def test_what_is_no_table_is_refused(content, name):
    with pytest.raises(FileNotReadable):
        upload(profile_with(), content, name)


def test_chinese_files_in_the_old_encoding_are_read():
    job = upload(profile_with(), "单号,数量\n甲,1\n".encode("gb18030"))

    assert job.columns == ["单号", "数量"]
