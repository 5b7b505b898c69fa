"""Partners in bulk: identity, and for new ones their parent, home territory and type from a day on."""

from datetime import datetime

from django.db import transaction

from channelhub.core.models import Feed
from channelhub.core.services import staging
from channelhub.core.services.staging import REJECTED, Source, Taken
from channelhub.lib import sql
from channelhub.lib.periods import business_day
from channelhub.lib.typed_sql import Check, accepted, at_most, date_of, known, required
from partners.rules.sorting import sort_key
from partners.services import ancestry

DETAILS = ("name_en", "country", "address", "phone")
FIELDS = ("code", "name", *DETAILS, "parent", "home", "type", "since")
CHECKED = "checked_partners"
CHECKS: tuple[Check, ...] = (
    *required("code", "name"),
    *at_most(code=40, name=200, name_en=200, country=2, address=300, phone=40),
    known("home", "home_id"),
    known("type", "type_id"),
    known("since", "since_on", "not_a_date"),
    Check("parent", "planned_as_a_move", "t.partner_id IS NOT NULL AND t.parent <> '' AND NOT t.parent_same"),
    Check("home", "planned_as_a_move", "t.partner_id IS NOT NULL AND t.home_id IS NOT NULL AND NOT t.home_same"),
    Check("code", "twice_in_file", "t.differs_from_first"),
)
# Reached: a known partner, or below nothing, below a record, or below a row that is reached itself.
REACHED = f"""
    WITH RECURSIVE reached AS (
        SELECT t.row_no, t.code FROM {CHECKED} t
        WHERE t.ok AND t.place = 1 AND (t.partner_id IS NOT NULL OR t.parent = '' OR t.parent_id IS NOT NULL)
        UNION
        SELECT t.row_no, t.code FROM reached r JOIN {CHECKED} t ON t.parent = r.code
        WHERE t.ok AND t.place = 1 AND t.partner_id IS NULL AND t.parent_id IS NULL
    )
"""


@transaction.atomic
def take_partners(source: Source, *, feed: Feed, at: datetime) -> Taken:
    """Enter new partners with their place in the tree, and change the details of known ones.

    Refused: unknown codes, a parent whose own row is refused, one code twice with other content, and another parent
    or home territory for a known partner: that is a move with a day of its own.
    """
    ancestry.lock_tree()
    staging.prepare(source)
    params = {**source.params, "feed": feed.pk, "today": business_day(at)}
    sql.temporary_table(CHECKED, _checked(source), params)
    staging.reject_broken(CHECKED, CHECKS, params)
    _reject_unreached()
    _sort_keys()
    changed = _change()
    entered = _insert()
    rejected = staging.rejected_count()
    return Taken(entered + changed, source.rows - entered - changed - rejected, rejected, changed=changed)


def _checked(source: Source) -> str:
    same = " AND ".join(f"t.{name} = t.first_{name}" for name in FIELDS[1:])
    first = ", ".join(f"first_value(s.{name}) OVER w AS first_{name}" for name in FIELDS[1:])
    return f"""
        SELECT t.*, {accepted(CHECKS)} AS ok FROM (
            SELECT t.*, t.place > 1 AND NOT ({same}) AS differs_from_first FROM (
                SELECT s.row_no, {", ".join(f"s.{name}" for name in FIELDS)}, p.id AS partner_id,
                    coalesce(xp.target_id, a.id) AS parent_id, coalesce(xh.target_id, h.id) AS home_id,
                    k.id AS type_id, {date_of("s.since")} AS since_on,
                    EXISTS (
                        SELECT 1 FROM partners_placement c WHERE c.partner_id = p.id
                        AND c.parent_id = coalesce(xp.target_id, a.id) AND c.valid_during @> %(today)s::date
                    ) AS parent_same,
                    EXISTS (
                        SELECT 1 FROM partners_hometerritory c WHERE c.partner_id = p.id
                        AND c.territory_id = coalesce(xh.target_id, h.id) AND c.valid_during @> %(today)s::date
                    ) AS home_same,
                    row_number() OVER w AS place, {first}
                FROM {source.relation} s
                LEFT JOIN partners_partner p ON p.code = s.code
                LEFT JOIN core_externalcode xp
                    ON xp.feed_id = %(feed)s AND xp.kind = 'partner' AND xp.code = s.parent
                LEFT JOIN partners_partner a ON a.code = s.parent
                LEFT JOIN core_externalcode xh
                    ON xh.feed_id = %(feed)s AND xh.kind = 'territory' AND xh.code = s.home
                LEFT JOIN partners_territory h ON h.code = s.home
                LEFT JOIN partners_partnertype k ON k.code = s.type
                WINDOW w AS (PARTITION BY s.code ORDER BY s.row_no)
            ) t
        ) t
    """


def _reject_unreached() -> None:
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
    sql.temporary_table("good_partners", f"{REACHED} SELECT t.* FROM reached r JOIN {CHECKED} t ON t.row_no = r.row_no")


def _sort_keys() -> None:
    """The pinyin of new names: a library's work, not the database's."""
    names = sql.fetch(
        "SELECT DISTINCT g.name FROM good_partners g LEFT JOIN partners_partner p ON p.id = g.partner_id"
        " WHERE p.name IS DISTINCT FROM g.name",
    )
    sql.temporary_table("sorted_names", "SELECT ''::text AS name, ''::text AS sort_key WHERE false")
    sql.copy_rows("sorted_names", ["name", "sort_key"], ([name, sort_key(name)] for (name,) in names))


def _change() -> int:
    values = {name: f"coalesce(nullif(g.{name}, ''), p.{name})" for name in DETAILS}
    differs = " OR ".join(["p.name <> g.name", *(f"p.{name} <> {value}" for name, value in values.items())])
    return sql.run(
        f"""
        WITH changed AS (UPDATE partners_partner p SET name = g.name, sort_key = coalesce(n.sort_key, p.sort_key),
            {", ".join(f"{name} = {value}" for name, value in values.items())}
        FROM good_partners g JOIN partners_partner o ON o.id = g.partner_id
        LEFT JOIN sorted_names n ON n.name = g.name AND o.name <> g.name
        WHERE p.id = g.partner_id AND ({differs}) RETURNING p.id)
        {_told("partners.partner.changed", "changed")}
        """,
    )


def _told(name: str, relation: str) -> str:
    """The same events as the services publish, one for each partner of a relation."""
    return f"""
        INSERT INTO core_outboxevent (name, data, occurred_at)
        SELECT '{name}', jsonb_build_object('partner_id', id), now() FROM {relation} ORDER BY id
    """


def _insert() -> int:
    """New partners, then what holds for them from a day on, then their ancestry."""
    details = ", ".join(DETAILS)
    entered = sql.run(
        f"""
        INSERT INTO partners_partner (code, name, {details}, sort_key, suspended_reason)
        SELECT g.code, g.name, {", ".join(f"g.{name}" for name in DETAILS)}, n.sort_key, ''
        FROM good_partners g JOIN sorted_names n ON n.name = g.name
        WHERE g.partner_id IS NULL ORDER BY g.code COLLATE "C"
        """,
    )
    if not entered:
        return 0
    sql.temporary_table(
        "new_partners",
        "SELECT p.id, daterange(g.since_on, NULL) AS valid_during, g.home_id, g.type_id,"
        " coalesce(g.parent_id, a.id) AS parent_id FROM good_partners g JOIN partners_partner p ON p.code = g.code"
        " LEFT JOIN partners_partner a ON a.code = g.parent WHERE g.partner_id IS NULL",
    )
    for table, column, value in (
        ("partners_hometerritory", "territory_id", "home_id"),
        ("partners_partnertypeassignment", "type_id", "type_id"),
        ("partners_placement", "parent_id", "parent_id"),
    ):
        sql.run(
            f"INSERT INTO {table} (partner_id, {column}, valid_during)"
            f" SELECT id, {value}, valid_during FROM new_partners WHERE {value} IS NOT NULL ORDER BY id",
        )
    sql.run(_told("partners.partner.created", "new_partners"))
    ancestry.rebuild([row[0] for row in sql.fetch("SELECT id FROM new_partners ORDER BY id")])
    return entered
