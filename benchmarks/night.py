"""Rollup and rebates on 10 million lines, as a first build and for a night of 20,000 new ones, beside their limit."""

import os
import statistics
import subprocess
import sys
from datetime import UTC, datetime

from benchmarks import generate, harness
from benchmarks.harness import Result, say

FULL, SMALL, NEW_LINES, PROGRAMMES, EARNERS, WORKERS = 10_000_000, 1_000_000, 20_000, 20, 500, 2
RESET = """
    TRUNCATE pricing_salesmonth, pricing_salesmonthline, pricing_rebatemeasure, pricing_touchedaccount,
        pricing_rebateposting, pricing_rebateaccount, pricing_periodopening, pricing_takenancestry
"""
MARKS = (
    ("pricing_salesbatch", "taken_in"),
    ("pricing_programmeversion", "known_in"),
    ("pricing_programmemember", "known_in"),
)


def prepare(lines: int) -> None:
    """The channel, the ledger and 20 programmes in the database at hand; kept for the next run."""
    from channelhub.lib import sql

    if sql.fetch_one("SELECT count(*) FROM pricing_salesbatch WHERE reference = 'complete'"):
        _forget_nights(lines)
        return
    say(f"making {lines:,} ledger lines")
    generate.make_channel()
    generate.make_lines(lines)
    _make_programmes()
    sql.run("INSERT INTO pricing_salesbatch (id, feed_id, reference) SELECT 0, min(id), 'complete' FROM core_feed")
    sql.run("VACUUM ANALYZE")


def _forget_nights(lines: int) -> None:
    """Take back the lines of earlier runs' nights, so that every run finds the same ledger."""
    from channelhub.lib import sql

    last = (lines - 1) // generate.LINES_A_BATCH + 1
    for table, batch in (("pricing_salesline", "batch_id"), ("pricing_salesbatch", "id")):
        sql.run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        sql.run(f"DELETE FROM {table} WHERE {batch} > %s", [last])
        sql.run(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _make_programmes() -> None:
    from decimal import Decimal

    from pricing.rules.rebates import Band, Terms
    from pricing.services import members, programmes

    at = datetime(2024, 1, 1, tzinfo=UTC)
    bands = [Band(Decimal(0), Decimal("0.01")), Band(Decimal(50_000), Decimal("0.02"))]
    for number in range(PROGRAMMES):
        programme = programmes.create_programme(
            code=f"bench{number}", name="bench", currency="CNY", period="quarter", starts_on=generate.FIRST
        )
        method = "retrospective" if number % 2 else "incremental"
        programmes.publish_version(
            programme=programme,
            valid_from=generate.FIRST,
            terms=Terms(method, "amount", "percent", bands, "CNY"),
            counting=programmes.Counting([1]),
            at=at,
        )
        programmes.activate(programme=programme)
        earners = range(number * EARNERS + 1, (number + 1) * EARNERS + 1)
        members.add_members(programme=programme, partner_ids=earners)


def reset() -> None:
    """As if no night had ever been."""
    from channelhub.lib import sql

    sql.run(RESET)
    for table, mark in MARKS:
        sql.run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        sql.run(f"UPDATE {table} SET {mark} = NULL WHERE {mark} IS NOT NULL")
        sql.run(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        sql.run(f"VACUUM ANALYZE {table}")


def settle() -> None:
    """The steps rollup and rebates as the night runs them: rollup in one, accrual by ranges, by two workers."""
    from performance.services import night
    from pricing.services import rollup

    rollup.roll_up(business_day=generate.LAST)
    ranges = [(part.params["lo"], part.params["hi"]) for part in night.touched_ranges()]
    workers = [_fork(ranges[number::WORKERS]) for number in range(1, WORKERS) if ranges[number:]]
    _accrue(ranges[::WORKERS])
    failed = [status for worker in workers if (status := os.waitpid(worker, 0)[1])]
    if failed:
        raise RuntimeError(f"a worker ended with {failed}")


def _accrue(ranges: list[tuple[int, int]]) -> None:
    from pricing.services import accrual

    for low, high in ranges:
        accrual.accrue(business_day=generate.LAST, chunk=(low, high))


def _fork(ranges: list[tuple[int, int]]) -> int:
    """A second worker: a process with a connection of its own; its id."""
    from django.db import connections

    if pid := os.fork():
        return pid
    status = 1
    try:
        for connection in connections.all():
            connection.connection = None  # the parent's: neither used nor closed here
        _accrue(ranges)
        status = 0
    finally:
        os._exit(status)


def limit() -> None:
    """The sums by hand-written SQL, in one transaction."""
    from django.db import transaction

    from channelhub.lib import sql

    statements = (harness.ROOT / "benchmarks" / "limits" / "night.sql").read_text()
    with transaction.atomic():
        sql.run(statements.format(first=generate.FIRST, last=generate.LAST))


def nights(lines: int, count: int) -> float:
    """The median of some nights of 20,000 new lines each, dated in the ledger's last days; making them is not timed."""
    from channelhub.lib import sql

    seconds = []
    sql.run("VACUUM ANALYZE")  # between a first build and a night the server has had a day for it
    for number in range(count):
        first = lines + number * NEW_LINES
        generate.make_lines(NEW_LINES, first=first, of=first + NEW_LINES)
        sql.run("ANALYZE pricing_salesbatch")
        seconds.append(harness.timed(settle))
        say(f"night {number + 1} on {lines:,} lines: {seconds[-1]:.2f} s")
    return statistics.median(seconds)


def print_sizes() -> None:
    """Rows of each table beside the ledger's."""
    from channelhub.lib import sql

    for table in ("salesline", "salesmonth", "salesmonthline", "rebatemeasure", "rebateaccount", "rebateposting"):
        print(f"rows of {table}: {sql.fetch_one(f'SELECT count(*) FROM pricing_{table}'):,}")


def on_less_history(lines: int, count: int) -> float:
    """The same nights on a tenth of the history, by a process of its own: a process has one database."""
    code = f"from benchmarks import night; night.small({lines}, {count})"
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, check=True)
    say(f"night on {lines:,} lines: {done.stdout.splitlines()[-1]} s")
    return float(done.stdout.splitlines()[-1])


def small(lines: int, count: int) -> None:
    """Build, run the nights, print their median."""
    with harness.database(f"night{lines}", keep=True):
        prepare(lines)
        reset()
        settle()
        print(nights(lines, count))


def main() -> None:
    """First build, night, and how the night grows with history."""
    options = harness.arguments(__doc__)
    full = int(FULL * options.scale)
    smaller = on_less_history(int(SMALL * options.scale), options.pairs)
    with harness.database(f"night{full}", keep=True):
        prepare(full)
        ours, plain, ratio = harness.alternated(settle, limit, pairs=options.pairs, before=reset)
        reset()
        settle()
        night = nights(full, options.pairs)
        print_sizes()
        harness.report(
            "night",
            [
                Result.at_most("first_build", ours, plain, 1.5, ratio),
                Result.at_most("night", night, plain, 0.06),
                Result.at_most("night_growth", night, smaller, 1.5),
            ],
        )


if __name__ == "__main__":
    main()
