"""The database's side of the search: functions that make grams, and a trigger on each table that can be found."""

import hashlib
from collections.abc import Iterator

from django.db import connection, transaction

from channelhub.core.rules.search import MARKS, PUNCTUATION
from channelhub.core.services.search_sources import Source, every_source
from channelhub.lib import sql
from channelhub.lib.locks import advisory_lock

AT_ONCE = 2_000  # rows of one statement whose entries are written within it; of more, they wait as rows
_FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION core_search_folded(t text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $folded$
    SELECT rtrim(regexp_replace(
        ' ' || lower(translate(normalize(coalesce(t, ''), NFKD), $drop${PUNCTUATION}{MARKS}$drop$, '') COLLATE "C"),
        '[ \\t\\n]+', ' ', 'g'), ' ')
$folded$;
CREATE OR REPLACE FUNCTION core_search_number(a integer, b integer, c integer) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $number$
    SELECT (((a::bigint * 1000003 + b) % 2147483647 * 1000003 + c) % 2147483647)::integer
$number$;
CREATE OR REPLACE FUNCTION core_search_grams(folded text) RETURNS integer[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $grams$
    WITH points AS (
        SELECT ascii(letter) AS a, lead(ascii(letter), 1, 32) OVER w AS b, lead(ascii(letter), 2, 32) OVER w AS c
        FROM unnest(string_to_array(folded, NULL)) WITH ORDINALITY AS letters (letter, place)
        WINDOW w AS (ORDER BY place)
    )
    SELECT coalesce(array_agg(DISTINCT g), '{{}}') FROM (
        SELECT a AS g FROM points WHERE a >= 11904
        UNION ALL SELECT core_search_number(0, a, b) FROM points
            WHERE a <> 32 AND b <> 32 AND (a >= 11904 OR b >= 11904)
        UNION ALL SELECT core_search_number(a, b, c) FROM points
            WHERE b <> 32 AND c <> 32 AND greatest(a, b, c) < 11904
    ) numbers
$grams$;
"""


def entries_of(source: Source, rows: str) -> str:
    """One statement that writes the entries of the rows of ``rows n`` that are new or found by something else now."""
    words = ", ".join((source.code, *source.words))
    return f"""
        INSERT INTO core_searchentry (kind, record_id, owner_id, code, text, grams)
        SELECT '{source.kind}', s.id, s.owner_id, s.code, s.text, core_search_grams(s.text) FROM (
            SELECT n.id, ({source.partner})::bigint AS owner_id,
                left(replace(core_search_folded({source.code}), ' ', ''), 200) AS code,
                core_search_folded(concat_ws(' ', {words})) AS text
            FROM {rows}
        ) s
        LEFT JOIN core_searchentry e ON e.kind = '{source.kind}' AND e.record_id = s.id
        WHERE e.id IS NULL OR (e.owner_id, e.code, e.text) IS DISTINCT FROM (s.owner_id, s.code, s.text)
        ON CONFLICT (kind, record_id) DO UPDATE
        SET owner_id = excluded.owner_id, code = excluded.code, text = excluded.text, grams = excluded.grams
    """


def set_search() -> list[str]:
    """Make functions and triggers, and write the entries of kinds that are new or defined otherwise than before.

    Run with the fence: after every migrate. Idempotent; answers the kinds whose entries were written.
    """
    written = []
    with transaction.atomic():
        advisory_lock("core_search")
        sql.run(_FUNCTIONS)
        existing = set(connection.introspection.table_names())
        for source in every_source():
            if source.class_._meta.db_table in existing and _define(source):
                rebuild(source)
                written.append(source.kind)
    return written


def rebuild(source: Source) -> int:
    """Write all entries of a kind anew, in one statement; the number that were wrong or missing."""
    table = source.class_._meta.db_table
    gone = f"NOT EXISTS (SELECT FROM {table} n WHERE n.id = e.record_id)"
    sql.run(f"DELETE FROM core_searchentry e WHERE e.kind = %s AND {gone}", [source.kind])
    return sql.run(entries_of(source, f"{table} n"))


def _define(source: Source) -> bool:
    """Whether function and triggers had to be made: their mark, in the function's comment, is another or missing."""
    statements = list(_statements(source))
    mark = hashlib.sha256((_FUNCTIONS + "".join(statements)).encode()).hexdigest()
    name = _function(source)
    found = sql.fetch_one("SELECT obj_description(to_regproc(%s), 'pg_proc')", [name])
    if found == mark:
        return False
    for statement in statements:
        sql.run(statement)
    sql.run(f"COMMENT ON FUNCTION {name}() IS '{mark}'")
    return True


def _function(source: Source) -> str:
    return f"core_search_{source.kind.replace('.', '_')}"


def _statements(source: Source) -> Iterator[str]:
    table, name = source.class_._meta.db_table, _function(source)
    yield f"""
        CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' THEN
                DELETE FROM core_searchentry e USING old_rows o
                WHERE e.kind = '{source.kind}' AND e.record_id = o.id;
            ELSIF (SELECT count(*) FROM (SELECT FROM new_rows LIMIT {AT_ONCE + 1}) few) > {AT_ONCE} THEN
                INSERT INTO core_searchdue (kind, record_id) SELECT '{source.kind}', n.id FROM new_rows n
                ON CONFLICT DO NOTHING;
            ELSE
                {entries_of(source, "new_rows n")};
            END IF;
            RETURN NULL;
        END $$
    """
    for event, rows in (
        ("insert", "NEW TABLE AS new_rows"),
        ("update", "NEW TABLE AS new_rows"),
        ("delete", "OLD TABLE AS old_rows"),
    ):
        yield f"DROP TRIGGER IF EXISTS core_search_{event} ON {table}"
        yield f"""
            CREATE TRIGGER core_search_{event} AFTER {event.upper()} ON {table} REFERENCING {rows}
            FOR EACH STATEMENT EXECUTE FUNCTION {name}()
        """
