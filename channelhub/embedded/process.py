"""Starting and ending one server process under its life lock."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from channelhub.embedded import locks
from channelhub.embedded.errors import EmbeddedError
from channelhub.embedded.places import Place

SOCKET_PATIENCE = 10
LOG_LIMIT = 10_000_000
CLEAN = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}  # nobody's PG* variables reach the servers


class Server(Protocol):
    """What the modules ``postgres`` and ``redis`` have in common."""

    NAME: str
    PROGRAM: str
    TITLE: str
    ENDING: signal.Signals

    def url(self, place: Place) -> str: ...
    def answers(self, place: Place) -> bool: ...
    def socket_file(self, place: Place) -> Path: ...
    def command(self, place: Place) -> list[str | Path]: ...
    def prepare(self, place: Place, say: Callable[[str], None]) -> None: ...


def start(server: Server, *, place: Place, say: Callable[[str], None]) -> None:
    """Start the server if it does not live, and wait until it answers."""
    while True:
        clear_orphans(server, place=place)
        lock = locks.acquire(place.life(server.NAME))
        if lock is not None:
            try:
                server.prepare(place, say)
                say(f"{server.TITLE}: starting")
                spawn(server, place=place, lock=lock)
            finally:
                os.close(lock)  # the server holds its own by now
        if wait_until_ready(server, place=place, say=say):
            return
        if lock is not None:
            raise EmbeddedError(f"{server.TITLE} ended while starting. {log_tail(server, place=place)}")


def run(command: Sequence[str | Path], *, place: Place, text: str = "") -> str:
    """Run a short program as the servers' user and return what it said; refused if it fails."""
    done = subprocess.run(
        command,
        input=text,
        capture_output=True,
        text=True,
        check=False,
        env=CLEAN,
        cwd="/",
        **as_user(place),
    )
    if done.returncode:
        raise EmbeddedError(f"{Path(command[0]).name} failed:\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def as_user(place: Place) -> dict:
    """Arguments that make ``subprocess`` drop root's rights."""
    return {"user": place.user.uid, "group": place.user.gid, "extra_groups": []} if place.as_root else {}


def spawn(server: Server, *, place: Place, lock: int) -> None:
    """Start the server apart from us: own session, not our child, holding the life lock."""
    log = place.log(server.NAME)
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))
    with log.open("ab") as output:
        # the shell goes at once, so the server becomes init's child and no caller is left with a zombie
        started = subprocess.run(
            ["/bin/sh", "-c", '"$0" "$@" >&2 & echo $!', *server.command(place)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=output,
            pass_fds=(lock,),
            start_new_session=True,
            check=True,
            env=CLEAN,
            cwd="/",
            **as_user(place),
        )
    os.ftruncate(lock, 0)
    os.pwrite(lock, started.stdout, 0)


def wait_until_ready(server: Server, *, place: Place, say: Callable[[str], None]) -> bool:
    """Wait for a real answer, however long recovery takes; False if the server ended instead."""
    began = spoke = heard = time.monotonic()
    pause = 0.02
    while not server.answers(place):
        now = time.monotonic()
        if not locks.alive(place.life(server.NAME)):
            return False
        if server.socket_file(place).exists():
            heard = now
        elif now - heard > SOCKET_PATIENCE:  # a server makes its socket first of all: somebody tidied up
            say(f"{server.TITLE}: its socket is gone, starting it anew")
            end(server, place=place)
            return False
        if now - spoke > 5:
            spoke = now
            say(f"{server.TITLE}: no answer for {now - began:.0f} s (recovering?), waiting …")
        time.sleep(pause)
        pause = min(0.5, pause * 1.2)
    return True


def clear_orphans(server: Server, *, place: Place) -> None:
    """After a kill -9 of the server itself its children may go on computing: they end before the next start."""
    life = place.life(server.NAME)
    if not locks.alive(life) or locks.main_process(life, server.PROGRAM):
        return
    if locks.wait_until(lambda: not locks.alive(life) or bool(locks.main_process(life, server.PROGRAM)), seconds=1):
        return
    locks.kill(locks.holders(life, server.PROGRAM), signal.SIGKILL)
    locks.wait_until(lambda: not locks.alive(life), seconds=10)


def end(server: Server, *, place: Place) -> None:
    """Ask the server to end, then make it end."""
    life = place.life(server.NAME)
    if not locks.alive(life):
        return
    main = locks.main_process(life, server.PROGRAM)
    if main:
        locks.kill([main], server.ENDING)
        if locks.wait_until(lambda: not locks.alive(life), seconds=60):
            return
    locks.kill(locks.holders(life, server.PROGRAM), signal.SIGKILL)
    if not locks.wait_until(lambda: not locks.alive(life), seconds=10):
        raise EmbeddedError(f"{server.TITLE} cannot be ended; who holds {life}?")


def log_tail(server: Server, *, place: Place) -> str:
    log = place.log(server.NAME)
    lines = log.read_text(errors="replace").splitlines()
    return f"See {log}:\n" + "\n".join(lines[-15:])
