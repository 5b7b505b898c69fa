"""Sums over the whole channel, kept until a night has changed them: on ten million lines a chart is half a second."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.core.cache import cache

from channelhub.lib import sql

T = TypeVar("T")
KEPT = 600  # seconds: what no mark tells of is ten minutes old at most
MARK = """
    SELECT concat_ws('-', (SELECT oid FROM pg_database WHERE datname = current_database()),
        (SELECT max(id) FROM pricing_salesmonth), (SELECT max(id) FROM pricing_rebateposting),
        (SELECT max(id) FROM performance_kpivalue), run.id, run.status, extract(epoch FROM run.ended_at))
    FROM (VALUES (1)) AS one LEFT JOIN (SELECT * FROM core_jobrun ORDER BY id DESC LIMIT 1) AS run ON true
"""


def mark_of(user: Any) -> str:
    """What sums of the whole channel stand for now; empty for a person who sees only a part: nothing is kept for it.

    The nights alone write rollups, postings and key figures, so their last run and the newest rows tell them apart.
    """
    acting = getattr(user, "acting", None)
    if acting is None or acting.standing is not None or acting.territories is not None:
        return ""
    return str(sql.fetch_one(MARK))


def kept(mark: str, name: str, compute: Callable[[], T]) -> T:
    """What was computed under this mark and name, or what ``compute`` gives now; without a mark always the latter."""
    return cast("T", cache.get_or_set(f"channel-sums:{mark}:{name}", compute, KEPT)) if mark else compute()
