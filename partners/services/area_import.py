"""Territories and product lines in bulk: rows that name their parent by its code, in any order."""

from django.db import transaction

from channelhub.core.services import staging
from channelhub.core.services.staging import REJECTED, Source, Taken
from channelhub.lib import sql
from channelhub.lib.locks import advisory_lock
from channelhub.lib.typed_sql import Check, accepted, at_most, required
from partners.models import ProductLine, Territory

FIELDS = ("code", "name", "name_en", "parent")
CHECKED = "checked_areas"
CHECKS: tuple[Check, ...] = (
    *required("code", "name"),
    *at_most(code=40, name=120, name_en=120),
    Check("parent", "never_moved", "t.area_id IS NOT NULL AND t.parent <> '' AND t.parent <> t.parent_now"),
    Check("code", "twice_in_file", "t.differs_from_first"),
)
# Reached: below nothing, below a record, or below a row that is reached itself.
REACHED = f"""
    WITH RECURSIVE reached AS (
        SELECT t.row_no, t.code, 1 AS level FROM {CHECKED} t
        WHERE t.ok AND t.place = 1 AND (t.parent = '' OR t.parent_id IS NOT NULL)
        UNION ALL
        SELECT t.row_no, t.code, r.level + 1 FROM reached r JOIN {CHECKED} t ON t.parent = r.code
        WHERE t.ok AND t.place = 1 AND t.parent_id IS NULL AND r.level < 60
    )
"""


@transaction.atomic
def take_areas(source: Source, *, model: type[Territory] | type[ProductLine]) -> Taken:
    """Enter new nodes under their parents and change the names of known ones, which are never moved.

    Refused: an unknown parent, a parent whose own row is refused, one code twice with other content.
    """
    table = model._meta.db_table
    advisory_lock(f"{table}_tree")
    staging.prepare(source)
    params = dict(source.params)
    sql.temporary_table(CHECKED, _checked(source, table), params)
    staging.reject_broken(CHECKED, CHECKS, params)
    _reject_unreached()
    entered = _insert(model)
    changed = _rename(table)
    rejected = staging.rejected_count()
    return Taken(entered + changed, source.rows - entered - changed - rejected, rejected, changed=changed)


def _checked(source: Source, table: str) -> str:
    same = " AND ".join(f"t.{name} = t.first_{name}" for name in FIELDS[1:])
    first = ", ".join(f"first_value(s.{name}) OVER w AS first_{name}" for name in FIELDS[1:])
    return f"""
        SELECT t.*, {accepted(CHECKS)} AS ok FROM (
            SELECT t.*, t.place > 1 AND NOT ({same}) AS differs_from_first FROM (
                SELECT s.row_no, {", ".join(f"s.{name}" for name in FIELDS)}, a.id AS area_id, p.id AS parent_id,
                    coalesce(above.code, '') AS parent_now, row_number() OVER w AS place, {first}
                FROM {source.relation} s
                LEFT JOIN {table} a ON a.code = s.code
                LEFT JOIN {table} above
                    ON above.path = left(a.path, length(a.path) - 4) AND above.depth = a.depth - 1
                LEFT JOIN {table} p ON p.code = s.parent
                WINDOW w AS (PARTITION BY s.code ORDER BY s.row_no)
            ) t
        ) t
    """


def _reject_unreached() -> None:
    """Rows whose parent is nowhere, and rows whose parent's own row is not taken."""
    sql.run(
        f"""
        {REACHED}
        INSERT INTO {REJECTED}
        SELECT t.row_no, 'parent', CASE WHEN EXISTS (SELECT 1 FROM {CHECKED} f WHERE f.code = t.parent)
            THEN 'parent_not_taken' ELSE 'unknown_code' END, t.parent
        FROM {CHECKED} t
        WHERE t.ok AND t.place = 1 AND NOT EXISTS (SELECT 1 FROM reached r WHERE r.row_no = t.row_no)
        """,
    )


def _insert(model: type[Territory] | type[ProductLine]) -> int:
    """New nodes, parents first; one at a time, because a node's path depends on its siblings'."""
    new = sql.fetch(
        f"""
        {REACHED}
        SELECT t.code, t.name, t.name_en, t.parent FROM reached r JOIN {CHECKED} t ON t.row_no = r.row_no
        WHERE t.area_id IS NULL ORDER BY r.level, t.row_no
        """,
    )
    for code, name, name_en, parent in new:
        fields = {"code": code, "name": name, "name_en": name_en}
        if parent:
            model.objects.add_child(model.objects.get(code=parent), fields)
        else:
            model.objects.add_root(fields)
    return len(new)


def _rename(table: str) -> int:
    return sql.run(
        f"""
        UPDATE {table} a SET name = t.name, name_en = coalesce(nullif(t.name_en, ''), a.name_en)
        FROM {CHECKED} t WHERE t.area_id = a.id AND t.ok AND t.place = 1
        AND (a.name <> t.name OR a.name_en <> coalesce(nullif(t.name_en, ''), a.name_en))
        """,
    )
