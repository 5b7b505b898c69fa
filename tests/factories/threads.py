"""Doing things at once, each in a thread with a connection of its own. For tests with ``transaction=True``."""

from threading import Barrier, Thread
from time import monotonic, sleep

from django.db import connection

from channelhub.lib import sql

WAIT = 20  # seconds until a test gives up what never comes


def at_once(*calls):
    """Start all calls together; what each returned or raised, in their order."""
    return [result for result, _ in at_once_timed(*calls)]


def at_once_timed(*calls):
    """Like ``at_once``, with the seconds each call took."""
    barrier, results = Barrier(len(calls)), [None] * len(calls)

    def run(index, call):
        connection.ensure_connection()
        barrier.wait()
        started = monotonic()
        try:
            result = call()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            result = error
        finally:
            seconds = monotonic() - started
            connection.close()
        results[index] = (result, seconds)

    threads = [Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def wait_for_a_waiter():
    """Until another connection to this database waits for a lock."""
    until = monotonic() + WAIT
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    while not sql.fetch_one(waiting):
        if monotonic() > until:
            raise TimeoutError("nobody waits for a lock")
        sleep(0.02)
