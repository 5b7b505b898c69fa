"""Numbers of certificates: eleven random signs and one that checks them, in an alphabet that is read without doubt."""

import re
import secrets

# 31 signs, a prime number: no 0 and O, no 1, I and L.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 12


def new_number() -> str:
    """A number that cannot be guessed (54 bits of chance), in groups of four."""
    signs = "".join(secrets.choice(ALPHABET) for _sign in range(LENGTH - 1))
    return grouped(signs + check_sign(signs))


def check_sign(signs: str) -> str:
    """The last sign: the sum of all values, each times its place (from 2), modulo 31.

    Every wrong sign and every two that changed places change it.
    """
    return ALPHABET[sum(place * ALPHABET.index(sign) for place, sign in enumerate(signs, start=2)) % len(ALPHABET)]


def read_number(text: str) -> str | None:
    """A number as it is kept, from what a person typed or scanned; None: it cannot be one."""
    signs = re.sub(r"[\s\-]", "", text[:40]).upper()
    if len(signs) != LENGTH or any(sign not in ALPHABET for sign in signs):
        return None
    return grouped(signs) if check_sign(signs[:-1]) == signs[-1] else None


def grouped(signs: str) -> str:
    """Signs in groups of four."""
    return "-".join(signs[start : start + 4] for start in range(0, len(signs), 4))
