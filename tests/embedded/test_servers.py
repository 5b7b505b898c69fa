import os
import signal
import stat
import subprocess
import time

import psycopg2
import pytest
import redis as redis_py

from channelhub import embedded
from channelhub.embedded import postgres, redis
from tests.embedded.servers import Servers


@pytest.fixture(params=["servers", "ordinary"])
def any_user(request):
    return request.getfixturevalue(request.param)


def test_start_status_and_stop_keep_the_data(any_user):
    assert any_user("status")[0] == 1

    code, output = any_user("start")
    assert code == 0, output
    any_user.psql("CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)")
    assert any_user.redis_answers()
    assert any_user("status")[0] == 0

    assert any_user("stop") == (0, "")
    assert any_user.running() == {"postgres": None, "redis": None}

    assert any_user("start")[0] == 0
    assert any_user.psql("SELECT n FROM kept") == "7"


def test_second_start_is_quick_and_starts_nothing(standing):
    first = standing.running()

    began = time.monotonic()
    code, output = standing("start")

    assert (code, output) == (0, "")
    assert time.monotonic() - began < 2
    assert standing.running() == first


def test_many_starts_at_once_start_one_of_each(servers):
    starters = [servers.begin("start") for _ in range(4)]
    outputs = [starter.communicate(timeout=60)[0] for starter in starters]

    assert [starter.returncode for starter in starters] == [0, 0, 0, 0], outputs
    assert "".join(outputs).count("PostgreSQL: starting") == 1
    assert "".join(outputs).count("Redis: starting") == 1


@pytest.mark.parametrize("moment", ["making a new cluster", "PostgreSQL: starting", "Redis: starting"])
def test_servers_are_found_after_their_starter_was_killed(moment, servers):
    starter = servers.begin("start")
    while moment not in starter.stdout.readline():
        assert starter.poll() is None
    starter.kill()
    starter.communicate()

    code, output = servers("start")

    assert code == 0, output
    assert servers.psql("SELECT 1") == "1"
    assert servers.redis_answers()


def test_committed_rows_survive_kill_9_of_postgres_and_a_backend_that_goes_on_computing(any_user):
    any_user("start")
    any_user.psql("CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)")
    busy = any_user.psql("SELECT count(*) FROM generate_series(1, 10000000000)", wait=False)
    while any_user.psql("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%generate_series%'") != "2":
        time.sleep(0.05)

    killed = any_user.running()["postgres"]
    os.kill(killed, signal.SIGKILL)
    code, output = any_user("start")

    assert code == 0, output
    assert any_user.psql("SELECT n FROM kept") == "7"
    assert any_user.running()["postgres"] not in {None, killed}
    busy.communicate(timeout=30)


def test_redis_is_started_again_after_kill_9(standing):
    before = standing.running()

    os.kill(before["redis"], signal.SIGKILL)
    standing("start")

    after = standing.running()
    assert after["postgres"] == before["postgres"]
    assert after["redis"] not in {None, before["redis"]}


def test_a_pid_file_that_names_a_living_stranger_does_not_forbid_the_start(servers):
    servers("start")
    os.kill(servers.running()["postgres"], signal.SIGKILL)
    while servers.running()["postgres"]:
        time.sleep(0.05)
    for file in (
        servers.place.folder("postgres") / "data/postmaster.pid",
        servers.place.sockets / ".s.PGSQL.5432.lock",
    ):
        lines = file.read_text().splitlines(keepends=True)
        file.write_text("".join([f"{os.getpid()}\n", *lines[1:]]))

    code, output = servers("start")

    assert code == 0, output
    assert servers.psql("SELECT 1") == "1"


def test_two_checkouts_do_not_collide(folder):
    here, there = Servers(folder / "here/.local"), Servers(folder / "there/.local")
    try:
        starters = [here.begin("start"), there.begin("start")]
        outputs = [starter.communicate(timeout=60)[0] for starter in starters]
        assert [starter.returncode for starter in starters] == [0, 0], outputs

        here.psql("CREATE TABLE only_here ()")
        there("stop")

        assert here.psql("SELECT count(*) FROM only_here") == "0"
        assert there.running() == {"postgres": None, "redis": None}
    finally:
        here.remove()
        there.remove()


def test_a_long_path_gets_a_short_socket_in_a_private_folder(ordinary):
    long = Servers(ordinary.home.parent / ("long-" * 30) / ".local", ordinary.uid, ordinary.gid)
    try:
        code, output = long("start")

        assert code == 0, output
        assert long.psql("SELECT 1") == "1"
        assert long.redis_answers()
        assert [len(os.fsencode(file)) <= 85 for file in long.socket_files] == [True, True]
        assert stat.S_IMODE(long.place.sockets.stat().st_mode) == 0o700
    finally:
        long.remove()


def test_sockets_stand_in_a_private_folder_and_nothing_listens_on_tcp(standing):
    assert stat.S_IMODE(standing.place.sockets.stat().st_mode) == 0o700
    assert [stat.S_ISSOCK(file.stat().st_mode) for file in standing.socket_files] == [True, True]
    assert standing.psql("SHOW listen_addresses") == ""
    with redis_py.Redis.from_url(redis.url(standing.place)) as client:
        assert client.config_get("port") == {"port": "0"}


def test_no_superuser_can_log_in_and_the_apps_role_is_none(standing):
    address = postgres.url(standing.place)
    with pytest.raises(psycopg2.OperationalError):
        psycopg2.connect(address.replace("channelhub@", "postgres@"))
    rights = "SELECT rolsuper, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user"
    assert standing.psql(rights) == "f|t|t"
    assert standing.psql("SELECT rolname FROM pg_roles WHERE rolsuper AND rolcanlogin") == ""
    assert standing.psql("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'channelhub'") == "channelhub"


def test_cluster_sorts_by_code_point_in_utf8_and_loses_nothing(standing):
    names = ("server_encoding", "fsync", "max_connections", "superuser_reserved_connections")
    shown = [standing.psql(f"SHOW {name}") for name in names]
    assert shown == ["UTF8", "on", "300", "0"]
    assert standing.psql("SELECT datcollate FROM pg_database WHERE datname = current_database()") == "C"
    assert standing.psql("SHOW synchronous_commit") == "on"


def test_a_server_named_in_the_environment_is_not_started(servers):
    elsewhere = {"DATABASE_URL": "postgres://somewhere/else"}

    assert servers("start", **elsewhere)[0] == 0
    assert servers.running()["postgres"] is None
    assert servers.running()["redis"] is not None

    servers("stop")
    assert servers("start", REDIS_URL="redis://somewhere", **elsewhere) == (0, "")
    assert servers.running() == {"postgres": None, "redis": None}


def test_addresses_are_computed_without_starting_anything(monkeypatch, folder):
    monkeypatch.setenv("CHANNELHUB_LOCAL", str(folder / "not made"))

    addresses = [embedded.database_url(), embedded.redis_url(), embedded.celery_redis_url()]

    assert [address.split("/")[0] for address in addresses] == ["postgres:", "unix:", "redis+socket:"]
    assert list(folder.iterdir()) == []


def test_a_removed_socket_is_healed(standing):
    standing("start")
    postgres.socket_file(standing.place).unlink()

    code, output = standing("start")

    assert code == 0, output
    assert output.count("its socket is gone") == 1
    assert standing.psql("SELECT 1") == "1"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to step aside")
def test_as_root_no_existing_folder_changes_its_mode(servers):
    def parents(path):
        return {folder: stat.S_IMODE(folder.stat().st_mode) for folder in path.parents if folder.exists()}

    closed = servers.home.parent / "closed"
    closed.mkdir(mode=0o700)
    inside = Servers(closed / ".local")
    before = parents(inside.home) | parents(inside.place.base.parent)
    try:
        assert inside("start")[0] == 0

        assert parents(inside.home) | parents(inside.place.base.parent) == before
        assert (inside.home / "postgres").readlink() == inside.place.folder("postgres")
        assert inside.place.folder("postgres").stat().st_uid == inside.place.user.uid
    finally:
        inside.remove()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's data stand outside")
def test_as_root_a_removed_state_folder_means_a_fresh_start(servers):
    servers("start")
    servers.psql("CREATE TABLE old ()")
    for file in servers.home.iterdir():
        file.unlink()

    code, output = servers("start")

    assert code == 0, output
    assert "making a new cluster" in output
    assert servers.psql("SELECT to_regclass('old')") == ""


def test_the_last_of_several_users_stops_what_nobody_asked_to_keep(servers):
    first = servers.begin("run", "cat", stdin=subprocess.PIPE)
    while "Redis: starting" not in first.stdout.readline():
        assert first.poll() is None

    code, output = servers("run", "false")
    assert (code, output) == (1, "")
    assert None not in servers.running().values()

    first.communicate("", timeout=30)
    assert first.returncode == 0
    assert servers.running() == {"postgres": None, "redis": None}


def test_servers_that_were_started_by_hand_outlive_their_users(standing):
    assert standing("run", "true") == (0, "")

    assert None not in standing.running().values()
