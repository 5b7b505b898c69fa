"""The project's own Celery app, with a quick scheduler, a killer, and steps that make trouble when asked to."""

import json
import os
import signal
import time
from datetime import timedelta
from pathlib import Path

from celery.signals import worker_init

from channelhub.celery import app
from tests.chaos import killer

app.conf.beat_schedule = {
    name: {"task": task, "schedule": 1.0, "options": {"expires": 5}}
    for name, task in (
        ("night", "performance.tasks.work_on_night"),
        ("events", "channelhub.core.tasks.dispatch_events"),
        ("heartbeat", "channelhub.core.tasks.heartbeat"),
    )
}
killer.install()


@worker_init.connect(weak=False)
def make_trouble(**_):
    from channelhub.core.services.night import chunks, steps

    chunks.FIRST_REST = timedelta(seconds=0.2)
    if os.environ.get("CHAOS_STEPS"):
        steps.use(troublesome())


def troublesome():
    from channelhub.core.services.night.steps import Part, Step

    def parts(*names):
        return lambda: [Part(name, {"name": name}) for name in names]

    return [
        Step("first", "", work, parts("good", "raises", "kills", "slow")),
        Step("second", "", work, parts("also good", "fine")),
    ]


def work(*, business_day, name):
    note("starts", name)
    if name == "raises":
        raise LookupError("this one always fails")
    if name == "kills":
        os.kill(os.getpid(), signal.SIGKILL)
    if name == "slow":
        time.sleep(2)
    note("ends", name)
    return {"name": name}


def note(what, name):
    line = json.dumps([time.time(), what, name]) + "\n"
    descriptor = os.open(Path(os.environ["CHAOS_COUNTER"]).with_name("notes"), os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(descriptor, line.encode())
    os.close(descriptor)
