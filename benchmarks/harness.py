"""What every benchmark shares: a database of its own, alternated pairs, medians, a table and a last line of JSON.

A benchmark is a module with a ``main`` under ``__main__``; it takes ``--scale`` (1 is the full size) and ``--pairs``.
Its database lies on the server of ``DATABASE_URL``, or on the embedded one; what it generates under ``.local/bench``.
"""

import argparse
import io
import json
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Result:
    """``ratio`` is ours over the limit, or with ``times_faster`` the peer's over ours; seconds unless told."""

    name: str
    ours: float
    limit: float
    ratio: float
    target: float
    ok: bool

    @classmethod
    def at_most(cls, name: str, ours: float, limit: float, target: float, ratio: float | None = None) -> "Result":
        ratio = ours / limit if ratio is None else ratio
        return cls(name, round(ours, 3), round(limit, 3), round(ratio, 3), target, ratio <= target)

    @classmethod
    def times_faster(cls, name: str, ours: float, peer: float, target: float) -> "Result":
        ratio = peer / ours
        return cls(name, round(ours, 3), round(peer, 3), round(ratio, 3), target, ratio >= target)


def arguments(doc: str, **defaults: float) -> argparse.Namespace:
    """--scale and --pairs, with what else the benchmark names."""
    parser = argparse.ArgumentParser(description=doc)
    for name, default in {"scale": 1.0, "pairs": 3, **defaults}.items():
        parser.add_argument(f"--{name}", type=type(default), default=default)
    return parser.parse_args()


def say(text: str) -> None:
    print(f"[{time.strftime('%H:%M:%S')}] {text}", flush=True)


def folder(name: str) -> Path:
    """Where a benchmark keeps what it generates."""
    path = ROOT / ".local" / "bench" / name
    path.mkdir(parents=True, exist_ok=True)
    return path


@contextmanager
def database(name: str, *, keep: bool = False) -> Iterator[None]:
    """A database of the benchmark's own, migrated and fenced, on the configured server; dropped at the end."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "channelhub.settings")
    os.environ["MEDIA_ROOT"] = str(folder(name) / "media")
    from channelhub import embedded

    with embedded.in_use(say=say):
        server = os.environ.get("DATABASE_URL") or embedded.database_url()
        parts = urlsplit(server)
        own = f"{parts.path.strip('/') or 'channelhub'}_bench_{name}"
        if not keep:
            _run(server, f'DROP DATABASE IF EXISTS "{own}"')
        if not _run(server, "SELECT 1 FROM pg_database WHERE datname = %s", own):
            _run(server, f'CREATE DATABASE "{own}" TEMPLATE template0')
        os.environ["DATABASE_URL"] = urlunsplit(parts._replace(path=f"/{own}"))
        try:
            _prepare()
            yield
        finally:
            from django.db import connections

            connections.close_all()
            if not keep:
                _run(server, f'DROP DATABASE IF EXISTS "{own}"')


def _prepare() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    say("migrating")
    call_command("migrate", verbosity=0)
    call_command("fence", verbosity=0, stdout=io.StringIO())


def _run(url: str, statement: str, *params: str) -> list:
    import psycopg2

    connection = psycopg2.connect(url.replace("postgis://", "postgres://"))
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement, params or None)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def alternated(
    ours: Callable[[], object],
    limit: Callable[[], object],
    *,
    pairs: int,
    before: Callable[[], object] = lambda: None,
) -> tuple[float, float, float]:
    """Medians of both and of the ratio within each pair; the order changes from pair to pair."""
    times: list[tuple[float, float]] = []
    for number in range(pairs):
        found = {}
        for work in (ours, limit) if number % 2 else (limit, ours):
            before()
            found[work] = timed(work)
        times.append((found[ours], found[limit]))
        say(f"pair {number + 1} of {pairs}: ours {found[ours]:.2f} s, limit {found[limit]:.2f} s")
    return (
        statistics.median(pair[0] for pair in times),
        statistics.median(pair[1] for pair in times),
        statistics.median(pair[0] / pair[1] for pair in times),
    )


def peak_memory() -> float:
    """The most memory this process held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def report(bench: str, results: list[Result]) -> None:
    """The table, and as the last line one JSON object; leaves with 1 when a target was missed."""
    print(f"\n{'result':<24}{'ours':>12}{'limit':>12}{'ratio':>10}{'target':>10}  ok")
    for result in results:
        print(
            f"{result.name:<24}{result.ours:>12.3f}{result.limit:>12.3f}{result.ratio:>10.3f}{result.target:>10.2f}"
            f"  {'yes' if result.ok else 'NO'}",
        )
    print(f"peak memory of this process: {peak_memory():.0f} MB")
    print(json.dumps({"bench": bench, "results": [asdict(result) for result in results]}), flush=True)
    sys.exit(0 if all(result.ok for result in results) else 1)
