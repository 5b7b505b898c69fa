"""Rows on their way in: staged as text, checked by one statement, refused by row, field and rule."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from channelhub.lib import sql
from channelhub.lib.typed_sql import Check, broken_checks

REJECTED = "rejected_rows"
BIG = 20_000


@dataclass(frozen=True)
class Source:
    """Rows that wait to be taken: a table or a query in brackets, with ``row_no`` and text columns, never NULL.

    ``params``: the named parameters of the query. ``rows``: how many there are. ``never_filled``: fields that are empty
    in every row, so that nothing need be looked up for them.
    """

    relation: str
    rows: int
    params: Mapping[str, Any] = field(default_factory=dict)
    never_filled: frozenset[str] = frozenset()


@dataclass(frozen=True)
class RowError:
    """One value that was refused: in which row and field, by which rule (its code is part of the public API)."""

    row: int
    field: str
    rule: str
    value: str


@dataclass(frozen=True)
class Taken:
    """What became of staged rows; those refused stand in the table ``rejected_rows``."""

    taken: int
    unchanged: int
    rejected: int
    batch_id: int | None = None
    changed: int = 0


def as_text(value: Any) -> str:
    """A sent value as it is staged: never in scientific notation, days in ISO form, nothing as the empty text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f") if value.is_finite() else str(value)
    if isinstance(value, float):
        return as_text(Decimal(repr(value)))
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value).replace("\x00", "").strip()


def stage(name: str, fields: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Source:
    """COPY parsed rows into a temporary table; they are numbered from 1 in the order given."""
    sql.run(f"DROP TABLE IF EXISTS pg_temp.{sql.quoted(name)}")
    columns = ", ".join(f"{sql.quoted(column)} text NOT NULL" for column in fields)
    sql.run(f"CREATE TEMPORARY TABLE {sql.quoted(name)} (row_no bigint NOT NULL, {columns}) ON COMMIT DROP")
    staged = ([number, *(as_text(row.get(column)) for column in fields)] for number, row in enumerate(rows, start=1))
    count = sql.copy_rows(name, ["row_no", *fields], staged)
    sql.run(f"ANALYZE {sql.quoted(name)}")
    return Source(sql.quoted(name), count)


def prepare(source: Source) -> None:
    """An empty table for what is refused, and room to sort and join for the rest of the transaction."""
    empty_rejected()
    if source.rows > BIG:
        sql.run("SET LOCAL work_mem = '256MB'")
        sql.run("SET LOCAL jit = off")
        sql.discard_plans()


def empty_rejected() -> None:
    """Nothing is refused yet in this transaction."""
    sql.run(f"DROP TABLE IF EXISTS pg_temp.{REJECTED}")
    sql.run(
        f"CREATE TEMPORARY TABLE {REJECTED} (row_no bigint NOT NULL, field text NOT NULL, rule text NOT NULL,"
        " value text NOT NULL) ON COMMIT DROP",
    )


def reject_broken(checked: str, checks: tuple[Check, ...], params: Mapping[str, Any]) -> int:
    """Name every broken rule of the rows that were not accepted; the number of such rows."""
    sql.run(
        f"INSERT INTO {REJECTED} SELECT t.row_no, e.field, e.rule, e.value FROM {checked} t"
        f" CROSS JOIN LATERAL {broken_checks(checks)} WHERE NOT t.ok AND e.broken",
        dict(params),
    )
    return rejected_count()


def rejected_count() -> int:
    """How many rows were refused."""
    return int(sql.fetch_one(f"SELECT count(DISTINCT row_no) FROM {REJECTED}"))


def rejected_rows() -> list[RowError]:
    """Every refusal, in the order of the rows."""
    rows = sql.fetch(f"SELECT row_no, field, rule, value FROM {REJECTED} ORDER BY row_no, field, rule")
    return [RowError(*row) for row in rows]


def reject_again(errors: Iterable[RowError]) -> None:
    """Tell these refusals and no others: after what told them was taken back."""
    empty_rejected()
    rows = ([error.row, error.field, error.rule, error.value] for error in errors)
    sql.copy_rows(REJECTED, ["row_no", "field", "rule", "value"], rows)
