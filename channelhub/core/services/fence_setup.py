"""Role, grants and policies, made from the classes that the models declare."""

from collections.abc import Iterator

from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.db.models import Model
from psycopg2 import errorcodes

from channelhub.core.enums.fence import STAFF_APPS, STAFF_TABLES, FenceClass
from channelhub.core.services.fence import ROLE
from channelhub.lib.locks import advisory_lock

_PARTNERS = "ANY ((SELECT nullif(current_setting('channelhub.partners', true), '')::bigint[])::bigint[])"
_PARTNER = "(SELECT nullif(current_setting('channelhub.partner', true), '')::bigint)"


def fence_class(model: type[Model]) -> FenceClass | None:
    """The class a model declares; tables of libraries and audit events are for staff; None: forgotten."""
    declared = getattr(model, "fence", None)
    if declared is not None:
        return FenceClass(declared)
    if model._meta.app_label in STAFF_APPS or hasattr(model, "pgh_tracked_model"):
        return FenceClass.STAFF
    return None


def classes() -> dict[str, tuple[FenceClass | None, tuple[str, ...]]]:
    """Table name → its class and the columns that name partners."""
    found: dict[str, tuple[FenceClass | None, tuple[str, ...]]] = dict.fromkeys(STAFF_TABLES, (FenceClass.STAFF, ()))
    for model in apps.get_models(include_auto_created=True):
        if model._meta.proxy or not model._meta.managed:
            continue
        columns = tuple(getattr(model, "fence_columns", ("partner_id",)))
        found[model._meta.db_table] = (fence_class(model), columns)
    return found


def _policy(kind: FenceClass, columns: tuple[str, ...]) -> str | None:
    if kind is FenceClass.OWN:
        return f"{columns[0]} = {_PARTNER}"
    if kind in (FenceClass.SUBTREE, FenceClass.PARTIES):
        return " OR ".join(f"{column} = {_PARTNERS}" for column in columns)
    return "true" if kind is FenceClass.SHARED else None


def _table_statements() -> Iterator[str]:
    existing = set(connection.introspection.table_names())
    for table, (kind, columns) in sorted(classes().items()):
        if table not in existing:
            continue
        if kind is None:
            raise LookupError(f"Table {table} has no fence class: declare `fence` on its model.")
        name = connection.ops.quote_name(table)
        yield f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"
        yield f"DROP POLICY IF EXISTS fence ON {name}"
        yield f"REVOKE ALL ON {name} FROM {ROLE}"
        condition = _policy(kind, columns)
        if condition is not None:
            yield f"CREATE POLICY fence ON {name} FOR SELECT TO {ROLE} USING ({condition})"
            yield f"GRANT SELECT ON {name} TO {ROLE}"


def _ensure_role() -> None:
    """Make the role, and let this user become it; other databases of the cluster may do the same right now."""
    for statement, harmless in (
        (f"CREATE ROLE {ROLE} NOLOGIN", {errorcodes.DUPLICATE_OBJECT, errorcodes.UNIQUE_VIOLATION}),
        (f"GRANT {ROLE} TO CURRENT_USER", {errorcodes.INTERNAL_ERROR, errorcodes.UNIQUE_VIOLATION}),
    ):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                if statement.startswith("CREATE"):
                    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
                else:
                    how = "SET" if getattr(connection, "pg_version", 0) >= 160000 else "MEMBER"  # SET came with 16
                    cursor.execute(f"SELECT 1 WHERE pg_has_role(current_user, '{ROLE}', '{how}')")
                if cursor.fetchone() is None:
                    cursor.execute(statement)
        except DatabaseError as error:
            if getattr(error.__cause__, "pgcode", None) not in harmless:
                raise


def set_fence() -> int:
    """Make role, grants and policies in this database; idempotent; answers how many tables stand inside.

    Run it after every migrate and after a restore: a dump brings no policy for a role that is missing.
    """
    _ensure_role()
    with transaction.atomic(), connection.cursor() as cursor:
        advisory_lock("core_fence")
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {ROLE}")
        count = 0
        for statement in _table_statements():
            cursor.execute(statement)
            count += statement.startswith("ALTER")
    return count
