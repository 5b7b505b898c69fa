"""Inside a worker: counts the night's statements (or those with a word) and, at a chosen one, kills somebody, once."""

import fcntl
import os
import signal
import threading
from pathlib import Path

from celery.signals import task_postrun, task_prerun
from django.db.backends.signals import connection_created

from channelhub.embedded import locks, postgres, redis
from channelhub.embedded.places import place

NIGHT = "performance.tasks.work_on_night"
working = threading.Event()


def install():
    """Watch this process and those it forks."""
    task_prerun.connect(begin, weak=False)
    task_postrun.connect(end, weak=False)
    connection_created.connect(watch, weak=False)


def begin(task=None, **_):
    if task.name == NIGHT:
        working.set()


def end(**_):
    working.clear()


def watch(connection, **_):
    if strike not in connection.execute_wrappers:
        connection.execute_wrappers.append(strike)


def strike(execute, sql, params, many, context):
    if working.is_set() and os.environ["CHAOS_WORD"] in str(sql) and count() == int(os.environ["CHAOS_AT"]):
        backend = context["connection"].connection.info.backend_pid
        delay = float(os.environ["CHAOS_DELAY"])
        if delay:
            threading.Timer(delay, kill, [os.environ["CHAOS_VICTIM"], backend]).start()
        else:
            kill(os.environ["CHAOS_VICTIM"], backend)
    return execute(sql, params, many, context)


def count():
    """The number of this statement among all that the workers sent."""
    with Path(os.environ["CHAOS_COUNTER"]).open("r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        number = int(file.read()) + 1
        os.pwrite(file.fileno(), f"{number:09}".encode(), 0)  # at once: whoever is killed here leaves a number
        return number


def kill(victim, backend):
    Path(os.environ["CHAOS_COUNTER"]).with_name("killed").write_text(victim)
    if victim == "child":
        os.kill(os.getpid(), signal.SIGKILL)
    elif victim == "worker":
        os.killpg(os.getpgrp(), signal.SIGKILL)
    elif victim == "backend":
        os.kill(backend, signal.SIGKILL)
    elif victim == "redis":
        kill_all(redis)
    else:
        kill_all(postgres)


def kill_all(server):
    for pid in locks.holders(place().life(server.NAME), server.PROGRAM):
        os.kill(pid, signal.SIGKILL)
