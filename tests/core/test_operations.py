"""What an operator calls: production refuses defaults, versions of all parts, one upgrade, health of each part."""

import json
import os
import subprocess
import sys
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from channelhub.core.services import versions
from channelhub.core.services.production import find_troubles
from channelhub.lib.locks import session_slot

GOOD = {
    "SECRET_KEY": "kJ7vQm2xT9pLw4Zr8YcN1bHs6DfGa3Ue5RoXiVtBqMnWzPyKlC0Ej",
    "FIELD_KEYS": "wT9pLw4Zr8YcN1bHs6DfGa3Ue5RoXiVtBqMnWzPyKlC0EjkJ7vQm2x",
    "DATABASE_URL": "postgres://hub:Zr8YcN1bHs6@db:5432/hub",
    "REDIS_URL": "redis://redis:6379/0",
}


def told(command, *args):
    out = StringIO()
    call_command(command, *args, stdout=out)
    return out.getvalue()


def manage(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def troubles(*, hosts=("channel.maker.cn",), debug=False, **changed):
    return list(find_troubles({**GOOD, **changed}, hosts=list(hosts), debug=debug))


def test_a_good_installation_has_no_trouble():
    assert troubles() == []


@pytest.mark.parametrize(
    "secret", ["", "short", "a" * 60, "change-me-" + "x7Kq2" * 12, "django-insecure-" + "q8Zt1" * 12]
)
def test_a_secret_that_others_may_know_is_refused(secret):
    assert troubles(SECRET_KEY=secret) == ["SECRET_KEY is not set, a default or too simple: give 50 random characters."]


@pytest.mark.parametrize("keys", ["", "short", GOOD["SECRET_KEY"] + ",short", "change-me-" + "x7Kq2" * 12])
def test_keys_for_sealed_fields_that_others_may_know_are_refused(keys):
    assert troubles(FIELD_KEYS=keys) == [
        "FIELD_KEYS is not set, a default or too simple: give keys of 50 random characters."
    ]


def test_every_trouble_is_named_at_once():
    found = troubles(hosts=["localhost"], debug=True, DATABASE_URL="postgres://hub:changeme@db/hub", REDIS_URL="")

    assert found == [
        "DEBUG is on: it shows settings to visitors.",
        "The password in DATABASE_URL is a default.",
        "REDIS_URL is not set: the embedded servers are for one machine without operation.",
        "ALLOWED_HOSTS names no host of yours.",
    ]


def test_in_production_no_command_starts_with_a_default_secret():
    done = manage("version", PRODUCTION="true", SECRET_KEY="change-me")

    assert (done.returncode, done.stdout) == (1, "")
    assert "This is production, so it does not start: SECRET_KEY" in done.stderr


@pytest.mark.django_db
def test_versions_of_all_parts_are_shown():
    found = json.loads(told("version", "--json"))

    assert list(found) == ["system", "server", "schema", "library", "front end"]
    assert list(found["schema"]) == ["core", "partners", "pricing", "inventory", "performance", "migrations waiting"]
    assert found["schema"]["migrations waiting"] == "0"
    assert set(found["library"]) == set(versions.LIBRARIES)
    assert told("version").splitlines()[0] == "system"


def test_the_version_command_is_ours_and_not_djangos():
    assert manage("version").stdout.splitlines()[:2] == ["system", "  ChannelHub               0.1.0"]


@pytest.mark.django_db
def test_a_server_that_does_not_answer_is_told(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    assert json.loads(told("version", "--json"))["server"]["Redis"] == "not reachable"


@pytest.mark.django_db
def test_a_part_that_was_not_seen_is_unhealthy_with_its_reason():
    assert told("healthy", "database", "redis") == "ok\n"
    with pytest.raises(CommandError, match="worker: not seen lately"):
        call_command("healthy", "worker")


def test_the_web_server_is_asked_under_a_name_that_it_serves(live_server, settings):
    port = live_server.url.rpartition(":")[2]
    settings.ALLOWED_HOSTS = [".maker.example"]
    assert told("healthy", "web", "--port", port) == "ok\n"

    settings.ALLOWED_HOSTS = []
    with pytest.raises(CommandError, match="web: answers 400"):
        call_command("healthy", "web", "--port", port)


def test_a_web_server_that_is_down_is_told():
    with pytest.raises(CommandError, match="web: ConnectionRefusedError"):
        call_command("healthy", "web", "--port", "1")


@pytest.mark.django_db(transaction=True)
def test_a_second_upgrade_at_the_same_time_leaves_it_to_the_first():
    from tests.factories.threads import at_once

    with session_slot("core_upgrade", slots=1):
        [said] = at_once(lambda: told("upgrade"))

    assert said == "Another upgrade is at work; it does the same.\n"
