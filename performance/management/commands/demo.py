import contextlib
import fcntl
import http.client
import io
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from honcho.manager import Manager

from channelhub import embedded
from partners.models import Partner

PYTHON = f"exec '{sys.executable}'"
PROCESSES = {
    # one blocking thread a worker: idle threads end and would leave their database connections open
    "web": f"{PYTHON} -m granian --interface wsgi --host {{host}} --port {{port}} --workers 2 --blocking-threads 1"
    " --respawn-failed-workers --no-ws --log-level warning channelhub.wsgi:application",
    # celery warns root on every start; in production the worker has a user of its own
    "worker": f"{PYTHON} -W ignore::UserWarning -m celery --quiet -A channelhub worker -c 2 --loglevel WARNING",
    "beat": f"{PYTHON} -m celery --quiet -A channelhub beat --loglevel WARNING --pidfile=",
}
PORTS = range(8000, 8020)
FACES = {"admin": "admin/", "portal": "portal/", "API": "api/v1/docs/"}


class Command(BaseCommand):
    """Everything on one machine: servers, schema, a small channel, last night, then web, worker and beat."""

    help = "Set up what is missing, then run web, worker and beat until Ctrl-C. HOST and PORT choose the address."
    requires_system_checks = []

    def handle(self, **options):
        self.began = time.monotonic()
        host = os.environ.get("HOST", "127.0.0.1")
        with only_one(), embedded.in_use(say=self.say):
            self.set_up()
            port = free_port(host)
            connections.close_all()
            code = self.run_processes(host, port)
        self.say("Stopped; the data stays.")
        if code:
            raise CommandError(f"A process ended by itself with code {code}; its last lines stand above.")

    def say(self, text):
        self.stdout.write(text)
        self.stdout.flush()

    def set_up(self):
        """Every step does nothing when there is nothing to do, so a killed first start is simply begun again."""
        with self.step("Database schema"):
            executor = MigrationExecutor(connection)
            new = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
            call_command("migrate", verbosity=1 if new else 0, interactive=False)
        self.command("Fence: role, grants, policies", "fence")
        self.command("Reference data", "load_reference")
        if not Partner.objects.exists():
            with self.step("A small channel"):
                seen = Copy(self.stdout)
                call_command("seed_demo", stdout=seen)
                keep_logins(seen.getvalue())
        try:
            self.command("Last night", "nightly")
        except CommandError as error:  # an incomplete night is shown in the admin, it forbids nothing
            self.say(str(error))

    def command(self, title, name):
        with self.step(title):
            call_command(name, stdout=self.stdout)

    @contextlib.contextmanager
    def step(self, title):
        self.say(f"{title} …")
        began = time.monotonic()
        yield
        self.say(f"{title}: done in {time.monotonic() - began:.1f} s")

    def run_processes(self, host, port):
        """Run the three until one ends or a signal comes; 0 after a signal."""
        manager = Processes(lambda: self.announce(host, port))
        for name, command in PROCESSES.items():
            manager.add_process(name, command.format(host=host, port=port))
        signal.signal(signal.SIGHUP, hang_up)
        try:
            manager.loop()
        except BaseException:  # the terminal is gone, so nothing more can be printed
            manager.end_all()
            raise
        return 0 if manager.returncode in {130, 143} else manager.returncode or 1

    def announce(self, host, port):
        address = f"http://{host}:{port}/"
        while not answers(host, port):
            time.sleep(0.1)
        lines = [
            "",
            f"ChannelHub runs at {address} (up after {time.monotonic() - self.began:.0f} s)",
            *(f"  {face:8} {address}{path}" for face, path in FACES.items()),
            "",
            logins_file().read_text().rstrip() if logins_file().exists() else "Logins: as given when it was seeded.",
            "",
            "Ctrl-C stops it; the data stays.",
        ]
        self.say("\n".join(lines))


class Processes(Manager):
    """honcho's manager that calls back when all were started: threads may begin only after its forks."""

    def __init__(self, started):
        super().__init__()
        self.started = started

    def _start(self):
        super()._start()
        threading.Thread(target=self.started, daemon=True).start()

    def end_all(self):
        for process in self._processes.values():
            if "pid" in process and "returncode" not in process:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process["pid"], signal.SIGTERM)


def hang_up(*_):
    """End in order when the terminal is closed: the three processes have sessions of their own."""
    raise SystemExit(129)


class Copy(io.StringIO):
    """Shows what is written and keeps it."""

    def __init__(self, shown):
        super().__init__()
        self.shown = shown

    def write(self, text):
        self.shown.write(text, ending="")
        self.shown.flush()
        return super().write(text)


def logins_file() -> Path:
    """What the seed said, shown again at every start."""
    return settings.LOCAL_DIR / "demo-logins.txt"


def keep_logins(said: str) -> None:
    """Keep the part after the progress, for the owner of the checkout only."""
    logins_file().unlink(missing_ok=True)
    logins_file().touch(mode=0o600)
    logins_file().write_text(said[max(0, said.find("Sign in")) :])


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Two demos of one checkout would run two beats over one schedule."""
    settings.LOCAL_DIR.mkdir(parents=True, exist_ok=True)
    with (settings.LOCAL_DIR / "demo.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError("A demo of this checkout runs already.") from None
        yield


def free_port(host: str) -> int:
    """The port that PORT names, or the first free one from 8000 on."""
    wanted = os.environ.get("PORT")
    for port in [int(wanted)] if wanted else PORTS:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind((host, port))
                return port
    raise CommandError(
        f"Port {wanted or f'{PORTS.start} to {PORTS.stop - 1}'} of {host} is taken; choose another by PORT."
    )


def answers(host: str, port: int) -> bool:
    """Say whether the web server answers anything at all."""
    with (
        contextlib.suppress(OSError, http.client.HTTPException),
        contextlib.closing(http.client.HTTPConnection(host, port, timeout=5)) as web,
    ):
        web.request("GET", "/healthz")
        web.getresponse()
        return True
    return False
