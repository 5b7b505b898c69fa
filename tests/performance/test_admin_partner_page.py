from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from channelhub.lib.periods import DateRange
from partners.services import authorisations
from partners.services.authorisations import Limits
from performance.admin.partner_tabs import TABS
from performance.enums import FindingKind
from performance.models import Finding
from pricing.services import accrual, rollup
from tests.conftest import logged_in
from tests.factories.partners import make_partner, make_product, make_staff, make_territory
from tests.factories.rebates import make_programme
from tests.factories.sales import make_lines
from tests.factories.stock import make_level, make_location

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 16)
PARTNER_AND_STOCK = ["partners.view_partner", "inventory.view_stocklevel"]


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr("performance.admin.partner_tabs.business_day", lambda _: DAY)


@pytest.fixture
def partner():
    """One with sales, a rebate that runs, a finding, stock, people and an authorisation that ends."""
    found = make_partner("one", name="Partner One", home=make_territory("EAST"))
    make_programme("ten", earners=[found])
    rows = [{"net_amount": "1000", "booked_on": date(2026, 2, 2)}, {"net_amount": "50", "booked_on": date(2025, 2, 3)}]
    make_lines(*rows, partner=found)
    make_lines(partner=make_partner("two"), booked_on=date(2026, 2, 2))
    rollup.roll_up(business_day=DAY)
    accrual.accrue(business_day=DAY)
    Finding.objects.create(
        kind=FindingKind.BELOW_MAP,
        partner=found,
        month=date(2026, 3, 1),
        product=make_product(),
        currency="CNY",
        damage=Decimal("42.50"),
        lines=1,
        first_seen_at=datetime(2026, 3, 4, tzinfo=UTC),
    )
    authorisations.grant_authorisation(
        partner=found,
        valid_during=DateRange(date(2026, 1, 1), date(2026, 4, 1)),
        limits=Limits(territory=make_territory("SHOP")),
        exclusive=False,
        at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    make_level(make_location("W1", partner=found), make_product("A-100"), 5)
    return found


def test_the_page_says_how_the_partner_stands_and_what_ends(partner, as_staff):
    page = as_staff.get(f"/admin/partner/{partner.pk}/").context_data

    assert [(name, text) for name, text, _href in page["tiles"]][:2] == [
        ("Sell-in, 12 months", "CNY 1,000.00"),
        ("Rebates of running periods", "CNY 100.00"),
    ]
    assert [(what, str(last)) for what, _name, last, _href in page["endings"]][:1] == [("Authorisation", "2026-03-31")]
    assert page["chart"].rows[-2][1][0].text == "CNY 1,000.00"


def test_the_tiles_open_lists_that_add_up_to_them(partner, as_staff):
    tiles = as_staff.get(f"/admin/partner/{partner.pk}/").context_data["tiles"]

    behind = [as_staff.get(href).context_data["list_sum"][-1][1] for _name, _text, href in tiles if href]

    assert behind == [text for _name, text, href in tiles if href]


@pytest.mark.parametrize("code", [code for code, _name, _tables in TABS])
def test_each_tab_opens_with_its_rows(code, partner, as_staff):
    response = as_staff.get(f"/admin/partner/{partner.pk}/{code}/")

    assert (response.status_code, "<html" in response.content.decode()) == (200, False)


def test_the_address_opens_the_tab(partner, as_staff):
    page = as_staff.get(f"/admin/partner/{partner.pk}/?tab=stock")

    assert page.context_data["open_tab"] == "stock"
    assert f'hx-get="/admin/partner/{partner.pk}/stock/"' in page.content.decode()


def test_tabs_show_nothing_of_another_partner(partner, as_staff):
    tables = as_staff.get(f"/admin/partner/{partner.pk}/sales/").context_data["tables"]

    assert [len(rows) for _title, _columns, rows, _more, _all in tables] == [2]


def test_a_role_sees_its_tabs_only(partner):
    client = logged_in(make_staff(role="stock_only", permissions=PARTNER_AND_STOCK))

    page = client.get(f"/admin/partner/{partner.pk}/").context_data

    assert ([code for code, _n, _t in page["tabs"]], page["tiles"], page["chart"]) == (["stock"], [], None)
    assert client.get(f"/admin/partner/{partner.pk}/money/").status_code == 404


def test_a_role_is_told_only_of_those_endings_whose_records_it_may_see(partner):
    client = logged_in(make_staff(role="stock_only", permissions=PARTNER_AND_STOCK))

    assert client.get(f"/admin/partner/{partner.pk}/").context_data["endings"] == []


def test_a_manager_of_another_territory_finds_no_such_page(partner):
    client = logged_in(make_staff(territories=[make_territory("WEST")]))

    assert client.get(f"/admin/partner/{partner.pk}/").status_code == 404
    assert client.get(f"/admin/partner/{partner.pk}/sales/").status_code == 404


@pytest.mark.parametrize("lines", [1, 3])
def test_a_tab_costs_the_same_however_many_rows(lines, acme, as_staff, django_assert_max_num_queries):
    make_lines(*({"net_amount": "1"} for _ in range(lines)), partner=acme)

    with django_assert_max_num_queries(12) as captured:
        as_staff.get(f"/admin/partner/{acme.pk}/sales/")

    assert len(captured) == 8
