import os
import time

import structlog
from celery import Celery
from celery.signals import beat_init, before_task_publish, heartbeat_sent, worker_init
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "channelhub.settings")

app = Celery("channelhub")
app.set_default()  # also in threads: current_app is one per thread otherwise
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)
SEEN_EVERY = 15.0
_seen = {"worker": 0.0}


@worker_init.connect
def check_before_work(**_signal):
    """A worker with an empty hook, a deaf handler or no night does not start."""
    from channelhub.core.services.startup import require_ready

    require_ready()


def _say(kind):
    """Write that scheduler or worker lives, over a connection of its own that no forked child inherits."""
    from django.db import Error, connection
    from django.utils import timezone

    from channelhub.core.services import heartbeats

    try:
        heartbeats.beat(kind=kind, at=timezone.now())
    except Error as error:
        structlog.get_logger(__name__).warning("not_seen", kind=kind, error=str(error))
    finally:
        connection.close()


@heartbeat_sent.connect
def worker_lives(**_signal):
    """A worker's main process says so every quarter of a minute, however long its children work."""
    if time.monotonic() - _seen["worker"] > SEEN_EVERY:
        _seen["worker"] = time.monotonic()
        _say("worker")


@before_task_publish.connect(sender="channelhub.core.tasks.heartbeat")
def scheduler_lives(**_signal):
    """Only the scheduler sends this task."""
    _say("beat")


@beat_init.connect
def scheduler_starts(**_signal):
    """Seen from its first second: the admin warns of a dead scheduler."""
    _say("beat")
