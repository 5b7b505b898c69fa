"""KPI values of partners by month: measured set-wise from rollups, one month at a time, only months that changed."""

from datetime import date
from typing import Any

from django.db import transaction

from channelhub.lib import sql
from channelhub.lib.periods import add_months, month_of
from performance.rules.kpis import KINDS, REGISTRY, Shape
from performance.services import scores

TODO = """
    WITH touched AS (
        DELETE FROM performance_touchedkpi WHERE partner_id BETWEEN %(lo)s AND %(hi)s RETURNING partner_id, month
    ), missing AS (
        SELECT month::date FROM generate_series((SELECT min(month) FROM pricing_salesmonth
            WHERE partner_id BETWEEN %(lo)s AND %(hi)s)::timestamp, %(current)s::timestamp, interval '1 month') month
        WHERE NOT EXISTS (SELECT FROM performance_kpivalue v
            WHERE v.month = month::date AND v.partner_id BETWEEN %(lo)s AND %(hi)s)
    )
    SELECT p.id AS partner_id, m.month FROM partners_partner p, (
        SELECT month::date FROM generate_series(least(%(before)s, (SELECT max(month) FROM performance_kpivalue
            WHERE partner_id BETWEEN %(lo)s AND %(hi)s))::timestamp, %(current)s::timestamp, interval '1 month') month
        UNION SELECT month FROM missing) m
    WHERE p.id BETWEEN %(lo)s AND %(hi)s
    UNION
    SELECT t.partner_id, (t.month + later)::date FROM touched t, (VALUES (interval '0'), (interval '1 year')) l (later)
    WHERE (t.month + later)::date <= %(current)s
"""
WHO = "SELECT partner_id FROM kpi_todo WHERE month = %(month)s"
# What a source's kinds sold by currency in a month; a currency that was sold in before counts with nothing.
SOLD = f"""
    SELECT w.partner_id, c.currency, (SELECT sum(s.amount) FROM pricing_salesmonth s WHERE s.partner_id = w.partner_id
        AND s.currency = c.currency AND s.kind = ANY (%(kinds)s) AND s.month = %(month)s) AS amount
    FROM ({WHO}) w LEFT JOIN LATERAL (SELECT DISTINCT s.currency FROM pricing_salesmonth s
        WHERE s.partner_id = w.partner_id AND s.kind = ANY (%(kinds)s) AND s.month <= %(month)s) c ON true
"""
REPORTED = "EXISTS (SELECT FROM performance_salesreport r WHERE r.partner_id = {0}.partner_id AND r.month = %(month)s)"
SALES = f"""
    SELECT partner_id, coalesce(currency, '') AS currency, CASE WHEN currency IS NOT NULL THEN coalesce(amount, 0) END
        AS amount, NULL::numeric AS base, CASE WHEN currency IS NULL THEN 'nothing_sold_yet' ELSE '' END AS lacks
    FROM ({SOLD}) sold
"""
SELL_OUT = f"""
    SELECT partner_id, coalesce(currency, '') AS currency, amount, NULL::numeric AS base,
        CASE WHEN amount IS NULL THEN 'not_reported' ELSE '' END AS lacks
    FROM (SELECT partner_id, currency, CASE WHEN currency IS NOT NULL AND {REPORTED.format("sold")}
        THEN coalesce(amount, 0) ELSE amount END AS amount FROM ({SOLD}) sold) known
"""
GROWTH = f"""
    SELECT partner_id, coalesce(currency, '') AS currency, CASE WHEN lacks = '' THEN coalesce(amount, 0) END AS amount,
        CASE WHEN lacks = '' THEN base END AS base, lacks FROM (
        SELECT partner_id, currency, amount, base, CASE WHEN currency IS NULL THEN 'nothing_sold_yet'
            WHEN %(running)s THEN 'month_running' WHEN coalesce(base, 0) <= 0 THEN 'no_base' ELSE '' END AS lacks
        FROM (SELECT s.*, (SELECT sum(b.amount) FROM pricing_salesmonth b WHERE b.partner_id = s.partner_id
            AND b.currency = s.currency AND b.kind = ANY (%(kinds)s) AND b.month = %(year_before)s) AS base
            FROM ({SOLD}) s) compared) judged
"""
# In a month the shortest kind of target that speaks of it rules; its target is spread evenly over its days.
ATTAINMENT = f"""
    WITH speaking AS (
        SELECT t.partner_id, t.currency, t.amount, t.valid_during, greatest(lower(t.valid_during), %(month)s) AS since,
            least(upper(t.valid_during), %(until)s) AS until,
            array_position(ARRAY['month', 'quarter', 'year', 'other'], t.period::text) AS place
        FROM performance_target t JOIN ({WHO}) w ON w.partner_id = t.partner_id
        WHERE t.kpi = %(targeted)s AND t.known_until IS NULL AND t.amount IS NOT NULL AND t.product_line_id IS NULL
            AND t.valid_during && daterange(%(month)s, %(until)s)
    ), ruling AS (
        SELECT *, min(place) OVER (PARTITION BY partner_id, currency) AS first_place FROM speaking
    ), reached AS (
        SELECT r.*, r.amount * (r.until - r.since) / (upper(r.valid_during) - lower(r.valid_during)) AS part,
            CASE WHEN r.since = %(month)s AND r.until = %(until)s THEN
                (SELECT sum(s.amount) FROM pricing_salesmonth s WHERE s.partner_id = r.partner_id
                 AND s.month = %(month)s AND s.currency = r.currency AND s.kind = ANY (%(kinds)s))
            ELSE (SELECT sum(l.net_amount) FROM pricing_salesline l WHERE l.partner_id = r.partner_id
                 AND l.booked_on >= r.since AND l.booked_on < r.until AND l.currency = r.currency
                 AND l.kind = ANY (%(kinds)s)) END AS sold
        FROM ruling r WHERE r.place = r.first_place
    )
    SELECT w.partner_id, coalesce(a.currency, '') AS currency,
        CASE WHEN a.currency IS NOT NULL THEN coalesce(a.sold, 0) END AS amount, a.part AS base,
        CASE WHEN a.currency IS NULL THEN 'no_target' ELSE '' END AS lacks
    FROM ({WHO}) w LEFT JOIN (SELECT partner_id, currency, sum(sold) AS sold, sum(part) AS part FROM reached
        GROUP BY partner_id, currency) a ON a.partner_id = w.partner_id
"""
PUNCTUALITY = f"""
    SELECT partner_id, '' AS currency, CASE lacks WHEN '' THEN on_time::int END AS amount,
        CASE lacks WHEN '' THEN 1 END AS base, lacks FROM (
        SELECT w.partner_id, coalesce(r.received_on <= %(next_month)s + d.due_day - 1, false) AS on_time,
            CASE WHEN d.id IS NULL THEN 'no_duty'
                WHEN r.id IS NULL AND %(day)s < %(next_month)s + d.due_day - 1 THEN 'not_due_yet' ELSE '' END AS lacks
        FROM ({WHO}) w
        LEFT JOIN performance_reportduty d ON d.partner_id = w.partner_id AND d.valid_during @> %(month)s::date
        LEFT JOIN performance_salesreport r ON r.partner_id = w.partner_id AND r.month = %(month)s) judged
"""
CONFLICTS = f"""
    SELECT w.partner_id, '' AS currency, CASE WHEN {REPORTED.format("w")} THEN
            (SELECT count(*) FROM performance_finding f WHERE f.partner_id = w.partner_id AND f.month = %(month)s
             AND f.state IN ('open', 'confirmed')) END AS amount, NULL::numeric AS base,
        CASE WHEN {REPORTED.format("w")} THEN '' ELSE 'not_reported' END AS lacks
    FROM ({WHO}) w
"""
QUERIES = {
    "sales": SALES,
    "sell_out": SELL_OUT,
    "growth": GROWTH,
    "attainment": ATTAINMENT,
    "sell_out_attainment": ATTAINMENT,
    "punctuality": PUNCTUALITY,
    "conflicts": CONFLICTS,
}
TARGETED = {"attainment": "sales", "sell_out_attainment": "sell_out"}
VALUE = {Shape.SUM: "amount", Shape.RATIO: "amount / nullif(base, 0)", Shape.CHANGE: "amount / nullif(base, 0) - 1"}
ADD = "INSERT INTO kpi_measured SELECT partner_id, %(kpi)s, currency, {value}, amount, base, lacks FROM ({query}) q"
CHANGED = (
    "(v.value, v.amount, v.base, v.lacks) IS DISTINCT FROM"
    " (excluded.value, excluded.amount, excluded.base, excluded.lacks)"
)
STORE = f"""
    INSERT INTO performance_kpivalue AS v (partner_id, kpi, month, currency, value, amount, base, lacks)
    SELECT partner_id, kpi, %(month)s, currency, value::numeric(23, 6), amount::numeric(23, 6),
        base::numeric(23, 6), lacks
    FROM kpi_measured ORDER BY partner_id, kpi, currency
    ON CONFLICT (partner_id, kpi, month, currency) DO UPDATE SET value = excluded.value, amount = excluded.amount,
        base = excluded.base, lacks = excluded.lacks
    WHERE {CHANGED}
"""
# A key that is measured no more: no figure yet became figures in a currency.
DROP = f"""
    DELETE FROM performance_kpivalue v USING ({WHO}) w WHERE v.month = %(month)s AND v.partner_id = w.partner_id
    AND NOT EXISTS (SELECT FROM kpi_measured m
        WHERE m.partner_id = v.partner_id AND m.kpi = v.kpi AND m.currency = v.currency)
"""


@transaction.atomic
def measure(*, business_day: date, lo: int, hi: int) -> dict[str, int]:
    """Measure and score the partners of a range: this month and the one before, touched months and missing ones.

    Idempotent: a value that does not change is not written. Answers how many values and scores changed.
    """
    sql.run("SET LOCAL jit = off")
    current = month_of(business_day)
    span = {"lo": lo, "hi": hi, "current": current, "before": add_months(current, -1)}
    sql.temporary_table("kpi_todo", TODO, span)
    months = [row[0] for row in sql.fetch("SELECT DISTINCT month FROM kpi_todo ORDER BY month")]
    changed = sum(_measure_month(month, business_day) for month in months)
    return {"months": len(months), "values": changed, "scores": scores.score_todo(business_day=business_day)}


def _measure_month(month: date, day: date) -> int:
    sql.temporary_table(
        "kpi_measured",
        "SELECT 0::bigint AS partner_id, ''::text AS kpi, ''::text AS currency, 0::numeric AS value,"
        " 0::numeric AS amount, 0::numeric AS base, ''::text AS lacks WHERE false",
    )
    facts = _facts(month, day)
    for code, kpi in REGISTRY.items():
        params = {**facts, "kpi": code, "kinds": list(KINDS.get(kpi.source, ())), "targeted": TARGETED.get(code)}
        sql.run(ADD.format(value=VALUE[kpi.shape], query=QUERIES[code]), params)
    sql.analyse("kpi_measured")
    return sql.run(DROP, facts) + sql.run(STORE, facts)


def _facts(month: date, day: date) -> dict[str, Any]:
    """``until``: the day after the last one that counts; ``running``: the month's last day is still to come."""
    following = add_months(month, 1)
    after = date.fromordinal(day.toordinal() + 1)
    return {
        "month": month,
        "day": day,
        "until": min(following, after),
        "next_month": following,
        "year_before": add_months(month, -12),
        "running": after < following,
    }
