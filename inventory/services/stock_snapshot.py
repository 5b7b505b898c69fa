"""Reconciliation against a full snapshot: what its locations hold and it does not name is zero."""

from dataclasses import dataclass
from decimal import Decimal

from channelhub.lib import sql
from inventory.enums import MovementKind
from inventory.models import StockBatch
from inventory.services import stock_levels
from inventory.services.stock_checks import CHECKED
from inventory.services.stock_levels import Written

SNAPSHOT = "snapshot_of_stock"
MOST_LISTED = 1000


@dataclass(frozen=True)
class Absent:
    """A level that the snapshot did not name and that was not zero."""

    location: str
    product: str
    on_hand: Decimal


def set_absent_to_zero(batch: StockBatch) -> Written:
    """Set to zero what the named locations hold beside the snapshot, as of each location's latest time in it.

    A location with a refused row is left as it is: the refused row may mean any of its products. Levels counted later
    than the snapshot stay. Runs alone (``stock_sync`` holds its lock), so that no load comes between.
    """
    sql.temporary_table(
        SNAPSHOT,
        f"SELECT location_id, max(counted) AS counted FROM {CHECKED} WHERE location_id IS NOT NULL"
        " GROUP BY location_id HAVING bool_and(ok)",
    )
    zero = f"""
        UPDATE inventory_stocklevel level SET on_hand = 0, reserved = 0, in_transit = 0,
            on_hand_change = -level.on_hand, reserved_change = -level.reserved,
            in_transit_change = -level.in_transit, counted_at = s.counted, feed_id = %(feed)s,
            updated_at = CASE WHEN level.on_hand <> 0 OR level.reserved <> 0 OR level.in_transit <> 0
                THEN now() ELSE level.updated_at END
        FROM {SNAPSHOT} s
        WHERE level.location_id = s.location_id AND level.counted_at < s.counted AND NOT EXISTS (
            SELECT 1 FROM {CHECKED} t WHERE t.location_id = level.location_id AND t.product_id = level.product_id
        )
    """
    statement = stock_levels.with_movements(batch, MovementKind.ABSENT, zero)
    return stock_levels.run(statement, {"feed": batch.feed_id})


def left_alone() -> list[str]:
    """The codes of the snapshot's locations that were not reconciled, because a row of theirs was refused."""
    rows = sql.fetch(
        f"SELECT DISTINCT l.code FROM {CHECKED} t JOIN inventory_location l ON l.id = t.location_id"
        " WHERE NOT t.ok ORDER BY l.code"
    )
    return [code for (code,) in rows]


def absent_of(batch_id: int) -> list[Absent]:
    """What a snapshot set to zero, by location and product; the first thousand."""
    rows = sql.fetch(
        """
        SELECT l.code, p.sku, -m.on_hand FROM inventory_stockmovement m
        JOIN inventory_location l ON l.id = m.location_id JOIN partners_product p ON p.id = m.product_id
        WHERE m.batch_id = %s AND m.kind = %s ORDER BY l.code, p.sku LIMIT %s
        """,
        [batch_id, MovementKind.ABSENT.value, MOST_LISTED],
    )
    return [Absent(*row) for row in rows]
