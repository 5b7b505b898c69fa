"""Measures written in bulk: the rule of ``selectors.measures`` added up by SQL, for the rollup only."""

from channelhub.lib import sql
from pricing.enums import Cause
from pricing.selectors.measures import (
    BELOW,
    CALENDAR,
    COUNTS,
    ENTERS,
    LEAVES,
    OWN,
    PARTICIPANTS,
    RETURNED,
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

# New lines enter what stands now: nothing leaves, nothing moves. Pairs that count whole months of everything read the
# lines summed by partner and month, the others the lines.
ENTERS_SUMMED = """
    SELECT e.number, l.currency, l.rate_month, l.cause, l.known_in, l.net_amount AS amount, l.quantity, l.lines
    FROM partner_sum l
    JOIN earning e ON e.partner_id = l.partner_id AND l.rate_month >= e.from_day AND l.rate_month < e.until_day
    WHERE e.whole_months AND e.leaves_in = 'infinity' AND (e.kinds >> l.kind) & 1 = 1
"""
ENTERS_NOW = f"""
    SELECT e.number, l.currency, l.rate_month, l.cause, l.known_in, l.net_amount, l.quantity, 1
    {COUNTS} AND NOT e.whole_months AND e.leaves_in = 'infinity'
"""
PARTNER_SUMS = """
    SELECT partner_id, month, rate_month, kind, currency, cause, known_in,
        sum(net_amount) AS net_amount, sum(quantity) AS quantity, count(*) AS lines
    FROM new_line GROUP BY partner_id, month, rate_month, kind, currency, cause, known_in
"""
# The same from the ledger itself: what is derived of a line is derived of the sums, as all were taken in one month.
LEDGER_SUMS = f"""
    SELECT partner_id, month, rate_month, kind, currency, CASE WHEN returned THEN {Cause.RETURNS:d}
            WHEN greatest(month, taken_in) > rate_month THEN {Cause.LATE:d} ELSE {Cause.SALES:d} END AS cause,
        greatest(month, taken_in) AS known_in, net_amount, quantity, lines
    FROM (
        SELECT l.partner_id, b.month, CASE WHEN l.counts_on = l.booked_on THEN b.month
                ELSE date_trunc('month', l.counts_on::timestamp)::date END AS rate_month,
            l.kind, l.currency, {RETURNED} AS returned,
            sum(l.net_amount) AS net_amount, sum(l.quantity) AS quantity, count(*) AS lines
        FROM {{lines}} l JOIN calendar b ON b.day = l.booked_on
        GROUP BY 1, 2, 3, 4, 5, 6
    ) summed CROSS JOIN (SELECT min(taken_in) AS taken_in FROM taken_batch) taken
"""

KEY = "programme_version_id, earner_id, period_on, currency, rate_month, cause, known_in"
# Summed per pair of version and member first, by few and short keys: the planner cannot know how many groups there are.
ADD = f"""
    WITH summed AS MATERIALIZED (
        SELECT number, currency, rate_month, cause, known_in,
            sum(amount) AS amount, sum(quantity) AS quantity, sum(lines) AS lines
        FROM ({{contributions}}) contribution GROUP BY number, currency, rate_month, cause, known_in
    ), changed AS (
        INSERT INTO pricing_rebatemeasure AS m ({KEY}, amount, quantity, lines)
        SELECT e.version_id, e.earner_id, date_trunc(e.period, s.rate_month::timestamp)::date AS period_on,
            s.currency, s.rate_month, s.cause::smallint, s.known_in, sum(s.amount), sum(s.quantity), sum(s.lines)
        FROM summed s JOIN earning e USING (number)
        GROUP BY e.version_id, e.earner_id, period_on, s.currency, s.rate_month, s.cause, s.known_in
        HAVING sum(s.amount) <> 0 OR sum(s.quantity) <> 0 OR sum(s.lines) <> 0
        ORDER BY e.version_id, e.earner_id, period_on, s.currency, s.rate_month, s.cause, s.known_in
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
    """The temporary table that turns days into months (date_trunc per line is dearer)."""
    sql.temporary_table("calendar", CALENDAR.format(days=days))


def know_rules(*, fresh_versions: list[int], fresh_members: list[int]) -> None:
    """The temporary tables of taken versions and members."""
    sql.temporary_table("rebate_rule", RULES, {"fresh_versions": fresh_versions})
    sql.temporary_table("participant", PARTICIPANTS, {"fresh_members": fresh_members})


def who_earns(*, fresh: bool | None) -> int:
    """The temporary table ``earning`` for all pairs of version and member, or only those with something fresh."""
    only = {None: "true", True: "(v.fresh OR m.fresh)", False: "NOT (v.fresh OR m.fresh)"}[fresh]
    return _earning(f"{OWN} WHERE {only} UNION ALL {BELOW} AND {only}")


def who_earns_since_moves(*, month: object) -> int:
    """The temporary table ``earning`` for the pieces of the tree that came (sign 1) or went (-1) in a month."""
    return _earning(MOVED, {"month": month})


def _earning(pairs: str, params: dict[str, object] | None = None) -> int:
    numbered = f"""
        SELECT row_number() OVER ()::int AS number, pair.*, product_lines IS NULL
            AND from_day = date_trunc('month', from_day::timestamp)::date
            AND (until_day = 'infinity' OR until_day = date_trunc('month', until_day::timestamp)::date) AS whole_months
        FROM ({pairs}) pair
    """
    return sql.temporary_table("earning", numbered, params)


def add(*, lines: str, contributions: str) -> int:
    """Add what lines contribute to the measures and queue the accounts it changes, in one statement."""
    sql.discard_plans()
    return sql.run(ADD.format(contributions=contributions.format(lines=lines)))


def add_history() -> int:
    """Measures of ``earning`` from all lines taken before, with the months in which each was known."""
    return add(lines=lines_of(TAKEN_BEFORE), contributions=f"{ENTERS} UNION ALL {LEAVES}")


def add_new(lines: str) -> int:
    """Measures of ``earning`` from lines taken just now; ``partner_sum`` has them by partner and months."""
    in_parts = sql.fetch_one("SELECT EXISTS (SELECT FROM earning WHERE NOT whole_months)")
    return add(lines=lines, contributions=f"{ENTERS_SUMMED} UNION ALL {ENTERS_NOW}" if in_parts else ENTERS_SUMMED)
