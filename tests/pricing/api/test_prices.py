"""Prices over the API: asked by partners and the maker, written by the ERP."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from channelhub.core.models import ExternalCode
from pricing.models import PriceRow
from tests.factories.api import erp, new_key
from tests.factories.partners import make_partner, make_product
from tests.factories.prices import assign, authorise, make_formula, make_list, make_promotion

ANSWERS, LISTS, ROWS = (f"/api/v1/pricing/{name}/" for name in ("price-answers", "price-lists", "price-rows"))
pytestmark = pytest.mark.django_db


@pytest.fixture
def laptop(acme):
    """On everybody's list at 100, from 10 at 90, dealers pay 80 percent of it."""
    product = make_product("A-100")
    authorise(acme)
    assign(make_formula(make_list("LP", (product, "100"), (product, "90", 10)), "0.8", "DP"))
    return product


def ask(caller, *lines, **more):
    return caller.post(ANSWERS, json.dumps({"lines": lines, **more}), content_type="application/json")


def test_the_makers_system_asks_for_any_partner_and_is_told_everything(acme, laptop):
    make_promotion("SPRING", laptop, value="0.10", min_quantity=Decimal(50))
    line = {"product": "A-100", "quantity": "3"}

    [found] = ask(erp(), line, partner="acme", on="2026-03-16", ladder=True).json()["results"]

    assert (found["price_list"], found["unit_price"], found["amount"], found["refusal"]) == ("DP", "80", "240", None)
    assert found["next_break"] == {"quantity": "10", "more": "7", "unit_price": "72", "saves": "8"}
    assert [(rung["quantity"], rung["unit_price"]) for rung in found["ladder"]] == [
        ("1", "80"),
        ("10", "72"),
        ("50", "64.8"),
    ]
    assert [(step["kind"], step["code"], step["fired"], step["amount"]) for step in found["steps"]] == [
        ("list", "DP", True, "100"),
        ("formula", "DP", True, "-20"),
        ("promotion", "SPRING", False, None),
    ]


def test_a_partners_system_asks_for_itself_and_is_told_no_names_of_lists(acme, laptop):
    [found] = ask(erp(partner=acme), {"product": "A-100"}).json()["results"]

    assert (found["unit_price"], found["price_list"]) == ("80", "")
    assert [(step["kind"], step["code"], step["amount"]) for step in found["steps"]] == [
        ("list", "", "100"),
        ("formula", "", "-20"),
    ]
    assert "DP" not in json.dumps(found)


def test_another_partners_prices_are_refused_like_those_of_nobody(acme, other_partner, laptop):
    under = make_partner("under", parent=acme)
    caller = erp(partner=acme)

    asked = [ask(caller, {"product": "A-100"}, partner=one.code) for one in (acme, other_partner, under)]

    assert [answer.status_code for answer in asked] == [200, 400, 400]
    assert ask(erp(), {"product": "A-100"}, partner="nobody").status_code == 400
    assert ask(erp(), {"product": "A-100"}).status_code == 400


def test_each_line_is_answered_for_itself(acme, laptop):
    lines = [
        {"product": "A-100", "quantity": "1"},
        {"product": "X"},
        {"product": "A-100", "quantity": "many"},
        {"product": None},
    ]

    found = ask(erp(), *lines, partner="acme").json()["results"]

    assert [line["refusal"] for line in found] == [None, "unknown_product", "bad_quantity", "unknown_product"]
    assert found[1]["message"] == "There is no such product."


def test_products_and_partners_by_the_systems_own_codes(acme, laptop):
    caller = erp()
    feed = caller.system.feed
    for kind, code, target in (("product", "4711", laptop.pk), ("partner", "K-1", acme.pk)):
        ExternalCode.objects.create(feed=feed, kind=kind, code=code, target_id=target)

    answer = ask(caller, {"product": "4711"}, partner="K-1").json()

    assert (answer["partner"], answer["results"][0]["product"], answer["results"][0]["unit_price"]) == (
        "acme",
        "4711",
        "80",
    )


def test_people_ask_too_and_a_dealer_with_its_own_eyes_only(as_staff, as_anna, as_carla, laptop):
    line = {"product": "A-100"}

    assert ask(as_staff, line, partner="acme").json()["results"][0]["price_list"] == "DP"
    assert ask(as_anna, line).json()["results"][0]["price_list"] == ""
    assert ask(as_carla, line, partner="acme").status_code == 400


@pytest.mark.parametrize("lines", [1, 300])
def test_asking_costs_the_same_however_many_lines(acme, laptop, lines):
    caller = erp(partner=acme)
    ask(caller, {"product": "A-100"})

    with CaptureQueriesContext(connection) as captured:
        ask(caller, *[{"product": "A-100", "quantity": number} for number in range(1, lines + 1)])

    assert len(captured) == 21


def test_an_unknown_currency_is_refused(acme, laptop):
    answer = ask(erp(), {"product": "A-100"}, partner="acme", currency="XXX")

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "unknown_currency")


@pytest.mark.parametrize(
    "odd", [{"on": "9999-12-31"}, {"known_at": "0001-01-01T00:00:00+14:00"}, {"on": "0001-01-01"}, {"lines": []}]
)
def test_what_is_no_question_is_refused(acme, laptop, odd):
    sent = {"lines": [{"product": "A-100"}], "partner": "acme", **odd}

    answer = erp().post(ANSWERS, json.dumps(sent), content_type="application/json")

    assert answer.status_code == 400


def test_a_code_that_cannot_be_written_is_unknown(acme, laptop):
    [found] = ask(erp(), {"product": "A\u0000", "quantity": 1e30}, partner="acme").json()["results"]

    assert found["refusal"] == "unknown_product"


def write(caller, *rows):
    return caller.post(ROWS, json.dumps({"lines": rows}), content_type="application/json", headers=new_key())


def test_the_erp_writes_prices_and_reads_them_back(laptop):
    caller = erp()
    row = {"price_list": "LP", "product": "A-100", "unit_price": 110, "valid_from": "2026-04-01"}

    first = write(caller, row, {**row, "product": "X"})
    again = write(caller, row)

    assert (first.status_code, again.status_code) == (201, 200)
    assert (first.json()["taken"], [error["rule"] for error in first.json()["rejected"]]) == (1, ["unknown_code"])
    rows = caller.get(ROWS, {"price_list": "LP", "starts_from": "2026-04-01"}).json()["results"]
    assert [(row["product"], row["unit_price"], row["valid_from"]) for row in rows] == [("A-100", "110", "2026-04-01")]
    assert PriceRow.objects.filter(valid_from=date(2026, 4, 1)).count() == 1


def test_price_lists_are_for_the_maker_only(acme, laptop, as_anna, as_staff):
    lists = [row["code"] for row in erp().get(LISTS).json()["results"]]

    assert lists == ["LP", "DP"]
    assert [as_anna.get(url).json()["results"] for url in (LISTS, ROWS)] == [[], []]
    assert len(as_staff.get(ROWS).json()["results"]) == 2
    assert erp(partner=acme).get(LISTS).status_code == 403
