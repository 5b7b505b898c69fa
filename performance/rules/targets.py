"""How far a target is reached, and whether the pace will do: arithmetic on one target and one figure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from channelhub.lib.periods import Period

ZERO = Decimal(0)


class Pace(StrEnum):
    """Where the figure stands beside an even spread of the target over its days."""

    NOT_BEGUN = "not_begun"
    REACHED = "reached"
    ON_TRACK = "on_track"
    BEHIND = "behind"
    MISSED = "missed"


@dataclass(frozen=True)
class Attainment:
    """A target beside what was reached by the end of a day.

    ``share``: reached / target. ``expected``: the target spread evenly over the period's days, so far.
    ``run_rate``: where the period ends at the pace so far; None before its first day. ``missing``: what is still to
    go, never below nought. ``needed_a_day``: missing / days left; None when no day is left.
    """

    target: Decimal
    actual: Decimal
    share: Decimal
    expected: Decimal
    run_rate: Decimal | None
    missing: Decimal
    needed_a_day: Decimal | None
    days_left: int
    pace: Pace


def attainment(*, target: Decimal, actual: Decimal, period: Period, today: date) -> Attainment:
    """How far the target is reached at the end of ``today``."""
    length = (period.ends_before - period.starts_on).days
    elapsed = min(max((today - period.starts_on).days + 1, 0), length)
    missing = max(target - actual, ZERO)
    left = length - elapsed
    return Attainment(
        target=target,
        actual=actual,
        share=actual / target,
        expected=target * elapsed / length,
        run_rate=actual * length / elapsed if elapsed else None,
        missing=missing,
        needed_a_day=missing / left if left else None,
        days_left=left,
        pace=_pace(target, actual, target * elapsed / length, elapsed=elapsed, left=left),
    )


def _pace(target: Decimal, actual: Decimal, expected: Decimal, *, elapsed: int, left: int) -> Pace:
    if actual >= target:
        return Pace.REACHED
    if not elapsed:
        return Pace.NOT_BEGUN
    if not left:
        return Pace.MISSED
    return Pace.ON_TRACK if actual >= expected else Pace.BEHIND


def weighted_share(parts: Iterable[tuple[Decimal, Decimal]]) -> Decimal | None:
    """Several targets read as one: the mean of (share, weight) by weight; None without targets."""
    parts = list(parts)
    total = sum((weight for _, weight in parts), ZERO)
    return sum((share * weight for share, weight in parts), ZERO) / total if total else None
