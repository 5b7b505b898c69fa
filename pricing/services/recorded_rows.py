"""Recorded rows in bulk: what is known already stays, what says something else is superseded, never edited."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from channelhub.core.models import Feed
from channelhub.core.services.staging import REJECTED
from channelhub.lib import sql
from pricing.errors import OnlyTheMaker

NEW = "new_recorded_rows"


def makers_own(feed: Feed) -> None:
    """Refuses a partner's feed."""
    if feed.partner_id is not None:
        raise OnlyTheMaker


def reject_twice(checked: str, *, key: Sequence[str], content: Sequence[str], field: str) -> None:
    """Refuse later rows of the file that say something else under the same key; equal ones are passed over.

    Needs the columns ``ok`` and ``row_no``; afterwards ``firsts`` finds the rows that count.
    """
    same = " AND ".join(f"t.{name} IS NOT DISTINCT FROM f.{name}" for name in content)
    keys = " AND ".join(f"t.{name} IS NOT DISTINCT FROM f.{name}" for name in key)
    sql.run(
        f"""
        INSERT INTO {REJECTED} SELECT t.row_no, '{field}', 'twice_in_file', t.{field}
        FROM {checked} t JOIN ({firsts(checked, key)}) f ON {keys} AND f.row_no < t.row_no
        WHERE t.ok AND NOT ({same}) AND NOT EXISTS (SELECT FROM {REJECTED} r WHERE r.row_no = t.row_no)
        """,
    )


def firsts(checked: str, key: Sequence[str]) -> str:
    """Of the good rows with one key the first."""
    keys = ", ".join(f"c.{name}" for name in key)
    return f"SELECT DISTINCT ON ({keys}) c.* FROM {checked} c WHERE c.ok ORDER BY {keys}, c.row_no"


def enter_recorded(
    table: str, wanted: str, *, key: Mapping[str, str], values: Mapping[str, str], match: str, at: datetime
) -> int:
    """Record the rows of the query ``wanted`` that say something new; how many of its ``row_no`` did.

    ``key`` and ``values``: column -> expression over ``t``; ``match``: when the known row ``r`` has the key of ``t``.
    Hold a lock on the table's rules: what is new is decided before it is written.
    """
    same = " AND ".join(f"r.{column} IS NOT DISTINCT FROM {value}" for column, value in values.items()) or "true"
    known = f"SELECT 1 FROM {table} r WHERE {match} AND r.known_until IS NULL"
    sql.temporary_table(NEW, f"SELECT t.* FROM ({wanted}) t WHERE NOT EXISTS ({known} AND {same})")
    params: dict[str, Any] = {"at": at}
    if values:
        sql.run(
            f"UPDATE {table} r SET known_until = %(at)s FROM {NEW} t WHERE {match} AND r.known_until IS NULL", params
        )
    columns = {**key, **values}
    sql.run(
        f"""
        INSERT INTO {table} ({", ".join(columns)}, known_from)
        SELECT {", ".join(columns.values())}, %(at)s FROM {NEW} t ORDER BY t.row_no
        """,
        params,
    )
    return int(sql.fetch_one(f"SELECT count(DISTINCT row_no) FROM {NEW}"))
