"""When a source that used to report counts as silent."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

AT_LEAST = timedelta(hours=26)  # a daily report may come two hours late
TIMES = 2


def silent_since(reports: Sequence[datetime], at: datetime) -> datetime | None:
    """Since when a source is overdue; None: it is in time, or never reported.

    ``reports``: the last ones, the newest first. Overdue = the newest + twice the usual distance between two reports
    (their median), but never less than 26 hours.
    """
    if not reports:
        return None
    gaps = [(newer - older).total_seconds() for newer, older in pairwise(reports)]
    usual = timedelta(seconds=median(gaps) if gaps else 0)
    due = reports[0] + max(TIMES * usual, AT_LEAST)
    return due if at > due else None
