"""Where the embedded servers live. Everything is computed from the state folder's path; nothing is started."""

import hashlib
import os
import pwd
import stat
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from channelhub.embedded.errors import EmbeddedError

CHECKOUT = Path(__file__).resolve().parents[2]
LONGEST_SOCKET = 85  # bytes; the kernel takes 104 to 108, and Redis cuts a longer path silently
OUTSIDE = ("/var/lib", "/var/tmp", "/tmp")  # noqa: S108 — our folder in it is made 0755 by root, and its owner is checked
SHORT = "/tmp"  # noqa: S108 — not $TMPDIR: every process must compute the same path


@dataclass(frozen=True)
class User:
    """The system user the servers run as."""

    uid: int
    gid: int


@dataclass(frozen=True)
class Place:
    """All paths of one pair of servers.

    ``home`` is the state folder in the checkout. ``base`` holds data, sockets and locks: the same folder,
    but for root one outside the checkout, because ``nobody`` may not be able to enter the checkout and no
    existing folder's mode is to be changed.
    """

    home: Path
    as_root: bool

    @cached_property
    def token(self) -> str:
        return hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]

    @cached_property
    def base(self) -> Path:
        return outside() / self.token if self.as_root else self.home

    @cached_property
    def user(self) -> User:
        if not self.as_root:
            return User(os.geteuid(), os.getegid())
        try:
            nobody = pwd.getpwnam("nobody")
        except KeyError:
            raise EmbeddedError("PostgreSQL refuses to run as root, and there is no user 'nobody' here.") from None
        return User(nobody.pw_uid, nobody.pw_gid)

    @cached_property
    def sockets(self) -> Path:
        """The private folder of both sockets; a short one where the checkout's path is long."""
        near = self.base / "run"
        if len(os.fsencode(near / ".s.PGSQL.5432")) <= LONGEST_SOCKET:
            return near
        return Path(SHORT) / f"channelhub-{self.user.uid}-{self.token}"

    @property
    def mutex(self) -> Path:
        """Held by whoever starts, stops or looks."""
        return self.home / "embedded.lock"

    @property
    def users(self) -> Path:
        """Held, shared, by everyone who uses the servers for a while."""
        return self.home / "users.lock"

    @property
    def keep(self) -> Path:
        """There when somebody wants the servers to go on without users."""
        return self.home / "keep-running"

    def log(self, server: str) -> Path:
        return self.home / f"{server}.log"

    def life(self, server: str) -> Path:
        """The lock file that the server's processes hold as long as one of them lives."""
        return self.base / f"{server}.lock"

    def folder(self, server: str) -> Path:
        return self.base / server

    def link(self, server: str) -> Path:
        return self.home / server


def place() -> Place:
    """The place of this checkout, or of the folder named by CHANNELHUB_LOCAL."""
    home = Path(os.environ.get("CHANNELHUB_LOCAL") or CHECKOUT / ".local").resolve()
    return Place(home=home, as_root=os.geteuid() == 0)


def outside() -> Path:
    """For root: the folder for binaries and data that ``nobody`` can enter as things are."""
    for candidate in map(Path, OUTSIDE):
        if candidate.is_dir() and all(
            folder.stat().st_mode & stat.S_IXOTH for folder in (candidate, *candidate.parents)
        ):
            return candidate / "channelhub"
    raise EmbeddedError(f"None of {', '.join(OUTSIDE)} can be entered by the user 'nobody'.")


def make_private(folder: Path, user: User) -> None:
    """Make a 0700 folder of ``user``; refuse one that somebody else made there before."""
    try:
        folder.mkdir(mode=0o700)
        os.chown(folder, user.uid, user.gid)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != user.uid or found.st_mode & 0o077:
            raise EmbeddedError(f"{folder} is not a private folder of user {user.uid}; remove it.") from None


def make_shared(folder: Path) -> None:
    """For root: make a folder that others may read and only root may write."""
    try:
        folder.mkdir()
        folder.chmod(0o755)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != 0 or found.st_mode & 0o022:
            raise EmbeddedError(f"{folder} is not a folder that only root can write; remove it.") from None
