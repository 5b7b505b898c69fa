"""Numbers that nobody may read in the database: sealed by keys of the environment, found by a keyed hash."""

import base64
import hashlib
import hmac
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class CannotOpen(ValueError):
    """No key that was given seals this: a key was lost, or the text was tampered with."""


class Seal:
    """``keys``: secrets of any length, the newest first. The first one seals; every one opens."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(key, "seal"))) for key in keys])
        self._hashing = [_derived(key, "hash") for key in keys]

    def close(self, text: str) -> str:
        """The text sealed by the newest key; another one each time."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """What was sealed by any of the keys."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise CannotOpen from error

    def renewed(self, sealed: str) -> str:
        """The same under the newest key."""
        try:
            return self._fernet.rotate(sealed.encode()).decode()
        except InvalidToken as error:
            raise CannotOpen from error

    def marks(self, text: str) -> tuple[str, ...]:
        """What the text may be found by: one keyed hash for each key, the newest first."""
        plain = "".join(sign for sign in text.casefold() if sign.isalnum())
        return tuple(hmac.new(key, plain.encode(), hashlib.sha256).hexdigest() for key in self._hashing)


def _derived(key: str, purpose: str) -> bytes:
    return hashlib.sha256(f"channelhub {purpose} {key}".encode()).digest()


def end_of(text: str, shown: int = 4) -> str:
    """The last signs of a number, by which people know it; of a short one nothing."""
    plain = "".join(sign for sign in text if sign.isalnum())
    return plain[-shown:] if len(plain) >= shown * 2 else ""
