"""SQL for work on many rows: COPY into a staging table, temporary tables with statistics, plain statements."""

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from django.db import connection

ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def run(statement: str, params: Sequence[Any] | dict[str, Any] | None = None) -> int:
    """Execute one statement; the number of rows it wrote."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.rowcount


def fetch(statement: str, params: Sequence[Any] | dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """All rows of one query."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall()


def fetch_one(statement: str, params: Sequence[Any] | dict[str, Any] | None = None) -> Any:
    """The first column of the first row; None without rows."""
    rows = fetch(statement, params)
    return rows[0][0] if rows else None


def temporary_table(
    name: str,
    query: str,
    params: Sequence[Any] | dict[str, Any] | None = None,
    *,
    statistics_of: Sequence[str] = (),
) -> int:
    """Keep a query's rows until the transaction ends, with statistics, so that what reads them is planned well.

    ``statistics_of``: the columns that conditions and joins name, for a wide table; default: all.
    """
    run(f"DROP TABLE IF EXISTS pg_temp.{quoted(name)}")
    rows = run(f"CREATE TEMPORARY TABLE {quoted(name)} ON COMMIT DROP AS {query}", params)
    analyse(name, statistics_of)
    return rows


def analyse(name: str, columns: Sequence[str] = ()) -> None:
    """Statistics of a table; of these columns only, because each costs as much as a pass over the sample."""
    some = f" ({', '.join(map(quoted, columns))})" if columns else ""
    run(f"ANALYZE {quoted(name)}{some}")


def create_staging(name: str, columns: dict[str, str]) -> None:
    """An unlogged table to COPY into: fast, and empty after a crash, so its job must be able to load again."""
    inner = ", ".join(f"{quoted(column)} {kind}" for column, kind in columns.items())
    run(f"DROP TABLE IF EXISTS {quoted(name)}")
    run(f"CREATE UNLOGGED TABLE {quoted(name)} ({inner})")


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """COPY rows of Python values into a table, streaming; the number of rows copied. COPY fires no audit trigger."""
    return _copy(table, columns, _RowStream(rows), "FORMAT text")


def copy_file(table: str, columns: Sequence[str], file: IO[Any], *, options: str = "FORMAT csv, HEADER true") -> int:
    """COPY a CSV (or what ``options`` say) into a table as it is; the number of rows copied."""
    return _copy(table, columns, file, options)


def discard_plans() -> None:
    """Forget cached plans: a statement-level trigger keeps one made for no rows for the whole session."""
    run("DISCARD PLANS")


def quoted(name: str) -> str:
    """An identifier of ours, safe inside a statement."""
    return connection.ops.quote_name(name)


def _copy(table: str, columns: Sequence[str], stream: Any, options: str) -> int:
    names = ", ".join(quoted(column) for column in columns)
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.copy_expert(f"COPY {quoted(table)} ({names}) FROM STDIN WITH ({options})", stream)
        return cursor.rowcount


def _as_text(value: Any) -> str:
    """One value as COPY's text format reads it."""
    return TEXT.get(type(value), _escaped)(value)


def _escaped(value: Any) -> str:
    return str(value).translate(ESCAPES)


TEXT: dict[type, Callable[[Any], str]] = {
    type(None): lambda _: "\\N",
    bool: lambda value: "t" if value else "f",
    int: str,
    Decimal: str,
    date: date.isoformat,
    datetime: datetime.isoformat,
}


class _RowStream(io.TextIOBase):
    """A file that makes COPY's text from rows while it is read, so that memory stays constant."""

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        self._lines: Iterator[str] = ("\t".join(map(_as_text, row)) + "\n" for row in rows)
        self._rest = ""

    def read(self, size: int | None = -1, /) -> str:
        if size is None or size < 0:
            text, self._rest = self._rest + "".join(self._lines), ""
            return text
        parts, length = [self._rest], len(self._rest)
        while length < size and (line := next(self._lines, None)) is not None:
            parts.append(line)
            length += len(line)
        text = "".join(parts)
        self._rest = text[size:]
        return text[:size]
