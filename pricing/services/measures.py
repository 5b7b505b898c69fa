"""Measures by SQL: the rule that says which line counts for whom, in which period, since when and for what cause.

One rule, called in bulk by the rollup and per line by the statement: so the lines listed behind a measure add up
to it. ``earning`` rows say: lines of ``partner`` that count on a day from ``from_day`` to before ``until_day``
count for ``earner`` under a version, as known from ``enters_in`` to before ``leaves_in`` (accounting months).
"""

from channelhub.lib import sql
from pricing.enums import Cause

# A return or the reversal of one; known after the month it counts in; else an ordinary sale.
LINES = f"""
    SELECT l.id, l.partner_id, l.home_territory_id, l.product_line_id, l.kind, l.currency, l.net_amount, l.quantity,
        b.month, c.month AS rate_month, c.quarter, c.year, l.counts_on, l.booked_on,
        greatest(b.month, t.taken_in) AS known_in,
        CASE WHEN l.returns_id IS NOT NULL OR l.reverses_id IS NOT NULL
                AND EXISTS (SELECT FROM pricing_salesline o WHERE o.id = l.reverses_id AND o.returns_id IS NOT NULL)
            THEN {Cause.RETURNS:d}
            WHEN greatest(b.month, t.taken_in) > c.month THEN {Cause.LATE:d}
            ELSE {Cause.SALES:d} END AS cause
    FROM pricing_salesline l
    JOIN {{batches}} t ON t.id = l.batch_id
    JOIN calendar b ON b.day = l.booked_on
    JOIN calendar c ON c.day = l.counts_on
"""
TAKEN_BEFORE = "(SELECT id, taken_in FROM pricing_salesbatch WHERE taken_in IS NOT NULL)"

CALENDAR = """
    SELECT d::date AS day, date_trunc('month', d)::date AS month, date_trunc('quarter', d)::date AS quarter,
        date_trunc('year', d)::date AS year
    FROM {days} AS days (d)
"""
ALL_DAYS = "generate_series(timestamp '1900-01-01', timestamp '2099-12-31', interval '1 day')"

PERIOD_ON = "CASE e.period WHEN 'month' THEN l.rate_month WHEN 'quarter' THEN l.quarter ELSE l.year END"
COUNTS = """
    FROM {lines} l
    JOIN earning e ON e.partner_id = l.partner_id AND l.counts_on >= e.from_day AND l.counts_on < e.until_day
    WHERE (e.kinds >> l.kind) & 1 = 1 AND l.known_in < e.leaves_in
        AND (e.product_lines IS NULL OR l.product_line_id = ANY (e.product_lines))
"""
ENTERS = f"""
    SELECT l.id AS line_id, e.version_id, e.earner_id, {PERIOD_ON} AS period_on, l.currency, l.rate_month,
        CASE WHEN e.enters_in <= l.known_in THEN l.cause ELSE {Cause.MOVES:d} END AS cause,
        greatest(l.known_in, e.enters_in) AS known_in,
        e.sign * l.net_amount AS amount, e.sign * l.quantity AS quantity, e.sign AS lines
    {COUNTS}
"""
LEAVES = f"""
    SELECT l.id, e.version_id, e.earner_id, {PERIOD_ON}, l.currency, l.rate_month, {Cause.MOVES:d}, e.leaves_in,
        -e.sign * l.net_amount, -e.sign * l.quantity, -e.sign
    {COUNTS} AND e.leaves_in < 'infinity'
"""
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

# The terms and the members that take part in a rollup, each either fresh (taken in it) or known before.
RULES = """
    SELECT v.id, v.programme_id, p.period, v.valid_from, v.scope,
        (SELECT sum(1 << kind)::int FROM unnest(v.kinds) kind) AS kinds,
        (SELECT array_agg(under.id) FROM partners_productline node
            JOIN partners_productline under ON starts_with(under.path, node.path)
            WHERE node.id = v.product_line_id) AS product_lines,
        v.id = ANY (%(fresh_versions)s::bigint[]) AS fresh
    FROM pricing_programmeversion v JOIN pricing_rebateprogramme p ON p.id = v.programme_id
    WHERE v.known_in IS NOT NULL AND NOT v.ends
"""
PARTICIPANTS = """
    SELECT programme_id, partner_id, id = ANY (%(fresh_members)s::bigint[]) AS fresh
    FROM pricing_programmemember WHERE known_in IS NOT NULL
"""
OWN = """
    SELECT v.id AS version_id, v.period, v.kinds, v.product_lines, m.partner_id AS earner_id, m.partner_id,
        v.valid_from AS from_day, date 'infinity' AS until_day, date '-infinity' AS enters_in,
        date 'infinity' AS leaves_in, 1 AS sign
    FROM rebate_rule v JOIN participant m USING (programme_id)
"""
BELOW = """
    SELECT v.id, v.period, v.kinds, v.product_lines, m.partner_id, a.partner_id,
        greatest(v.valid_from, lower(a.valid_during)), coalesce(upper(a.valid_during), 'infinity'),
        a.known_in, coalesce(a.known_until, 'infinity'), 1
    FROM rebate_rule v JOIN participant m USING (programme_id)
    JOIN pricing_takenancestry a ON a.ancestor_id = m.partner_id
    WHERE v.scope = 'subtree'
"""
MOVED = """
    SELECT v.id AS version_id, v.period, v.kinds, v.product_lines, m.partner_id AS earner_id, a.partner_id,
        greatest(v.valid_from, lower(a.piece)) AS from_day, coalesce(upper(a.piece), 'infinity') AS until_day,
        %(month)s::date AS enters_in, date 'infinity' AS leaves_in, a.sign
    FROM rebate_rule v JOIN participant m USING (programme_id)
    JOIN tree_piece a ON a.ancestor_id = m.partner_id
    WHERE v.scope = 'subtree'
"""


def lines_of(batches: str) -> str:
    """The lines of some batches with what is derived of each: months, month of knowledge, cause."""
    return f"({LINES.format(batches=batches)})"


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
