"""When failed work is tried again, and when it is left to a person."""

from datetime import timedelta

MAX_ATTEMPTS = 5


def used_up(attempts: int) -> bool:
    """Whether that many attempts are all there are."""
    return attempts >= MAX_ATTEMPTS


def pause_after(attempts: int, *, first: timedelta, factor: int) -> timedelta:
    """How long work rests after its n-th attempt: ``first`` after the first, ``factor`` times longer each time."""
    return first * factor ** max(attempts - 1, 0)
