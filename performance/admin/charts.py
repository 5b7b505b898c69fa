"""Charts of the admin: a title that says what to conclude, marks, and the same figures as a table whose rows open."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from channelhub.core.templatetags.figures import name_of
from channelhub.lib import formats
from channelhub.lib.periods import add_months
from partners.models import Territory
from performance.enums import KpiCode
from performance.selectors import charts

TOP_TENTH = 15  # 150 % and more are one column
ENOUGH = 2  # months before a change is spoken of


@dataclass(frozen=True)
class Cell:
    """A figure: its text, and the list that adds up to it."""

    text: str
    href: str = ""


@dataclass(frozen=True)
class Chart:
    """One chart: ``data`` is drawn by static/js/charts.js, ``rows`` (a name and cells) stand in its table."""

    code: str
    title: str
    label: str
    data: dict
    columns: list
    rows: list
    hint: str = ""
    more: str = ""
    headers: list = field(default_factory=list)


def address(name, **query):
    """The list behind a figure; empty where there is no such page yet."""
    try:
        return f"{reverse(name)}?{urlencode(query)}"
    except NoReverseMatch:
        return ""


def seen_by(lens, **more):
    """The filters of a rollup's list that leave what the lens sees."""
    query = {"kind__exact": lens.kind, "currency": lens.currency, **more}
    if lens.partner_id is not None:
        query["partner__id__exact"] = lens.partner_id
    return query


def behind(name, lens, **more):
    """The rollup's list that adds up to a figure of the lens's months; empty without one."""
    return address(name, **seen_by(lens, **more, **span(lens))) if lens else ""


def span(lens):
    return {"month_from": lens.since.isoformat(), "month_to": lens.month.isoformat()}


def of_month(month):
    return {"month_from": month.isoformat(), "month_to": month.isoformat()}


MONTHS = "admin:pricing_salesmonth_changelist"
LINES = "admin:pricing_salesmonthline_changelist"


def _money(amount, currency):
    return formats.NO_DATA if amount is None else formats.money_text(amount, currency, iso=True)


def change_of(now, before):
    """By how many percent now is above or below before; None: nothing to compare with."""
    return round((now / before - 1) * 100) if before and before > 0 else None


def _moved(name, now, before):
    change = change_of(now, before)
    if change is None:
        return ""
    if change >= 0:
        return _("%(name)s sells %(change)s%% more than a year before") % {"name": name, "change": change}
    return _("%(name)s sells %(change)s%% less than a year before") % {"name": name, "change": -change}


def _floats(values):
    return [None if value is None else float(value) for value in values]


def _links(lens, months):
    return [address(MONTHS, **seen_by(lens, **of_month(month))) for month in months]


def by_month(user, lens):
    """Line: this year, last year grey, target dashed."""
    found = charts.by_month(user, lens)
    last = [add_months(month, -12) for month in found.months]
    now_links, before_links = _links(lens, found.months), _links(lens, last)
    full = slice(0, -1) if len(found.months) > ENOUGH else slice(None)
    title = _moved(_("The channel"), sum(found.now[full]), sum(found.before[full])) or _("Sales by month")
    names = [_("this year"), _("a year before"), _("target")]
    series = [
        {"name": names[0], "look": "now", "values": _floats(found.now), "links": now_links},
        {"name": names[1], "look": "before", "values": _floats(found.before), "links": before_links},
    ]
    if any(value is not None for value in found.target):
        series.append({"name": names[2], "look": "target", "values": _floats(found.target)})
    rows = [
        (
            f"{month:%Y-%m}",
            [
                Cell(_money(now, lens.currency), a),
                Cell(_money(before, lens.currency), b),
                Cell(_money(target, lens.currency)),
            ],
        )
        for month, now, a, before, b, target in zip(
            found.months, found.now, now_links, found.before, before_links, found.target, strict=True
        )
    ]
    data = {"shape": "lines", "names": [f"{month:%Y-%m}" for month in found.months], "series": series}
    return Chart("by_month", title, _("Net sales by month, with the year before and the target"), data, names, rows)


def _bars(code, title, label, lens, shares, *, before=True, more=""):
    """Bars, the longest on top, from (name, total, before, href)."""
    columns = [_("this year"), _("a year before")] if before else [_("amount")]
    series = [
        {"name": columns[0], "look": "now", "values": [float(s[1]) for s in shares], "links": [s[3] for s in shares]}
    ]
    before = before and any(share[2] for share in shares)
    columns = columns[: 1 + before]
    if before:
        series.append({"name": columns[1], "look": "before", "values": [float(s[2]) for s in shares]})
    rows = [
        (
            name,
            [Cell(_money(total, lens.currency), href), *([Cell(_money(earlier, lens.currency))] if before else [])],
        )
        for name, total, earlier, href in shares
    ]
    data = {"shape": "bars", "names": [s[0] for s in shares], "series": series}
    return Chart(code, title, label, data, columns, rows, more=more)


def by_partner(user, lens):
    """The twelve largest partners and the rest."""
    shares, rest = charts.by_partner(user, lens)
    if not shares:
        return None
    bars = [
        (
            share.name.name,
            share.total,
            share.before,
            address(MONTHS, **seen_by(lens, partner__id__exact=share.key, **span(lens))),
        )
        for share in shares
    ]
    whole = sum(share.total for share in shares) + (rest.total if rest else 0)
    part = round(sum(share.total for share in shares[:3]) / whole * 100) if whole > 0 else 0
    if rest is not None:
        beside = ",".join(map(str, rest.key))
        bars.append((_("all others"), rest.total, 0, address(MONTHS, **seen_by(lens, beside=beside, **span(lens)))))
    title = _("The three largest partners make %(part)s%% of sales") % {"part": part}
    return _bars(
        "by_partner", title, _("Net sales of twelve months by partner, the largest first"), lens, bars, before=False
    )


def _branch_bars(code, label, lens, shares, parameter, outside):
    bars = []
    for share in shares[: charts.SHOWN]:
        href = address(LINES, **seen_by(lens, **{parameter: share.name.code if share.name else "-"}, **span(lens)))
        bars.append((name_of(share.name) if share.name else outside, share.total, share.before, href))
    known = [share for share in shares if share.name and share.before > 0]
    worst = min(known, key=lambda share: share.total / share.before, default=None)
    title = _moved(name_of(worst.name), worst.total, worst.before) if worst else label
    return _bars(code, title, label, lens, bars)


def by_territory(user, lens):
    shares = charts.by_territory(user, lens)
    if not shares:
        return None
    chart = _branch_bars(
        "by_territory", _("Net sales of twelve months by territory"), lens, shares, "area", _("no territory")
    )
    more = address("admin:provinces") if Territory.objects.filter(code="CN").exists() else ""
    return Chart(**{**chart.__dict__, "more": more})


def by_line(user, lens):
    shares = charts.by_line(user, lens)
    if not shares:
        return None
    return _branch_bars("by_line", _("Net sales of twelve months by product line"), lens, shares, "line", "–")


def rebates(user, lens):
    shares = charts.rebates_by_programme(user, lens)
    if not shares:
        return None
    bars = [
        (
            share.name,
            share.total,
            0,
            address(
                "admin:pricing_rebateposting_changelist",
                account__programme__id__exact=share.key,
                booked_in__gte=lens.since.isoformat(),
                booked_in__lt=add_months(lens.month, 1).isoformat(),
            ),
        )
        for share in shares
    ]
    whole = sum(share.total for share in shares)
    part = round(shares[0].total / whole * 100) if whole > 0 else 0
    title = _("%(name)s costs %(part)s%% of all rebates") % {"name": shares[0].name, "part": part}
    return _bars("rebates", title, _("Rebates booked in twelve months by programme"), lens, bars, before=False)


def findings(user, lens):
    shares = charts.findings_by_kind(user, lens.currency)
    if not shares:
        return None
    bars = [
        (
            str(share.name),
            share.total,
            0,
            address(
                "admin:performance_finding_changelist",
                kind__exact=share.key,
                state__exact="open",
                currency=lens.currency,
            ),
        )
        for share in shares
    ]
    title = _("%(kind)s costs the most: %(amount)s") % {
        "kind": bars[0][0],
        "amount": _money(bars[0][1], lens.currency),
    }
    return _bars("findings", title, _("Estimated damage of open findings by kind"), lens, bars, before=False)


def attainment(user, lens):
    """Columns: how many partners reached how much of last month's target."""
    month = add_months(lens.month, -1)
    counts = charts.attainment(user, lens, month)
    if not counts:
        return None
    whole = sum(count for _tenth, count in counts)
    reached = sum(count for tenth, count in counts if tenth >= 10)
    names = [f"{tenth * 10}–{tenth * 10 + 10}%" if tenth < TOP_TENTH else "150%+" for tenth, _count in counts]
    links = [
        address(
            "admin:performance_kpivalue_changelist",
            kpi__exact=KpiCode.ATTAINMENT,
            currency=lens.currency,
            month=month.isoformat(),
            **({"value__gte": tenth / 10} if tenth else {"value__isnull": 0}),
            **({} if tenth == TOP_TENTH else {"value__lt": (tenth + 1) / 10}),
        )
        for tenth, _count in counts
    ]
    title = _("%(reached)s of %(whole)s partners reached their target of %(month)s") % {
        "reached": reached,
        "whole": whole,
        "month": f"{month:%Y-%m}",
    }
    values = [count for _tenth, count in counts]
    data = {
        "shape": "columns",
        "names": names,
        "series": [{"name": _("partners"), "look": "now", "values": values, "links": links}],
    }
    rows = [(name, [Cell(f"{value:,}", href)]) for name, value, href in zip(names, values, links, strict=True)]
    return Chart("attainment", title, _("Partners by how much of the target they reached"), data, [_("partners")], rows)


def heatmap(user, lens):
    """The largest partners by month: where a month is missing."""
    shares, _rest = charts.by_partner(user, lens)
    if not shares:
        return None
    grid = charts.heatmap(user, lens, [share.key for share in shares])
    months = [f"{month:%Y-%m}" for month in grid.months]
    marks, rows = [], []
    for y, partner in enumerate(grid.partners):
        cells = []
        for x, month in enumerate(grid.months):
            amount = grid.cells.get((partner.pk, month))
            href = address(MONTHS, **seen_by(lens, partner__id__exact=partner.pk, **of_month(month)))
            cells.append(Cell(_money(amount, lens.currency), href if amount is not None else ""))
            if amount is not None:
                marks.append([x, y, float(amount), href])
        rows.append((partner.name, cells))
    silent = sum(1 for partner in grid.partners if (partner.pk, grid.months[-2]) not in grid.cells)
    title = (
        _("%(count)s of the largest partners sold nothing last month") % {"count": silent}
        if silent
        else _("All of the largest partners sold last month")
    )
    data = {"shape": "heat", "names": months, "ys": [partner.name for partner in grid.partners], "marks": marks}
    return Chart("heatmap", title, _("Net sales of the largest partners by month"), data, months, rows)


# Code (a role's ``start.<code>`` shows it), permission, what draws it.
CHARTS = (
    ("by_month", "pricing.view_salesmonth", by_month),
    ("by_partner", "pricing.view_salesmonth", by_partner),
    ("by_territory", "pricing.view_salesmonthline", by_territory),
    ("by_line", "pricing.view_salesmonthline", by_line),
    ("rebates", "pricing.view_rebateposting", rebates),
    ("findings", "performance.view_finding", findings),
    ("attainment", "performance.view_kpivalue", attainment),
    ("heatmap", "pricing.view_salesmonth", heatmap),
)


def shown(user, code, permission):
    """Whether a start page has a part: the person's roles name parts (``start.…``); none named: what it may see."""
    if not user.has_perm(permission):
        return False
    named = [granted for granted in user.granted() if granted.startswith("start.")]
    return user.is_superuser or not named or user.has_perm(f"start.{code}")


def every_chart(user, lens):
    """The charts of the person's start page that have anything to draw."""
    drawn = [draw(user, lens) for code, permission, draw in CHARTS if shown(user, code, permission)]
    return [chart for chart in drawn if chart is not None]
