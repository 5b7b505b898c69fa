"""Every lock we take by hand. Rows are locked in key order; rules that no row stands for have a named lock."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from typing import TypeVar

from django.db import Error, connection, models

Q = TypeVar("Q", bound=models.QuerySet)


def lock_key(name: str) -> int:
    """A stable 64-bit key of a lock's name, the same in every process and version."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)


def advisory_lock(name: str, *, shared: bool = False) -> None:
    """Wait for the named lock and hold it until the transaction ends; shared holders only exclude exclusive ones."""
    _call("pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock", name)


def try_advisory_lock(name: str, *, shared: bool = False) -> bool:
    """Take the named lock until the transaction ends if it is free just now; False: somebody holds it."""
    return bool(_call("pg_try_advisory_xact_lock_shared" if shared else "pg_try_advisory_xact_lock", name))


@contextmanager
def session_slot(name: str, *, slots: int) -> Iterator[int | None]:
    """One of so many places, held by this connection over any number of transactions; None: all are taken.

    A worker that is killed gives its place back when PostgreSQL notices that the connection is gone.
    """
    keys = {slot: lock_key(f"{name}:{slot}") for slot in range(slots)}
    taken = next((slot for slot, key in keys.items() if _session_call("pg_try_advisory_lock", key)), None)
    try:
        yield taken
    finally:
        if taken is not None:
            try:
                _session_call("pg_advisory_unlock", keys[taken])
            except Error:
                connection.close()  # with the connection goes the lock


def _session_call(function: str, key: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [key])
        return bool(cursor.fetchone()[0])


def _call(function: str, name: str) -> object:
    if not connection.in_atomic_block:
        raise RuntimeError(f"the lock {name} would be released at once: no transaction is open")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [lock_key(name)])
        return cursor.fetchone()[0]


def locked_in_key_order(queryset: Q, *, skip: bool = False) -> Q:
    """The queryset's rows, locked in pk order so that two lockers cannot wait for each other."""
    return queryset.order_by("pk").select_for_update(of=("self",), skip_locked=skip)
