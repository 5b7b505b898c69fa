"""A place of its own with servers, a database per run, a worker and a scheduler, all of which may be killed."""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import psycopg2

from channelhub.embedded import binaries, locks, postgres, redis
from channelhub.embedded.places import CHECKOUT, Place

PATIENCE = 180


class Servers:
    """PostgreSQL and Redis of the embedded kind in a folder of their own."""

    def __init__(self, folder):
        self.place = Place(home=Path(folder).resolve(), as_root=os.geteuid() == 0)
        self.clean = {key: text for key, text in os.environ.items() if key not in {"DATABASE_URL", "REDIS_URL"}}
        self.clean["CHANNELHUB_LOCAL"] = str(self.place.home)

    def start(self):
        """Start whatever does not run; waits for recovery."""
        subprocess.run(
            [sys.executable, "-m", "channelhub.embedded", "start"],
            env=self.clean,
            cwd=CHECKOUT,
            check=True,
            capture_output=True,
        )

    def remove(self):
        subprocess.run([sys.executable, "-m", "channelhub.embedded", "stop"], env=self.clean, cwd=CHECKOUT, check=True)
        for folder in (self.place.base, self.place.sockets):
            shutil.rmtree(folder, ignore_errors=True)

    def answer(self):
        return postgres.answers(self.place) and redis.answers(self.place)

    def processes(self, server):
        return locks.holders(self.place.life(server.NAME), server.PROGRAM)

    def url(self, database):
        return postgres.url(self.place).replace("/channelhub?", f"/{database}?")

    def ask(self, statement, *, database="channelhub", params=None):
        """Rows of one statement, outside any transaction."""
        connection = psycopg2.connect(host=str(self.place.sockets), user="channelhub", dbname=database)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, params)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def environment(self, database, **more):
        own = {"DATABASE_URL": self.url(database), "REDIS_URL": redis.url(self.place), "DEBUG": "0"}
        return self.clean | own | {"DJANGO_SETTINGS_MODULE": "channelhub.settings"} | more

    def run(self, *command, database, **more):
        """What a command of the project prints."""
        done = subprocess.run(
            [sys.executable, *command],
            env=self.environment(database, **more),
            cwd=CHECKOUT,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def manage(self, *command, database, **more):
        return self.run("manage.py", *command, database=database, **more)

    def program(self, name, *arguments, text=None):
        """A PostgreSQL program of the wheel on these servers; what it printed and what it complained about."""
        done = subprocess.run(
            [binaries.postgres_binary(name), "-h", self.place.sockets, "-U", "channelhub", *arguments],
            capture_output=True,
            text=True,
            input=text,
            check=False,
        )
        return done.stdout, done.stderr


class Processes:
    """A worker and a scheduler, restarted whenever they end, as a service manager does."""

    def __init__(self, servers, database, folder, **more):
        self.servers, self.database = servers, database
        self.log = Path(folder)
        self.environment = servers.environment(database, **more)
        self.running = {}
        self.restarts = 0

    COMMANDS = {
        "worker": ["worker", "-c", "2", "--loglevel", "WARNING"],
        "beat": ["beat", "--loglevel", "WARNING", "--pidfile=", "--schedule"],
    }

    def __enter__(self):
        self.look()
        return self

    def __exit__(self, *_):
        for process in self.running.values():
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def look(self):
        """Start again whatever is gone: servers first."""
        if not self.servers.answer():
            self.servers.start()
        for name, command in self.COMMANDS.items():
            process = self.running.get(name)
            if process is None or process.poll() is not None:
                if process is not None:
                    self.restarts += 1
                    with suppress(ProcessLookupError):
                        os.killpg(process.pid, signal.SIGKILL)
                self.running[name] = self.start(command)

    def start(self, command):
        schedule = [str(self.log / f"schedule-{self.restarts}")] if command[0] == "beat" else []
        with (self.log / "processes.log").open("ab") as output:
            return subprocess.Popen(
                [
                    sys.executable,
                    "-W",
                    "ignore::UserWarning",
                    "-m",
                    "celery",
                    "-A",
                    "tests.chaos.app",
                    *command,
                    *schedule,
                ],
                env=self.environment,
                cwd=CHECKOUT,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def work_until_ended(self):
        """Wait until no run is open; the status of every run."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self.look()
            with suppress(psycopg2.Error):
                statuses = [
                    row[0]
                    for row in self.servers.ask(
                        "SELECT status FROM core_jobrun ORDER BY business_day, id", database=self.database
                    )
                ]
                if "open" not in statuses:
                    return statuses
            time.sleep(0.3)
        raise TimeoutError((self.log / "processes.log").read_text()[-4000:])


def fingerprint(servers, database):
    return servers.manage("fingerprint", database=database).splitlines()


def a_night(servers, database, folder, *, victim="nobody", at=0, delay=0.0, word="", **more):
    """The statuses of all runs after workers went at it, and how many statements (with the word) they sent."""
    counter = folder / "counter"
    counter.write_text("0" * 9)
    chaos = {
        "CHAOS_COUNTER": str(counter),
        "CHAOS_AT": str(at),
        "CHAOS_WORD": word,
        "CHAOS_VICTIM": victim,
        "CHAOS_DELAY": str(delay),
        "NIGHT_WORKERS": "2",
    }
    with Processes(servers, database, folder, **chaos, **more) as processes:
        statuses = processes.work_until_ended()
    return SimpleNamespace(statuses=statuses, statements=int(counter.read_text()), restarts=processes.restarts)
