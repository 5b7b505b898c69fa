"""A state folder of its own, and the command run on it from other processes, as root and as an ordinary user."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from channelhub.embedded import binaries, postgres, redis
from channelhub.embedded.places import CHECKOUT, Place

# For an ordinary user under root: the interpreter and the checkout may be closed to it, so rights are dropped after
# the imports, and the binaries are those of the copy that root makes.
DEMOTED = """
import os, sys
from channelhub.embedded import __main__ as command, binaries, places
copy = binaries.for_servers(places.place())
os.setgroups([]), os.setgid({gid}), os.setuid({uid})
binaries.installed = lambda: copy
sys.exit(command.main(sys.argv[1:]))
"""


@dataclass
class Servers:
    home: Path
    uid: int = os.geteuid()
    gid: int = os.getegid()

    @property
    def place(self):
        place = Place(home=self.home, as_root=self.uid == 0)
        if self.uid != os.geteuid():
            vars(place)["user"] = type(place.user)(self.uid, self.gid)
        return place

    @property
    def environment(self):
        ours = {"CHANNELHUB_LOCAL": str(self.home), "PYTHONPATH": str(CHECKOUT)}
        return {**os.environ, **ours, "DATABASE_URL": "", "REDIS_URL": ""}

    def begin(self, *arguments, stdin=subprocess.DEVNULL, **more):
        demoted = ["-c", DEMOTED.format(uid=self.uid, gid=self.gid)]
        how = ["-m", "channelhub.embedded"] if self.uid == os.geteuid() else demoted
        return subprocess.Popen(
            [sys.executable, *how, *arguments],
            env=self.environment | more,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def __call__(self, *arguments, **more):
        """The command's exit code and output."""
        process = self.begin(*arguments, **more)
        output, _ = process.communicate(timeout=120)
        return process.returncode, output

    def running(self):
        """What status says, as server → main process."""
        _, output = self("status")
        states = [line.split(": ", 1) for line in output.splitlines() if not line.startswith(" ")]
        return {name: int(state.split()[-1]) if state.startswith("running") else None for name, state in states}

    def psql(self, sql, *, role="channelhub", wait=True):
        arguments = [
            binaries.postgres_binary("psql"),
            "-XAtqw",
            "-h",
            self.place.sockets,
            "-U",
            role,
            "-d",
            "channelhub",
        ]
        process = subprocess.Popen(
            [*arguments, "-c", sql],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={"PATH": os.environ["PATH"]},
        )
        return process.communicate(timeout=60)[0].strip() if wait else process

    def redis_answers(self):
        return redis.answers(self.place)

    @property
    def socket_files(self):
        return [postgres.socket_file(self.place), redis.socket_file(self.place)]

    def remove(self):
        self("stop")
        for folder in {self.home, self.place.base, self.place.sockets}:
            shutil.rmtree(folder, ignore_errors=True)
