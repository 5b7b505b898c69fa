"""The dealer's catalogue: own prices with reasons, ladder and stock, searched and paged."""

import csv
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from channelhub.core.models import ExportJob
from channelhub.core.services import exports
from channelhub.lib.periods import business_day
from inventory.models import StockVisibility
from partners.models import Authorisation
from tests.factories.partners import ALWAYS, make_product, make_product_line
from tests.factories.prices import assign, authorise, make_formula, make_list, make_promotion, set_price
from tests.factories.stock import make_level, make_location

pytestmark = pytest.mark.django_db
URL = "/portal/prices/"


@pytest.fixture
def laptop(acme):
    """Listed at 100, from 50 at 90; dealers pay 80 percent."""
    product = make_product("A-100", name="笔记本", name_en="Laptop")
    authorise(acme)
    assign(make_formula(make_list("LP", (product, "100"), (product, "90", 50)), "0.8", "DP"))
    return product


def shown(response):
    return {row.product.sku: row.answer for row in response.context["rows"]}


def test_a_dealer_sees_its_own_price_the_ladder_and_what_more_pieces_save(as_anna, laptop):
    response = as_anna.get(URL, {"quantity": "20"})

    answer = shown(response)["A-100"]
    assert (answer.unit_price, answer.amount, answer.next_break.more) == (80, 1600, 30)
    page = response.content.decode()
    assert "30 more save ¥8.00 each" in page
    assert "DP" not in page


def test_search_finds_by_name_and_code_and_says_why_there_is_no_price(as_anna, acme):
    line = make_product_line("mine")
    mine = make_product("M-1", line=line, name="Monitor")
    other = make_product("M-2", name="Monitor wide")
    ended = make_product("M-3", line=line, name="Monitor old")
    Authorisation.objects.create(partner=acme, product_line=line, line_path=line.path, valid_during=ALWAYS)
    listed = make_list("LP", (mine, "5"), (other, "5"))
    set_price(listed, ended, None)
    assign(listed)

    assert {sku: answer.refusal for sku, answer in shown(as_anna.get(URL)).items()} == {"M-1": "", "M-3": "expired"}
    found = as_anna.get(URL, {"q": "monitor"})
    assert {sku: answer.refusal for sku, answer in shown(found).items()} == {
        "M-1": "",
        "M-2": "not_authorised",
        "M-3": "expired",
    }
    assert "Ask your channel manager" in found.content.decode()


def test_stock_is_told_beside_the_price(as_anna, laptop):
    warehouse = make_location("W")
    make_level(warehouse, laptop, 42)
    StockVisibility.objects.create(location=warehouse, shows="exact")

    assert "42 pcs in stock" in as_anna.get(URL).content.decode()


def test_empty_states_say_why_and_what_helps(as_anna, as_carla, laptop):
    assert "No product fits" in as_anna.get(URL, {"q": "nonsense"}).content.decode()
    assert "No products yet" in as_carla.get(URL).content.decode()


@pytest.mark.parametrize("count", [1, 20])
def test_the_catalogue_costs_the_same_however_many(count, as_anna, acme, laptop, django_assert_num_queries):
    listed = make_list("more", *((make_product(), "5") for _ in range(count)))
    assign(listed, priority=2)

    with django_assert_num_queries(QUERIES):
        response = as_anna.get(URL)

    assert len(shown(response)) == count + 1


QUERIES = 33


def test_pages_follow_each_other(as_anna, laptop):
    listed = make_list("more", *((make_product(), "5") for _ in range(30)))
    assign(listed, priority=2)

    first = as_anna.get(URL)
    second = as_anna.get(URL, {"after": first.context["next_cursor"]})

    assert (len(shown(first)), len(shown(second))) == (25, 6)
    assert set(shown(first)) & set(shown(second)) == set()
    assert as_anna.get(URL, {"after": "nonsense"}).status_code == 404


def test_the_panel_says_why_without_naming_lists(as_anna, laptop):
    make_promotion("SPRING", laptop, value="0.10", valid_through=business_day(timezone.now()) + timedelta(days=3))

    page = as_anna.get(f"{URL}{laptop.pk}/why/", {"quantity": "20"}).content.decode()

    for words in ("¥100.00", "Your terms", "−¥20.00", "SPRING", "−¥8.00", "¥72.00", "¥1,440.00", "from 50 pcs on"):
        assert words in page
    assert "DP" not in page


def test_the_price_sheet_is_a_download(as_anna, anna, laptop):
    as_anna.post("/portal/exports/new/", {"list": "price_sheet", "file_format": "csv"})

    job = exports.work_on_next_export(at=timezone.now())

    rows = list(csv.reader(exports.file_of(job).read_text(encoding="utf-8-sig").splitlines()))
    assert (ExportJob.objects.get().status, len(rows)) == ("done", 3)
    assert [(row[0], Decimal(row[4]), Decimal(row[5]), row[6]) for row in rows[1:]] == [
        ("A-100", 1, 80, "CNY"),
        ("A-100", 50, 72, "CNY"),
    ]


@pytest.mark.parametrize("line", ["²", "9" * 40])
def test_a_price_sheet_of_a_line_that_cannot_be_read_is_refused(as_anna, laptop, line):
    response = as_anna.post("/portal/exports/new/", {"list": "price_sheet", "file_format": "csv", "line": line})

    assert (response.status_code, ExportJob.objects.count()) == (302, 0)


def test_a_price_sheet_of_a_line_that_is_not_there_is_empty(as_anna, laptop):
    as_anna.post("/portal/exports/new/", {"list": "price_sheet", "file_format": "csv", "line": "987654"})

    job = exports.work_on_next_export(at=timezone.now())

    assert (job.status, job.rows) == ("done", 0)


def test_a_price_computed_upwards_from_costs_does_not_tell_the_costs(as_anna, acme):
    product = make_product("C-100")
    authorise(acme)
    assign(make_formula(make_list("COST", (product, "61.70")), "1.50", "NET"))

    for address in (URL, f"{URL}{product.pk}/why/"):
        shown = as_anna.get(address).content.decode()
        assert ("61.70" in shown, "92.55" in shown, "COST" in shown) == (False, True, False)
