"""Counting answers over all web processes: added up here for some seconds, then in Redis."""

import threading
import time
from collections import Counter

import structlog
from django.conf import settings
from redis import Redis, RedisError

KEY = "channelhub:answers"
FLUSH_SECONDS = 5.0
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
log = structlog.get_logger(__name__)


class _Waiting:
    """What this process has counted and not yet handed over."""

    lock = threading.Lock()
    counts: Counter[str] = Counter()
    seconds: Counter[str] = Counter()
    handed_over_at = 0.0


def count(method: str, status: int, seconds: float) -> None:
    """One answer more; a Redis that is away loses counts, never an answer."""
    key = f"{method if method in METHODS else 'OTHER'}:{status}"
    with _Waiting.lock:
        _Waiting.counts[key] += 1
        _Waiting.seconds[key] += seconds  # type: ignore[assignment]
    if time.monotonic() - _Waiting.handed_over_at > FLUSH_SECONDS:
        hand_over()


def hand_over() -> None:
    """Add what waits to the sums of all processes."""
    with _Waiting.lock:
        counts, seconds = dict(_Waiting.counts), dict(_Waiting.seconds)
        _Waiting.counts.clear()
        _Waiting.seconds.clear()
        _Waiting.handed_over_at = time.monotonic()
    try:
        with redis() as server, server.pipeline() as pipe:
            for key, value in counts.items():
                pipe.hincrby(KEY, f"{key}:count", value)
                pipe.hincrbyfloat(KEY, f"{key}:seconds", seconds[key])
            pipe.execute()
    except RedisError as error:
        log.warning("answers_not_counted", error=str(error))


def totals() -> dict[tuple[str, str], tuple[int, float]]:
    """Method and status → how many answers, and the seconds they took together, of all processes."""
    hand_over()
    with redis() as server:
        raw = {key.decode(): float(value) for key, value in server.hgetall(KEY).items()}
    pairs = sorted({key.rpartition(":")[0] for key in raw})
    return {
        tuple(pair.split(":")): (int(raw.get(f"{pair}:count", 0)), raw.get(f"{pair}:seconds", 0.0)) for pair in pairs
    }


def redis() -> Redis:
    """A connection that gives up soon: nobody waits for a counter."""
    return Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
