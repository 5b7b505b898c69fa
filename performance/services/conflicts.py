"""Conflict detection, nightly: sales outside the territory and below the minimum price, found in new lines only.

Lines are judged when their batch is new, when an authorisation of their partner or a minimum price of their product
has changed, and when they are reversed. ``rules.findings`` says in plain Python what these statements find; a test
compares the two on random facts.
"""

from datetime import date

from django.db import transaction
from django.utils import timezone

from channelhub.core.services import outbox
from channelhub.lib import locks, sql
from performance import events
from performance.models import Finding
from performance.rules.findings import SOLD_ON, TO_END_CUSTOMERS
from performance.services import evidence
from pricing.services import judging

LOCK = "performance_one_judgement_at_a_time"
# Up to so many lines are copied once; a first judgement reads the ledger itself.
COPIED_LINES = 1_000_000

# Looked at once: one that changes while the night judges is still unknown to the next one. Gone: without a version.
CHANGED_AUTHORISATIONS = """
    SELECT coalesce(a.id, j.authorisation_id) AS authorisation_id, coalesce(a.partner_id, j.partner_id) AS partner_id,
        a.version
    FROM partners_authorisation a
    FULL JOIN performance_judgedauthorisation j ON j.authorisation_id = a.id
    WHERE a.version IS DISTINCT FROM j.known_version
"""
CHANGED_PARTNERS = "SELECT DISTINCT partner_id FROM changed_authorisation"
KNOW_AUTHORISATIONS = """
    INSERT INTO performance_judgedauthorisation (authorisation_id, partner_id, known_version)
    SELECT authorisation_id, partner_id, version FROM changed_authorisation
    WHERE version IS NOT NULL ORDER BY authorisation_id
    ON CONFLICT (authorisation_id) DO UPDATE SET known_version = excluded.known_version
"""
COLUMNS = (
    "l.id, l.partner_id, l.other_partner_id, l.product_line_id, l.sold_into_id, l.product_id, l.kind, l.booked_on,"
    " l.quantity, l.net_amount, l.currency"
)
JUDGEABLE = "l.kind = ANY (%(kinds)s) AND l.quantity > 0 AND l.returns_id IS NULL AND l.reverses_id IS NULL"
NEW = f"SELECT {COLUMNS} FROM judged_batch b JOIN pricing_salesline l ON l.batch_id = b.id WHERE {JUDGEABLE}"
OF_PARTNERS = (
    f"SELECT {COLUMNS} FROM changed_partner c JOIN pricing_salesline l ON l.partner_id = c.partner_id"
    f" WHERE {JUDGEABLE} AND l.sold_into_id IS NOT NULL"
)
OF_PRODUCTS = (
    f"SELECT {COLUMNS} FROM judged_product c JOIN pricing_salesline l ON l.product_id = c.product_id"
    f" AND l.booked_on >= c.since WHERE {JUDGEABLE}"
)
NOT_REVERSED = "NOT EXISTS (SELECT FROM pricing_salesline r WHERE r.reverses_id = l.id)"
# Filter first: what a seller may sell where is worked out once per partner, line and place, not per sale.
PERMITTED = """
    SELECT t.partner_id, t.product_line_id, t.sold_into_id, range_agg(a.valid_during) AS days
    FROM (SELECT DISTINCT partner_id, product_line_id, sold_into_id FROM {lines} l WHERE sold_into_id IS NOT NULL) t
    JOIN partners_productline g ON g.id = t.product_line_id
    JOIN partners_territory p ON p.id = t.sold_into_id
    JOIN partners_authorisation a ON a.partner_id = t.partner_id
        AND (a.line_path IS NULL OR starts_with(g.path, a.line_path))
        AND (a.territory_path IS NULL OR starts_with(p.path, a.territory_path) OR starts_with(a.territory_path, p.path))
    GROUP BY t.partner_id, t.product_line_id, t.sold_into_id
"""
OUTSIDE = f"""
    INSERT INTO verdict
    SELECT 'outside_territory', l.id, l.partner_id, l.other_partner_id,
        date_trunc('month', l.booked_on::timestamp)::date, l.product_line_id, l.sold_into_id, NULL,
        l.currency, l.net_amount, NULL
    FROM {{lines}} l LEFT JOIN permitted p USING (partner_id, product_line_id, sold_into_id)
    WHERE l.sold_into_id IS NOT NULL AND (p.days IS NULL OR NOT p.days @> l.booked_on)
        AND l.partner_id IN (SELECT partner_id FROM partners_authorisation) AND {NOT_REVERSED}
"""
MINIMUMS = """
    SELECT product_id, currency, price, valid_from, coalesce(lead(valid_from)
        OVER (PARTITION BY product_id, currency ORDER BY valid_from), 'infinity') AS until
    FROM pricing_mapprice WHERE known_until IS NULL
"""
BELOW = f"""
    INSERT INTO verdict
    SELECT 'below_map', l.id, l.partner_id, l.other_partner_id, date_trunc('month', l.booked_on::timestamp)::date,
        NULL, NULL, l.product_id, l.currency, m.price * l.quantity - l.net_amount, m.price
    FROM {{lines}} l JOIN minimum m ON m.product_id = l.product_id AND m.currency = l.currency
        AND l.booked_on >= m.valid_from AND l.booked_on < m.until
    WHERE l.kind = ANY (%(to_end)s) AND m.price IS NOT NULL AND l.net_amount < m.price * l.quantity AND {NOT_REVERSED}
"""
VERDICT = """
    SELECT ''::text AS kind, 0::bigint AS line_id, 0::bigint AS partner_id, 0::bigint AS other_partner_id,
        NULL::date AS month, 0::bigint AS product_line_id, 0::bigint AS sold_into_id, 0::bigint AS product_id,
        ''::text AS currency, 0::numeric AS damage, 0::numeric AS lowest WHERE false
"""
# Evidence whose line may no longer be wrong: of changed partners, of products since the day that is judged again, and
# of lines that are reversed now.
DOUBTED = """
    SELECT e.id FROM performance_findingline e JOIN performance_finding f ON f.id = e.finding_id
    WHERE e.kind = 'outside_territory' AND f.partner_id IN (SELECT partner_id FROM changed_partner)
    UNION
    SELECT e.id FROM judged_product c JOIN performance_finding f ON f.product_id = c.product_id
    JOIN performance_findingline e ON e.finding_id = f.id AND e.kind = 'below_map'
    JOIN pricing_salesline l ON l.id = e.line_id AND l.booked_on >= c.since
    UNION
    SELECT e.id FROM judged_batch b JOIN pricing_salesline l ON l.batch_id = b.id
    JOIN performance_findingline e ON e.line_id = l.reverses_id WHERE l.reverses_id IS NOT NULL
"""
REPORTS = """
    INSERT INTO performance_salesreport AS r (partner_id, month, received_on, batch_number)
    SELECT DISTINCT ON (l.partner_id, month) l.partner_id, date_trunc('month', l.booked_on::timestamp)::date AS month,
        b.received_on, b.id
    FROM judged_batch b JOIN pricing_salesline l ON l.batch_id = b.id WHERE l.kind = ANY (%(kinds)s)
    ORDER BY l.partner_id, month, b.received_on, b.id
    ON CONFLICT (partner_id, month) DO UPDATE SET received_on = excluded.received_on,
        batch_number = excluded.batch_number
    WHERE excluded.received_on < r.received_on
"""
TOUCH = """
    INSERT INTO performance_touchedkpi (partner_id, month)
    SELECT DISTINCT l.partner_id, date_trunc('month', l.booked_on::timestamp)::date
    FROM judged_batch b JOIN pricing_salesline l ON l.batch_id = b.id
"""


@transaction.atomic
def judge(*, business_day: date) -> dict[str, int]:  # noqa: ARG001 - how the night calls a step
    """Judge what waits: new batches, changed authorisations and minimum prices. Answers what it found.

    Safe to run alone and twice: a line is evidence once per kind, and what was taken is marked in this transaction.
    What a person decided stays; evidence that no longer holds is cleared, and an open finding without any withdrawn.
    """
    locks.advisory_lock(LOCK)
    sql.run("SET LOCAL work_mem = '256MB'")
    sql.run("SET LOCAL jit = off")
    batches = judging.take_batches()
    products = judging.take_map_prices()
    sql.temporary_table("changed_authorisation", CHANGED_AUTHORISATIONS)
    partners = sql.temporary_table("changed_partner", CHANGED_PARTNERS)
    if not (batches or products or partners):
        return {"batches": 0, "lines": 0, "opened": 0}
    sql.temporary_table("doubted", DOUBTED)
    _find_all(batches=bool(batches), partners=bool(partners), products=bool(products))
    sql.analyse("verdict")
    _note(batches=bool(batches))
    opened = evidence.keep(at=timezone.now())
    for finding in Finding.objects.filter(pk__in=opened).order_by("pk"):
        outbox.publish(
            events.FINDING_OPENED.name,
            occurred_at=finding.first_seen_at,
            finding_id=finding.pk,
            partner_id=finding.partner_id,
            kind=str(finding.kind),
        )
    lines = int(sql.fetch_one("SELECT count(*) FROM verdict"))
    return {"batches": batches, "partners": partners, "products": products, "lines": lines, "opened": len(opened)}


def _find_all(*, batches: bool, partners: bool, products: bool) -> None:
    """Fill the temporary table ``verdict`` with every wrong line; some may be found twice, by two reasons to look."""
    sql.temporary_table("verdict", VERDICT)
    sql.temporary_table("minimum", MINIMUMS)
    if batches:
        lines = _new_lines()
        _find_outside(lines)
        _find_below(lines)
    if partners:
        _find_outside(f"({OF_PARTNERS})")
    if products:
        _find_below(f"({OF_PRODUCTS})")
    sql.run("DELETE FROM verdict a USING verdict b WHERE a.ctid > b.ctid AND a.line_id = b.line_id AND a.kind = b.kind")


def _new_lines() -> str:
    """Where to read the new lines: a copy, or for very many the ledger itself."""
    many = f"SELECT count(*) FROM (SELECT FROM ({NEW}) n LIMIT {COPIED_LINES + 1}) n"
    if sql.fetch_one(many, {"kinds": list(SOLD_ON)}) > COPIED_LINES:
        return f"({NEW})"
    sql.temporary_table("judged_line", NEW, {"kinds": list(SOLD_ON)})
    return "judged_line"


def _find_outside(lines: str) -> None:
    params = {"kinds": list(SOLD_ON)}
    sql.temporary_table("permitted", PERMITTED.format(lines=lines), params)
    sql.run(OUTSIDE.format(lines=lines), params)


def _find_below(lines: str) -> None:
    sql.run(BELOW.format(lines=lines), {"kinds": list(SOLD_ON), "to_end": list(TO_END_CUSTOMERS)})


def _note(*, batches: bool) -> None:
    """When reports came in, which months to measure again, and which authorisations are judged."""
    if batches:
        sql.run(REPORTS, {"kinds": list(SOLD_ON)})
        sql.run(TOUCH)
    sql.run(KNOW_AUTHORISATIONS)
    sql.run(
        "DELETE FROM performance_judgedauthorisation j USING changed_authorisation c"
        " WHERE c.authorisation_id = j.authorisation_id AND c.version IS NULL"
    )
