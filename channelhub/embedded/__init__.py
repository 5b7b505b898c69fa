"""PostgreSQL and Redis for a machine that has neither.

``DATABASE_URL`` and ``REDIS_URL`` take precedence: a server they name is not started here. See README.md.
"""

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

from channelhub.embedded import locks, postgres, process, redis
from channelhub.embedded.binaries import postgres_binary
from channelhub.embedded.errors import EmbeddedError
from channelhub.embedded.places import CHECKOUT, Place, make_private, make_shared, outside, place

__all__ = [
    "EmbeddedError",
    "celery_redis_url",
    "database_url",
    "in_use",
    "postgres_binary",
    "redis_url",
    "start",
    "status",
    "stop",
]

SERVERS: dict[process.Server, str] = {postgres: "DATABASE_URL", redis: "REDIS_URL"}


def start(*, say: Callable[[str], None] = print) -> None:
    """Start what is missing and return when it answers; any number of callers at once start one of each.

    The servers run until ``stop``.
    """
    if wanted := _wanted():
        here = place()
        _make_home(here)
        here.keep.touch()
        _start(here, wanted, say)


@contextlib.contextmanager
def in_use(*, say: Callable[[str], None] = print) -> Iterator[None]:
    """Start what is missing; when the last user leaves, servers that nobody started by ``start`` are stopped."""
    wanted = _wanted()
    if not wanted:
        yield
        return
    here = place()
    _make_home(here)
    with locks.shared(here.users) as users:
        _start(here, wanted, say)
        try:
            yield
        finally:
            with locks.held(here.mutex):
                if locks.last(users) and not here.keep.exists():
                    _stop(here)


def _wanted() -> list[process.Server]:
    return [server for server, variable in SERVERS.items() if not os.environ.get(variable, _in_env_file(variable))]


def _in_env_file(variable: str) -> str:
    """What the checkout's ``.env`` says; the settings read it too."""
    file = CHECKOUT / ".env"
    lines = [line.partition("=") for line in file.read_text().splitlines()] if file.exists() else []
    return next((value.strip(" \"'") for name, _, value in lines if name.strip() == variable), "")


def _start(here: Place, wanted: list[process.Server], say: Callable[[str], None]) -> None:
    with locks.held(here.mutex):
        if here.as_root:
            _move_out(here)
        _make_folders(here)
        for server in wanted:
            process.start(server, place=here, say=say)


def stop() -> None:
    """Stop both servers of this place; data stays."""
    here = place()
    if here.mutex.exists():
        with locks.held(here.mutex):
            here.keep.unlink(missing_ok=True)
            _stop(here)


def _stop(here: Place) -> None:
    for server in reversed(SERVERS):
        process.end(server, place=here)


def status() -> dict[str, dict[str, Any]]:
    """For each server: running or not, its main process, its address, its log."""
    here = place()
    answer = {}
    for server in SERVERS:
        life = here.life(server.NAME)
        running, main = False, None
        if here.mutex.exists() and life.exists():
            with locks.held(here.mutex):
                running = locks.alive(life)
                main = locks.main_process(life, server.PROGRAM) if running else None
        answer[server.NAME] = {
            "running": running,
            "pid": main,
            "url": server.url(here),
            "log": str(here.log(server.NAME)),
        }
    return answer


def database_url() -> str:
    """The embedded database's address, whether it runs or not."""
    return postgres.url(place())


def redis_url() -> str:
    """The embedded Redis's address for redis-py, whether it runs or not."""
    return redis.url(place())


def celery_redis_url() -> str:
    """The same Redis as Celery's transport writes it."""
    return redis.celery_url(place())


def _make_home(here: Place) -> None:
    here.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    for server in SERVERS:
        link = here.link(server.NAME)
        if here.as_root and link.is_dir() and not link.is_symlink():
            raise EmbeddedError(f"{link} was made by an ordinary user: go on as that user, or remove it.")
        if not here.as_root and link.is_symlink():
            raise EmbeddedError(f"{link} was made by root: go on as root, or remove it.")


def _move_out(here: Place) -> None:
    """For root: a folder outside the checkout. Whoever removed the link in the checkout wants a fresh start."""
    make_shared(outside())
    links = {here.link(server.NAME): here.folder(server.NAME) for server in SERVERS}
    if here.base.exists() and not all(
        link.is_symlink() and link.readlink() == folder for link, folder in links.items()
    ):
        for server in SERVERS:
            process.end(server, place=here)
        shutil.rmtree(here.base)
    make_shared(here.base)


def _make_folders(here: Place) -> None:
    make_private(here.sockets, here.user)
    for server in SERVERS:
        folder, link = here.folder(server.NAME), here.link(server.NAME)
        make_private(folder, here.user)
        if folder != link:
            link.unlink(missing_ok=True)
            link.symlink_to(folder)
