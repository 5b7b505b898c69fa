"""Who lives: a file lock inherited by every server process. Process id files lie after a kill."""

import contextlib
import fcntl
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    """Wait for the lock and keep it for the block; a killed holder gives it back."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def shared(path: Path) -> Iterator[int]:
    """Hold the lock together with others for the block."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield file.fileno()


def last(descriptor: int) -> bool:
    """Make a shared lock exclusive if nobody else holds it; if somebody does, it may be lost."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def acquire(path: Path) -> int | None:
    """A descriptor that holds the life lock, or None if a server process holds it. Call under the mutex only."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def alive(path: Path) -> bool:
    """Does any process of the server live? Call under the mutex only."""
    if not path.exists():
        return False
    descriptor = acquire(path)
    if descriptor is None:
        return True
    os.close(descriptor)
    return False


def holders(path: Path, program: str) -> list[int]:
    """Process ids of ``program`` that hold the life lock."""
    if not Path("/proc/self/fd").exists():  # macOS: the number its starter noted, which is the main process
        noted = path.read_text().strip()
        return [int(noted)] if noted and alive(path) else []
    target = path.stat()
    return [pid for pid in _all_processes() if _holds(pid, target, program)]


def _all_processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _holds(pid: int, target: os.stat_result, program: str) -> bool:
    folder = f"/proc/{pid}"
    try:
        if Path(f"{folder}/exe").readlink().name.removesuffix(" (deleted)") != program:
            return False
        return any(_same(descriptor, target) for descriptor in Path(f"{folder}/fd").iterdir())
    except (FileNotFoundError, PermissionError, ProcessLookupError):
        return False


def _same(descriptor: Path, target: os.stat_result) -> bool:
    try:
        return os.path.samestat(descriptor.stat(), target)
    except (FileNotFoundError, PermissionError):
        return False


def main_process(path: Path, program: str) -> int | None:
    """The server itself; None when it was killed and only children of it go on for a moment."""
    pids = holders(path, program)
    return next((pid for pid in pids if _parent(pid) not in pids and not _orphan(pid, program)), None)


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def _orphan(pid: int, program: str) -> bool:
    """A child of a killed PostgreSQL; children call themselves ``postgres: checkpointer`` and the like."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().startswith(f"{program}: ".encode())
    except (FileNotFoundError, ProcessLookupError):
        return True


def working_folder(pid: int) -> Path | None:
    """Where a process works; None for one that is no more, a zombie for example."""
    try:
        return Path(f"/proc/{pid}/cwd").readlink()
    except OSError:
        return None


def kill(pids: list[int], how: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, how)


def wait_until(condition: Callable[[], bool], *, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
