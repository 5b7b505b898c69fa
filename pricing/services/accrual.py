"""Accrual: posts, for every touched account, what it has earned by all facts taken minus what was posted."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import structlog
from django.db import transaction

from channelhub.core.selectors.months import first_open_month
from channelhub.lib import locks, sql
from pricing.models.settlement import PARTS
from pricing.rules import settling
from pricing.rules.settling import CAUSES, Due
from pricing.selectors import rebates
from pricing.selectors.rebates import AccountState
from pricing.services.rollup import ROLLUP_LOCK

log = structlog.get_logger(__name__)

TAKE = """
    WITH gone AS (
        DELETE FROM pricing_touchedaccount WHERE id IN (
            SELECT id FROM pricing_touchedaccount
            WHERE earner_id >= %(low)s AND earner_id <= %(high)s ORDER BY id FOR UPDATE SKIP LOCKED
        ) RETURNING programme_id, earner_id, period_on
    )
    INSERT INTO touched (programme_id, partner_id, period_on)
    SELECT DISTINCT programme_id, earner_id, period_on FROM gone
"""
MAKE_ACCOUNTS = """
    INSERT INTO pricing_rebateaccount (programme_id, partner_id, period_on, period_ends, currency)
    SELECT t.programme_id, t.partner_id, t.period_on, (t.period_on + CASE p.period WHEN 'month' THEN interval '1 month'
        WHEN 'quarter' THEN interval '3 months' ELSE interval '1 year' END)::date, p.currency
    FROM touched t JOIN pricing_rebateprogramme p ON p.id = t.programme_id
    WHERE NOT EXISTS (SELECT FROM pricing_rebateaccount a WHERE a.programme_id = t.programme_id
        AND a.partner_id = t.partner_id AND a.period_on = t.period_on)
    ORDER BY t.programme_id, t.partner_id, t.period_on
    ON CONFLICT (programme_id, partner_id, period_on) DO NOTHING
"""
LOCK_ACCOUNTS = """
    INSERT INTO locked_account (id, programme_id, partner_id, period_on)
    SELECT a.id, a.programme_id, a.partner_id, a.period_on
    FROM pricing_rebateaccount a JOIN touched t USING (programme_id, partner_id, period_on)
    ORDER BY a.id FOR UPDATE OF a
"""
OPEN_MONTHS = """
    INSERT INTO core_accountingmonth (month) SELECT unnest(%s::date[]) ON CONFLICT (month) DO NOTHING
"""
TOUCH_AGAIN = """
    INSERT INTO pricing_touchedaccount (programme_id, earner_id, period_on)
    SELECT programme_id, partner_id, period_on FROM locked_account WHERE id = ANY (%s)
"""
RANGES = """
    SELECT min(earner_id) FROM (
        SELECT earner_id, (sum(count(*)) OVER (ORDER BY earner_id) - count(*))::bigint / %s AS part
        FROM pricing_touchedaccount GROUP BY earner_id
    ) queued GROUP BY part ORDER BY part
"""
POSTING = ("account_id", "partner_id", "number", "known_in", "booked_in", "run_on", "programme_version_id", "currency")
EVERYBODY = (0, 2**63 - 1)


@transaction.atomic
def accrue(*, business_day: date, chunk: tuple[int, int] | None = None, leave_failing: bool = False) -> dict[str, int]:
    """Settle the touched accounts of some partners (``chunk``: lowest and highest id; None: all).

    Accounts are locked before anything of them is read, so nothing is posted twice; a failure leaves them queued.
    ``leave_failing``: an account whose computation fails is logged and queued again instead of failing the rest.
    """
    locks.advisory_lock(ROLLUP_LOCK, shared=True)
    if not _take(chunk or EVERYBODY):
        return {"accounts": 0, "postings": 0, "failed": 0}
    first_open = first_open_month()
    accounts, failed, rows = 0, [], []
    for state in rebates.account_states("locked_account"):
        accounts += 1
        try:
            rows += _posting_rows(state, business_day=business_day, first_open=first_open)
        except Exception as error:
            if not leave_failing:
                raise
            log.exception("account set aside", account_id=state.id, error=str(error))
            failed.append(state.id)
    _write(rows)
    if failed:
        sql.run(TOUCH_AGAIN, [failed])
    return {"accounts": accounts, "postings": len(rows), "failed": len(failed)}


def touched_ranges(*, accounts: int) -> list[tuple[int, int]]:
    """Ranges of partner ids with about so many queued accounts each; together they cover every partner there may be."""
    lows = [row[0] for row in sql.fetch(RANGES, [accounts])]
    first, last = EVERYBODY
    return list(zip([first, *lows[1:]], [*(low - 1 for low in lows[1:]), last], strict=True))


def touch_all() -> int:
    """Queue every account there is: accrual then posts nothing, or what was wrong."""
    return sql.run(
        "INSERT INTO pricing_touchedaccount (programme_id, earner_id, period_on)"
        " SELECT programme_id, partner_id, period_on FROM pricing_rebateaccount"
    )


def _take(chunk: tuple[int, int]) -> int:
    """Take the queue's rows, make the accounts that are new, lock all in key order: temporary ``locked_account``."""
    waiting = "SELECT FROM pricing_touchedaccount WHERE earner_id >= %s AND earner_id <= %s"
    if not sql.fetch_one(f"SELECT EXISTS ({waiting})", chunk):
        return 0
    sql.run("DROP TABLE IF EXISTS pg_temp.touched, pg_temp.locked_account")
    sql.run("CREATE TEMPORARY TABLE touched (programme_id bigint, partner_id bigint, period_on date) ON COMMIT DROP")
    if not sql.run(TAKE, {"low": chunk[0], "high": chunk[1]}):
        return 0
    sql.run("ANALYZE touched")
    sql.run(MAKE_ACCOUNTS)
    sql.run(
        "CREATE TEMPORARY TABLE locked_account (id bigint, programme_id bigint, partner_id bigint, period_on date)"
        " ON COMMIT DROP"
    )
    locked = sql.run(LOCK_ACCOUNTS)
    sql.run("ANALYZE locked_account")
    return locked


def _posting_rows(state: AccountState, *, business_day: date, first_open: date) -> list[tuple[Any, ...]]:
    earned = settling.split(state.facts)
    due = settling.due(earned_by=earned, posted=state.posted.by_month, first_open=first_open)
    return [
        _row(state, posting, number, business_day)
        for number, posting in enumerate(due, start=state.posted.last_number + 1)
    ]


def _row(state: AccountState, posting: Due, number: int, business_day: date) -> tuple[Any, ...]:
    version = settling.ruling(state.facts, posting.known_in)
    return (
        state.id,
        state.partner_id,
        number,
        posting.known_in,
        posting.booked_in,
        business_day,
        None if version is None else version.id,
        state.facts.currency,
        *(posting.parts[cause] for cause in CAUSES),
        posting.amount,
    )


def _write(rows: list[tuple[Any, ...]]) -> None:
    if not rows:
        return
    sql.run(OPEN_MONTHS, [sorted(set(_booked_months(rows)))])
    sql.discard_plans()
    sql.copy_rows("pricing_rebateposting", [*POSTING, *PARTS, "amount"], rows)


def _booked_months(rows: list[tuple[Any, ...]]) -> Iterator[date]:
    at = POSTING.index("booked_in")
    return (row[at] for row in rows)
