"""Redis for a machine that has none.

Nothing is written to disk: what must not be lost is a row before it is a message, and losing Redis costs a minute.
"""

import signal
import socket
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from channelhub.embedded import binaries
from channelhub.embedded.places import Place

NAME, PROGRAM, TITLE = "redis", "redis-server", "Redis"
ENDING = signal.SIGTERM
DATABASES = 64  # a test run takes one for each worker


def socket_file(place: Place) -> Path:
    return place.sockets / "redis.sock"


def url(place: Place) -> str:
    return f"unix://{quote(str(socket_file(place)))}?db=0"


def celery_url(place: Place) -> str:
    return f"redis+socket://{quote(str(socket_file(place)))}?virtual_host=0"


def prepare(place: Place, say: Callable[[str], None]) -> None:
    """Nothing has to be there before Redis starts."""


def answers(place: Place) -> bool:
    """Say whether it answers PONG."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(5)
            connection.connect(str(socket_file(place)))
            connection.sendall(b"PING\r\n")
            return connection.recv(64).startswith(b"+PONG")
    except OSError:
        return False


def command(place: Place) -> list[str | Path]:
    options = {
        "port": "0",
        "unixsocket": str(socket_file(place)),
        "unixsocketperm": "700",
        "dir": str(place.folder(NAME)),
        "save": "",
        "appendonly": "no",
        "databases": str(DATABASES),
        "daemonize": "no",
        "loglevel": "warning",
    }
    server = binaries.for_servers(place) / binaries.REDIS
    return [server, *(part for name, value in options.items() for part in (f"--{name}", value))]
