"""The registry of what a tier may ask: KPIs, the score, and facts of a partner that are so or not.

Each metric is read for all partners (or some) over one span of months by one statement. An app to the left adds its own
by ``register`` in its selectors' name; what is registered stays readable for as long as rules name it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from channelhub.lib import sql
from channelhub.lib.periods import add_months
from performance.enums import KpiCode, TierWindow
from performance.rules import kpis
from performance.rules.kpis import Figure, Unit
from performance.rules.tiers import Key, Reading, window_of

Readings = dict[int, Reading]


@dataclass(frozen=True)
class Span:
    """What is asked for: months from first to last, the day, a currency, and which partners (None: all)."""

    first: date
    last: date
    day: date
    currency: str = ""
    partners: tuple[int, ...] | None = None

    @property
    def params(self) -> dict[str, Any]:
        ids = None if self.partners is None else list(self.partners)
        return {
            "first": self.first,
            "last": self.last,
            "day": self.day,
            "currency": self.currency,
            "ids": ids,
            "until": add_months(self.last, 1),
        }


@dataclass(frozen=True)
class Metric:
    """One entry: what it is called, its unit, which way is better, and how it is read. ``is_state``: only as of now.

    ``yes_no``: one or nought, shown as yes and no. ``in_currency``: of money, also its growth: a criterion names which.
    """

    code: str
    label: Any
    unit: Unit
    read: Callable[[Span], Readings]
    more_is_better: bool = True
    is_state: bool = False
    yes_no: bool = False
    for_dealers: bool = True
    in_currency: bool = False


METRICS: dict[str, Metric] = {}


def register(metric: Metric) -> None:
    """Make a metric known; the same code twice is refused."""
    if metric.code in METRICS:
        raise ValueError(f"metric {metric.code} is registered twice")
    METRICS[metric.code] = metric


KPI = """
    SELECT partner_id, sum(amount) FILTER (WHERE lacks = ''), sum(base) FILTER (WHERE lacks = ''),
        (array_agg(lacks ORDER BY month DESC))[1]
    FROM performance_kpivalue WHERE kpi = %(kpi)s AND month BETWEEN %(first)s AND %(last)s
        AND currency IN ('', %(currency)s) AND (%(ids)s::bigint[] IS NULL OR partner_id = ANY (%(ids)s))
    GROUP BY partner_id
"""
SCORE = """
    SELECT partner_id, round(avg(score), 2) FROM performance_score
    WHERE month BETWEEN %(first)s AND %(last)s AND (%(ids)s::bigint[] IS NULL OR partner_id = ANY (%(ids)s))
    GROUP BY partner_id
"""
DEPOSIT = """
    SELECT p.id, (NOT EXISTS (SELECT FROM partners_depositaccount a
        WHERE a.partner_id = p.id AND a.due > a.free + a.frozen))::int
    FROM partners_partner p WHERE %(ids)s::bigint[] IS NULL OR p.id = ANY (%(ids)s)
"""
CONTRACT = """
    SELECT p.id, EXISTS (SELECT FROM partners_contractversion c
        WHERE c.partner_id = p.id AND c.in_force @> %(day)s::date)::int
    FROM partners_partner p WHERE %(ids)s::bigint[] IS NULL OR p.id = ANY (%(ids)s)
"""


def reading_of(statement: str) -> Callable[[Span], Readings]:
    """A metric whose statement answers partner and value; no value is too little data."""

    def read(span: Span) -> Readings:
        return {
            partner: Reading(None, "too_little_data") if value is None else Reading(Decimal(value))
            for partner, value in sql.fetch(statement, span.params)
        }

    return read


def _kpi(code: str) -> Callable[[Span], Readings]:
    def read(span: Span) -> Readings:
        found = {}
        for partner, amount, base, lacks in sql.fetch(KPI, {**span.params, "kpi": code}):
            value = kpis.read(kpis.REGISTRY[code], [Figure(amount, base, "" if amount is not None else lacks)])
            found[partner] = Reading(value.value, value.lacks)
        return found

    return read


for _kpi_entry in kpis.REGISTRY.values():
    _code = _kpi_entry.code.value
    register(
        Metric(
            _code,
            KpiCode(_code).label,
            _kpi_entry.unit,
            _kpi(_code),
            _kpi_entry.more_is_better,
            for_dealers=_code != KpiCode.CONFLICTS,
            in_currency=_kpi_entry.source in kpis.KINDS,
        )
    )
register(Metric("score", _("Score"), Unit.COUNT, reading_of(SCORE)))
register(Metric("deposit_covered", _("Deposit covered"), Unit.COUNT, reading_of(DEPOSIT), is_state=True, yes_no=True))
register(
    Metric("contract_in_force", _("Contract in force"), Unit.COUNT, reading_of(CONTRACT), is_state=True, yes_no=True)
)


def readings(keys: Iterable[Key], *, day: date, partners: tuple[int, ...] | None = None) -> dict[Key, Readings]:
    """What each metric, window and currency says on a day, by partner; one statement for each key."""
    found: dict[Key, Readings] = {}
    for key in sorted(set(keys)):
        metric, window, months, currency = key
        known = METRICS.get(metric)
        if known is not None:
            first, last = window_of(window, months, day)
            found[key] = known.read(Span(first, last, day, currency, partners))
    return found


def refused(*, metric: str, window: str, currency: str, threshold: Decimal) -> str:
    """What is wrong with a criterion as typed: a code of ``errors.RULES_TROUBLES``; empty: good."""
    known = METRICS.get(metric)
    if known is None:
        return "unknown_metric"
    if known.is_state != (window == TierWindow.NOW):
        return "window_not_for_metric"
    if known.in_currency != bool(currency):
        return "currency_for_money_only"
    if known.yes_no and threshold not in (0, 1):
        return "yes_or_no"
    return ""
