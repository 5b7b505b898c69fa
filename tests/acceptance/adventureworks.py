"""The bicycle maker's files through mapping profiles: everything that is special about them is typed data."""

import csv
import gzip
import os
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile

from channelhub.core.models import FieldMapping, LookupTable
from channelhub.core.services import imports
from partners.models import PartnerType
from tests.factories.imports import make_profile
from tests.factories.sales import make_feed

FOLDER = Path(os.environ.get("CHANNELHUB_DATA") or settings.BASE_DIR / "../shared/data") / "adventureworks"
RESELLER_LINES, WEB_LINES = "fact_reseller_sales.csv.gz", "fact_internet_sales.csv.gz"
WEB_SHOP = "WEB"
RESELLER = "Reseller"


def need_data():
    if not FOLDER.exists():
        pytest.skip(f"no real data: {FOLDER} is not there; CHANNELHUB_DATA names another folder")


def content(name):
    return (FOLDER / name).read_bytes()


def rows(name):
    data = content(name)
    text = gzip.decompress(data) if name.endswith(".gz") else data
    return list(csv.DictReader(text.decode().splitlines()))


def last_day():
    """The day after which everything is known: that of the youngest line."""
    return max(date.fromisoformat(row["OrderDate"]) for name in (RESELLER_LINES, WEB_LINES) for row in rows(name))


def noon(day):
    return datetime.combine(day, time(4), tzinfo=UTC)


def lookup(profile, name, *, key, value):
    table = LookupTable.objects.create(profile=profile, name=f"{key} to {value}", key_column=key, value_column=value)
    imports.load_lookup(lookup=table, file=ContentFile(content(name)), name=name)
    return table


def mapped(profile, field, *columns, **options):
    FieldMapping.objects.create(profile=profile, field=field, columns=columns, **options)


TERRITORIES = (
    {"code": {"columns": ["SalesTerritoryGroup"], "prefix": "group "}, "name": "SalesTerritoryGroup"},
    {
        "code": {"columns": ["SalesTerritoryCountry"], "prefix": "country "},
        "name": "SalesTerritoryCountry",
        "parent": {"columns": ["SalesTerritoryGroup"], "prefix": "group "},
    },
    {
        "code": {"columns": ["SalesTerritoryKey"], "prefix": "area "},
        "name": "SalesTerritoryRegion",
        "parent": {"columns": ["SalesTerritoryCountry"], "prefix": "country "},
    },
)
LINES = (
    {"code": {"default": "other"}, "name": {"default": "Not in a category"}},
    {"code": "EnglishProductCategoryName", "name": "EnglishProductCategoryName"},
    {
        "code": {"columns": ["ProductSubcategoryKey"], "prefix": "subcategory "},
        "name": "EnglishProductSubcategoryName",
        "parent": "EnglishProductCategoryName",
    },
)
PRODUCTS = {
    "sku": "ProductAlternateKey",
    "name": "EnglishProductName",
    "line": {"columns": ["ProductSubcategoryKey"], "prefix": "subcategory ", "default": "other"},
}
SHOP = {"code": {"default": WEB_SHOP}, "name": {"default": "The maker's own web shop"}}
RESELLERS = {
    "code": "ResellerAlternateKey",
    "name": "ResellerName",
    "phone": "Phone",
    "address": {"columns": ["AddressLine1", "AddressLine2"], "separator": ", "},
    "type": {"default": RESELLER},
}
SALES = {
    "external_id": {"columns": ["SalesOrderNumber", "SalesOrderLineNumber"], "separator": "-"},
    "document": "SalesOrderNumber",
    "document_line": "SalesOrderLineNumber",
    "booked_on": "OrderDate",
    "quantity": "OrderQuantity",
    "currency": {"default": "USD"},
    "net_amount": "SalesAmount",
}


def masters(feed):
    """The profiles of everything the lines name, each with its file, in the order in which they depend."""
    for mappings in TERRITORIES:
        yield make_profile("territories", feed=feed, **mappings), "dim_sales_territory.csv"
    for mappings in LINES:
        yield make_profile("product_lines", feed=feed, **mappings), "dim_product_subcategory.csv"
    yield make_profile("products", feed=feed, **PRODUCTS), "dim_product.csv"
    yield make_profile("partners", feed=feed, **SHOP), "dim_sales_territory.csv"
    resellers = make_profile("partners", feed=feed, **RESELLERS)
    area = lookup(resellers, "dim_geography.csv", key="GeographyKey", value="SalesTerritoryKey")
    mapped(resellers, "home", "GeographyKey", lookup=area, prefix="area ")
    yield resellers, "dim_reseller.csv"


def sell_in(feed):
    """Reseller lines: the product is named by the key of a price version, the reseller by a number of the file's."""
    profile = make_profile("sales", feed=feed, kind={"default": "sell_in"}, **SALES)
    product = lookup(profile, "dim_product.csv", key="ProductKey", value="ProductAlternateKey")
    reseller = lookup(profile, "dim_reseller.csv", key="ResellerKey", value="ResellerAlternateKey")
    mapped(profile, "product", "ProductKey", lookup=product)
    mapped(profile, "partner", "ResellerKey", lookup=reseller)
    return profile


def sell_out(feed):
    """Internet lines: sold by the web shop, which the profile fills in."""
    more = {
        "kind": {"default": "sell_out"},
        "partner": {"default": WEB_SHOP},
        "customer": "CustomerKey",
        "sold_into": {"columns": ["SalesTerritoryKey"], "prefix": "area "},
    }
    profile = make_profile("sales", feed=feed, **SALES, **more)
    product = lookup(profile, "dim_product.csv", key="ProductKey", value="ProductAlternateKey")
    mapped(profile, "product", "ProductKey", lookup=product)
    return profile


def bring_in(profile, name, data=None):
    """One file through its profile; the job, of which nothing may be refused unless the data was altered."""
    file = ContentFile(content(name) if data is None else data)
    job = imports.upload(profile=profile, file=file, name=name, at=noon(last_day()))
    return imports.take_now(job=job, at=noon(last_day()))


def load_masters():
    feed = make_feed("adventureworks")
    PartnerType.objects.get_or_create(code=RESELLER, defaults={"name": RESELLER, "name_en": RESELLER})
    for profile, name in masters(feed):
        job = bring_in(profile, name)
        assert (job.status, job.rejected) == ("taken", 0), (name, job.error)
    return feed
