"""What roles are called: their table is for staff, their names are for everybody."""

from collections.abc import Sequence
from fnmatch import fnmatchcase

from channelhub.core.models import Role
from channelhub.core.services.fence import unfenced


def dealer_roles() -> Sequence[Role]:
    """All roles a dealer's person may have, by code."""
    with unfenced():
        return list(Role.objects.filter(kind=Role.Kind.DEALER).order_by("code"))


def dealer_roles_with(right: str) -> Sequence[Role]:
    """The dealer roles that allow something, by code."""
    return [role for role in dealer_roles() if any(fnmatchcase(right, code) for code in role.permissions)]


def named(code: str) -> Role | None:
    """One role; None: there is none of this code."""
    with unfenced():
        return Role.objects.filter(code=code).first()


def names_by_id(ids: Sequence[int]) -> dict[int, Role]:
    """The roles behind ids of rows that were read behind the fence."""
    with unfenced():
        return Role.objects.in_bulk(list(ids))
