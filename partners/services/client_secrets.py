import hmac
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import BasePasswordHasher
from django.utils.crypto import constant_time_compare


class ClientSecretHasher(BasePasswordHasher):
    """A keyed hash of a client's secret: the secret is random and long, so a slow hash would only cost a second.

    ``client_secret$<hex>``; keyed by SECRET_KEY, verified under its fallbacks too. Never for a person's password.
    """

    algorithm = "client_secret"

    def salt(self) -> str:
        return "none"

    def encode(self, password: str, salt: str | None = None) -> str:
        return self._keyed(password, settings.SECRET_KEY)

    def _keyed(self, password: str, key: str) -> str:
        digest = hmac.new(key.encode(), b"client_secret:" + password.encode(errors="surrogatepass"), sha256).hexdigest()
        return f"{self.algorithm}${digest}"

    def verify(self, password: Any, encoded: str) -> bool:
        keys: list[Any] = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        return any([constant_time_compare(self._keyed(password, key), encoded) for key in keys])  # noqa: C419  # all

    def safe_summary(self, encoded: str) -> Any:
        return {"algorithm": self.algorithm}

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Nothing to make slower."""
