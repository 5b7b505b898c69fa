"""External codes in bulk: what the feed's system calls our records."""

from django.db import transaction

from channelhub.core.models import ExternalCode, Feed
from channelhub.core.services import staging
from channelhub.core.services.staging import Source, Taken
from channelhub.lib import sql
from channelhub.lib.locks import advisory_lock
from channelhub.lib.typed_sql import Check, accepted, at_most, known, required

FIELDS = ("kind", "code", "record")
CHECKED = "checked_codes"
RECORDS = {
    ExternalCode.Kind.PARTNER: ("partners_partner", "code"),
    ExternalCode.Kind.PRODUCT: ("partners_product", "sku"),
    ExternalCode.Kind.TERRITORY: ("partners_territory", "code"),
    ExternalCode.Kind.PRODUCT_LINE: ("partners_productline", "code"),
}


def add_kind(kind: ExternalCode.Kind, *, table: str, column: str) -> None:
    """Make another kind of record known: called by the app that owns it, in its ``AppConfig.ready()``."""
    RECORDS[kind] = (table, column)


CHECKS: tuple[Check, ...] = (
    *required("kind", "code", "record"),
    *at_most(code=120),
    Check("kind", "not_a_choice", "t.kind <> '' AND t.kind <> ALL (%(kinds)s)"),
    known("record", "target_id"),
    Check("code", "twice_in_file", "t.other_record_before"),
)


@transaction.atomic
def take_codes(source: Source, *, feed: Feed) -> Taken:
    """Enter what the feed calls our records; a known code may come to mean another record.

    Refused: codes of no record, and one code for two records in one file.
    """
    advisory_lock("core_external_codes_in_bulk")
    staging.prepare(source)
    params = {**source.params, "feed": feed.pk, "kinds": list(RECORDS)}
    sql.temporary_table(CHECKED, _checked(source), params)
    staging.reject_broken(CHECKED, CHECKS, params)
    entered = sql.run(
        f"""
        INSERT INTO core_externalcode (feed_id, kind, code, target_id)
        SELECT %(feed)s, t.kind, t.code, t.target_id FROM {CHECKED} t WHERE t.ok
        ORDER BY t.kind, t.code COLLATE "C", t.row_no ON CONFLICT (feed_id, kind, code) DO NOTHING
        """,
        params,
    )
    changed = sql.run(
        f"""
        UPDATE core_externalcode c SET target_id = t.target_id FROM {CHECKED} t
        WHERE t.ok AND c.feed_id = %(feed)s AND c.kind = t.kind AND c.code = t.code AND c.target_id <> t.target_id
        """,
        params,
    )
    rejected = staging.rejected_count()
    return Taken(entered + changed, source.rows - entered - changed - rejected, rejected, changed=changed)


def _checked(source: Source) -> str:
    records = " UNION ALL ".join(
        f"SELECT '{kind.value}' AS kind, {column} AS code, id FROM {table}" for kind, (table, column) in RECORDS.items()
    )
    return f"""
        SELECT t.*, {accepted(CHECKS)} AS ok FROM (
            SELECT s.row_no, s.kind, s.code, s.record, r.id AS target_id,
                r.id <> first_value(r.id) OVER (PARTITION BY s.kind, s.code ORDER BY s.row_no) AS other_record_before
            FROM {source.relation} s LEFT JOIN ({records}) r ON r.kind = s.kind AND r.code = s.record
        ) t
    """
