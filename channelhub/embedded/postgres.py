"""PostgreSQL 18 for a machine that has none."""

import secrets
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from channelhub.embedded import binaries, locks, memory, process
from channelhub.embedded.errors import EmbeddedError
from channelhub.embedded.places import Place

NAME, PROGRAM, TITLE = "postgres", "postgres", "PostgreSQL"
ENDING = signal.SIGINT  # "fast": sessions are cut, nothing committed is lost
ROLE = DATABASE = "channelhub"

# No superuser can log in, as in production; everyone else who can enter the private folder may.
ACCESS = """\
local all postgres reject
local replication all reject
local all all trust
"""

# Before the first start there is nobody yet who could log in. One statement a line.
FIRST = f"""\
CREATE ROLE {ROLE} LOGIN CREATEROLE CREATEDB;
CREATE DATABASE {DATABASE} OWNER {ROLE} TEMPLATE template0;
ALTER ROLE postgres NOLOGIN;
"""

# A server that is busy with itself; any other refusal is a fault and is shown.
NOT_YET = (
    "starting up",
    "shutting down",
    "recovery",
    "No such file",
    "Connection refused",
    "closed the connection",
    "timeout expired",
    "too many clients",
)


def settings() -> dict[str, str]:
    """A small server that loses nothing that was committed."""
    megabytes = memory.megabytes()
    return {
        "listen_addresses": "",
        "unix_socket_permissions": "0700",
        "max_connections": "300",
        "superuser_reserved_connections": "0",
        "shared_buffers": f"{max(16, megabytes // 8)}MB",
        "effective_cache_size": f"{max(64, megabytes // 2)}MB",
        "maintenance_work_mem": f"{min(1024, max(64, megabytes // 32))}MB",
        "work_mem": f"{min(64, max(4, megabytes // 400))}MB",
        "wal_level": "minimal",  # no replicas: bulk loads into new tables write no log
        "max_wal_senders": "0",
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
        "max_locks_per_transaction": "256",  # the flush after a test names every table
        "random_page_cost": "1.1",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_line_prefix": "%m [%p] ",
        "log_checkpoints": "off",
        "log_min_messages": "warning",
    }


def url(place: Place) -> str:
    """The form that libpq and django-environ read alike (a host before the path is not decoded by the latter)."""
    return f"postgres://{ROLE}@/{DATABASE}?host={quote(str(place.sockets))}"


def socket_file(place: Place) -> Path:
    return place.sockets / ".s.PGSQL.5432"


def access_file(place: Place) -> Path:
    return place.base / "pg_hba.conf"


def prepare(place: Place, say: Callable[[str], None]) -> None:
    """Make the cluster if there is none."""
    data = _data(place)
    if not data.exists():
        say(f"{TITLE}: making a new cluster in {data}")
        _make_cluster(place, data)
    for file in (data / "postmaster.pid", place.sockets / ".s.PGSQL.5432.lock"):
        _forget_the_dead(file, data)
    access_file(place).write_text(ACCESS)
    access_file(place).chmod(0o644)


def answers(place: Place) -> bool:
    """Say whether the app's role gets a real answer; a refusal that waiting cannot mend is raised."""
    if not socket_file(place).exists():
        return False
    psql = binaries.postgres_binary("psql")
    asked = subprocess.run(
        [psql, "-XAtqw", "-h", place.sockets, "-U", ROLE, "-d", DATABASE, "-c", "SELECT 1"],
        capture_output=True,
        text=True,
        check=False,
        env=process.CLEAN | {"PGCONNECT_TIMEOUT": "10"},
    )
    if asked.returncode and not any(text in asked.stderr for text in NOT_YET):
        raise EmbeddedError(f"{TITLE} refuses: {asked.stderr.strip()}")
    return asked.stdout.strip() == "1"


def _make_cluster(place: Place, data: Path) -> None:
    """Make it beside its place and rename: a half-made cluster is never started."""
    for left in data.parent.glob("draft-*"):
        shutil.rmtree(left, ignore_errors=True)
    draft = data.with_name(f"draft-{secrets.token_hex(4)}")  # a killed starter's initdb may still write into its own
    programs = binaries.for_servers(place) / binaries.POSTGRES
    options = ["--username=postgres", "--encoding=UTF8", "--locale=C", "--auth=reject", "--no-instructions"]
    process.run([programs / "initdb", "-D", draft, *options], place=place)
    said = process.run([programs / "postgres", "--single", "-D", draft, "postgres"], place=place, text=FIRST)
    if "ERROR" in said or "FATAL" in said:
        raise EmbeddedError(f"{TITLE}: the app's role could not be made:\n{said}")
    draft.rename(data)


def _forget_the_dead(file: Path, data: Path) -> None:
    """Remove a killed server's process number: a zombie, or a stranger under the same number, would forbid the start.

    The life lock says that no process of ours lives; the server named in the file is asked all the same, because
    somebody may have removed the lock file under a living server.
    """
    if file.exists() and Path("/proc/self").exists():
        pid = file.read_text().partition("\n")[0].strip()
        if not pid.isdigit() or locks.working_folder(int(pid)) != data.resolve():
            file.unlink()


def command(place: Place) -> list[str | Path]:
    sockets = str(place.sockets).replace('"', '""')
    options = settings() | {"unix_socket_directories": f'"{sockets}"', "hba_file": str(access_file(place))}
    postgres = binaries.for_servers(place) / binaries.POSTGRES / "postgres"
    return [postgres, "-D", _data(place), *(f"--{name}={value}" for name, value in options.items())]


def _data(place: Place) -> Path:
    return place.folder(NAME) / "data"
