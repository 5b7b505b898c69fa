"""Getting a person's attention: notifications that are read, tasks that are closed with a result."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from channelhub.core.enums.messages import Message
from channelhub.core.errors import TaskAlreadyClosed, TaskClosesOfItself, TaskNeedsResult
from channelhub.core.models import Notification, Task, User
from channelhub.core.services import outbox
from channelhub.core.services.fence import unfenced

# Whoever keeps the system running: what the night and the dispatcher set aside comes to this role.
OPERATIONS_ROLE = "administrator"


def notify(
    message: Message,
    *,
    at: datetime,
    user: User | None = None,
    partner_id: int | None = None,
    url: str = "",
    **values: Any,
) -> Notification:
    """Tell a person, or all of a partner; refuses values that the message does not declare, and nobody."""
    message.accept(values)
    with unfenced():
        return Notification.objects.create(
            user=user,
            partner_id=partner_id,
            code=message.code,
            values=_plain(values),
            url=url,
            created_at=at,
        )


def mark_read(*, notification: Notification, at: datetime) -> Notification:
    """The addressee has seen it; the first time counts."""
    with unfenced():
        Notification.objects.filter(pk=notification.pk, read_at__isnull=True).update(read_at=at)
    notification.refresh_from_db(fields=["read_at"])
    return notification


def mark_all_read(*, user: User, at: datetime) -> int:
    """Everything that is shown to this person is read; what the whole partner got is read for all of it."""
    ids = list(Notification.objects.visible_to(user).unread().values_list("pk", flat=True))
    with unfenced():
        return Notification.objects.filter(pk__in=ids, read_at__isnull=True).update(read_at=at)


def open_task(  # noqa: PLR0913 - whom it is for, what it is about, and until when
    *,
    kind: Message,
    key: str,
    at: datetime,
    role: str = "",
    user: User | None = None,
    partner_id: int | None = None,
    about_partner_id: int | None = None,
    record: Model | None = None,
    due_on: date | None = None,
    **values: Any,
) -> Task:
    """Open a task for a role, a person or a partner; while one with this key is open, that one is answered.

    ``about_partner_id``: a task of the staff that only those see who may see this partner.
    """
    kind.accept(values)
    about = {} if record is None else {"record_type": record._meta.label_lower, "record_id": record.pk}
    with unfenced():
        task, is_new = Task.objects.get_or_create(
            key=key,
            closed_at=None,
            defaults={
                "kind": kind.code,
                "values": _plain(values),
                "role": role,
                "user": user,
                "partner_id": partner_id,
                "about_partner_id": about_partner_id,
                "due_on": due_on,
                "opened_at": at,
                **about,
            },
        )
        if is_new:
            outbox.publish("core.task.opened", occurred_at=at, task_id=task.pk)
    return task


def close_task(*, task: Task, by: User, result: str, at: datetime) -> Task:
    """Close a task with what came of it; refuses an empty result and a task that is closed already."""
    if not result.strip():
        raise TaskNeedsResult("Say what came of it.")
    if task.record_type == "core.workflowcase":
        raise TaskClosesOfItself(_("Decide the case: its task closes with the decision."))
    with unfenced():
        return _close(Task.objects.filter(pk=task.pk), task, by, result.strip(), at)


def _close(rows: Any, task: Task, by: User, result: str, at: datetime) -> Task:
    if not rows.filter(closed_at__isnull=True).update(closed_at=at, closed_by=by, result=result):
        raise TaskAlreadyClosed("This task is closed already.")
    outbox.publish("core.task.closed", occurred_at=at, task_id=task.pk, user_id=by.pk)
    task.refresh_from_db()
    return task


@transaction.atomic
def close_of_itself(*, key: str, result: str, at: datetime) -> int:
    """The cause is gone: close the open task with this key in the system's name; the number closed."""
    return Task.objects.filter(key=key, closed_at__isnull=True).update(closed_at=at, result=result)


@transaction.atomic
def close_all_of_themselves(*, prefix: str, result: str, at: datetime) -> int:
    """The cause of several tasks is gone: close the open ones whose keys begin so, in the system's name."""
    open_ones = Task.objects.filter(key__startswith=prefix, closed_at__isnull=True)
    return open_ones.update(closed_at=at, result=result)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return json.loads(json.dumps(values, cls=DjangoJSONEncoder))
