"""People who sign in, and what their roles let them do."""

from collections.abc import Iterable

from django.db import transaction

from channelhub.core.errors import NotOwnAccess
from channelhub.core.models import Role, User, UserRole


@transaction.atomic
def save_user(*, user: User, roles: Iterable[Role], by: User) -> User:
    """Keep a person and exactly these staff roles; a new one gets no password but the way to set one.

    Refused: taking one's own access or administrator's rights away, which would lock everybody out.
    """
    if user.pk == by.pk and not (user.is_active and user.is_staff and user.is_superuser == by.is_superuser):
        raise NotOwnAccess
    if user.pk is None:
        user.set_unusable_password()
    user.save()
    wanted = {role.pk for role in roles}
    held = UserRole.objects.filter(user=user, role__kind=Role.Kind.STAFF)
    held.exclude(role_id__in=wanted).delete()
    kept = set(held.values_list("role_id", flat=True))
    UserRole.objects.bulk_create(UserRole(user=user, role_id=role_id) for role_id in sorted(wanted - kept))
    return user
