"""Rollup and rebates on 10 million lines, as a first build and for a night of 20,000 new ones, beside their limit."""

from datetime import UTC, datetime

from benchmarks import generate, harness
from benchmarks.harness import Result, say

FULL, SMALL, NEW_LINES, PROGRAMMES, EARNERS = 10_000_000, 1_000_000, 20_000, 20, 500
RESET = """
    TRUNCATE pricing_salesmonth, pricing_salesmonthline, pricing_rebatemeasure, pricing_touchedaccount,
        pricing_rebateposting, pricing_rebateaccount, pricing_periodopening, pricing_takenancestry
"""
MARKS = (
    ("pricing_salesbatch", "taken_in"),
    ("pricing_programmeversion", "known_in"),
    ("pricing_programmemember", "known_in"),
)


def prepare(name: str, lines: int) -> None:
    """A database with the channel, the ledger and 20 programmes; kept for the next run."""
    harness.own_database(name)
    from channelhub.lib import sql

    if sql.fetch_one("SELECT count(*) FROM pricing_salesbatch WHERE reference = 'complete'"):
        _forget_nights(lines)
        return
    say(f"{name}: making {lines:,} ledger lines")
    generate.make_channel()
    generate.make_lines(lines)
    _make_programmes()
    sql.run("INSERT INTO pricing_salesbatch (id, feed_id, reference) SELECT 0, min(id), 'complete' FROM core_feed")
    sql.run("VACUUM ANALYZE")


def _forget_nights(lines: int) -> None:
    """Take back the lines of earlier runs' nights, so that every run finds the same ledger."""
    from channelhub.lib import sql

    sql.run("ALTER TABLE pricing_salesline DISABLE TRIGGER USER")
    sql.run("DELETE FROM pricing_salesline WHERE batch_id > %s", [(lines - 1) // generate.LINES_A_BATCH + 1])
    sql.run("ALTER TABLE pricing_salesline ENABLE TRIGGER USER")


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


def settle() -> float:
    """The steps rollup and rebates as the night runs them: rollup in one, accrual by ranges of partners."""
    from performance.services import night
    from pricing.services import accrual, rollup

    def run() -> None:
        rollup.roll_up(business_day=generate.LAST)
        for part in night.partner_ranges():
            accrual.accrue(business_day=generate.LAST, chunk=(part.params["lo"], part.params["hi"]))

    return harness.timed(run)


def limit() -> float:
    return harness.timed(lambda: harness.run_file("night.sql", first=str(generate.FIRST), last=str(generate.LAST)))


def first_build() -> float:
    reset()
    return settle()


class Nights:
    """Nights of 20,000 new lines each, dated in the ledger's last days."""

    def __init__(self, lines: int) -> None:
        self.next = lines

    def run(self) -> float:
        from channelhub.lib import sql

        generate.make_lines(NEW_LINES, first=self.next, of=self.next + NEW_LINES)
        self.next += NEW_LINES
        sql.run("ANALYZE pricing_salesbatch")
        return settle()


def sizes() -> dict[str, object]:
    from channelhub.lib import sql

    tables = ("salesline", "salesmonth", "salesmonthline", "rebatemeasure", "rebateaccount", "rebateposting")
    return {f"rows of {t}": f"{sql.fetch_one(f'SELECT count(*) FROM pricing_{t}'):,}" for t in tables}


def nights_of(lines: int, pairs: int) -> float:
    nights = Nights(lines)
    return harness.alternated(pairs, **{f"night on {lines:,}": nights.run})[f"night on {lines:,}"]


def main() -> None:
    options = harness.arguments(__doc__)
    full, small = int(FULL * options.scale), int(SMALL * options.scale)
    prepare(f"night{full}", full)
    build = harness.alternated(options.pairs, limit=limit, first_build=first_build)
    big = nights_of(full, options.pairs)
    notes = {**sizes(), "peak memory of the worker": f"{harness.peak_memory():.0f} MB"}
    tiny = night_on_less_history(small, options.pairs)
    harness.report(
        "night",
        [
            Result("first_build", build["first_build"], build["limit"], 1.5),
            Result("night", big, build["limit"], 0.06),
            Result("night_growth", big, tiny, 1.5),
        ],
        notes=notes,
    )


def night_on_less_history(lines: int, pairs: int) -> float:
    """The same night on a tenth of the history, in a database of its own (a process has one)."""
    import json
    import subprocess
    import sys

    code = f"from benchmarks import night; night.small({lines}, {pairs})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def small(lines: int, pairs: int) -> None:
    prepare(f"night{lines}", lines)
    first_build()
    print(nights_of(lines, pairs))


if __name__ == "__main__":
    main()
