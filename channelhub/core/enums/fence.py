from enum import StrEnum


class FenceClass(StrEnum):
    """Whose rows a dealer reads in a table; every table has exactly one class.

    OWN: the partner itself. SUBTREE: a partner and those under it today. PARTIES: any of several named partners.
    SHARED: reference data for all. STAFF: no dealer, ever.
    """

    OWN = "own"
    SUBTREE = "subtree"
    PARTIES = "parties"
    SHARED = "shared"
    STAFF = "staff"


# Tables of libraries: everything they keep is for staff.
STAFF_APPS = frozenset(
    {"account", "admin", "auth", "contenttypes", "mfa", "oauth2_provider", "pghistory", "pgtrigger", "sessions"},
)
STAFF_TABLES = frozenset({"django_migrations"})
