"""What has moved in the channel since the last rollup, found by comparing today's ancestry with the one taken."""

from datetime import date

from channelhub.lib import sql

# One statement, one snapshot: exactly the moves whose ancestry is seen are marked as taken.
NOW = """
    SELECT ancestor_id, partner_id, valid_during, NULL::bigint AS move_id FROM partners_ancestry WHERE depth > 0
    UNION ALL
    SELECT NULL, NULL, NULL, id FROM partners_treemove WHERE taken_in IS NULL
"""
CHANGES = """
    SELECT ancestor_id, partner_id,
        coalesce(taken.days, '{}') - coalesce(now.days, '{}') AS gone,
        coalesce(now.days, '{}') - coalesce(taken.days, '{}') AS come
    FROM (SELECT ancestor_id, partner_id, range_agg(valid_during) AS days FROM pricing_takenancestry
          WHERE known_until IS NULL GROUP BY ancestor_id, partner_id) taken
    FULL JOIN (SELECT ancestor_id, partner_id, range_agg(valid_during) AS days FROM tree_now
               WHERE move_id IS NULL GROUP BY ancestor_id, partner_id) now USING (ancestor_id, partner_id)
    WHERE taken.days IS DISTINCT FROM now.days
"""
PIECES = """
    SELECT ancestor_id, partner_id, piece, -1 AS sign FROM tree_change, unnest(gone) piece
    UNION ALL
    SELECT ancestor_id, partner_id, piece, 1 FROM tree_change, unnest(come) piece
"""
# What is gone is kept until this month if it was known before it; known only in this month, it never was.
CUT = """
    WITH cut AS (
        DELETE FROM pricing_takenancestry t USING tree_change c
        WHERE t.known_until IS NULL AND t.ancestor_id = c.ancestor_id AND t.partner_id = c.partner_id
            AND t.valid_during && c.gone
        RETURNING t.ancestor_id, t.partner_id, t.valid_during, t.known_in, c.gone
    )
    INSERT INTO pricing_takenancestry (ancestor_id, partner_id, valid_during, known_in, known_until)
    SELECT ancestor_id, partner_id, unnest(datemultirange(valid_during) - gone), known_in, NULL FROM cut
    UNION ALL
    SELECT ancestor_id, partner_id, unnest(datemultirange(valid_during) * gone), known_in, %(month)s::date FROM cut
    WHERE known_in < %(month)s
"""
GROW = """
    INSERT INTO pricing_takenancestry (ancestor_id, partner_id, valid_during, known_in)
    SELECT ancestor_id, partner_id, piece, %(month)s::date FROM tree_piece WHERE sign = 1
"""
MARK = """
    UPDATE partners_treemove SET taken_in = greatest(date_trunc('month', moves_on)::date, %(month)s)
    WHERE id IN (SELECT move_id FROM tree_now WHERE move_id IS NOT NULL)
"""


def find_moves() -> int:
    """The temporary table ``tree_piece``: whose days under whom have come or gone; the number of pieces."""
    sql.temporary_table("tree_now", NOW)
    sql.temporary_table("tree_change", CHANGES)
    return sql.temporary_table("tree_piece", PIECES)


def take_moves(*, month: date) -> int:
    """Know the tree as it is now from this month on; the number of moves marked as taken."""
    sql.run(CUT, {"month": month})
    sql.run(GROW, {"month": month})
    return sql.run(MARK, {"month": month})
