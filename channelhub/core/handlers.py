"""Letters that follow from what happened."""

from channelhub.core.models import OutboxEvent
from channelhub.core.services import mails
from channelhub.core.services.dispatch import handles


@handles("core.export.ready")
def tell_that_the_file_is_ready(event: OutboxEvent) -> None:
    mails.export_ready(export_id=event.data["export_id"])


@handles("core.task.opened")
def ask_for_the_approval(event: OutboxEvent) -> None:
    mails.approval_waiting(task_id=event.data["task_id"])


@handles("core.digest.due")
def send_the_digest(event: OutboxEvent) -> None:
    mails.digest(user_id=event.data["user_id"], at=event.occurred_at)
