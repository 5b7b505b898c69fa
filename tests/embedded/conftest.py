import os
import pwd
import shutil
import tempfile
from pathlib import Path

import pytest

from tests.embedded.servers import Servers


@pytest.fixture
def folder():
    """A short folder that every user can enter; pytest's own is neither."""
    path = Path(tempfile.mkdtemp(prefix="ch-", dir="/tmp"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="module")
def standing():
    """Servers that tests share which leave them running and their data alone."""
    path = Path(tempfile.mkdtemp(prefix="ch-", dir="/tmp"))
    made = Servers(path / ".local")
    code, output = made("start")
    assert code == 0, output
    yield made
    made.remove()
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def servers(folder):
    """Servers of the user who runs the tests; root in CI."""
    yield (made := Servers(folder / ".local"))
    made.remove()


@pytest.fixture
def ordinary(folder):
    """Servers of an ordinary user: us, or ``nobody`` when we are root."""
    user = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    checkout = folder / "checkout"
    checkout.mkdir()
    os.chown(checkout, user.pw_uid, user.pw_gid)
    yield (made := Servers(checkout / ".local", user.pw_uid, user.pw_gid))
    made.remove()
