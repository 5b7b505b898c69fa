import os
from datetime import date

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from channelhub.core.services import fence_setup, search_setup, startup
from channelhub.core.services.duplicates import entries
from channelhub.lib import sql
from tests.factories.partners import make_dealer, make_partner, make_staff
from tests.reporting import pytest_unconfigure  # noqa: F401 — a hook

END_OTHERS = """
    SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = session_user
"""


def pytest_configure():
    """Passwords of tests need no slow hash: 20 ms instead of 300."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """After the migrations, as in production: role, grants and policies.

    At the end whatever still holds the database lets go: a thread of the live server outlives its browser by a moment.
    """
    with django_db_blocker.unblock():
        fence_setup.set_fence()
        search_setup.set_search()
        entries.set_duplicates()
    startup.keep_loaded()
    yield
    with django_db_blocker.unblock():
        sql.run(END_OTHERS)
        connection.close()


@pytest.fixture(scope="session", autouse=True)
def own_cache():
    """Each of several test processes counts its own rates."""
    settings.CACHES["default"]["KEY_PREFIX"] = os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    """What a test stores lies in its own folder."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def acme(db):
    return make_partner("acme", name="Acme")


@pytest.fixture
def anna(acme):
    """Sells for Acme, its owner."""
    return make_dealer("anna@acme.example", partner=acme, name="Anna")


@pytest.fixture
def ben(acme):
    """Anna's colleague, a viewer."""
    return make_dealer("ben@acme.example", partner=acme, role="viewer", name="Ben")


@pytest.fixture
def other_partner(db):
    return make_partner("other", name="Other")


@pytest.fixture
def carla(other_partner):
    """Sells for another partner."""
    return make_dealer("carla@other.example", partner=other_partner, name="Carla")


@pytest.fixture
def staff(db):
    """A channel manager, not limited by territory."""
    return make_staff("staff@maker.example", name="Stella")


def logged_in(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def as_anna(anna):
    return logged_in(anna)


@pytest.fixture
def as_ben(ben):
    return logged_in(ben)


@pytest.fixture
def as_carla(carla):
    return logged_in(carla)


@pytest.fixture
def as_staff(staff):
    return logged_in(staff)


@pytest.fixture
def day():
    return date(2026, 3, 16)
