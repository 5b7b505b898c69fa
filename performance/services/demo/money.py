"""The demo's programmes and the months of sales that they pay for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from channelhub.core.models import Feed, User
from channelhub.lib.periods import add_months, period_of
from partners.models import Partner, ProductLine
from performance.errors import DemoRowsRefused
from performance.rules.demo_channel import PARTNERS, PRODUCTS
from performance.rules.demo_sales import Sales
from pricing.enums import Pays, PeriodKind, ProgrammeScope, Qualifier, RebateMethod, SalesKind
from pricing.models import RebateProgramme
from pricing.services import members, programmes, sales
from pricing.services.months import close_month
from pricing.services.rates import set_rate

SGD_IN_CNY = ("5.31", "5.34", "5.29", "5.36", "5.40", "5.38", "5.42", "5.37")


def make_rates(*, first: date, until: date, at: datetime) -> None:
    """What a Singapore dollar cost, month by month."""
    month, number = first, 0
    while month < until:
        rate = Decimal(SGD_IN_CNY[number % len(SGD_IN_CNY)])
        set_rate(currency="SGD", to_currency="CNY", month=month, rate=rate, at=at)
        month, number = add_months(month, 1), number + 1


@dataclass(frozen=True)
class Plan:
    """One programme to be: its names, how it is reckoned and what it counts."""

    code: str
    names: tuple[str, str]
    period: str
    method: str
    bands: tuple[tuple[str, str], ...]
    kind: int
    line: str | None = None
    scope: str = ProgrammeScope.OWN


PLANS = (
    Plan(
        "purchases",
        ("季度进货返利", "Quarterly purchase rebate"),
        PeriodKind.QUARTER,
        RebateMethod.RETROSPECTIVE,
        (("0", "0"), ("300000", "0.015"), ("1000000", "0.025"), ("4000000", "0.04")),
        SalesKind.SELL_IN,
    ),
    Plan(
        "appliances",
        ("小家电动销返利", "Appliances sell-out rebate"),
        PeriodKind.MONTH,
        RebateMethod.INCREMENTAL,
        (("0", "0.01"), ("20000", "0.02"), ("60000", "0.035")),
        SalesKind.SELL_OUT,
        line="APPLIANCES",
    ),
    Plan(
        "region",
        ("区域年度返利", "Yearly region rebate"),
        PeriodKind.YEAR,
        RebateMethod.INCREMENTAL,
        (("0", "0"), ("1000000", "0.005"), ("3000000", "0.008")),
        SalesKind.SELL_OUT,
        scope=ProgrammeScope.SUBTREE,
    ),
)


def make_programmes(*, partners: dict[str, Partner], first: date, at: datetime) -> None:
    """Everybody takes part; in the one on subtrees only those at the head of a region."""
    heads = [partners[row.code].pk for row in PARTNERS if row.kind == "distributor"]
    for plan in PLANS:
        programme = _make_programme(plan, first, at)
        everybody = [partner.pk for partner in partners.values()]
        whom = heads if plan.scope == ProgrammeScope.SUBTREE else everybody
        members.add_members(programme=programme, partner_ids=whom)
        programmes.activate(programme=programme)


def _make_programme(plan: Plan, first: date, at: datetime) -> RebateProgramme:
    name, name_en = plan.names
    starts_on = period_of(first, plan.period).starts_on
    programme = programmes.create_programme(
        code=plan.code, name=name, name_en=name_en, currency="CNY", period=plan.period, starts_on=starts_on
    )
    terms = programmes.terms(
        programme=programme,
        method=plan.method,
        qualifier=Qualifier.AMOUNT,
        pays=Pays.PERCENT,
        bands=[(Decimal(starts_at), Decimal(rate)) for starts_at, rate in plan.bands],
    )
    line = ProductLine.objects.get(code=plan.line) if plan.line else None
    counting = programmes.Counting([plan.kind], line, plan.scope)
    programmes.publish_version(programme=programme, valid_from=starts_on, terms=terms, counting=counting, at=at)
    return programme


def sell(
    *,
    erp: Feed,
    reports: Feed,
    first: date,
    at: datetime,
    today: date,
    seed: int,
    closer: User,
    say: Callable[[str], Any],
) -> None:
    """Send in month after month as the systems would have; a month is closed on the tenth of the next full one."""
    made = Sales(first=first, until=today, partners=PARTNERS, products=PRODUCTS, seed=seed)
    for month in made.months():
        if month.after == add_months(month.first_day, 1) and month.first_day > first:
            tenth = month.first_day + timedelta(days=9)
            close_month(month=add_months(month.first_day, -1), at=at - (today - tenth), by=closer)
        sent_at = at - (today - month.after)
        _send(erp, month.sell_in, f"ERP {month.first_day:%Y-%m}", sent_at)
        _send(reports, month.reported, f"POS {month.first_day:%Y-%m}", sent_at)
        say(f"  {month.first_day:%Y-%m}: {len(month.sell_in) + len(month.reported)} lines")


def _send(feed: Feed, rows: list[dict[str, object]], reference: str, at: datetime) -> None:
    receipt = sales.record_sales(feed=feed, rows=rows, reference=reference, at=at)
    if receipt.rejected:
        raise DemoRowsRefused(receipt.rejected[:5])
