"""The registry of KPIs: what each is, its unit, which way is better, its source, and how months add up."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from performance.enums import KpiCode, Lack

ONE = Decimal(1)


class Unit(StrEnum):
    """What the value is counted in. A share of 0.5 is shown as 50%."""

    MONEY = "money"
    SHARE = "share"
    COUNT = "count"


class Shape(StrEnum):
    """How a value follows from its amount and base: the amount, their quotient, or the quotient less one."""

    SUM = "sum"
    RATIO = "ratio"
    CHANGE = "change"


@dataclass(frozen=True)
class Kpi:
    """One entry of the registry. ``source``: where its lines are. ``more_is_better``: which way scores rise."""

    code: KpiCode
    unit: Unit
    shape: Shape
    source: str
    more_is_better: bool = True


REGISTRY = {
    kpi.code.value: kpi
    for kpi in (
        Kpi(KpiCode.SALES, Unit.MONEY, Shape.SUM, "sell_in"),
        Kpi(KpiCode.SELL_OUT, Unit.MONEY, Shape.SUM, "sell_out"),
        Kpi(KpiCode.GROWTH, Unit.SHARE, Shape.CHANGE, "sell_in"),
        Kpi(KpiCode.ATTAINMENT, Unit.SHARE, Shape.RATIO, "sell_in"),
        Kpi(KpiCode.SELL_OUT_ATTAINMENT, Unit.SHARE, Shape.RATIO, "sell_out"),
        Kpi(KpiCode.PUNCTUALITY, Unit.SHARE, Shape.RATIO, "reports"),
        Kpi(KpiCode.CONFLICTS, Unit.COUNT, Shape.SUM, "findings", more_is_better=False),
    )
}
# Whose kinds of sales a source counts (``pricing.enums.SalesKind``).
KINDS = {"sell_in": (1,), "sell_out": (2, 3)}


@dataclass(frozen=True)
class Figure:
    """A KPI's facts of one month: amount and base, or why there are none."""

    amount: Decimal | None
    base: Decimal | None = None
    lacks: str = ""


@dataclass(frozen=True)
class Reading:
    """A KPI over some months: its value, or why there is none; ``months``: how many had data."""

    value: Decimal | None
    lacks: str = ""
    months: int = 0


def read(kpi: Kpi, figures: Iterable[Figure]) -> Reading:
    """The value over several months: amounts and bases are added up first, months without data are left out.

    No month with data: no value, for the reason of the last one. A base of nothing is no data either.
    """
    figures = list(figures)
    good = [figure for figure in figures if not figure.lacks and figure.amount is not None]
    if not good:
        return Reading(None, figures[-1].lacks if figures else Lack.NOT_MEASURED.value)
    amount = sum((figure.amount for figure in good if figure.amount is not None), Decimal(0))
    if kpi.shape is Shape.SUM:
        return Reading(amount, months=len(good))
    base = sum((figure.base or Decimal(0) for figure in good), Decimal(0))
    if base <= 0:
        return Reading(None, Lack.NO_BASE.value)
    return Reading(amount / base - (ONE if kpi.shape is Shape.CHANGE else 0), months=len(good))
