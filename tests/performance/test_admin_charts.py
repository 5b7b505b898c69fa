"""Every figure of the start page opens the list that adds up to it: each link is followed and its sum read."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from channelhub.core.enums.night import RunStatus
from channelhub.core.models import JobRun
from channelhub.lib.periods import DateRange
from partners.models import Partner, Product
from performance.enums import FindingKind, TargetPeriod
from performance.models import Finding, KpiValue, Target
from pricing.services import accrual, rollup
from tests.conftest import logged_in
from tests.factories.partners import make_partner, make_product, make_product_line, make_staff, make_territory
from tests.factories.rebates import make_programme
from tests.factories.sales import make_lines

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 16)
NIGHT = datetime(2026, 3, 15, 18, tzinfo=UTC)
SALES = ["by_month", "by_partner", "by_territory", "by_line", "heatmap"]


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr("performance.selectors.start.business_day", lambda _: DAY)


@pytest.fixture
def channel():
    """Fourteen partners in two provinces, two product lines, sales of this year and the last, a rebate, a finding."""
    country = make_territory("CN", name="China")
    provinces = [make_territory(code, parent=country, name=code) for code in ("CN-SH", "CN-BJ")]
    products = [make_product(f"S{n}", line=make_product_line(f"L{n}", name=f"Line {n}")) for n in range(2)]
    partners = [make_partner(f"P{n:02}", name=f"Partner {n:02}", home=provinces[n % 2]) for n in range(14)]
    rows = [
        {
            "partner": partner,
            "net_amount": str(100 + 7 * n + month),
            "booked_on": day,
            "product": products[(n + month) % 2],
        }
        for n, partner in enumerate(partners)
        for month, day in enumerate([date(2025, 2, 3), date(2025, 9, 4), date(2026, 2, 2), date(2026, 3, 3)])
    ]
    programme = make_programme("ten", earners=partners[:1])
    make_lines(*rows)
    rollup.roll_up(business_day=DAY)
    accrual.accrue(business_day=DAY)
    Finding.objects.create(
        kind=FindingKind.BELOW_MAP,
        partner=partners[0],
        month=date(2026, 3, 1),
        product=Product.objects.first(),
        currency="CNY",
        damage=Decimal("42.50"),
        lines=1,
        first_seen_at=datetime(2026, 3, 4, tzinfo=UTC),
    )
    Target.objects.create(
        partner=partners[0],
        kpi="sales",
        period=TargetPeriod.QUARTER,
        valid_during=DateRange(date(2026, 1, 1), date(2026, 4, 1)),
        currency="CNY",
        amount=900,
    )
    for n, value in enumerate(("0.42", "1.01", "9")):
        KpiValue.objects.create(
            partner=partners[n], kpi="attainment", month=date(2026, 2, 1), currency="CNY", value=value, amount=1, base=1
        )
    return programme


def figures_of(chart):
    return [(cell.text, cell.href) for _name, cells in chart.rows for cell in cells if cell.href]


def sum_behind(client, href):
    """What the list at the address adds up to, as its last figure."""
    context = client.get(href).context_data
    return [text for _name, text in context["list_sum"]][-1:]


def test_the_start_page_draws_the_charts_that_have_figures(channel, as_staff):
    charts = as_staff.get("/admin/").context["charts"]

    assert [chart.code for chart in charts] == [*SALES[:4], "rebates", "findings", "attainment", "heatmap"]


@pytest.mark.parametrize("code", [*SALES, "rebates", "findings"])
def test_every_figure_of_a_chart_opens_the_list_that_adds_up_to_it(code, channel, as_staff):
    [chart] = [chart for chart in as_staff.get("/admin/").context["charts"] if chart.code == code]
    figures = figures_of(chart)

    behind = [(href, sum_behind(as_staff, href)) for text, href in figures if text != "CNY 0.00"]

    assert behind == [(href, [text]) for text, href in figures if text != "CNY 0.00"]
    assert behind != []


def test_each_row_behind_a_figure_opens_the_lines_it_was_made_of(channel, as_staff):
    page = as_staff.get("/admin/pricing/salesmonth/?month_from=2026-03-01&month_to=2026-03-01")
    admin_page = page.context_data["cl"].model_admin
    row = page.context_data["cl"].result_list[0]

    lines = as_staff.get("/admin/pricing/salesline/", admin_page.lines(row)).context_data

    assert (lines["list_sum"][0][1], lines["list_sum"][1][1]) == ("1", f"CNY {row.amount:,.2f}")


def test_the_rows_of_lines_and_territories_open_their_lines_too(channel, as_staff):
    page = as_staff.get("/admin/pricing/salesmonthline/?month_from=2026-03-01&month_to=2026-03-01&area=CN-SH")
    admin_page = page.context_data["cl"].model_admin
    row = page.context_data["cl"].result_list[0]

    lines = as_staff.get("/admin/pricing/salesline/", admin_page.lines(row)).context_data

    assert lines["list_sum"][1][1] == f"CNY {row.amount:,.2f}"


def test_the_tiles_open_lists_that_add_up_to_them(channel, as_staff):
    tiles = as_staff.get("/admin/").context["tiles"]

    opened = [as_staff.get(href).context_data["list_sum"] for _name, _sums, href in tiles if href]

    assert [[text.removeprefix("CNY ") for _n, text in rows][-1] for rows in opened] == [
        sums[0].removeprefix("¥") for _name, sums, href in tiles if href
    ]


def test_a_manager_of_a_territory_sees_its_figures_only(channel):
    manager = make_staff(territories=[_territory("CN-SH")])
    client = logged_in(manager)

    charts = {chart.code: chart for chart in client.get("/admin/").context["charts"]}

    assert [name for name, _cells in charts["by_partner"].rows] == [f"Partner {n:02}" for n in (12, 10, 8, 6, 4, 2, 0)]
    assert [name for name, _cells in charts["by_territory"].rows] == ["CN-SH"]


def _territory(code):
    from partners.models import Territory

    return Territory.objects.get(code=code)


def test_what_a_role_names_is_what_its_people_see(channel):
    analyst = make_staff(role="few", permissions=["*.view_*", "start.by_month", "start.sales"])
    page = logged_in(analyst).get("/admin/").context

    assert ([chart.code for chart in page["charts"]], len(page["tiles"])) == (["by_month"], 1)


def test_another_kind_or_currency_is_one_click_away(channel, as_staff):
    make_lines(partner=make_partner("US1"), currency="USD", net_amount="7", booked_on=date(2026, 3, 2))
    rollup.roll_up(business_day=DAY)

    page = as_staff.get("/admin/?kind=1&currency=USD").context

    assert [name for name, _href, here in page["lenses"] if here] == ["Sell-in USD"]
    assert page["charts"][1].rows[0][1][0].text == "USD 7.00"


@pytest.mark.parametrize("kind", ["9", "x", ""])
def test_an_address_that_makes_no_sense_shows_the_largest(kind, channel, as_staff):
    assert as_staff.get(f"/admin/?kind={kind}").context["start"].lens.kind == 1


def test_without_a_sale_the_page_says_when_charts_appear(as_staff):
    assert "No sales are counted yet." in as_staff.get("/admin/").content.decode()


def test_each_column_of_attainment_opens_as_many_partners_as_it_counts(channel, as_staff):
    [chart] = [chart for chart in as_staff.get("/admin/").context["charts"] if chart.code == "attainment"]
    figures = figures_of(chart)

    behind = [str(len(as_staff.get(href).context_data["cl"].result_list)) for _text, href in figures]

    assert (behind, len(figures)) == ([text for text, _href in figures], 3)


def test_partners_below_nought_stand_in_the_lowest_column_of_attainment_once(channel, as_staff):
    for n, value in enumerate(("-0.30", "-2", "0.05"), start=5):
        KpiValue.objects.create(
            partner=make_partner(f"low{n}"),
            kpi="attainment",
            month=date(2026, 2, 1),
            currency="CNY",
            value=value,
            amount=1,
            base=1,
        )
    [chart] = [chart for chart in as_staff.get("/admin/").context["charts"] if chart.code == "attainment"]

    name, [cell] = chart.rows[0]

    assert (name, cell.text) == ("0–10%", "3")
    assert len(as_staff.get(cell.href).context_data["cl"].result_list) == 3


def queries_of(client):
    with CaptureQueriesContext(connection) as captured:
        charts = {chart.code: chart for chart in client.get("/admin/").context["charts"]}
    return len(captured), charts["by_month"].data["series"][0]["values"][-1]


def test_sums_of_the_whole_channel_are_asked_once_and_again_after_a_night(channel, as_staff):
    queries_of(as_staff)
    first, before = queries_of(as_staff)
    make_lines({"partner": Partner.objects.get(code="P00"), "net_amount": "1000", "booked_on": DAY})
    rollup.roll_up(business_day=DAY)
    JobRun.objects.create(business_day=DAY, status=RunStatus.DONE, opened_at=NIGHT, ended_at=NIGHT)

    again, after = queries_of(as_staff)

    assert (first < again, after - before) == (True, 1000.0)


def test_sums_of_a_part_of_the_channel_are_not_kept(channel):
    manager = logged_in(make_staff(territories=[_territory("CN-SH")]))
    queries_of(manager)
    first, before = queries_of(manager)
    make_lines({"partner": Partner.objects.get(code="P00"), "net_amount": "1000", "booked_on": DAY})
    rollup.roll_up(business_day=DAY)

    assert queries_of(manager) == (first, before + 1000.0)
