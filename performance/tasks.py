"""The night's tasks; settings' beat schedule names them."""

from celery import shared_task
from django.utils import timezone

from performance.services import night


@shared_task
def open_night(**_future) -> int | None:
    """Open the night that is due."""
    run = night.open_due_night(at=timezone.now())
    return None if run is None else run.pk


@shared_task
def work_on_night(**_future) -> int:
    """Do the chunks of the open runs until none is left."""
    return night.work_on_night(clock=timezone.now)
