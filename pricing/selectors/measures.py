"""Which line counts for whom, in which period, since when and for what cause: one rule in SQL.

Called in bulk by the rollup and per line for a statement, so the lines listed behind a measure add up to it.
``earning`` rows say: lines of ``partner`` that count on a day from ``from_day`` to before ``until_day`` count for
``earner`` under a version, as known from ``enters_in`` to before ``leaves_in`` (accounting months).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from channelhub.lib import sql
from channelhub.lib.periods import Period
from pricing.enums import Cause

RETURNED = """
    (l.returns_id IS NOT NULL OR l.reverses_id IS NOT NULL
        AND EXISTS (SELECT FROM pricing_salesline o WHERE o.id = l.reverses_id AND o.returns_id IS NOT NULL))
"""
# A return or the reversal of one; known after the month it counts in; else an ordinary sale.
LINES = f"""
    SELECT l.id, l.partner_id, l.home_territory_id, l.product_line_id, l.kind, l.currency, l.net_amount, l.quantity,
        b.month, c.month AS rate_month, l.counts_on, l.booked_on,
        greatest(b.month, t.taken_in) AS known_in,
        CASE WHEN {RETURNED} THEN {Cause.RETURNS:d}
            WHEN greatest(b.month, t.taken_in) > c.month THEN {Cause.LATE:d}
            ELSE {Cause.SALES:d} END AS cause
    FROM pricing_salesline l
    JOIN {{batches}} t ON t.id = l.batch_id
    JOIN calendar b ON b.day = l.booked_on
    JOIN calendar c ON c.day = l.counts_on
"""
TAKEN_BEFORE = "(SELECT id, taken_in FROM pricing_salesbatch WHERE taken_in IS NOT NULL)"

CALENDAR = """
    SELECT d::date AS day, date_trunc('month', d)::date AS month FROM {days} AS days (d)
"""

COUNTS = """
    FROM {lines} l
    JOIN earning e ON e.partner_id = l.partner_id AND l.counts_on >= e.from_day AND l.counts_on < e.until_day
    WHERE (e.kinds >> l.kind) & 1 = 1 AND l.known_in < e.leaves_in
        AND (e.product_lines IS NULL OR l.product_line_id = ANY (e.product_lines))
"""
ENTERS = f"""
    SELECT l.id AS line_id, e.number, l.currency, l.rate_month,
        CASE WHEN e.enters_in <= l.known_in THEN l.cause ELSE {Cause.MOVES:d} END AS cause,
        greatest(l.known_in, e.enters_in) AS known_in,
        e.sign * l.net_amount AS amount, e.sign * l.quantity AS quantity, e.sign AS lines
    {COUNTS}
"""
LEAVES = f"""
    SELECT l.id, e.number, l.currency, l.rate_month, {Cause.MOVES:d}, e.leaves_in,
        -e.sign * l.net_amount, -e.sign * l.quantity, -e.sign
    {COUNTS} AND e.leaves_in < 'infinity'
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

BEHIND = f"""
    WITH calendar AS ({CALENDAR}), rebate_rule AS ({RULES} AND v.id = %(version)s),
        participant AS ({PARTICIPANTS} AND partner_id = %(earner)s),
        earning AS (SELECT 0 AS number, pair.* FROM ({OWN} UNION ALL {BELOW}) pair)
    SELECT line_id, known_in, cause, currency, rate_month, sum(amount), sum(quantity)
    FROM ({ENTERS} UNION ALL {LEAVES}) contribution
    GROUP BY line_id, known_in, cause, currency, rate_month
    HAVING sum(amount) <> 0 OR sum(quantity) <> 0
    ORDER BY known_in, line_id
"""
DAYS_FROM = "generate_series(%(first)s::timestamp, timestamp '2099-12-31', interval '1 day')"
IN_PERIOD = """
    WHERE l.counts_on >= %(first)s AND l.counts_on < %(until)s AND l.booked_on >= %(first)s
"""


@dataclass(frozen=True)
class Counted:
    """What one line adds to (or, moved away, takes from) an account, in its own currency."""

    line_id: int
    known_in: date
    cause: int
    currency: str
    rate_month: date
    amount: Decimal
    quantity: Decimal


def lines_of(batches: str) -> str:
    """The lines of some batches with what is derived of each: months, month of knowledge, cause."""
    return f"({LINES.format(batches=batches)})"


def counted_lines(*, version_id: int, earner_id: int, period: Period) -> Sequence[Counted]:
    """The lines behind an earner's period under a version; per cause and month they add up to the measures."""
    query = BEHIND.format(days=DAYS_FROM, lines=f"({LINES.format(batches=TAKEN_BEFORE)} {IN_PERIOD})")
    params = {
        "version": version_id,
        "earner": earner_id,
        "first": period.starts_on,
        "until": period.ends_before,
        "fresh_versions": [],
        "fresh_members": [],
    }
    return [Counted(*row) for row in sql.fetch(query, params)]
