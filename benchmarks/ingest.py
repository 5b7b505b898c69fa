"""A file into the ledger, one into the product catalogue and one onto stock, through the whole staged import.

Results ``ledger`` (a million lines, 2 % bad rows), ``masters`` (200,000 products with audit on) and ``stock`` (a
million absolute quantities, 2 % bad rows, onto five million levels, each change with its movement), each beside plain
SQL: both sides read the same CSV into the same tables with the same indexes, triggers and session settings.
``--only stock`` measures one of them.
"""

import csv
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from benchmarks import harness

LINES, PRODUCTS, PARTNERS, SOLD = 1_000_000, 200_000, 10_000, 5_000
LOCATIONS, STOCKED, COUNTS = 500, 10_000, 1_000_000
BAD_EVERY = 50
AT = datetime(2026, 11, 1, 4, tzinfo=UTC)
LEDGER = [
    *("external_id", "kind", "partner", "product", "document", "document_line", "booked_on", "quantity", "unit"),
    *("currency", "list_amount", "net_amount", "sold_into", "customer"),
]
MASTERS = ["sku", "name", "name_en", "line", "unit", "gtin", "life_cycle"]
STOCK = ["location", "product", "on_hand", "reserved", "counted_at"]
SETTINGS = ("SET work_mem = '256MB'", "SET jit = off", "DISCARD PLANS")


def ledger_rows(count: int, partners: int, sold: int) -> Iterator[list[str]]:
    """Two years of sell-in of random partners and products; every fiftieth row is bad in one of five ways."""
    chance = random.Random(1)
    days = [(date(2024, 11, 1) + timedelta(days=day)).isoformat() for day in range(730)]
    for number in range(count):
        price = chance.randint(100, 500_000) / 100
        pieces = chance.randint(1, 40)
        row = [
            f"SO{number // 4:08}-{number % 4 + 1}",
            "sell_in",
            f"C{chance.randrange(partners):06}",
            f"SKU{chance.randrange(sold):06}",
            f"SO{number // 4:08}",
            str(number % 4 + 1),
            days[chance.randrange(730)],
            str(pieces),
            "",
            "CNY",
            f"{price * pieces:.2f}",
            f"{price * pieces * 0.8:.4f}",
            f"T{chance.randrange(300):03}" if number % 3 else "",
            "",
        ]
        if number % BAD_EVERY == 0:
            column, value = ((2, "nobody"), (3, "nothing"), (6, "31.12.2025"), (7, "many"), (11, "1,5"))[
                number // 50 % 5
            ]
            row[column] = value
        yield row


def master_rows(count: int) -> Iterator[list[str]]:
    """Products with names, GTINs and lines; every fiftieth row is bad in one of two ways."""
    for number in range(count):
        body = f"69{number:010}"
        digit = -sum(int(d) * (3 if at % 2 else 1) for at, d in enumerate(body)) % 10
        row = [
            f"P{number:07}",
            f"产品 {number}",
            f"Product {number}",
            f"L{number % 200:03}",
            "pcs",
            f"{body}{digit}",
            "active",
        ]
        if number % BAD_EVERY == 0:
            column, value = ((3, "no line"), (5, "12345"))[number // 50 % 2]
            row[column] = value
        yield row


def stock_rows(count: int, locations: int, products: int) -> Iterator[list[str]]:
    """Counts of different levels in no order; one in five confirms what is known, every fiftieth row is bad."""
    for number in range(count):
        level = number * 7919 % (locations * products)
        same = number % 5 == 4
        row = [
            f"W{level // products:04}",
            f"STK{level % products:06}",
            str(level % 97 + (0 if same else number % 13 + 1)),
            str(level % 5),
            f"2026-10-31T08:{number % 20:02}:00+08:00",
        ]
        if number % BAD_EVERY == 0:
            column, value = ((0, "nowhere"), (1, "nothing"), (2, "many"), (3, "-1"), (4, "this morning"))[
                number // 50 % 5
            ]
            row[column] = value
        yield row


def written(name: str, columns: list[str], rows: Iterator[list[str]]) -> Path:
    """The CSV under the bench folder, made once."""
    path = harness.folder("ingest") / name
    if not path.exists():
        harness.say(f"writing {name}")
        part = path.with_suffix(".part")
        with part.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows(rows)
        part.replace(path)
    return path


def make_masters(partners: int, sold: int):
    """What the lines name: partners known to the feed by its own codes, products, lines, territories, homes."""
    from channelhub.core.models import Feed
    from channelhub.lib import sql
    from partners.models import ProductLine, Territory

    feed = Feed.objects.create(code="bench", name="Bench")
    for model, prefix, count in ((ProductLine, "L", 200), (Territory, "T", 300)):
        for number in range(count):
            model.objects.add_root({"code": f"{prefix}{number:03}", "name": f"{prefix}{number}"})
    sql.run(
        "INSERT INTO partners_partner (code, name, name_en, sort_key, country, address, phone, suspended_reason)"
        " SELECT 'P' || n, 'Partner ' || n, '', '', '', '', '', '' FROM generate_series(0, %s) n",
        [partners - 1],
    )
    sql.run(
        "INSERT INTO core_externalcode (feed_id, kind, code, target_id)"
        " SELECT %s, 'partner', 'C' || lpad(substr(code, 2), 6, '0'), id FROM partners_partner",
        [feed.pk],
    )
    sql.run(
        "INSERT INTO partners_hometerritory (partner_id, territory_id, valid_during)"
        " SELECT p.id, t.id, daterange(NULL, NULL) FROM partners_partner p"
        " JOIN partners_territory t ON t.code = 'T' || lpad((p.id %% 300)::text, 3, '0')",
        [],
    )
    make_products(sold)
    return feed


def make_products(sold: int) -> None:
    from channelhub.lib import sql

    sql.run(
        "INSERT INTO partners_product (sku, name, name_en, line_id, unit, gtin, life_cycle)"
        " SELECT 'SKU' || lpad(n::text, 6, '0'), 'Product ' || n, '', l.id, 'pcs', '', 'active'"
        " FROM generate_series(0, %s) n"
        " JOIN partners_productline l ON l.code = 'L' || lpad((n %% 200)::text, 3, '0')",
        [sold - 1],
    )
    for table in ("partners_partner", "partners_product", "partners_hometerritory", "core_externalcode"):
        sql.run(f"ANALYZE {table}")


def profile_for(importer: str, feed, columns: list[str]):
    from channelhub.core.models import FieldMapping, MappingProfile

    profile = MappingProfile.objects.create(code=importer, name=importer, importer=importer, feed=feed)
    FieldMapping.objects.bulk_create(FieldMapping(profile=profile, field=name, columns=[name]) for name in columns)
    return profile


def import_file(profile, path: Path, expected: int):
    """Ours: the file kept, sniffed, staged, checked and taken, its refused rows named."""
    from django.core.files.base import File

    from channelhub.core.models import ImportJob, ImportRow
    from channelhub.core.services import imports

    with path.open("rb") as file:
        job = imports.upload(profile=profile, file=File(file), name=path.name, at=AT)
    imports.take_now(job=job, at=AT)
    job = ImportJob.objects.get(pk=job.pk)
    refused = ImportRow.objects.filter(job=job).count()
    assert (job.taken, refused) == (job.rows - expected, expected), (job.status, job.error, job.taken, refused)


def load_plainly(table: str, columns: list[str], path: Path, limit: str, params: dict, good: int) -> None:
    """The limit: COPY and one statement."""
    from django.db import transaction

    from channelhub.lib import sql

    with transaction.atomic():
        for setting in SETTINGS:
            sql.run(setting.replace("SET ", "SET LOCAL "))
        sql.create_staging(table, dict.fromkeys(columns, "text"))
        with path.open("rb") as file:
            sql.copy_file(
                table, columns, file, options=f"FORMAT csv, HEADER true, FORCE_NOT_NULL ({', '.join(columns)})"
            )
        sql.run(f"ANALYZE {table}")
        entered = sql.run((harness.ROOT / "benchmarks" / "limits" / limit).read_text(), params)
        sql.run(f"DROP TABLE {table}")
    assert entered == good, (entered, good)


def empty(*tables: str) -> None:
    from django.db import connection

    from channelhub.lib import sql

    sql.run(f"TRUNCATE {', '.join(tables)} CASCADE")
    connection.close()  # each side begins with a fresh session: no cached plan, no warm temporary buffers


def bench_ledger(scale: float, pairs: int) -> harness.Result:
    from pricing.models import SalesBatch

    lines, partners, sold = (max(int(full * scale), 500) for full in (LINES, PARTNERS, SOLD))
    path = written(f"ledger-{lines}.csv", LEDGER, ledger_rows(lines, partners, sold))
    feed = make_masters(partners, sold)
    profile = profile_for("sales", feed, LEDGER)
    bad = len(range(0, lines, BAD_EVERY))

    def limit() -> None:
        batch = SalesBatch.objects.create(feed=feed, reference="limit")
        params = {"batch": batch.pk, "feed": feed.pk}
        load_plainly("raw_ledger", LEDGER, path, "ingest_ledger.sql", params, lines - bad)

    ours, best, ratio = harness.alternated(
        lambda: import_file(profile, path, bad),
        limit,
        pairs=pairs,
        before=lambda: empty("pricing_salesline", "core_importrow"),
    )
    return harness.Result.at_most("ledger", ours, best, 1.3, ratio)


def bench_masters(scale: float, pairs: int) -> harness.Result:
    from channelhub.core.models import Feed

    count = max(int(PRODUCTS * scale), 500)
    path = written(f"masters-{count}.csv", MASTERS, master_rows(count))
    profile = profile_for("products", Feed.objects.filter(code="bench").first() or make_masters(500, 500), MASTERS)
    bad = len(range(0, count, BAD_EVERY))
    ours, best, ratio = harness.alternated(
        lambda: import_file(profile, path, bad),
        lambda: load_plainly("raw_masters", MASTERS, path, "ingest_masters.sql", {}, count - bad),
        pairs=pairs,
        before=lambda: empty("partners_product", "partners_productevent", "core_importrow"),
    )
    return harness.Result.at_most("masters", ours, best, 1.5, ratio)


BASE_LEVELS = """
    CREATE UNLOGGED TABLE base_levels AS
    SELECT l.id AS location_id, p.id AS product_id, (level % 97)::numeric AS on_hand, (level % 5)::numeric AS reserved
    FROM generate_series(0, %(levels)s - 1) level
    JOIN inventory_location l ON l.code = 'W' || lpad((level / %(products)s)::text, 4, '0')
    JOIN partners_product p ON p.sku = 'STK' || lpad((level %% %(products)s)::text, 6, '0')
    ORDER BY level
""".replace("level % ", "level %% ")
LEVELS = """
    INSERT INTO inventory_stocklevel (location_id, product_id, feed_id, on_hand, reserved, on_hand_change, counted_at,
        updated_at)
    SELECT location_id, product_id, %s, on_hand, reserved, on_hand, '2026-10-30 00:00Z', '2026-10-30 00:00Z'
    FROM base_levels
"""


def make_stock(locations: int, products: int):
    """Locations of the maker, products, and what every level is before each side's turn."""
    from channelhub.core.models import Feed
    from channelhub.lib import sql
    from partners.models import ProductLine

    feed = Feed.objects.create(code="bench-stock", name="Bench")
    line = ProductLine.objects.add_root({"code": "STK", "name": "Stocked"})
    sql.run(
        "INSERT INTO inventory_location (code, name, name_en, kind)"
        " SELECT 'W' || lpad(n::text, 4, '0'), 'Warehouse ' || n, '', 'warehouse' FROM generate_series(0, %s) n",
        [locations - 1],
    )
    sql.run(
        "INSERT INTO partners_product (sku, name, name_en, line_id, unit, gtin, life_cycle)"
        " SELECT 'STK' || lpad(n::text, 6, '0'), 'Product ' || n, '', %s, 'pcs', '', 'active'"
        " FROM generate_series(0, %s) n",
        [line.pk, products - 1],
    )
    sql.run(BASE_LEVELS, {"levels": locations * products, "products": products})
    for table in ("inventory_location", "partners_product", "base_levels"):
        sql.run(f"ANALYZE {table}")
    return feed


def set_levels_back(feed) -> None:
    """Every level as it was, without a movement; the indexes built afterwards, as after a restore."""
    from benchmarks import generate
    from channelhub.lib import sql

    empty("inventory_stocklevel", "inventory_stockmovement", "core_importrow")
    dropped = generate.drop_indexes("inventory_stocklevel")
    sql.run(LEVELS, [feed.pk])
    for statement in dropped:
        sql.run(statement)
    sql.run("VACUUM (ANALYZE) inventory_stocklevel")


def bench_stock(scale: float, pairs: int) -> harness.Result:
    from inventory.models import StockBatch

    counts = max(int(COUNTS * scale), 500)
    locations, products = max(int(LOCATIONS * scale), 5), STOCKED
    path = written(f"stock-{counts}.csv", STOCK, stock_rows(counts, locations, products))
    feed = make_stock(locations, products)
    profile = profile_for("stock", feed, STOCK)
    bad = len(range(0, counts, BAD_EVERY))
    changed = counts - bad - len(range(4, counts, 5))

    def limit() -> None:
        batch = StockBatch.objects.create(feed=feed, reference="limit")
        params = {"batch": batch.pk, "feed": feed.pk}
        load_plainly("raw_stock", STOCK, path, "ingest_stock.sql", params, changed)

    ours, best, ratio = harness.alternated(
        lambda: import_file(profile, path, bad),
        limit,
        pairs=pairs,
        before=lambda: set_levels_back(feed),
    )
    return harness.Result.at_most("stock", ours, best, 1.5, ratio)


BENCHES = {"ledger": bench_ledger, "masters": bench_masters, "stock": bench_stock}


def main() -> None:
    # Pairs are even: whoever is second in a pair pays for the first one's checkpoint.
    given = harness.arguments(__doc__, pairs=4, only="")
    with harness.database("ingest"):
        chosen = [bench for name, bench in BENCHES.items() if given.only in ("", name)]
        results = [bench(given.scale, given.pairs) for bench in chosen]
    harness.report("ingest", results)


if __name__ == "__main__":
    main()
