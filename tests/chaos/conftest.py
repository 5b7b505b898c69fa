import pytest

from tests.chaos.place import Servers, a_night, fingerprint


@pytest.fixture(scope="session")
def servers(tmp_path_factory):
    servers = Servers(tmp_path_factory.mktemp("servers"))
    servers.start()
    yield servers
    servers.remove()


@pytest.fixture(scope="session")
def world(servers):
    """The name of a database with a channel whose next night is open; copied for every run."""
    servers.ask("CREATE DATABASE world")
    servers.manage("migrate", "-v0", database="world")
    servers.manage("fence", database="world")
    servers.run("-m", "tests.chaos.world", database="world", NIGHT_PARTNERS_A_CHUNK="4", NIGHT_ACCOUNTS_A_CHUNK="6")
    return "world"


@pytest.fixture
def copied(servers, world):
    """Makes a fresh copy of the world."""

    def copied(name):
        servers.ask(f"CREATE DATABASE {name} TEMPLATE {world}")
        return name

    return copied


@pytest.fixture(scope="session")
def undisturbed(servers, world, tmp_path_factory):
    servers.ask(f"CREATE DATABASE undisturbed TEMPLATE {world}")
    result = a_night(servers, "undisturbed", tmp_path_factory.mktemp("undisturbed"))
    assert result.statuses == ["done", "done"]
    result.fingerprint = fingerprint(servers, "undisturbed")
    print(f"\nundisturbed: {result.statements} statements")
    return result
