"""A manager looks at the portal with a partner's eyes; who, whose and when is kept."""

from datetime import datetime

from django.db import transaction

from channelhub.core.models import User, ViewAs


@transaction.atomic
def stop(*, user: User, at: datetime) -> None:
    """End the person's open viewing, if there is one."""
    ViewAs.objects.filter(user=user, ended_at__isnull=True).update(ended_at=at)


@transaction.atomic
def start(*, user: User, partner_id: int, at: datetime) -> ViewAs:
    """Begin viewing as a partner; an open viewing ends first, so there is never a second one."""
    User.objects.select_for_update().get(pk=user.pk)
    stop(user=user, at=at)
    return ViewAs.objects.create(user=user, partner_id=partner_id, started_at=at)
