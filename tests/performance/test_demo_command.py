"""The one command, as a person types it: in a state folder of its own, stopped by Ctrl-C, started again."""

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from channelhub.embedded import locks
from channelhub.embedded.places import CHECKOUT, Place

PAGES = {"/healthz": 200, "/account/login/": 200, "/portal/": 302, "/admin/": 302, "/api/v1/schema/": 200}


@pytest.fixture
def home():
    folder = Path(tempfile.mkdtemp(prefix="ch-", dir="/tmp"))
    local = folder / ".local"
    yield local
    subprocess.run(
        [sys.executable, "-m", "channelhub.embedded", "stop"], env=environment(local), cwd=CHECKOUT, check=True
    )
    shutil.rmtree(Place(home=local, as_root=os.geteuid() == 0).base, ignore_errors=True)
    shutil.rmtree(folder)


def environment(home):
    return {**os.environ, "CHANNELHUB_LOCAL": str(home), "DATABASE_URL": "", "REDIS_URL": "", "PYTHONUNBUFFERED": "1"}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def demo(home, visit, how=signal.SIGINT):
    """Start the demo, visit it once it says that it runs, end it; its exit code and all it said."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "demo"],
        env={**environment(home), "PORT": str(port)},
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = ""
    try:
        while "Ctrl-C stops it" not in said and (line := process.stdout.readline()):
            said += line
        assert "Ctrl-C stops it" in said, said
        visit(port)
    finally:
        process.send_signal(how)
        said += process.communicate(timeout=60)[0]
    return process.returncode, said


def refused(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def answered(port):
    seen = {}
    for page in PAGES:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as web:
            web.request("GET", page)
            seen[page] = web.getresponse().status
    return seen


def sign_ins(said):
    return sorted(set(re.findall(r"^ +(\S+@\S+) ", said, re.MULTILINE)))


def test_the_demo_runs_stops_on_ctrl_c_and_comes_back_with_its_data(home):
    pages = []

    first_code, first = demo(home, lambda port: pages.append(answered(port)))
    second_code, second = demo(home, lambda port: pages.append(answered(port)))
    ports = []
    third_code, _ = demo(home, ports.append, how=signal.SIGHUP)

    assert pages == [PAGES, PAGES]
    assert (first_code, second_code, third_code) == (0, 0, 129)
    assert locks.wait_until(lambda: refused(ports[0]), seconds=10)
    assert "A small channel: done" in first
    assert "A small channel" not in second
    assert sign_ins(second) == sign_ins(first) != []
    assert "ERP client secret" in second
    assert (home / "demo-logins.txt").stat().st_mode & 0o077 == 0
    assert not (home / "postgres/data/postmaster.pid").exists()
