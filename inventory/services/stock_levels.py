"""The statements that write levels and movements together, and the one that compares what stood there before."""

from dataclasses import dataclass

from channelhub.core.services.staging import REJECTED
from channelhub.lib import sql
from inventory.enums import MovementKind
from inventory.models import StockBatch
from inventory.services.stock_checks import CHECKED

LEVEL = (
    "location_id, product_id, partner_id, feed_id, on_hand, reserved, in_transit, on_hand_change, reserved_change,"
    " in_transit_change, counted_at, updated_at"
)
WRITTEN = "location_id, product_id, partner_id, on_hand, on_hand_change, reserved_change, in_transit_change, counted_at"
CHANGED = "on_hand_change <> 0 OR coalesce(reserved_change, 0) <> 0 OR coalesce(in_transit_change, 0) <> 0"

FEW_TURNS = 3  # each may read all rows; a history with hundreds of turns gets an index


@dataclass(frozen=True)
class Written:
    """How many levels a statement wrote, and how many of them changed, each with its movement."""

    levels: int = 0
    movements: int = 0

    def __add__(self, other: "Written") -> "Written":
        return Written(self.levels + other.levels, self.movements + other.movements)


@dataclass(frozen=True)
class Turn:
    """What became of one row of every location and product."""

    written: Written
    outdated: int = 0


def turns() -> list[int]:
    """How many good rows each turn has: one turn, unless a location and product is named more than once."""
    rows = sql.fetch(f"SELECT turn, count(*) FROM {CHECKED} WHERE ok GROUP BY turn ORDER BY turn")
    if len(rows) > FEW_TURNS:
        sql.run(f"CREATE INDEX ON {CHECKED} (turn, location_id, product_id) WHERE ok")
    return [count for _turn, count in rows]


def take_turn(batch: StockBatch, *, turn: int, rows: int) -> Turn:
    """Write the rows of one turn, ``rows`` in number: the newer ones change their level, with a movement each.

    In the order of their keys, because unsorted loads deadlock. What was not newer is compared only in a second
    statement: before the first one, a racing load's figure would not be seen.
    """
    written = _write(batch, turn)
    return Turn(written) if written.levels == rows else Turn(written, _compare(turn))


def with_movements(batch: StockBatch, kind: MovementKind, levels: str) -> str:
    """One statement: what ``levels`` (INSERT or UPDATE with RETURNING) changed becomes movements of the batch."""
    return f"""
        WITH written AS ({levels} RETURNING {", ".join(f"level.{name.strip()}" for name in WRITTEN.split(","))}),
        moved AS (
            INSERT INTO inventory_stockmovement
                (batch_id, location_id, product_id, partner_id, kind, on_hand, reserved, in_transit, balance,
                counted_at)
            SELECT {batch.pk}, location_id, product_id, partner_id, {kind.value}, on_hand_change,
                coalesce(reserved_change, 0), coalesce(in_transit_change, 0), on_hand, counted_at
            FROM written WHERE {CHANGED}
            RETURNING 1
        )
        SELECT (SELECT count(*) FROM written), (SELECT count(*) FROM moved)
    """


def run(statement: str, params: dict[str, object]) -> Written:
    """Execute a statement made by ``with_movements``."""
    [(levels, movements)] = sql.fetch(statement, params)
    return Written(levels, movements)


def _write(batch: StockBatch, turn: int) -> Written:
    """What changed is computed under the row's lock, by the statement that changes it: nobody can come between."""
    levels = f"""
        INSERT INTO inventory_stocklevel AS level ({LEVEL})
        SELECT t.location_id, t.product_id, t.partner_id, %(feed)s, t.new_on_hand, coalesce(t.new_reserved, 0),
            coalesce(t.new_in_transit, 0), t.new_on_hand, t.new_reserved, t.new_in_transit, t.counted, now()
        FROM {CHECKED} t WHERE t.ok AND t.turn = %(turn)s
        ORDER BY t.location_id, t.product_id
        ON CONFLICT (location_id, product_id) DO UPDATE SET
            on_hand = excluded.on_hand, {_kept("reserved")}, {_kept("in_transit")},
            on_hand_change = excluded.on_hand - level.on_hand, {_change("reserved")}, {_change("in_transit")},
            counted_at = excluded.counted_at, feed_id = excluded.feed_id,
            updated_at = CASE WHEN excluded.on_hand <> level.on_hand OR {_differs("reserved")}
                OR {_differs("in_transit")} THEN excluded.updated_at ELSE level.updated_at END
        WHERE excluded.counted_at > level.counted_at
    """
    statement = with_movements(batch, MovementKind.COUNTED, levels)
    return run(statement, {"feed": batch.feed_id, "turn": turn})


def _kept(name: str) -> str:
    """A figure that the row does not tell stays."""
    return f"{name} = CASE WHEN excluded.{name}_change IS NULL THEN level.{name} ELSE excluded.{name} END"


def _change(name: str) -> str:
    told = f"excluded.{name}_change IS NOT NULL"
    return f"{name}_change = CASE WHEN {told} THEN excluded.{name} - level.{name} END"


def _differs(name: str) -> str:
    return f"(excluded.{name}_change IS NOT NULL AND excluded.{name} <> level.{name})"


def _compare(turn: int) -> int:
    """Refuse the rows that contradict what is known for the same time; how many rows were older than that."""
    figures = ("on_hand", "reserved", "in_transit")
    other = " OR ".join(f"level.{name} <> t.new_{name}" for name in figures)
    return sql.fetch_one(
        f"""
        WITH passed AS (
            SELECT t.row_no, t.on_hand, level.counted_at > t.counted AS outdated,
                level.counted_at = t.counted AND ({other}) AS contradicts
            FROM {CHECKED} t
            JOIN inventory_stocklevel level ON level.location_id = t.location_id AND level.product_id = t.product_id
            WHERE t.ok AND t.turn = %(turn)s
        ), refused AS (
            INSERT INTO {REJECTED} SELECT row_no, 'on_hand', 'contradicts', on_hand FROM passed WHERE contradicts
        )
        SELECT count(*) FROM passed WHERE outdated
        """,
        {"turn": turn},
    )
