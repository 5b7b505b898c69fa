"""What a production installation must be told before anything of it starts."""

import os
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

SHORTEST_SECRET = 50
FEWEST_CHARACTERS = 10
# What examples and defaults look like; compared in lower case, anywhere in the value.
LOCAL_HOSTS = frozenset(("localhost", "127.0.0.1", "[::1]", "testserver"))
PLACEHOLDERS = ("change", "secret", "insecure", "default", "example", "password", "channelhub")


def require_production() -> None:
    """Refuse to start in production with a secret that others may know or with servers meant for one machine."""
    if not settings.PRODUCTION:
        return
    troubles = list(find_troubles(os.environ, hosts=settings.ALLOWED_HOSTS, debug=settings.DEBUG))
    if troubles:
        raise ImproperlyConfigured("This is production, so it does not start: " + " ".join(troubles))


def find_troubles(environment: Mapping[str, str], *, hosts: list[str], debug: bool) -> Iterator[str]:
    """Each setting that production does not accept, with what to do; none in a good installation."""
    if not _is_own_secret(environment.get("SECRET_KEY", "")):
        yield f"SECRET_KEY is not set, a default or too simple: give {SHORTEST_SECRET} random characters."
    keys = [key.strip() for key in environment.get("FIELD_KEYS", "").split(",")]
    if not all(map(_is_own_secret, keys)):
        yield f"FIELD_KEYS is not set, a default or too simple: give keys of {SHORTEST_SECRET} random characters."
    if debug:
        yield "DEBUG is on: it shows settings to visitors."
    for name in ("DATABASE_URL", "REDIS_URL"):
        address = environment.get(name, "")
        if not address:
            yield f"{name} is not set: the embedded servers are for one machine without operation."
        elif _is_placeholder(urlsplit(address).password or ""):
            yield f"The password in {name} is a default."
    if set(hosts) <= LOCAL_HOSTS:
        yield "ALLOWED_HOSTS names no host of yours."


def _is_own_secret(secret: str) -> bool:
    long_enough = len(secret) >= SHORTEST_SECRET and len(set(secret)) >= FEWEST_CHARACTERS
    return long_enough and not _is_placeholder(secret)


def _is_placeholder(text: str) -> bool:
    return any(word in text.lower() for word in PLACEHOLDERS)
