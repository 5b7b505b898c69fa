"""Work that waits to be looked at for conflicts: what is taken is marked in the transaction that judges it."""

from channelhub.lib import sql
from channelhub.lib.periods import business_zone

TAKE_BATCHES = """
    WITH taken AS (
        UPDATE pricing_salesbatch SET judged_at = now() WHERE judged_at IS NULL RETURNING id, received_at
    )
    INSERT INTO judged_batch SELECT id, (received_at AT TIME ZONE %(zone)s)::date FROM taken
"""
TAKE_MAP_PRICES = """
    UPDATE pricing_mapprice SET judged_at = now() WHERE judged_at IS NULL RETURNING product_id, valid_from
"""


def take_batches() -> int:
    """The temporary table ``judged_batch`` (id, received_on) of the batches not judged before; how many."""
    sql.run("CREATE TEMPORARY TABLE IF NOT EXISTS judged_batch (id bigint, received_on date) ON COMMIT DROP")
    sql.run("TRUNCATE judged_batch")
    taken = sql.run(TAKE_BATCHES, {"zone": str(business_zone())})
    sql.run("ANALYZE judged_batch")
    return taken


def take_map_prices() -> int:
    """The temporary table ``judged_product`` (product_id, since) of products whose minimum price is new; how many."""
    sql.run("CREATE TEMPORARY TABLE IF NOT EXISTS judged_product (product_id bigint, since date) ON COMMIT DROP")
    sql.run("TRUNCATE judged_product")
    sql.run(
        f"WITH taken AS ({TAKE_MAP_PRICES}) INSERT INTO judged_product"
        " SELECT product_id, min(valid_from) FROM taken GROUP BY product_id",
    )
    sql.run("ANALYZE judged_product")
    return int(sql.fetch_one("SELECT count(*) FROM judged_product"))
