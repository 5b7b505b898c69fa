"""Returns and reversals: rows that name a line of the ledger and are refused when they do not fit it.

All corrections enter under one lock, so that two returns of one line cannot both be the last.
"""

from channelhub.core.services.staging import REJECTED
from channelhub.lib import sql
from channelhub.lib.locks import advisory_lock
from channelhub.lib.typed_sql import Check, accepted, broken_checks
from pricing.models import SalesBatch
from pricing.services import sales_lines
from pricing.services.sales_checks import CHECKED

CORRECTIONS = "sales_corrections"
RETURNS = "t.returns <> '' OR t.returns_line_id IS NOT NULL"
REVERSALS = "t.reverses <> '' OR t.reverses_line_id IS NOT NULL"

REVERSED = "EXISTS (SELECT 1 FROM pricing_salesline r WHERE r.reverses_id = o.id)"
LIVE_RETURNS = """
    SELECT sum(r.quantity) FROM pricing_salesline r WHERE r.returns_id = o.id
    AND NOT EXISTS (SELECT 1 FROM pricing_salesline x WHERE x.reverses_id = r.id)
"""

LIKE_ITS_LINE = tuple(
    Check(field, "not_like_its_line", f"t.line_id IS NOT NULL AND t.{column} IS DISTINCT FROM t.line_{column}")
    for field, column in (
        ("kind", "kind_id"),
        ("partner", "partner_id"),
        ("other_partner", "other_partner_id"),
        ("product", "product_id"),
        ("currency", "currency"),
    )
)
RETURN_CHECKS = (
    Check("returns", "unknown_line", "t.line_id IS NULL"),
    Check("returns", "not_a_sale", "t.line_corrects"),
    *LIKE_ITS_LINE,
    Check("returns", "already_reversed", "t.line_reversed"),
    Check("quantity", "not_negative", "t.base >= 0"),
    Check("net_amount", "not_negative", "t.net > 0"),
    Check(
        "quantity",
        "returned_more_than_sold",
        "NOT t.line_corrects AND t.line_quantity + coalesce(t.live_returns, 0) + t.returned_here < 0",
    ),
)
REVERSAL_CHECKS = (
    Check("reverses", "unknown_line", "t.line_id IS NULL"),
    Check("reverses", "not_a_sale", "t.line_reverses"),
    *LIKE_ITS_LINE,
    Check("reverses", "already_reversed", "t.line_reversed OR t.times_here > 1"),
    Check("reverses", "has_live_returns", "t.live_returns <> 0"),
    Check("quantity", "not_like_its_line", "t.base <> -t.line_quantity"),
    Check("net_amount", "not_like_its_line", "t.net <> -t.line_net"),
    Check("list_amount", "not_like_its_line", "t.list <> -t.line_list"),
)


def waiting() -> int:
    """How many good rows return or reverse a line."""
    return int(sql.fetch_one(f"SELECT count(*) FROM {CHECKED} t WHERE t.ok AND t.references_named = 1"))


def enter(batch: SalesBatch) -> int:
    """Enter the good rows that return a line, then those that reverse a return, then those that reverse a sale."""
    advisory_lock("pricing_sales_corrections")
    return (
        _enter(batch, RETURNS, RETURN_CHECKS, "true")
        + _enter(batch, REVERSALS, REVERSAL_CHECKS, "t.line_returns")
        + _enter(batch, REVERSALS, REVERSAL_CHECKS, "t.line_returns IS NOT TRUE")
    )


def _enter(batch: SalesBatch, which: str, checks: tuple[Check, ...], of: str) -> int:
    """One kind of correction: find its line, refuse what does not fit, enter the rest."""
    found = sql.temporary_table(CORRECTIONS, _with_their_lines(which, checks, of), {"feed": batch.feed_id})
    if not found:
        return 0
    entered = sales_lines.insert(batch, f"FROM {CORRECTIONS} t WHERE t.fits AND NOT t.known", _values(which))
    sql.run(
        f"INSERT INTO {REJECTED} SELECT t.row_no, e.field, e.rule, e.value FROM {CORRECTIONS} t"
        f" CROSS JOIN LATERAL {broken_checks(checks)} WHERE NOT t.fits AND NOT t.known AND e.broken",
    )
    sales_lines.reject_changed(
        batch.feed_id,
        f"EXISTS (SELECT 1 FROM {CORRECTIONS} c WHERE c.row_no = t.row_no AND (c.fits OR c.known))",
    )
    return entered


def _values(which: str) -> str:
    """What a correction takes from its line: product line, territories and the day that counts."""
    references = "t.line_id, NULL::bigint" if which is RETURNS else "NULL::bigint, t.line_id"
    listed = "t.list" if which is RETURNS else "coalesce(t.list, -t.line_list)"
    return f"""
        t.line_product_line_id, t.line_home_territory_id, coalesce(t.sold_into_id, t.line_sold_into_id), t.document,
        t.document_line, t.booked, t.line_counts_on, t.base, t.entered, t.unit, t.currency, {listed}, t.net,
        t.customer, t.outlet, {references}
    """


def _with_their_lines(which: str, checks: tuple[Check, ...], of: str) -> str:
    """The rows with the facts of the line they name, and whether they fit it. ``known``: their own key is recorded."""
    prefix = "returns" if which is RETURNS else "reverses"
    return f"""
        SELECT t.*, {accepted(checks)} AS fits FROM (
            SELECT t.*,
                sum(t.base) FILTER (WHERE NOT t.known) OVER (PARTITION BY o.id ORDER BY t.row_no) AS returned_here,
                count(*) FILTER (WHERE NOT t.known) OVER (PARTITION BY o.id ORDER BY t.row_no) AS times_here,
                o.id AS line_id, o.kind AS line_kind_id, o.partner_id AS line_partner_id,
                o.other_partner_id AS line_other_partner_id, o.product_id AS line_product_id,
                o.currency AS line_currency, o.product_line_id AS line_product_line_id,
                o.home_territory_id AS line_home_territory_id, o.sold_into_id AS line_sold_into_id,
                o.counts_on AS line_counts_on, o.quantity AS line_quantity, o.net_amount AS line_net,
                o.list_amount AS line_list, o.returns_id IS NOT NULL AS line_returns,
                o.reverses_id IS NOT NULL AS line_reverses,
                o.returns_id IS NOT NULL OR o.reverses_id IS NOT NULL AS line_corrects,
                {REVERSED} AS line_reversed, ({LIVE_RETURNS}) AS live_returns
            FROM (
                SELECT t.*, round(t.entered * t.factor, 6) AS base, coalesce(t.{prefix}_line_id, n.id) AS named_id,
                    k.id IS NOT NULL
                        OR row_number() OVER (PARTITION BY t.external_id ORDER BY t.row_no) > 1 AS known
                FROM {CHECKED} t
                LEFT JOIN pricing_salesline n
                    ON n.feed_id = %(feed)s AND n.external_id = t.{prefix} AND t.{prefix} <> ''
                LEFT JOIN pricing_salesline k ON k.feed_id = %(feed)s AND k.external_id = t.external_id
                WHERE t.ok AND t.references_named = 1 AND ({which})
            ) t
            LEFT JOIN pricing_salesline o ON o.id = t.named_id
        ) t WHERE {of}
    """
