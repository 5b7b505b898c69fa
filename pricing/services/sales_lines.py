"""The statement that enters checked rows into the ledger, and the one that compares what was there before."""

from channelhub.core.services.staging import REJECTED
from channelhub.lib import sql
from pricing.models import SalesBatch
from pricing.services.sales_checks import CHECKED

COLUMNS = (
    "batch_id, feed_id, external_id, content_hash, kind, partner_id, other_partner_id, product_id, product_line_id,"
    " home_territory_id, sold_into_id, document, document_line, booked_on, counts_on, quantity, entered_quantity,"
    " entered_unit, currency, list_amount, net_amount, customer, outlet, returns_id, reverses_id"
)
SALES = "t.ok AND t.references_named = 0"


def enter(batch: SalesBatch, *, good: int) -> int:
    """Enter the good rows that correct nothing, ``good`` in number; how many lines are new.

    In the order of their keys, because unsorted loads deadlock. Known keys are passed over, and compared only in a
    second statement: before the first one, a racing load's change would be swallowed.
    """
    values = """
        t.product_line_id, t.home_territory_id, t.sold_into_id, t.document, t.document_line, t.booked, t.booked,
        round(t.entered * t.factor, 6), t.entered, t.unit, t.currency, t.list, t.net, t.customer, t.outlet,
        NULL::bigint, NULL::bigint
    """
    entered = insert(batch, f"FROM {CHECKED} t WHERE {SALES}", values)
    if entered < good:
        reject_changed(batch.feed_id, SALES)
    return entered


def insert(batch: SalesBatch, rows: str, values: str) -> int:
    """INSERT the rows of ``t`` with their columns from the product line on; the number of new lines."""
    return sql.run(
        f"""
        INSERT INTO pricing_salesline ({COLUMNS})
        SELECT %(batch)s, %(feed)s, t.external_id, t.content_hash, t.kind_id, t.partner_id, t.other_partner_id,
            t.product_id, {values}
        {rows}
        ORDER BY t.external_id COLLATE "C", t.row_no
        ON CONFLICT (feed_id, external_id) DO NOTHING
        """,
        {"batch": batch.pk, "feed": batch.feed_id},
    )


def reject_changed(feed_id: int, which: str) -> int:
    """Refuse the rows whose external id stands in the ledger with other content."""
    return sql.run(
        f"""
        INSERT INTO {REJECTED}
        SELECT t.row_no, 'external_id', 'changed_content', t.external_id
        FROM {CHECKED} t
        JOIN pricing_salesline line ON line.feed_id = %(feed)s AND line.external_id = t.external_id
        WHERE {which} AND line.content_hash <> t.content_hash
        """,
        {"feed": feed_id},
    )
