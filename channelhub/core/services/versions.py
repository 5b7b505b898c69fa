"""Which parts this installation is made of, in which versions."""

import json
import os
import platform
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from django.apps import apps
from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from redis import RedisError

from channelhub.core.services import counters

LIBRARIES = (
    *("Django", "djangorestframework", "drf-spectacular", "django-filter", "django-unfold", "django-allauth"),
    *("django-oauth-toolkit", "celery", "redis", "psycopg2-binary", "granian"),
)
UNKNOWN = "not reachable"


class Part(NamedTuple):
    """One part: its kind (system, server, schema, library, front end), its name and its version."""

    kind: str
    name: str
    version: str


def every_part() -> list[Part]:
    """All parts; a server that does not answer is told as such instead of failing."""
    return [
        Part("system", "ChannelHub", _own_version()),
        Part("system", "revision", _revision()),
        Part("system", "Python", platform.python_version()),
        Part("server", "PostgreSQL", _postgresql()),
        Part("server", "Redis", _redis()),
        *_schema(),
        *(Part("library", name, version(name)) for name in LIBRARIES),
        *_front_end(),
    ]


def _own_version() -> str:
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def _revision() -> str:
    """Which commit: told by the image, or asked of git where this is a checkout."""
    if told := os.environ.get("CHANNELHUB_REVISION"):
        return told
    git = shutil.which("git")
    if git is None or not (settings.BASE_DIR / ".git").exists():
        return "unknown"
    command = [git, "-C", str(settings.BASE_DIR), "describe", "--always", "--dirty"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - no text of others
    return done.stdout.strip() or "unknown"


def _postgresql() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            return str(cursor.fetchone()[0])
    except Error:
        return UNKNOWN


def _redis() -> str:
    try:
        with counters.redis() as server:
            return str(server.info("server")["redis_version"])
    except (RedisError, OSError):
        return UNKNOWN


def _schema() -> Iterator[Part]:
    """The last migration of each app of ours, and how many are not applied yet."""
    try:
        executor = MigrationExecutor(connection)
    except Error:
        yield Part("schema", "migrations", UNKNOWN)
        return
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    for app in _own_apps():
        applied = [name for label, name in executor.loader.applied_migrations if label == app]
        yield Part("schema", app, max(applied, default="none"))
    yield Part("schema", "migrations waiting", str(len(waiting)))


def _own_apps() -> list[str]:
    """The labels of the project's own apps, in the order of INSTALLED_APPS."""
    places = ((config.label, Path(config.path)) for config in apps.get_app_configs())
    return [
        label for label, place in places if settings.BASE_DIR in place.parents and "site-packages" not in place.parts
    ]


def _front_end() -> Iterator[Part]:
    for name, number in json.loads((settings.BASE_DIR / "package.json").read_text())["dependencies"].items():
        yield Part("front end", name, number)
