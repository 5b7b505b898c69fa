"""The night: which steps in which order, when it is due, and what a missed night needs."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.night import RunKind, RunStatus
from channelhub.core.models import JobRun, User
from channelhub.core.services.night import chunks, runs, steps
from channelhub.core.services.night.chunks import Clock
from channelhub.core.services.night.steps import Part, Step
from channelhub.lib.locks import advisory_lock, session_slot
from channelhub.lib.periods import business_day, business_zone
from partners.models import Partner
from partners.services import certificate_warnings, deposits, licences, obligations
from performance.services import conflicts, kpis, scores, tier_review
from pricing.services import accrual, rollup

LARGEST_ID = 2**63 - 1
ONE_DAY = timedelta(days=1)


def partner_ranges() -> Sequence[Part]:
    """Ranges of partner ids that cover every partner, also one that joins while the night runs."""
    ids = list(Partner.objects.order_by("pk").values_list("pk", flat=True))
    lows = ids[:: settings.NIGHT_PARTNERS_A_CHUNK] or [0]
    lows[0] = 0
    highs = [low - 1 for low in lows[1:]] + [LARGEST_ID]
    return [_range(low, high) for low, high in zip(lows, highs, strict=True)]


def touched_ranges() -> Sequence[Part]:
    """Ranges of partner ids with about as many accounts to settle each; asked when the rollup has queued them."""
    ranges = accrual.touched_ranges(accounts=settings.NIGHT_ACCOUNTS_A_CHUNK)
    return [_range(low, high) for low, high in ranges]


def _range(low: int, high: int) -> Part:
    return Part(f"{low}–{high if high != LARGEST_ID else ''}", {"lo": low, "hi": high})


def _accrue(*, business_day: date, lo: int, hi: int) -> Mapping[str, Any]:
    """The rebates of one range of partners."""
    return accrual.accrue(business_day=business_day, chunk=(lo, hi))


# One chunk each: rollup and conflicts hold their own lock (they can also be run alone), ranks need everybody's score.
STEPS = (
    Step("rollup", _("Roll up new sales"), rollup.roll_up),
    Step("rebates", _("Accrue rebates"), _accrue, touched_ranges, cut_late=True),
    Step("conflicts", _("Find conflicts"), conflicts.judge),
    Step("deposits", _("Watch deposits"), deposits.watch),
    Step("obligations", _("Watch contracts"), obligations.watch),
    Step("scores", _("Measure KPIs and score partners"), kpis.measure, partner_ranges),
    Step("ranks", _("Rank partners"), scores.rank),
    Step("certificates", _("Warn of certificates that end"), certificate_warnings.watch),
    Step("tiers", _("Review tiers"), tier_review.review),
    Step("licences", _("Remind of licences that end"), licences.remind),
)


def due_day(at: datetime) -> date:
    """The last day whose night is due: yesterday, once the night's hour has come; until then the day before."""
    hour, minute = map(int, settings.NIGHT_STARTS_AT.split(":"))
    begun = at.astimezone(business_zone()).time() >= time(hour, minute)
    return business_day(at) - ONE_DAY * (1 if begun else 2)


def missed_days(day: date) -> list[date]:
    """The days before ``day`` that no night has covered, since the last one that a night did; none before the first."""
    covered = JobRun.objects.nights().exclude(status=RunStatus.CANCELLED).filter(business_day__lt=day)
    last = covered.order_by("-business_day").values_list("business_day", flat=True).first()
    if last is None:
        return []
    return [last + ONE_DAY * count for count in range(1, (day - last).days)]


@transaction.atomic
def open_due_night(*, at: datetime) -> JobRun | None:
    """Open the night that is due, making up for missed ones; None when it was opened before.

    Called every minute too, so that a scheduler that slept over the hour misses nothing.
    """
    advisory_lock("performance_open_night")
    day = due_day(at)
    if JobRun.objects.nights().filter(business_day__gte=day).exists():
        return None
    return runs.open_run(business_day=day, steps=steps.every_step(), missed=missed_days(day), at=at)


def open_or_join(*, at: datetime) -> JobRun | None:
    """The night that is due, opened if need be, or any run that is still open; None when all is done."""
    return open_due_night(at=at) or JobRun.objects.still_open().first()


def open_night(*, day: date, at: datetime, by: User | None = None) -> JobRun:
    """Open the night of a day by hand, also a second time: it posts nothing twice. An open one is answered."""
    return runs.open_run(business_day=day, steps=steps.every_step(), missed=missed_days(day), at=at, by=by)


def open_step_alone(*, code: str, day: date, at: datetime, by: User | None = None) -> JobRun:
    """Open a run of one step only; refuses a step that does not exist."""
    return runs.open_run(business_day=day, steps=[steps.named(code)], at=at, kind=RunKind.ALONE, by=by)


def work_on_night(*, clock: Clock) -> int:
    """Open what is due and work on what is open until nothing is left; the number of runs worked on.

    At most ``NIGHT_WORKERS`` do so at once, so that events and heartbeats are never left without a worker.
    """
    open_due_night(at=clock())
    with session_slot("performance_night_worker", slots=settings.NIGHT_WORKERS) as slot:
        return 0 if slot is None else chunks.work_on_everything_open(clock=clock, worker=chunks.worker_name())
