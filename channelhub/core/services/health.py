"""Whether this installation works, part by part."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException

from django.conf import settings
from django.db import Error, connection
from redis import RedisError

from channelhub.core.selectors.night import night_health
from channelhub.core.services import counters


@dataclass(frozen=True)
class Readiness:
    """Each part and what is wrong with it; empty: nothing."""

    parts: dict[str, str]

    @property
    def ready(self) -> bool:
        return not any(self.parts.values())


def readiness(*, at: datetime) -> Readiness:
    """Ask database and Redis, and whether worker and scheduler were seen lately."""
    parts = {"database": _trouble(_ask_database), "redis": _trouble(_ask_redis)}
    if parts["database"]:
        return Readiness(parts | {"worker": "unknown", "beat": "unknown"})
    night = night_health(at=at)
    silent = {"worker": night.no_worker, "beat": night.scheduler_dead}
    return Readiness(parts | {name: "not seen lately" if is_silent else "" for name, is_silent in silent.items()})


def web_trouble(*, port: int) -> str:
    """What is wrong with the web server of this machine, asked under a host name that it serves; empty: nothing."""
    host = next((name.lstrip(".") for name in settings.ALLOWED_HOSTS if name != "*"), "localhost")
    with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as web:
        try:
            web.request("GET", "/healthz", headers={"Host": host})
            status = web.getresponse().status
        except (OSError, HTTPException) as error:
            return type(error).__name__
    return "" if status == HTTPStatus.OK else f"answers {status}"


def _trouble(ask: Callable[[], object]) -> str:
    """The kind of failure only: an address or a password in the message is nobody's business."""
    try:
        ask()
    except (Error, RedisError, OSError) as error:
        return type(error).__name__
    return ""


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _ask_redis() -> None:
    with counters.redis() as server:
        server.ping()
