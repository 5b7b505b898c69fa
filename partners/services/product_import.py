"""Products in bulk: the same checks for files and systems, new ones entered, known ones changed where they differ."""

from django.db import transaction

from channelhub.core.models import Feed
from channelhub.core.services import staging
from channelhub.core.services.staging import REJECTED, Source, Taken
from channelhub.lib import sql
from channelhub.lib.locks import advisory_lock
from channelhub.lib.typed_sql import Check, accepted, at_most, gtin_is_valid, known, required
from partners.enums import LifeCycle

FIELDS = ("sku", "name", "name_en", "line", "unit", "gtin", "life_cycle")
CHECKED = "checked_products"
DEFAULTS = {"unit": "pcs", "life_cycle": LifeCycle.ACTIVE.value}
CHECKS: tuple[Check, ...] = (
    *required("sku", "name", "line"),
    *at_most(sku=60, name=200, name_en=200, unit=10),
    known("line", "line_id"),
    Check("gtin", "bad_gtin", "t.gtin <> '' AND NOT t.gtin_valid"),
    Check("gtin", "taken_by_another", "t.gtin_taken"),
    Check("life_cycle", "not_a_choice", "t.life_cycle <> '' AND t.life_cycle <> ALL (%(life_cycles)s)"),
)


@transaction.atomic
def take_products(source: Source, *, feed: Feed) -> Taken:
    """Enter staged products: new ones by their sku, known ones changed; an empty field leaves a known one as it is.

    Refused: unknown lines, GTINs with a wrong check digit or of another product, one sku twice with other content.
    """
    advisory_lock("partners_products_in_bulk")
    staging.prepare(source)
    params = {**source.params, "feed": feed.pk, "life_cycles": list(LifeCycle.values)}
    sql.temporary_table(CHECKED, _checked(source), params, statistics_of=("ok", "sku"))
    broken = staging.reject_broken(CHECKED, CHECKS, params)
    entered, changed = _insert(), 0
    if entered + broken < source.rows:
        changed = _change()
    rejected = staging.rejected_count()
    return Taken(entered + changed, source.rows - entered - changed - rejected, rejected, changed=changed)


def _checked(source: Source) -> str:
    """The rows with their line resolved (the feed's code first) and their GTIN judged."""
    fields = ", ".join(f"s.{name}" for name in FIELDS)
    return f"""
        SELECT t.*, {accepted(CHECKS)} AS ok FROM (
            SELECT s.row_no, {fields}, coalesce(xl.target_id, l.id) AS line_id,
                {gtin_is_valid("s.gtin")} AS gtin_valid, g.sku <> s.sku OR twice.gtin IS NOT NULL AS gtin_taken
            FROM {source.relation} s
            LEFT JOIN core_externalcode xl
                ON xl.feed_id = %(feed)s AND xl.kind = 'product_line' AND xl.code = s.line
            LEFT JOIN partners_productline l ON l.code = s.line
            LEFT JOIN partners_product g ON g.gtin = s.gtin AND s.gtin <> ''
            LEFT JOIN (
                SELECT gtin FROM {source.relation} d WHERE gtin <> '' GROUP BY gtin HAVING min(sku) <> max(sku)
            ) twice ON twice.gtin = s.gtin
            OFFSET 0
        ) t
    """


def _insert() -> int:
    """Enter the new ones in the order of their skus; of two rows with one sku the first counts."""
    defaults = ", ".join(f"coalesce(nullif(t.{name}, ''), '{DEFAULTS[name]}')" for name in ("unit", "life_cycle"))
    return sql.run(
        f"""
        INSERT INTO partners_product (sku, name, name_en, line_id, gtin, unit, life_cycle)
        SELECT t.sku, t.name, t.name_en, t.line_id, t.gtin, {defaults}
        FROM {CHECKED} t WHERE t.ok ORDER BY t.sku COLLATE "C", t.row_no
        ON CONFLICT (sku) DO NOTHING
        """,
    )


def _change() -> int:
    """Change known products that differ from their first row; other content in a later row is refused."""
    values = {"name": "t.name", "line_id": "t.line_id"}
    values |= {name: f"coalesce(nullif(t.{name}, ''), p.{name})" for name in ("name_en", "unit", "gtin", "life_cycle")}
    differs = " OR ".join(f"p.{name} IS DISTINCT FROM {value}" for name, value in values.items())
    sql.temporary_table(
        "known_products",
        f"""
        SELECT t.*, p.id AS product_id, {differs} AS differs,
            row_number() OVER (PARTITION BY t.sku ORDER BY t.row_no) AS place
        FROM {CHECKED} t JOIN partners_product p ON p.sku = t.sku WHERE t.ok
        """,
    )
    changed = sql.run(
        f"""
        UPDATE partners_product p SET {", ".join(f"{name} = {value}" for name, value in values.items())}
        FROM known_products t WHERE t.product_id = p.id AND t.place = 1 AND t.differs
        """,
    )
    same = " AND ".join(f"t.{name} = f.{name}" for name in FIELDS)
    sql.run(
        f"""
        INSERT INTO {REJECTED} SELECT t.row_no, 'sku', 'twice_in_file', t.sku
        FROM known_products t JOIN known_products f ON f.sku = t.sku AND f.place = 1
        WHERE t.place > 1 AND NOT ({same})
        """,
    )
    return changed
