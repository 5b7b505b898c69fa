"""The closure of the partner tree: derived from placements by SQL, for the given partners only."""

from collections.abc import Sequence

from channelhub.lib import locks, sql
from partners.errors import Circle

TREE_LOCK = "partners_one_parent_per_partner_per_day"

# Walks up from each partner, period by period; two pieces that touch and say the same become one row.
REBUILD = """
    WITH RECURSIVE up (partner_id, ancestor_id, depth, valid_during) AS (
        SELECT id, id, 0, daterange(NULL, NULL) FROM unnest(%s::bigint[]) id
        UNION ALL
        SELECT up.partner_id, placement.parent_id, up.depth + 1, up.valid_during * placement.valid_during
        FROM up JOIN partners_placement placement
            ON placement.partner_id = up.ancestor_id AND placement.valid_during && up.valid_during
    ) CYCLE ancestor_id SET in_circle USING way
    INSERT INTO partners_ancestry (partner_id, ancestor_id, depth, valid_during)
    SELECT partner_id, ancestor_id, depth, unnest(range_agg(valid_during))
    FROM up WHERE NOT in_circle GROUP BY partner_id, ancestor_id, depth ORDER BY partner_id, depth, ancestor_id
"""

BELOW = """
    WITH RECURSIVE below (id) AS (
        SELECT unnest(%s::bigint[])
        UNION
        SELECT placement.partner_id FROM below JOIN partners_placement placement ON placement.parent_id = below.id
    )
    SELECT id FROM below ORDER BY id
"""

CIRCLES = """
    WITH RECURSIVE up (partner_id, ancestor_id, valid_during) AS (
        SELECT id, id, daterange(NULL, NULL) FROM unnest(%s::bigint[]) id
        UNION ALL
        SELECT up.partner_id, placement.parent_id, up.valid_during * placement.valid_during
        FROM up JOIN partners_placement placement
            ON placement.partner_id = up.ancestor_id AND placement.valid_during && up.valid_during
    ) CYCLE ancestor_id SET in_circle USING way
    SELECT partner_id, lower(valid_during) FROM up WHERE in_circle AND ancestor_id = partner_id
    ORDER BY lower(valid_during) NULLS FIRST, partner_id LIMIT 1
"""


def lock_tree() -> None:
    """Moves are serialised: until the transaction ends nobody else changes who stands under whom."""
    locks.advisory_lock(TREE_LOCK)


def everybody_below(partner_ids: Sequence[int]) -> list[int]:
    """These partners and all that ever stand under them, by placements of any time."""
    return [row[0] for row in sql.fetch(BELOW, [list(partner_ids)])]


def rebuild(partner_ids: Sequence[int]) -> int:
    """Derive the ancestry of exactly these partners anew, in one statement; the number of rows.

    Whoever calls it holds the tree's lock and names everybody below as well.
    """
    sql.run("DELETE FROM partners_ancestry WHERE partner_id = ANY(%s)", [list(partner_ids)])
    return sql.run(REBUILD, [list(partner_ids)])


def refuse_circles(partner_ids: Sequence[int]) -> None:
    """Refuse placements that put one of these partners under itself, naming the partner and the first such day."""
    for partner_id, day in sql.fetch(CIRCLES, [list(partner_ids)]):
        raise Circle.of(partner_id, day)
