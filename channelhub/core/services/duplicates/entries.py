"""The table of keys: kept true by triggers that name what changed, written from the records' facts."""

import io
import multiprocessing
from collections.abc import Iterator, Sequence

from django.db import connection, connections, transaction

from channelhub.core.rules.duplicates import folding
from channelhub.core.rules.duplicates.facts import Facts
from channelhub.core.rules.duplicates.keys import exact_keys, kept_keys
from channelhub.core.rules.duplicates.names import name_of
from channelhub.core.services.duplicates.sources import Source, deliver_uses, every_source, source_of
from channelhub.lib import sql
from channelhub.lib.locks import advisory_lock

TAKEN = 5_000
COMMON = 400  # from so many records on, a key is counted as common
SAMPLE = 40_000
_INDEX = "CREATE INDEX IF NOT EXISTS core_duplicates_by_keys ON core_duplicateentry USING gin (keys)"


def set_duplicates() -> list[str]:
    """Make the triggers, deliver the uses, and write the entries of kinds that have none; with the fence.

    Idempotent; answers the kinds whose records now wait for their entries.
    """
    waiting = []
    with transaction.atomic():
        advisory_lock("core_duplicates")
        deliver_uses()
        existing = set(connection.introspection.table_names())
        for source in every_source():
            if source.class_._meta.db_table not in existing:
                continue
            for table, column in source.made_of:
                _watch(source.kind, table, column)
            if _all_due(source):
                waiting.append(source.kind)
    return waiting


def _watch(kind: str, table: str, column: str) -> None:
    name = f"core_duplicates_{kind.replace('.', '_')}_{table}"[:50]
    for event, rows in (("INSERT", "NEW TABLE"), ("UPDATE", "NEW TABLE"), ("DELETE", "OLD TABLE")):
        sql.run(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" INSERT INTO core_duplicatedue (kind, record_id) SELECT DISTINCT '{kind}', {column} FROM changed"
            f" WHERE {column} IS NOT NULL; RETURN NULL; END $$",
        )
        sql.run(f"DROP TRIGGER IF EXISTS {name}_{event.lower()} ON {table}")
        sql.run(
            f"CREATE TRIGGER {name}_{event.lower()} AFTER {event} ON {table} REFERENCING {rows} AS changed"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {name}()",
        )


def _all_due(source: Source) -> int:
    """A kind without any entry: all its records wait to be written."""
    if sql.fetch_one("SELECT 1 FROM core_duplicateentry WHERE kind = %s LIMIT 1", [source.kind]):
        return 0
    return sql.run(
        f"INSERT INTO core_duplicatedue (kind, record_id) SELECT %s, n.id FROM {source.class_._meta.db_table} n"
        " WHERE NOT EXISTS (SELECT FROM core_duplicatedue d WHERE d.kind = %s)",
        [source.kind, source.kind],
    )


@transaction.atomic
def write_due(limit: int = TAKEN) -> int:
    """Write the entries of records that changed; several workers may, each takes other rows."""
    taken = sql.fetch(
        "DELETE FROM core_duplicatedue WHERE id IN"
        " (SELECT id FROM core_duplicatedue ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED) RETURNING kind, record_id",
        [limit],
    )
    kinds: dict[str, set[int]] = {}
    for kind, record_id in taken:
        kinds.setdefault(kind, set()).add(record_id)
    for kind, ids in sorted(kinds.items()):
        write(source_of(kind), sorted(ids))
    return len(taken)


def write(source: Source, ids: Sequence[int]) -> None:
    """Write these records' entries anew; a record without facts loses its entry."""
    facts = source.facts(ids)
    gone = [record_id for record_id in ids if record_id not in facts]
    if gone:
        sql.run("DELETE FROM core_duplicateentry WHERE kind = %s AND record_id = ANY(%s)", [source.kind, gone])
    for row in _rows(source, facts):
        sql.run(
            "INSERT INTO core_duplicateentry AS e (kind, record_id, shapes, keys)"
            " VALUES (%s, %s, %s::text[], %s::int[])"
            " ON CONFLICT (kind, record_id) DO UPDATE SET shapes = excluded.shapes, keys = excluded.keys,"
            " compared = false WHERE (e.shapes, e.keys) IS DISTINCT FROM (excluded.shapes, excluded.keys)",
            row,
        )


def _rows(source: Source, facts: dict[int, Facts]) -> Iterator[tuple[str, int, str, str]]:
    kind, salt = source.kind, source.salt
    for record_id, known in facts.items():
        names = [name_of(name) for name in known.names]
        found = exact_keys(known).union(*map(kept_keys, names))
        keys = ",".join([str(key ^ salt) for key in sorted(found)])
        shapes = ",".join(['"' + (name.han or " ".join(name.latin)) + '"' for name in names])
        yield kind, record_id, f"{{{shapes}}}", f"{{{keys}}}"


def shape_of(name: str) -> str:
    """A name's own words: by these candidates are put in order before they are compared in full."""
    known = name_of(name)
    return known.han or " ".join(known.latin)


def rebuild(source: Source, *, workers: int = 1) -> int:
    """Write all entries of a kind anew: rows by COPY, in processes of their own, then the index at once.

    Not inside a transaction. Meanwhile the check finds nothing; what changes waits as usual.
    """
    table = source.class_._meta.db_table
    sql.run("DROP INDEX IF EXISTS core_duplicates_by_keys")
    sql.run("DELETE FROM core_duplicateentry WHERE kind = %s", [source.kind])
    chunks = list(_chunks(table, workers))
    folding.warm()
    if workers > 1:
        connections.close_all()
        with multiprocessing.get_context("fork").Pool(workers) as pool:
            written = sum(pool.starmap(_copy_chunk, [(source.kind, first, last) for first, last in chunks]))
    else:
        written = sum(_copy_chunk(source.kind, first, last) for first, last in chunks)
    sql.run(_INDEX)
    sql.run("ANALYZE core_duplicateentry (record_id)")
    count_common()
    return written


def _chunks(table: str, workers: int) -> Iterator[tuple[int, int]]:
    first, last = sql.fetch(f"SELECT coalesce(min(id), 0), coalesce(max(id), -1) FROM {table}")[0]
    size = max(TAKEN, (last - first) // (workers * 20) + 1)
    for start in range(first, last + 1, size):
        yield start, min(start + size - 1, last)


def _copy_chunk(kind: str, first: int, last: int) -> int:
    source = source_of(kind)
    facts = source.facts(range(first, last + 1))
    lines = [f"{kind}\t{record_id}\t{shapes}\t{keys}\n" for kind, record_id, shapes, keys in _rows(source, facts)]
    columns = ["kind", "record_id", "shapes", "keys"]
    return sql.copy_file("core_duplicateentry", columns, io.StringIO("".join(lines)), options="FORMAT text")


def count_common() -> int:
    """Count the keys that many records share, in a sample of the entries: rarely and cheaply."""
    total = sql.fetch_one("SELECT greatest(reltuples, 1) FROM pg_class WHERE relname = 'core_duplicateentry'") or 1
    share = min(100.0, 100.0 * SAMPLE / float(total))
    with transaction.atomic():
        sql.run("DELETE FROM core_duplicatecommon")
        return sql.run(
            "INSERT INTO core_duplicatecommon (key, records) SELECT key, (count(*) * %s)::int"
            f" FROM core_duplicateentry TABLESAMPLE SYSTEM ({share:.4f}), unnest(keys) AS key"
            " GROUP BY key HAVING count(*) * %s >= %s",
            [100.0 / share, 100.0 / share, COMMON],
        )
