"""The compose file: every process watched, no secret in it, workers that scale, an upgrade before anything starts."""

import os
import re
import shutil
import subprocess

import pytest
import yaml

from tests.architecture.repository import ROOT
from tests.reporting import NO_COMPOSE

FILE = ROOT / "docker-compose.yml"
COMPOSE = shutil.which("docker-compose")
SECRETS = ("SECRET_KEY", "FIELD_KEYS", "POSTGRES_PASSWORD", "REDIS_PASSWORD")
GIVEN = dict.fromkeys((*SECRETS, "ALLOWED_HOSTS"), "given")


@pytest.fixture(scope="module")
def services():
    return yaml.safe_load(FILE.read_text())["services"]


def test_the_parts_are_there_and_each_lasting_one_has_a_health_check(services):
    assert sorted(services) == ["beat", "db", "redis", "upgrade", "web", "worker"]
    assert [name for name, service in services.items() if "healthcheck" not in service] == ["upgrade"]


def test_every_process_of_ours_waits_for_the_upgrade(services):
    waiting = {name: list(service["depends_on"]) for name, service in services.items() if "depends_on" in service}

    assert waiting == {"upgrade": ["db", "redis"], "web": ["upgrade"], "worker": ["upgrade"], "beat": ["upgrade"]}


def test_workers_scale_out(services):
    assert {"ports", "container_name", "hostname"} & set(services["worker"]) == set()


def test_what_must_last_is_in_a_volume(services):
    places = [volume.partition(":")[0] for service in services.values() for volume in service.get("volumes", [])]

    assert {place for place in places if not place.startswith(".")} == {"database", "redis", "media"}


def test_no_secret_has_a_default():
    text = FILE.read_text()

    assert {name: set(re.findall(rf"\$\{{{name}(\W)", text)) for name in SECRETS} == {name: {":"} for name in SECRETS}
    assert [name for name in SECRETS if re.search(rf"\$\{{{name}:[^?]", text)] == []


@pytest.mark.skipif(COMPOSE is None, reason=NO_COMPOSE)
@pytest.mark.parametrize("missing", [None, *GIVEN])
def test_compose_accepts_the_file_and_misses_each_secret(missing):
    environment = {"PATH": os.environ["PATH"], **{name: value for name, value in GIVEN.items() if name != missing}}

    done = subprocess.run(
        [COMPOSE, "--file", FILE, "config", "--quiet"], env=environment, capture_output=True, text=True, check=False
    )

    assert (done.returncode == 0, f"set {missing}" in done.stderr) == (missing is None, missing is not None)
