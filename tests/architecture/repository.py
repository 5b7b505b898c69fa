"""The files of this repository, as git sees them: tracked, or new and not ignored."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("partners", "pricing", "inventory", "performance", "channelhub/core")


@cache
def files():
    command = ["git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return sorted(path for name in listed.split("\0") if name and (path := ROOT / name).is_file())


def named(path):
    return path.relative_to(ROOT).as_posix()


def texts():
    """Every text file with its content."""
    for path in files():
        try:
            yield path, path.read_text()
        except UnicodeDecodeError:
            continue
