"""The demo's rates and rebate programmes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from channelhub.core.models import User
from channelhub.lib.periods import add_months, period_of
from partners.models import Partner, ProductLine
from performance.rules.demo.heads import DemoPartner
from performance.services.demo.channel import DOMAIN
from pricing.enums import Pays, PeriodKind, ProgrammeScope, Qualifier, RebateMethod, SalesKind
from pricing.models import RebateProgramme
from pricing.services import members, programmes
from pricing.services.programme_approval import send_for_approval
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


# What a manager has drafted for next year; it waits for finance and management.
NEXT_YEAR = Plan(
    "loyalty",
    ("年度忠诚返利", "Yearly loyalty rebate"),
    PeriodKind.YEAR,
    RebateMethod.RETROSPECTIVE,
    (("0", "0"), ("2000000", "0.01"), ("8000000", "0.015")),
    SalesKind.SELL_IN,
)
NEXT_YEARS_COST = Decimal(620_000)
BRACKETS = [int(start) for start, _ in PLANS[0].bands if int(start)]


def make_programmes(*, rows: Sequence[DemoPartner], partners: dict[str, Partner], first: date, at: datetime) -> None:
    """Everybody takes part; in the one on subtrees only those at the head of a region."""
    heads = [partners[row.code].pk for row in rows if row.kind == "distributor"]
    for plan in PLANS:
        programme = _make_programme(plan, first, at)
        everybody = [partner.pk for partner in partners.values()]
        whom = heads if plan.scope == ProgrammeScope.SUBTREE else everybody
        members.add_members(programme=programme, partner_ids=whom)
        programmes.activate(programme=programme)


def draft_next_year(*, partners: Sequence[Partner], today: date, at: datetime) -> None:
    """A programme of next year that its author has sent for approval."""
    programme = _make_programme(NEXT_YEAR, date(today.year + 1, 1, 1), at)
    members.add_members(programme=programme, partner_ids=[partner.pk for partner in partners])
    author = User.objects.get(email=f"manager@{DOMAIN}")
    send_for_approval(programme=programme, by=author, at=at, estimated_cost=NEXT_YEARS_COST)


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
