"""Real sales come in, a night's rebates come out: compared with what plain arithmetic finds in the files."""

import gzip
import io
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Sum

from channelhub.core.models import ImportRow
from partners.models import HomeTerritory, Partner, Product, ProductLine
from pricing.enums import SalesKind
from pricing.models import RebatePosting, SalesLine, SalesMonth
from tests.acceptance import adventureworks as aw
from tests.factories.rebates import make_programme, make_terms

pytestmark = pytest.mark.acceptance
CENT = Decimal("0.01")


@dataclass
class Channel:
    feed: Any
    sell_in: Any
    sell_out: Any
    programmes: dict[str, Any]


def quarter(day):
    return day.year, (day.month + 2) // 3


def make_programmes():
    """Three: retrospective on everything by quarter; by slices on one category by year; per piece by month."""
    begins = date(min(int(row["OrderDate"][:4]) for row in aw.rows(aw.RESELLER_LINES)), 1, 1)
    resellers = Partner.objects.exclude(code=aw.WEB_SHOP)
    common = {"earners": resellers, "currency": "USD", "starts_on": begins}
    usd = {"currency": "USD"}
    return {
        "volume": make_programme(terms=make_terms((0, "0"), (10000, "0.01"), (50000, "0.025"), **usd), **common),
        "bikes": make_programme(
            terms=make_terms((0, "0.005"), (20000, "0.015"), (100000, "0.03"), method="incremental", **usd),
            product_line=ProductLine.objects.get(code="Bikes"),
            period="year",
            **common,
        ),
        "pieces": make_programme(
            terms=make_terms((5, "0.10"), (50, "0.25"), qualifier="quantity", pays="per_unit", **usd),
            period="month",
            **common,
        ),
    }


@pytest.fixture(scope="module")
def channel(django_db_setup, django_db_blocker):
    """Everything imported, and one night over it; taken back when the module is done."""
    aw.need_data()
    block = transaction.atomic()
    block._from_testcase = True  # as in a TestCase: the night's own commits are inside it
    with django_db_blocker.unblock(), block:
        feed = aw.load_masters()
        found = Channel(feed, aw.sell_in(feed), aw.sell_out(feed), make_programmes())
        aw.bring_in(found.sell_in, aw.RESELLER_LINES)
        aw.bring_in(found.sell_out, aw.WEB_LINES)
        night()
        yield found
        transaction.set_rollback(True)


def night():
    """The night of the youngest line's day; how many postings it made."""
    before = RebatePosting.objects.count()
    call_command("nightly", date=aw.last_day(), stdout=io.StringIO())
    return RebatePosting.objects.count() - before


def test_every_line_is_in(channel):
    wanted = aw.rows(aw.RESELLER_LINES)

    entered = SalesLine.objects.filter(kind=SalesKind.SELL_IN)

    print(f"\nsell-in lines {entered.count()} of {len(wanted)}")
    assert entered.count() == len(wanted)
    assert entered.aggregate(Sum("net_amount"))["net_amount__sum"] == sum(Decimal(r["SalesAmount"]) for r in wanted)


def test_the_web_shop_sold_every_internet_line(channel):
    wanted = aw.rows(aw.WEB_LINES)

    sold = SalesLine.objects.filter(kind=SalesKind.SELL_OUT, partner__code=aw.WEB_SHOP)

    assert sold.count() == len(wanted)
    assert sold.aggregate(Sum("net_amount"))["net_amount__sum"] == sum(Decimal(r["SalesAmount"]) for r in wanted)
    assert sold.filter(sold_into=None).count() == 0


def test_resellers_stand_in_their_territories_and_products_in_their_lines(channel):
    geography = {row["GeographyKey"]: row["SalesTerritoryKey"] for row in aw.rows("dim_geography.csv")}
    wanted = {
        row["ResellerAlternateKey"]: f"area {geography[row['GeographyKey']]}" for row in aw.rows("dim_reseller.csv")
    }
    lines = {
        row["ProductAlternateKey"]: f"subcategory {row['ProductSubcategoryKey']}"
        if row["ProductSubcategoryKey"]
        else "other"
        for row in aw.rows("dim_product.csv")
    }

    assert dict(HomeTerritory.objects.values_list("partner__code", "territory__code")) == wanted
    assert dict(Product.objects.values_list("sku", "line__code")) == lines


def test_amounts_by_reseller_and_quarter_are_those_of_the_file(channel):
    codes = {row["ResellerKey"]: row["ResellerAlternateKey"] for row in aw.rows("dim_reseller.csv")}
    wanted = defaultdict(Decimal)
    for row in aw.rows(aw.RESELLER_LINES):
        wanted[codes[row["ResellerKey"]], quarter(date.fromisoformat(row["OrderDate"]))] += Decimal(row["SalesAmount"])

    found = defaultdict(Decimal)
    for code, month, amount in SalesMonth.objects.filter(kind=SalesKind.SELL_IN).values_list(
        "partner__code", "month", "amount"
    ):
        found[code, quarter(month)] += amount

    same = sum(found.get(key) == amount for key, amount in wanted.items())
    print(f"\nreseller quarters {same} of {len(wanted)}")
    assert dict(found) == dict(wanted)


def turnovers(period_of, counts=lambda row: True):
    """Amount and pieces per reseller and period, by plain addition."""
    found = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for row in aw.rows(aw.RESELLER_LINES):
        if counts(row):
            sums = found[row["ResellerKey"], period_of(row["OrderDate"])]
            sums[0] += Decimal(row["SalesAmount"])
            sums[1] += Decimal(row["OrderQuantity"])
    return list(found.values())


def cents(amount):
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def volume_by_hand():
    rate = lambda amount: Decimal("0.025") if amount >= 50000 else Decimal("0.01") if amount >= 10000 else Decimal(0)
    return sum(cents(amount * rate(amount)) for amount, _ in turnovers(lambda day: (day[:4], (int(day[5:7]) + 2) // 3)))


def bikes_by_hand():
    bikes = {
        r["ProductSubcategoryKey"]
        for r in aw.rows("dim_product_subcategory.csv")
        if r["EnglishProductCategoryName"] == "Bikes"
    }
    keys = {row["ProductKey"] for row in aw.rows("dim_product.csv") if row["ProductSubcategoryKey"] in bikes}
    total = Decimal(0)
    for amount, _ in turnovers(lambda day: day[:4], lambda row: row["ProductKey"] in keys):
        low, middle = min(amount, Decimal(20000)), min(max(amount - 20000, Decimal(0)), Decimal(80000))
        high = max(amount - 100000, Decimal(0))
        total += cents(low * Decimal("0.005") + middle * Decimal("0.015") + high * Decimal("0.03"))
    return total


def pieces_by_hand():
    rate = lambda pieces: Decimal("0.25") if pieces >= 50 else Decimal("0.10") if pieces >= 5 else Decimal(0)
    return sum(cents(pieces * rate(pieces)) for _, pieces in turnovers(lambda day: day[:7]))


BY_HAND = {"volume": volume_by_hand, "bikes": bikes_by_hand, "pieces": pieces_by_hand}


@pytest.mark.parametrize("name", BY_HAND)
def test_a_programmes_total_is_what_plain_arithmetic_finds(channel, name):
    postings = RebatePosting.objects.filter(account__programme=channel.programmes[name])

    total = postings.aggregate(Sum("amount"))["amount__sum"]

    print(f"\nprogramme {name}: {total} USD in {postings.count()} postings")
    assert total == BY_HAND[name]()


def test_the_same_files_again_change_nothing(channel):
    lines = SalesLine.objects.count()

    again = [aw.bring_in(channel.sell_in, aw.RESELLER_LINES), aw.bring_in(channel.sell_out, aw.WEB_LINES)]
    masters = [aw.bring_in(profile, name) for profile, name in aw.masters(channel.feed)]

    assert [(job.status, job.taken, job.rejected) for job in again + masters] == [("taken", 0, 0)] * len(
        again + masters
    )
    assert [job.unchanged for job in again] == [len(aw.rows(aw.RESELLER_LINES)), len(aw.rows(aw.WEB_LINES))]
    assert SalesLine.objects.count() == lines
    assert night() == 0


def altered():
    """The reseller file with another quantity in its last line, and that line's external id."""
    text = gzip.decompress(aw.content(aw.RESELLER_LINES)).decode()
    *rest, last = text.splitlines()
    header, values = text.partition("\n")[0].split(","), last.split(",")
    values[header.index("OrderQuantity")] += "0"
    number = f"{values[header.index('SalesOrderNumber')]}-{values[header.index('SalesOrderLineNumber')]}"
    return gzip.compress("\n".join([*rest, ",".join(values), ""]).encode()), number


def refused(job):
    return [(e["field"], e["rule"], e["value"]) for row in ImportRow.objects.filter(job=job) for e in row.errors]


def test_an_altered_line_under_an_old_key_is_a_reported_rejection(channel):
    data, number = altered()

    job = aw.bring_in(channel.sell_in, aw.RESELLER_LINES, data)

    assert (refused(job), job.taken, job.status) == ([("external_id", "changed_content", number)], 0, "partly")


@pytest.mark.django_db(transaction=True)
def test_an_altered_line_is_reported_also_when_two_loads_race():
    aw.need_data()
    profile = aw.sell_in(aw.load_masters())
    data, number = altered()

    def load(data):
        try:
            return aw.bring_in(profile, aw.RESELLER_LINES, data)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        jobs = list(pool.map(load, [None, data]))

    assert sorted(refused(job) for job in jobs) == [[], [("external_id", "changed_content", number)]]
    assert sum(job.taken for job in jobs) == SalesLine.objects.count() == len(aw.rows(aw.RESELLER_LINES))
