"""What dashboards draw: sums of the rollups, in a fixed number of questions, only of what the person may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Func, IntegerField, Sum, Value
from django.db.models.functions import Substr

from channelhub.lib.periods import add_months, month_of
from partners.models import Partner, ProductLine, Territory
from performance.enums import KpiCode
from performance.models import Finding, KpiValue, Target
from performance.selectors.kept import kept, mark_of
from pricing.enums import SalesKind
from pricing.models import RebatePosting, SalesMonth, SalesMonthLine

SHOWN = 12
STEP = Territory.steplen


@dataclass(frozen=True)
class Sold:
    """Sums by kind, currency and month of two years; ``mark``: of the whole channel, see ``kept``."""

    sums: Mapping[tuple[int, str, date], Decimal] = field(default_factory=dict)
    mark: str = ""

    @property
    def pairs(self) -> list[tuple[int, str]]:
        """The kinds (sell-in first) and currencies in which anything was sold, the most first of each."""
        totals: dict[tuple[int, str], Decimal] = {}
        for (kind, currency, _month), total in self.sums.items():
            totals[kind, currency] = totals.get((kind, currency), Decimal(0)) + total
        return sorted(totals, key=lambda pair: (pair[0], -totals[pair]))

    def in_month(self, kind: int, month: date) -> list[tuple[str, Decimal]]:
        """One month's sums by currency, the largest first."""
        found = [(key[1], total) for key, total in self.sums.items() if (key[0], key[2]) == (kind, month)]
        return sorted(found, key=lambda pair: -pair[1])


@dataclass(frozen=True)
class Lens:
    """Which sales a dashboard looks at: of one kind and currency, ``months`` months up to ``month``."""

    kind: int
    currency: str
    month: date
    months: int = 12
    partner_id: int | None = None
    sold: Sold = Sold()

    @property
    def name(self) -> str:
        """What tells its sums from those of another lens."""
        return f"{self.kind}-{self.currency}-{self.month}-{self.months}-{self.partner_id or ''}"

    @property
    def sums(self) -> list[Decimal]:
        """What was sold in each of its months, of the two years that ``sold`` knows."""
        return [self.sold.sums.get((self.kind, self.currency, month), Decimal(0)) for month in self.every]

    @property
    def since(self) -> date:
        return add_months(self.month, 1 - self.months)

    @property
    def every(self) -> list[date]:
        """Its months, the first one first."""
        return [add_months(self.since, number) for number in range(self.months)]

    def back(self) -> "Lens":
        """The same months a year before."""
        return replace(self, month=add_months(self.month, -12))

    def of(self, rows: Any) -> Any:
        """The rows of a rollup that it sees, without an order."""
        rows = rows.filter(kind=self.kind, currency=self.currency, month__gte=self.since, month__lte=self.month)
        return (rows if self.partner_id is None else rows.filter(partner_id=self.partner_id)).order_by()


@dataclass(frozen=True)
class Share:
    """One bar: what it stands for, and its sum, this year and the year before."""

    name: Any
    total: Decimal
    before: Decimal = Decimal(0)
    key: Any = None


@dataclass(frozen=True)
class Months:
    """Sums by month, beside those of a year before and the targets, which are None where there is none."""

    months: list[date]
    now: list[Decimal]
    before: list[Decimal]
    target: list[Decimal | None] = field(default_factory=list)


@dataclass(frozen=True)
class Grid:
    """Sums of the largest partners by month."""

    months: list[date]
    partners: list[Partner]
    cells: dict[tuple[int, date], Decimal]


def sold_in(user: Any, *, today: date, partner_id: int | None = None) -> Sold:
    """What was sold within two years, of one partner or of all that the person may see."""
    month = month_of(today)
    rows = SalesMonth.objects.visible_to(user).filter(month__gte=add_months(month, -23), month__lte=month).order_by()
    if partner_id is not None:
        rows = rows.filter(partner_id=partner_id)

    def sums() -> dict[tuple[int, str, date], Decimal]:
        found = rows.values_list("kind", "currency", "month").annotate(total=Sum("amount"))
        return {(kind, currency, of): total for kind, currency, of, total in found}

    mark = mark_of(user) if partner_id is None else ""
    return Sold(kept(mark, f"sold-{month}", sums), mark)


def lens_of(
    sold: Sold,
    *,
    today: date,
    kind: int | None = None,
    currency: str = "",
    partner_id: int | None = None,
) -> Lens | None:
    """The lens asked for, or the first of those in which something was sold; None: there is none."""
    for one, money in sold.pairs:
        if kind in (None, one) and currency in ("", money):
            return Lens(one, money, month_of(today), partner_id=partner_id, sold=sold)
    return None


def by_month(user: Any, lens: Lens) -> Months:
    """Sales by month, a year before, and what was to be reached."""
    return Months(lens.every, lens.sums, lens.back().sums, _targets(user, lens))


def _targets(user: Any, lens: Lens) -> list[Decimal | None]:
    """Partners' targets over all lines, a longer period's spread evenly over its months."""
    kpi = KpiCode.SALES if lens.kind == SalesKind.SELL_IN else KpiCode.SELL_OUT
    rows = Target.objects.visible_to(user).known()
    rows = rows.filter(kpi=kpi, currency=lens.currency, product_line=None, partner__isnull=False)
    rows = rows.filter(valid_during__overlap=(lens.since, add_months(lens.month, 1)))
    if lens.partner_id is not None:
        rows = rows.filter(partner_id=lens.partner_id)
    sums: dict[date, Decimal] = {}
    for period, total in rows.order_by().values_list("valid_during").annotate(total=Sum("amount")):
        months = [month for month in lens.every if period.lower <= month < period.upper]
        length = (period.upper.year - period.lower.year) * 12 + period.upper.month - period.lower.month
        for month in months:
            sums[month] = sums.get(month, Decimal(0)) + total / max(length, 1)
    return [sums.get(month) for month in lens.every]


def by_partner(user: Any, lens: Lens) -> tuple[list[Share], Share | None]:
    """The largest partners, each with its year before, and the rest as one bar; ``key`` is the partner's id."""
    rows = SalesMonth.objects.visible_to(user)

    def sums() -> tuple[list[tuple[int, Decimal]], dict[int, Decimal]]:
        totals = lens.of(rows).values_list("partner_id").annotate(total=Sum("amount"))
        top = list(totals.order_by("-total", "partner_id")[: SHOWN + 1])
        last = lens.back().of(rows).filter(partner_id__in=[pk for pk, _total in top])
        return top, dict(last.values_list("partner_id").annotate(total=Sum("amount")))

    found, before = kept(lens.sold.mark, f"by-partner-{lens.name}", sums)
    top = found[:SHOWN]
    ids = [pk for pk, _total in top]
    names = Partner.objects.in_bulk(ids)
    shares = [Share(names[pk], total, before.get(pk, Decimal(0)), pk) for pk, total in top]
    others = sum(lens.sums, Decimal(0)) - sum((total for _pk, total in top), Decimal(0))
    return shares, Share(None, others, key=ids) if len(found) > SHOWN else None


def by_branch(user: Any, lens: Lens, model: type, field: str, depth: int, within: str = "") -> list[Share]:
    """Sums by a tree's nodes of a depth, each with all beneath it, the largest first; rows above it stand alone."""
    path = f"{field}__path"

    def sums(of: Lens) -> dict[str | None, Decimal]:
        rows = of.of(SalesMonthLine.objects.visible_to(user))
        if within:
            rows = rows.filter(**{f"{path}__startswith": within})
        return dict(rows.values_list(Substr(path, 1, depth * STEP)).annotate(total=Sum("amount")))

    name = f"{field}-{depth}-{within}-{lens.name}"
    now, before = kept(lens.sold.mark, name, lambda: (sums(lens), sums(lens.back())))
    nodes = {node.path: node for node in model.objects.filter(path__in=[key for key in now if key])}  # type: ignore[attr-defined]
    shares = [Share(nodes.get(key), total, before.get(key, Decimal(0)), key) for key, total in now.items()]
    return sorted(shares, key=lambda share: -share.total)


def by_territory(user: Any, lens: Lens) -> list[Share]:
    """Sales by province, or country where there is none."""
    return by_branch(user, lens, Territory, "home_territory", 2)


def by_line(user: Any, lens: Lens) -> list[Share]:
    """Sales by the product lines at the top of the tree."""
    return by_branch(user, lens, ProductLine, "product_line", 1)


def rebates_by_programme(user: Any, lens: Lens) -> list[Share]:
    """What was booked in the months, in the lens's currency; ``key`` is the programme's id."""
    rows = RebatePosting.objects.visible_to(user).filter(
        currency=lens.currency, booked_in__gte=lens.since, booked_in__lte=lens.month
    )
    sums = rows.order_by().values("account__programme_id", "account__programme__code", "account__programme__name")
    largest = sums.annotate(total=Sum("amount")).order_by("-total")[:SHOWN]
    found = kept(lens.sold.mark, f"rebates-{lens.name}", lambda: list(largest))
    return [
        Share(
            f"{row['account__programme__code']} {row['account__programme__name']}",
            row["total"],
            key=row["account__programme_id"],
        )
        for row in found
    ]


def findings_by_kind(user: Any, currency: str) -> list[Share]:
    """What open findings are thought to cost, by kind."""
    rows = Finding.objects.visible_to(user).still_open().filter(currency=currency).order_by()
    kinds = dict(Finding._meta.get_field("kind").flatchoices)
    found = rows.values_list("kind").annotate(total=Sum("damage")).order_by("-total")
    return [Share(kinds.get(kind, kind), total, key=kind) for kind, total in found]


def attainment(user: Any, lens: Lens, month: date) -> list[tuple[int, int]]:
    """How many partners reached which part of their target in a month: the tenth it lies in (15: 150 % and more).

    What is below nought, because more came back than was sold, stands in the lowest.
    """
    rows = KpiValue.objects.visible_to(user).filter(kpi=KpiCode.ATTAINMENT, month=month, currency=lens.currency)
    bucket = Func(F("value"), 0, Value(Decimal("1.5")), 15, function="width_bucket", output_field=IntegerField())
    counts = rows.filter(value__isnull=False).order_by().values_list(bucket - 1).annotate(count=Count("pk"))
    found: dict[int, int] = {}
    for tenth, count in kept(lens.sold.mark, f"attainment-{month}-{lens.currency}", lambda: list(counts)):
        found[max(tenth, 0)] = found.get(max(tenth, 0), 0) + count
    return sorted(found.items())


def heatmap(user: Any, lens: Lens, ids: Sequence[int]) -> Grid:
    """The largest partners by month."""
    rows = lens.of(SalesMonth.objects.visible_to(user)).filter(partner_id__in=list(ids))
    sums = rows.values_list("partner_id", "month").annotate(total=Sum("amount"))
    partners = Partner.objects.in_bulk(list(ids))
    found = kept(lens.sold.mark, f"heatmap-{lens.name}", lambda: list(sums))
    return Grid(lens.every, [partners[pk] for pk in ids], {(pk, month): total for pk, month, total in found})
