import pytest

from channelhub.core.services import fence_setup


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """After the migrations, as in production: role, grants and policies."""
    with django_db_blocker.unblock():
        fence_setup.set_fence()
