"""The fence: how PostgreSQL itself keeps a dealer's request inside its own rows."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

ROLE = "channelhub_dealer"


@dataclass(frozen=True)
class Standing:
    """Where a connection stands: the acting partner, and the ids of its subtree of today (itself included)."""

    partner_id: int | None
    subtree: tuple[int, ...]


NOBODY = Standing(None, ())


def fence() -> Standing | None:
    """The fence this connection stands in; None: the owner's rights."""
    return getattr(connection, "fence", None)  # on the connection, because it is the connection's state


def _set_role_and_partners(role_standing: Standing | None, partners: Standing | None) -> None:
    role = "none" if role_standing is None else ROLE
    subtree = "" if partners is None else "{" + ",".join(map(str, partners.subtree)) + "}"
    own = "" if partners is None or partners.partner_id is None else str(partners.partner_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('channelhub.partners', %s, true), set_config('channelhub.partner', %s, true),"
            " set_config('role', %s, true)",
            [subtree, own, role],
        )


@contextmanager
def _standing(standing: Standing | None, partners: Standing | None) -> Iterator[None]:
    """A transaction or savepoint standing there; on rollback PostgreSQL itself goes back to where it stood."""
    before = fence()
    with transaction.atomic():
        _set_role_and_partners(standing, partners)
        connection.fence = standing  # type: ignore[attr-defined]
        try:
            yield
            if not connection.needs_rollback:
                _set_role_and_partners(before, before)
        finally:
            connection.fence = before  # type: ignore[attr-defined]  # before the commit: deferred triggers run as owner


@contextmanager
def fenced(standing: Standing, *, read_only: bool = False) -> Iterator[None]:
    """Whatever runs inside reads only rows of this standing and writes nothing.

    ``read_only``: not even a service may write (a manager who views as a dealer).
    """
    ids = tuple(int(i) for i in standing.subtree)
    partner_id = None if standing.partner_id is None else int(standing.partner_id)
    inside = Standing(partner_id, ids)
    with _standing(inside, inside):
        if read_only:
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('transaction_read_only', 'on', true)")
        yield


def unfenced() -> AbstractContextManager[None]:
    """A service: the owner's rights in a savepoint of the same transaction; a refusal leaves nothing half done."""
    # The settings stay: a cursor opened inside the fence goes on reading its own rows.
    return transaction.atomic() if fence() is None else _standing(None, fence())
