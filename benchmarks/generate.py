"""A generated channel and its ledger, made by set-based SQL: partners, products, lines over 24 months."""

from datetime import date, timedelta

from benchmarks.harness import say
from channelhub.lib import sql

FIRST, DAYS = date(2024, 1, 1), 731
LAST = FIRST + timedelta(days=DAYS - 1)
PARTNERS, PRODUCTS, LINES, TERRITORIES = 10_000, 2_000, 40, 50
LINES_A_BATCH = 400

TREES = """
    INSERT INTO partners_{table} (path, depth, numchild, code, name, name_en)
    SELECT lpad(n::text, 4, '0'), 1, 0, '{prefix}' || n, '{prefix}' || n, '' FROM generate_series(1, %s) n
"""
PARTNER_ROWS = """
    INSERT INTO partners_partner (id, code, name, name_en, sort_key, country, address, phone, suspended_reason)
    SELECT n, 'P' || n, 'Partner ' || n, '', '', '', '', '', '' FROM generate_series(1, %s) n
"""
ANCESTRY_ROWS = """
    INSERT INTO partners_ancestry (ancestor_id, partner_id, depth, valid_during)
    SELECT id, id, 0, daterange(NULL, NULL) FROM partners_partner
"""
PRODUCT_ROWS = """
    INSERT INTO partners_product (id, sku, name, name_en, line_id, unit, gtin, life_cycle)
    SELECT n, 'S' || n, 'Product ' || n, '', (SELECT min(id) FROM partners_productline) + n %% {lines}, 'pcs', '',
        'active'
    FROM generate_series(1, %s) n
"""
BATCH_ROWS = """
    INSERT INTO pricing_salesbatch (id, feed_id, reference)
    SELECT n, (SELECT id FROM core_feed WHERE code = 'bench'), '' FROM generate_series(%(first)s, %(last)s) n
"""
# Five lines a document, a document a partner. One line in a hundred returns one of the same partner, 10,000 documents
# before; it counts on that line's day.
LINE_ROWS = """
    INSERT INTO pricing_salesline (id, batch_id, feed_id, external_id, content_hash, kind, partner_id, product_id,
        product_line_id, home_territory_id, document, document_line, booked_on, counts_on, quantity,
        entered_quantity, entered_unit, currency, net_amount, returns_id)
    SELECT n, n / {batch} + 1, feed.id, 'E' || n, decode(md5(n::text) || md5(n::text) || '01', 'hex'),
        CASE WHEN n %% 5 = 0 THEN 3 ELSE 1 END, (n / 5) * 7919 %% {partners} + 1, n * 104729 %% {products} + 1,
        line.first + (n * 104729 %% {products} + 1) %% {lines},
        territory.first + ((n / 5) * 7919 %% {partners} + 1) %% {territories}, 'D' || n / 5, n %% 5, booked.day,
        CASE WHEN back THEN returned.day ELSE booked.day END, sold.quantity * sign, sold.quantity * sign, 'pcs', 'CNY',
        (sold.quantity * (n * 31 %% 9973) / 100) * sign, CASE WHEN back THEN n - 5 * {partners} END
    FROM generate_series(%(first)s::bigint, %(last)s::bigint) n
    CROSS JOIN (SELECT id FROM core_feed WHERE code = 'bench') feed
    CROSS JOIN (SELECT min(id) AS first FROM partners_productline) line
    CROSS JOIN (SELECT min(id) AS first FROM partners_territory) territory
    CROSS JOIN LATERAL (SELECT (date '{start}' + (n * {days} / %(all)s)::int) AS day) booked
    CROSS JOIN LATERAL (SELECT (date '{start}' + ((n - 5 * {partners}) * {days} / %(all)s)::int) AS day) returned
    CROSS JOIN LATERAL (SELECT (n * 13 %% 20 + 1)::numeric AS quantity) sold
    CROSS JOIN LATERAL (SELECT n %% 100 = 7 AND n > 5 * {partners} AS back) turned
    CROSS JOIN LATERAL (SELECT CASE WHEN back THEN -1 ELSE 1 END AS sign) signed
"""
INDEXES = """
    SELECT indexname, indexdef, (SELECT conname FROM pg_constraint WHERE conindid = c.oid)
    FROM pg_indexes i JOIN pg_class c ON c.relname = i.indexname WHERE tablename = %s
"""
FOREIGN_KEYS = "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'"


def make_channel() -> None:
    """Partners, products, trees and a feed."""
    say(f"making {PARTNERS:,} partners and {PRODUCTS:,} products")
    sql.run(TREES.format(table="territory", prefix="T"), [TERRITORIES])
    sql.run(TREES.format(table="productline", prefix="L"), [LINES])
    sql.run("INSERT INTO core_feed (code, name) VALUES ('bench', 'bench')")
    sql.run(PARTNER_ROWS, [PARTNERS])
    sql.run(ANCESTRY_ROWS)
    sql.run(PRODUCT_ROWS.format(lines=LINES), [PRODUCTS])


def make_lines(count: int, *, first: int = 0, of: int | None = None) -> None:
    """So many ledger lines in batches of 400, in the order of their days; indexes are built afterwards when many."""
    words = {
        "batch": LINES_A_BATCH, "partners": PARTNERS, "products": PRODUCTS, "lines": LINES,
        "territories": TERRITORIES, "start": FIRST, "days": DAYS,
    }  # fmt: skip
    batches = {"first": first // LINES_A_BATCH + 1, "last": (first + count - 1) // LINES_A_BATCH + 1}
    sql.run(BATCH_ROWS + " ON CONFLICT DO NOTHING", batches)
    many = count > 100_000
    sql.run("SET maintenance_work_mem = '512MB'")
    sql.run("ALTER TABLE pricing_salesline DISABLE TRIGGER USER")
    dropped = drop_indexes("pricing_salesline") if many else []
    step = 500_000
    for start in range(first, first + count, step):
        last = min(start + step, first + count) - 1
        sql.run(LINE_ROWS.format(**words), {"first": start, "last": last, "all": of or count})
        if many:
            say(f"{last - first + 1:,} of {count:,} lines")
    for statement in dropped:
        sql.run(statement)
    sql.run("ALTER TABLE pricing_salesline ENABLE TRIGGER USER")
    if many:
        say("indexes built")


def drop_indexes(table: str) -> list[str]:
    """Drop a table's foreign keys and indexes; the statements that bring them back."""
    back = [_drop_constraint(table, name) for (name,) in sql.fetch(FOREIGN_KEYS, [table])]
    for name, definition, constraint in sql.fetch(INDEXES, [table]):
        if constraint is None:
            sql.run(f'DROP INDEX "{name}"')
            back.append(definition)
        else:
            back.append(_drop_constraint(table, constraint))
    return back[::-1]  # foreign keys last: they are checked in one pass over the rows


def _drop_constraint(table: str, name: str) -> str:
    body = sql.fetch_one("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name])
    sql.run(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    return f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {body}'
