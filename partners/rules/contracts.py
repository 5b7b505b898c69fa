"""What a contract's words become, which clauses apply, when it runs out, and whether a commitment is kept."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

PLACE = re.compile(r"\{\{\s*([a-z][a-z0-9_]*)\s*\}\}")
# What every contract knows of itself; other names are asked for when it is drafted.
KNOWN = frozenset({
    "maker",
    "partner",
    "partner_code",
    "number",
    "first_day",
    "last_day",
    "currency",
    "scopes",
    "commitments",
    "notice_days",
    "deposit",
    "deposit_days",
    "penalty",
    "renewal_days",
    "amends",
})  # fmt: skip


@dataclass(frozen=True)
class Clause:
    """One clause of a template: its heading, its words, and the part of the terms without which it is left out."""

    heading: str
    text: str
    only_with: str = ""


def places_in(texts: Iterable[str]) -> list[str]:
    """The names of all places to be filled, in the order in which they first stand."""
    return list(dict.fromkeys(name for text in texts for name in PLACE.findall(text)))


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its places filled; a place without a value stays, so that it is seen."""
    return PLACE.sub(lambda place: values.get(place[1]) or place[0], text)


def missing(texts: Iterable[str], values: Mapping[str, str]) -> list[str]:
    """Places that would stay empty."""
    return [name for name in places_in(texts) if not values.get(name)]


def applying(clauses: Sequence[Clause], parts: Iterable[str]) -> list[Clause]:
    """The clauses that these terms need: a clause about a deposit only where there is one."""
    there = set(parts)
    return [clause for clause in clauses if not clause.only_with or clause.only_with in there]


def quarter_ends(first_day: date) -> date:
    """The last day of the quarter that begins on this day."""
    month = first_day.month + 3
    return date(first_day.year + month // 13, (month - 1) % 12 + 1, 1) - timedelta(days=1)


def is_kept(*, wanted: Decimal, actual: Decimal) -> bool:
    """A commitment is kept when at least as much was bought."""
    return actual >= wanted


def runs_out_soon(*, ends_on: date | None, renewal_days: int, on: date) -> bool:
    """Whether a contract stands in the queue of renewals: its last day is at most so many days away."""
    return ends_on is not None and on >= ends_on - timedelta(days=renewal_days)
