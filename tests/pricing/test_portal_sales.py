from datetime import date, timedelta

import pytest
from django.utils import timezone

from channelhub.lib.periods import business_day
from pricing.views import sales_lines
from tests.factories.partners import make_partner, make_product
from tests.factories.sales import make_lines

pytestmark = pytest.mark.django_db


@pytest.fixture
def product(db):
    return make_product("A-100")


def recent(days=1):
    return business_day(timezone.now()) - timedelta(days=days)


def shown(response):
    return [row["line"].external_id for row in response.context["rows"]]


@pytest.mark.parametrize("count", [1, 3])
def test_listing_sales_costs_the_same_however_many(
    count, acme, other_partner, product, as_anna, django_assert_num_queries
):
    make_lines(*[{} for _ in range(count)], partner=acme, product=product, booked_on=recent(), at=timezone.now())
    make_lines(partner=other_partner, product=product, booked_on=recent(), at=timezone.now())

    with django_assert_num_queries(QUERIES):
        response = as_anna.get("/portal/sales/")

    assert len(shown(response)) == count


QUERIES = 14


def test_a_foreign_line_is_not_there(acme, other_partner, product, as_anna, as_carla):
    [line] = make_lines(partner=acme, product=product)

    assert (
        as_anna.get(f"/portal/sales/{line.pk}/").status_code,
        as_carla.get(f"/portal/sales/{line.pk}/").status_code,
    ) == (200, 404)


def test_a_company_of_another_tree_narrows_to_nothing(acme, other_partner, product, as_anna):
    make_lines(partner=other_partner, product=product, booked_on=recent(), at=timezone.now())

    response = as_anna.get("/portal/sales/", {"partner": other_partner.pk})

    assert shown(response) == []


def test_the_sum_above_the_list_is_the_sum_of_its_pages(acme, product, as_anna):
    rows = [{"net_amount": str(amount), "booked_on": recent(amount)} for amount in range(1, 61)]
    make_lines(*rows, partner=acme, product=product, at=timezone.now())

    seen, cursor = [], ""
    while cursor is not None:
        response = as_anna.get("/portal/sales/", {"after": cursor} if cursor else {})
        seen += [row["line"] for row in response.context["rows"]]
        cursor = response.context["next_cursor"] or None
        [total] = response.context["sums"]

    assert (len(seen), len({line.pk for line in seen})) == (60, 60)
    assert total["net"] == sum(line.net_amount for line in seen) == 1830
    assert [line.booked_on for line in seen] == sorted((line.booked_on for line in seen), reverse=True)


def test_the_sums_of_very_many_companies_follow_the_page(acme, product, as_anna, monkeypatch):
    monkeypatch.setattr(sales_lines, "PARTNERS_OFFERED", 1)
    make_lines({"net_amount": "7"}, partner=acme, product=product, booked_on=recent(), at=timezone.now())

    page = as_anna.get("/portal/sales/", {"kind": ""})
    sums = as_anna.get("/portal/sales/?kind=&sums=1", headers={"HX-Request": "true"})

    assert (page.context["sums"], 'hx-get="?kind=&amp;sums=1"' in page.content.decode()) == (None, True)
    assert [(row["net"], row["count"]) for row in sums.context["sums"]] == [(7, 1)]


@pytest.mark.parametrize(("query", "found"), [("DOC-7", ["b"]), ("a-1", ["a", "b"]), ("zzz", [])])
def test_a_line_is_found_by_document_or_product_code(query, found, acme, product, as_anna):
    common = {"partner": acme, "product": product, "booked_on": recent(), "at": timezone.now()}
    make_lines({"external_id": "a"}, {"external_id": "b", "document": "DOC-7"}, **common)

    assert sorted(shown(as_anna.get("/portal/sales/", {"q": query}))) == found


def test_lines_of_those_under_it_are_a_companys_too(acme, product, as_anna):
    shop = make_partner("shop", parent=acme)
    make_lines(partner=shop, product=product, booked_on=recent(), at=timezone.now())

    assert len(shown(as_anna.get("/portal/sales/"))) == 1


def test_a_cursor_of_another_list_leads_nowhere(as_anna):
    assert as_anna.get("/portal/sales/", {"after": "bm9uc2Vuc2U"}).status_code == 404


def test_the_last_day_before_the_first_is_refused_on_the_page(as_anna):
    response = as_anna.get("/portal/sales/", {"valid_from": "2026-03-02", "valid_through": "2026-03-01"})

    assert response.context["form"].errors == {"valid_through": ["The last day is before the first."]}
    assert date(2026, 3, 2).isoformat() in response.content.decode()
