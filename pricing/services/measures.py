"""Measures written in bulk: the rule of ``selectors.measures`` added up by SQL, for the rollup only."""

from channelhub.lib import sql
from pricing.selectors.measures import (
    BELOW,
    CALENDAR,
    COUNTS,
    ENTERS,
    LEAVES,
    OWN,
    PARTICIPANTS,
    PERIOD_ON,
    RULES,
    TAKEN_BEFORE,
    lines_of,
)

# From the ledger's first day to its last, by one step down the index per partner.
EDGE = """
    (SELECT {which}(l.booked_on) FROM partners_partner p CROSS JOIN LATERAL (
        SELECT booked_on FROM pricing_salesline WHERE partner_id = p.id ORDER BY booked_on {order} LIMIT 1
    ) l)::timestamp
"""
FIRST_DAY, LAST_DAY = EDGE.format(which="min", order="ASC"), EDGE.format(which="max", order="DESC")
ALL_DAYS = f"generate_series({FIRST_DAY}, {LAST_DAY}, interval '1 day')"

# New lines enter what stands now: nothing leaves, nothing moves.
ENTERS_NOW = f"""
    SELECT e.version_id, e.earner_id, {PERIOD_ON} AS period_on, l.currency, l.rate_month, l.cause::smallint AS cause,
        l.known_in, l.net_amount AS amount, l.quantity, 1 AS lines
    {COUNTS} AND e.leaves_in = 'infinity'
"""

KEY = "programme_version_id, earner_id, period_on, currency, rate_month, cause, known_in"
ADD = f"""
    WITH changed AS (
        INSERT INTO pricing_rebatemeasure AS m ({KEY}, amount, quantity, lines)
        SELECT version_id, earner_id, period_on, currency, rate_month, cause, known_in,
            sum(amount), sum(quantity), sum(lines)
        FROM ({{contributions}}) contribution
        GROUP BY version_id, earner_id, period_on, currency, rate_month, cause, known_in
        HAVING sum(amount) <> 0 OR sum(quantity) <> 0 OR sum(lines) <> 0
        ORDER BY version_id, earner_id, period_on, currency, rate_month, cause, known_in
        ON CONFLICT ({KEY}) DO UPDATE SET amount = m.amount + excluded.amount,
            quantity = m.quantity + excluded.quantity, lines = m.lines + excluded.lines
        RETURNING programme_version_id, earner_id, period_on
    )
    INSERT INTO pricing_touchedaccount (programme_id, earner_id, period_on)
    SELECT DISTINCT v.programme_id, c.earner_id, c.period_on
    FROM changed c JOIN pricing_programmeversion v ON v.id = c.programme_version_id
"""

MOVED = """
    SELECT v.id AS version_id, v.period, v.kinds, v.product_lines, m.partner_id AS earner_id, a.partner_id,
        greatest(v.valid_from, lower(a.piece)) AS from_day, coalesce(upper(a.piece), 'infinity') AS until_day,
        %(month)s::date AS enters_in, date 'infinity' AS leaves_in, a.sign
    FROM rebate_rule v JOIN participant m USING (programme_id)
    JOIN tree_piece a ON a.ancestor_id = m.partner_id
    WHERE v.scope = 'subtree'
"""


def make_calendar(days: str = ALL_DAYS) -> None:
    """The temporary table that turns days into months, quarters and years (date_trunc per line is dearer)."""
    sql.temporary_table("calendar", CALENDAR.format(days=days))


def know_rules(*, fresh_versions: list[int], fresh_members: list[int]) -> None:
    """The temporary tables of taken versions and members."""
    sql.temporary_table("rebate_rule", RULES, {"fresh_versions": fresh_versions})
    sql.temporary_table("participant", PARTICIPANTS, {"fresh_members": fresh_members})


def who_earns(*, fresh: bool | None) -> int:
    """The temporary table ``earning`` for all pairs of version and member, or only those with something fresh."""
    only = {None: "true", True: "(v.fresh OR m.fresh)", False: "NOT (v.fresh OR m.fresh)"}[fresh]
    return sql.temporary_table("earning", f"{OWN} WHERE {only} UNION ALL {BELOW} AND {only}")


def who_earns_since_moves(*, month: object) -> int:
    """The temporary table ``earning`` for the pieces of the tree that came (sign 1) or went (-1) in a month."""
    return sql.temporary_table("earning", MOVED, {"month": month})


def add(*, lines: str, contributions: str) -> int:
    """Add what lines contribute to the measures and queue the accounts it changes, in one statement."""
    sql.discard_plans()
    return sql.run(ADD.format(contributions=contributions.format(lines=lines)))


def add_history() -> int:
    """Measures of ``earning`` from all lines taken before, with the months in which each was known."""
    return add(lines=lines_of(TAKEN_BEFORE), contributions=f"{ENTERS} UNION ALL {LEAVES}")


def add_new(lines: str) -> int:
    """Measures of ``earning`` from lines taken just now."""
    return add(lines=lines, contributions=ENTERS_NOW)
