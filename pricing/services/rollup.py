"""The rollup: takes every fact that waits, adds new lines to the sums, and queues the accounts that must be settled."""

from datetime import date

from django.db import transaction

from channelhub.core.selectors.months import first_open_month
from channelhub.lib import locks, sql
from pricing.selectors.measures import lines_of
from pricing.services import facts, measures, tree

ROLLUP_LOCK = "pricing_one_rollup_at_a_time"
# Group by hashing: the planner would rather sort ten million lines because the sums are wanted in the order of a key.
PLANNER = ("work_mem = '256MB'", "jit = off", "enable_sort = off")
# Up to so many lines a night's are copied once; a first build reads the ledger itself.
COPIED_LINES = 1_000_000

TAKE_BATCHES = """
    WITH taken AS (
        UPDATE pricing_salesbatch SET taken_in = %(month)s WHERE taken_in IS NULL RETURNING id, taken_in
    )
    INSERT INTO taken_batch SELECT id, taken_in FROM taken
"""
NEW_LINES = f"""
    SELECT count(*) FROM (
        SELECT FROM taken_batch t JOIN pricing_salesline l ON l.batch_id = t.id LIMIT {COPIED_LINES + 1}
    ) AS found
"""
NEW_DAYS = """
    (SELECT DISTINCT booked_on FROM taken_batch t JOIN pricing_salesline l ON l.batch_id = t.id
     UNION SELECT DISTINCT counts_on FROM taken_batch t JOIN pricing_salesline l ON l.batch_id = t.id)
"""
BY_PARTNER = ("partner_id", "month", "kind", "currency")
BY_LINE = ("home_territory_id", "product_line_id", "month", "kind", "currency")
# New lines for the rollup by product line: the day it counts on does not matter to it.
BOOKED = """
    (SELECT l.home_territory_id, l.product_line_id, l.kind, l.currency, l.net_amount, l.quantity, b.month
     FROM {lines} l JOIN calendar b ON b.day = l.booked_on)
"""
TAKEN_LINES = "(SELECT l.* FROM pricing_salesline l JOIN taken_batch t ON t.id = l.batch_id)"
NEVER_TAKEN = "SELECT NOT EXISTS (SELECT FROM pricing_salesbatch WHERE taken_in IS NOT NULL)"
LINES_THERE_ARE = "SELECT count(*) FROM (SELECT FROM pricing_salesline LIMIT %s) AS found"


@transaction.atomic
def roll_up(*, business_day: date) -> dict[str, int]:
    """Take everything committed and not yet taken, once, each fact with the month in which it is known.

    Safe to run at any time, alone or beside writers: a second rollup waits, what commits later is taken by the next.
    ``business_day``: earned periods that have begun by then are opened. Answers how many of each it took.
    """
    locks.advisory_lock(ROLLUP_LOCK)
    month = first_open_month()
    for setting in PLANNER:
        sql.run(f"SET LOCAL {setting}")
    moves = _take_moves(month)
    versions, members = facts.take_terms(month=month)
    others = facts.take_others(month=month, business_day=business_day)
    measures.know_rules(fresh_versions=versions, fresh_members=members)
    if (versions or members) and measures.who_earns(fresh=True):
        measures.make_calendar()
        measures.add_history()
    batches = _take_batches(month)
    facts.touch(versions=versions, members=members, **others)
    sql.run("SET LOCAL enable_sort = on")
    return {
        "batches": batches,
        "moves": moves,
        "versions": len(versions),
        "members": len(members),
        **{name: len(ids) for name, ids in others.items()},
    }


def _take_moves(month: date) -> int:
    """Move lines known before this month between the earners they have now; others are attributed anew."""
    pieces = tree.find_moves()
    if pieces:
        measures.know_rules(fresh_versions=[], fresh_members=[])
        if measures.who_earns_since_moves(month=month):
            measures.make_calendar()
            measures.add_history()
    return tree.take_moves(month=month)


def _take_batches(month: date) -> int:
    first_build = _keep_batches_out()
    sql.run("CREATE TEMPORARY TABLE IF NOT EXISTS taken_batch (id bigint, taken_in date) ON COMMIT DROP")
    sql.run("TRUNCATE taken_batch")
    batches = sql.run(TAKE_BATCHES, {"month": month})
    sql.run("ANALYZE taken_batch")
    if not batches:
        return 0
    many = first_build or sql.fetch_one(NEW_LINES) > COPIED_LINES
    if many:
        _add_from_ledger("pricing_salesline" if first_build else TAKEN_LINES)
        sql.run("ANALYZE pricing_salesmonth, pricing_salesmonthline, pricing_rebatemeasure, pricing_touchedaccount")
    else:
        _add_from_copy()
    return batches


def _keep_batches_out() -> bool:
    """Whether this is a first build of very many lines. If so no batch enters until it is done, so that the whole
    ledger is what is taken and no line need be looked up by its batch.
    """
    some_taken = not sql.fetch_one(NEVER_TAKEN)
    if some_taken or sql.fetch_one(LINES_THERE_ARE, [COPIED_LINES + 1]) <= COPIED_LINES:
        return False
    sql.run("LOCK TABLE pricing_salesbatch IN SHARE MODE")
    return True


def _add_from_copy() -> None:
    """Add a night's lines, copied once."""
    measures.make_calendar(NEW_DAYS)
    sql.temporary_table("new_line", lines_of("taken_batch"))
    _add(measures.PARTNER_SUMS, booked="new_line", lines="new_line")


def _add_from_ledger(lines: str) -> None:
    """Add very many lines, read where they are."""
    measures.make_calendar()
    _add(measures.LEDGER_SUMS.format(lines=lines), booked=BOOKED.format(lines=lines), lines=lines_of("taken_batch"))


def _add(partner_sums: str, *, booked: str, lines: str) -> None:
    sql.temporary_table("partner_sum", partner_sums)
    _add_sums("pricing_salesmonth", BY_PARTNER, "partner_sum", count="sum(lines)")
    _add_sums("pricing_salesmonthline", BY_LINE, booked, count="count(*)")
    if measures.who_earns(fresh=None):
        measures.add_new(lines)


def _add_sums(table: str, key: tuple[str, ...], lines: str, *, count: str) -> int:
    """Add lines to a rollup, in the order of its key so that the index is filled from left to right."""
    columns = ", ".join(key)
    return sql.run(f"""
        WITH summed AS MATERIALIZED (
            SELECT {columns}, sum(net_amount) AS amount, sum(quantity) AS quantity, {count} AS lines
            FROM {lines} l
            GROUP BY {columns}
        )
        INSERT INTO {table} AS r ({columns}, amount, quantity, lines)
        SELECT {columns}, amount, quantity, lines FROM summed ORDER BY {columns}
        ON CONFLICT ({columns}) DO UPDATE SET amount = r.amount + excluded.amount,
            quantity = r.quantity + excluded.quantity, lines = r.lines + excluded.lines
    """)
