"""The ledger beside the levels: what must always agree."""

from channelhub.lib import sql


def levels_unlike_their_movements() -> list[tuple[int, int]]:
    """Location and product of every level that is not the sum of its movements, and of movements without a level.

    Always empty; reads the whole ledger, so it is for tests and for the one who doubts.
    """
    rows = sql.fetch(
        """
        SELECT coalesce(level.location_id, moved.location_id), coalesce(level.product_id, moved.product_id)
        FROM inventory_stocklevel level
        FULL JOIN (
            SELECT location_id, product_id, sum(on_hand) AS on_hand, sum(reserved) AS reserved,
                sum(in_transit) AS in_transit, (array_agg(balance ORDER BY id DESC))[1] AS balance
            FROM inventory_stockmovement GROUP BY location_id, product_id
        ) moved ON moved.location_id = level.location_id AND moved.product_id = level.product_id
        WHERE (level.on_hand, level.reserved, level.in_transit, level.on_hand) IS DISTINCT FROM
            (coalesce(moved.on_hand, 0), coalesce(moved.reserved, 0), coalesce(moved.in_transit, 0),
            coalesce(moved.balance, 0))
        ORDER BY 1, 2
        """
    )
    return [(location, product) for location, product in rows]
