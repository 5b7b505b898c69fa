"""What is compared."""

from typing import NamedTuple


class Facts(NamedTuple):
    """What is known of a record; whatever is unknown is left out and counts neither way.

    ``numbers``: scheme and number of each official number; ``accounts``: keyed hashes of bank accounts.
    """

    names: tuple[str, ...]
    country: str = ""
    numbers: tuple[tuple[str, str], ...] = ()
    domains: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    address: str = ""
    postal_code: str = ""
    accounts: tuple[str, ...] = ()


def phones_of(facts: Facts) -> tuple[str, ...]:
    """The last eight digits of each number: with or without country and area code it is one telephone."""
    digits = ("".join(sign for sign in phone if sign.isdigit()) for phone in facts.phones)
    return tuple(number[-8:] if len(number) > 8 else number for number in digits if len(number) >= 7)
