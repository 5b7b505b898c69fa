from datetime import date

import pytest

from pricing.services import rollup
from tests.conftest import logged_in
from tests.factories.partners import make_partner, make_staff, make_territory
from tests.factories.sales import make_lines

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 16)
ASKED = {"from": "2026-01", "to": "2026-03"}


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr("performance.admin.provinces.business_day", lambda _: DAY)


@pytest.fixture
def country():
    """Two provinces with sales, one with a partner that sold nothing, one without anybody."""
    china = make_territory("CN")
    nodes = {code: make_territory(code, parent=china) for code in ("CN-SH", "CN-BJ", "CN-GD", "CN-XJ")}
    city = make_territory("CN-SH-PD", parent=nodes["CN-SH"])
    make_partner("quiet", home=nodes["CN-GD"])
    for code, home, amount in (("sh", nodes["CN-SH"], "300"), ("pd", city, "50"), ("bj", nodes["CN-BJ"], "100")):
        partner = make_partner(code, home=home)
        make_lines({"net_amount": amount}, partner=partner, booked_on=date(2026, 2, 2))
        make_lines({"net_amount": "200"}, partner=partner, booked_on=date(2025, 2, 2))
    rollup.roll_up(business_day=DAY)
    return nodes


def asked(client, **more):
    return client.get("/admin/provinces/", {**ASKED, **more}).context_data


def test_each_tile_has_its_sum_and_its_list_adds_up_to_it(country, as_staff):
    tiles = asked(as_staff)["ranked"]

    assert [(tile.name, tile.text) for tile in tiles] == [("CN-SH", "CNY 350.00"), ("CN-BJ", "CNY 100.00")]
    assert [as_staff.get(tile.lines).context_data["list_sum"][-1][1] for tile in tiles] == [t.text for t in tiles]


def test_a_province_opens_its_cities_and_partners(country, as_staff):
    page = asked(as_staff, territory="CN-SH")

    assert [(tile.name, tile.text) for tile in page["ranked"]] == [("CN-SH-PD", "CNY 50.00")]
    assert [(share.name.code, text) for share, text, _href in page["partners"]] == [
        ("sh", "CNY 300.00"),
        ("pd", "CNY 50.00"),
    ]


def test_growth_and_coverage_are_other_measures_of_the_same_tiles(country, as_staff):
    growth, coverage = asked(as_staff, measure="growth"), asked(as_staff, measure="partners")

    assert [(tile.name, tile.text) for tile in growth["ranked"]] == [("CN-SH", "−12.5%"), ("CN-BJ", "−50%")]
    assert {tile.name: tile.text for tile in coverage["ranked"]} == {"CN-SH": "2", "CN-BJ": "1", "CN-GD": "1"}
    assert [tile.name for tile in coverage["white"]] == ["CN-XJ"]


def test_a_manager_of_a_province_sees_the_sums_of_that_one(country):
    client = logged_in(make_staff(territories=[country["CN-BJ"]]))

    assert [tile.name for tile in asked(client)["ranked"]] == ["CN-BJ"]


def test_who_may_not_see_sales_sees_no_map():
    client = logged_in(make_staff(role="few", permissions=["partners.view_partner"]))

    assert client.get("/admin/provinces/").status_code == 403


@pytest.mark.parametrize("provinces", [1, 3])
def test_the_map_costs_the_same_however_many_provinces(provinces, as_staff, django_assert_max_num_queries):
    china = make_territory("CN")
    for number in range(provinces):
        home = make_territory(f"CN-{number}", parent=china)
        make_lines(partner=make_partner(f"p{number}", home=home), booked_on=date(2026, 2, 2))
    rollup.roll_up(business_day=DAY)

    with django_assert_max_num_queries(17) as captured:
        asked(as_staff)

    assert len(captured) == 15
