"""The page of figures that a monitoring system reads."""

from datetime import datetime

from redis import RedisError

from channelhub.core.selectors.metrics import family, night_families
from channelhub.core.services import counters, dispatch


def page(*, at: datetime) -> str:
    """Night, outbox and answers as Prometheus reads them; without Redis the answers are missing."""
    waiting, seconds = dispatch.lag(at=at)
    families = [
        *night_families(at=at),
        family("channelhub_outbox_waiting", "gauge", "Events and handlings not done.", [({}, waiting)]),
        family("channelhub_outbox_lag_seconds", "gauge", "Age of the oldest that waits.", [({}, seconds)]),
        *_answers(),
    ]
    return "".join(families)


def _answers() -> list[str]:
    try:
        totals = counters.totals()
    except RedisError:
        return []
    labelled = [({"method": method, "status": status}, pair) for (method, status), pair in totals.items()]
    return [
        family(
            "channelhub_requests_total",
            "counter",
            "Answers by method and status.",
            [(labels, number) for labels, (number, _) in labelled],
        ),
        family(
            "channelhub_request_seconds_total",
            "counter",
            "Seconds spent answering.",
            [(labels, taken) for labels, (_, taken) in labelled],
        ),
    ]
