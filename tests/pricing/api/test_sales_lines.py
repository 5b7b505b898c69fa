"""The ledger over the API: written in bulk, read as it changes, fenced."""

import json
import threading
from datetime import date

import pytest
from django.db import connection

from channelhub.core.models import ExternalCode
from pricing.models import SalesBatch, SalesLine
from tests.factories.api import erp, new_key
from tests.factories.partners import make_partner, make_product, make_territory
from tests.factories.sales import make_line, make_lines, sales_row

URL = "/api/v1/pricing/sales-lines/"


def row(**fields):
    """A good row as JSON holds it."""
    return {name: str(value) for name, value in sales_row(**fields).items()}


def post(caller, *rows, key=None, **more):
    body = json.dumps({"lines": rows, **more})
    headers = new_key() if key is None else {"Idempotency-Key": key}
    return caller.post(URL, body, content_type="application/json", headers=headers)


def refusals(receipt):
    return [(r["row"], r["field"], r["rule"]) for r in receipt["rejected"]]


@pytest.mark.django_db
def test_lines_are_taken_one_by_one_and_the_bad_ones_named(acme):
    good, bad = row(partner=acme), row(partner="nobody", quantity="many")

    answer = post(erp(), good, bad, reference="monday")

    assert answer.status_code == 201
    batch = SalesBatch.objects.get()
    body = answer.json()
    assert (body["batch"], body["taken"], body["unchanged"]) == (batch.pk, 1, 0)
    assert refusals(body) == [(2, "partner", "unknown_code"), (2, "quantity", "not_a_number")]
    assert body["rejected"][0] == {
        "row": 2,
        "field": "partner",
        "rule": "unknown_code",
        "message": "No record has this code.",
        "value": "nobody",
    }
    assert batch.reference == "monday"
    assert [line.external_id for line in SalesLine.objects.all()] == [good["external_id"]]


@pytest.mark.django_db
def test_a_line_sent_again_is_unchanged_and_with_other_content_refused(acme):
    caller, sent = erp(), row(partner=acme, quantity="1.50")
    post(caller, sent)

    again = post(caller, {**sent, "quantity": 1.5})
    other = post(caller, {**sent, "quantity": "2"})

    assert (again.status_code, again.json()) == (
        200,
        {"batch": None, "taken": 0, "unchanged": 1, "rejected": []},
    )
    assert (other.status_code, refusals(other.json())) == (200, [(1, "external_id", "changed_content")])
    assert SalesLine.objects.count() == 1


@pytest.mark.django_db
def test_numbers_are_taken_exactly_as_they_were_written(acme):
    body = json.dumps({"lines": [row(partner=acme)]}).replace('"100"', "123456789012345.6789")

    answer = erp().post(URL, body, content_type="application/json", headers=new_key())

    assert answer.json()["taken"] == 1
    assert str(SalesLine.objects.get().net_amount) == "123456789012345.6789"


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["1e999999999", "1e-999999999", "9" * 4000, "0." + "9" * 4000])
def test_a_number_that_nobody_can_write_out_is_a_refused_row(acme, number):
    body = json.dumps({"lines": [row(partner=acme)]}).replace('"100"', number)

    answer = erp().post(URL, body, content_type="application/json", headers=new_key())

    assert (answer.status_code, [r["field"] for r in answer.json()["rejected"]]) == (200, ["net_amount"])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({}, "#/lines", "required"),
        ({"lines": {}}, "#/lines", "not_a_list"),
        ({"lines": []}, "#/lines", "empty"),
        ({"lines": [1]}, "#/lines/0", "not_an_object"),
        ({"lines": [{}, {"colour": "red"}]}, "#/lines/1/colour", "unknown_field"),
        ({"lines": [{"partner": ["acme"]}]}, "#/lines/0/partner", "not_a_value"),
        ({"lines": [{"partner": True}]}, "#/lines/0/partner", "not_a_value"),
        ({"lines": [{"partner": "\ud800"}]}, "#/lines/0/partner", "not_readable"),
        ({"lines": [{}], "reference": "x" * 121}, "#/reference", "max_length"),
        ({"lines": [{}], "colour": "red"}, "#/colour", "unknown_field"),
        ({"lines": [{}] * 10_001}, "#/lines", "too_many"),
    ],
)
def test_a_body_that_is_no_list_of_lines_is_refused_as_a_whole(body, pointer, code):
    answer = erp().post(URL, json.dumps(body), content_type="application/json", headers=new_key())

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [(pointer, code)]


@pytest.mark.django_db
def test_a_body_that_is_too_large_is_refused(settings):
    caller = erp()
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100

    answer = post(caller, {"external_id": "x" * 200})

    assert (answer.status_code, answer.json()["code"]) == (413, "request_too_large")


@pytest.mark.django_db
def test_only_a_client_enters_lines(as_staff, as_anna, acme):
    answers = [post(caller, row(partner=acme)) for caller in (as_staff, as_anna, erp(scopes=["sales:read"]))]

    assert [(a.status_code, a.json()["code"]) for a in answers] == [
        (403, "client_required"),
        (403, "forbidden"),
        (403, "insufficient_scope"),
    ]


@pytest.mark.django_db
def test_a_partners_client_reports_its_own_sales_only(acme, other_partner):
    below, caller = make_partner("below", parent=acme), erp(partner=acme)
    rows = [row(partner=p, kind="sell_out") for p in (acme, below, other_partner)]

    answer = post(caller, *rows, row(partner=acme, kind="sell_in"))

    assert (answer.status_code, answer.json()["taken"]) == (201, 2)
    assert refusals(answer.json()) == [(3, "partner", "unknown_code"), (4, "kind", "only_the_maker")]
    assert {line.feed_id for line in SalesLine.objects.all()} == {caller.system.feed_id}


@pytest.mark.django_db
def test_codes_of_the_clients_own_feed_come_first(acme, other_partner):
    caller, product = erp(), make_product("SKU-1")
    feed = caller.system.feed
    ExternalCode.objects.create(feed=feed, kind="partner", code="4711", target_id=acme.pk)
    ExternalCode.objects.create(feed=feed, kind="product", code="other-sku", target_id=product.pk)

    post(caller, row(partner="4711", product="other-sku"))
    read = caller.get(URL, {"partner": "4711", "product": "other-sku"}).json()["results"]

    assert [(line["partner"], line["product"]) for line in read] == [("acme", "SKU-1")]
    assert erp().get(URL, {"partner": "4711"}).json()["results"] == []


@pytest.mark.django_db
def test_a_line_is_read_as_it_stands_in_the_ledger(acme):
    sold_into = make_territory("CN-SH")
    line = make_line(partner=acme, kind="sell_out", quantity="2", net_amount="19.90", sold_into="CN-SH", customer="K1")
    caller = erp(partner=acme)

    body = caller.get(f"{URL}{line.pk}/").json()

    assert body["recorded_at"].endswith("Z")
    assert {**body, "recorded_at": None} == {
        "id": line.pk,
        "external_id": line.external_id,
        "batch": line.batch_id,
        "kind": "sell_out",
        "partner": "acme",
        "other_partner": None,
        "product": line.product.sku,
        "product_line": line.product_line.code,
        "home_territory": None,
        "sold_into": sold_into.code,
        "document": line.document,
        "document_line": "1",
        "booked_on": "2026-03-16",
        "counts_on": "2026-03-16",
        "quantity": "2",
        "entered_quantity": "2",
        "entered_unit": "",
        "currency": "CNY",
        "list_amount": None,
        "net_amount": "19.9",
        "customer": "K1",
        "outlet": "",
        "returns_line": None,
        "reverses_line": None,
        "recorded_at": None,
    }
    assert caller.get(URL).json()["results"] == [body]


@pytest.mark.django_db
def test_the_other_side_of_a_sale_stays_hidden_from_who_may_not_see_it(acme, other_partner):
    line = make_line(partner=acme, kind="sell_through", other_partner=other_partner)

    answers = [caller.get(f"{URL}{line.pk}/").json()["other_partner"] for caller in (erp(partner=acme), erp())]

    assert answers == [None, "other"]


@pytest.mark.django_db
def test_lines_are_found_by_partner_kind_product_day_and_batch(acme, other_partner):
    make_product("SKU-1")
    product = make_product("SKU-9")
    first, second, third = make_lines(
        {"partner": acme, "booked_on": date(2026, 1, 1)},
        {"partner": acme, "booked_on": date(2026, 1, 31), "kind": "sell_out"},
        {"partner": other_partner, "booked_on": date(2026, 2, 1), "product": product},
    )
    fourth = make_line(partner=acme, booked_on=date(2025, 12, 31))
    caller = erp()

    def found(**params):
        return [line["id"] for line in caller.get(URL, params).json()["results"]]

    assert found(partner="acme") == [first.pk, second.pk, fourth.pk]
    assert found(kind="sell_out") == [second.pk]
    assert found(product="SKU-9") == [third.pk]
    assert found(booked_from="2026-01-01", booked_through="2026-01-31") == [first.pk, second.pk]
    assert found(batch=fourth.batch_id) == [fourth.pk]
    assert found(partner="nobody") == found(batch=2**63 - 1) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    ["kind=barter", "booked_from=yesterday", "batch=x", "batch=1.5", f"batch={10**30}", "partner=%00", "product=%00"],
)
def test_a_filter_that_cannot_be_read_is_refused(query):
    answer = erp().get(f"{URL}?{query}")

    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, query.partition("=")[0])


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_listing_lines_costs_the_same_however_many(count, acme, other_partner, django_assert_num_queries):
    make_lines(*[{"partner": acme}] * count, {"partner": other_partner})
    caller = erp(partner=acme)
    caller.get(URL)

    with django_assert_num_queries(13):
        answer = caller.get(URL)

    assert [line["partner"] for line in answer.json()["results"]] == ["acme"] * count


@pytest.mark.django_db
def test_anothers_line_is_not_found(acme, other_partner, as_anna, as_carla):
    line = make_line(partner=acme)

    callers = (erp(), erp(partner=acme), erp(partner=other_partner), as_anna, as_carla)

    assert [caller.get(f"{URL}{line.pk}/").status_code for caller in callers] == [200, 200, 404, 200, 404]


@pytest.mark.django_db
def test_entering_costs_the_same_number_of_statements_for_one_line_and_for_a_thousand(
    acme, django_assert_max_num_queries
):
    caller = erp()
    rows = [row(partner=acme) for _ in range(1000)]

    with django_assert_max_num_queries(45):
        answer = post(caller, *rows)

    assert answer.json()["taken"] == 1000


@pytest.mark.django_db(transaction=True)
def test_two_clients_race_with_the_same_lines_and_each_enters_its_own():
    acme = make_partner("acme")
    rows = [row(partner=acme) for _ in range(200)]
    callers, taken = [erp(), erp(), erp()], []

    def send(caller):
        taken.append(post(caller, *rows).json()["taken"])
        connection.close()

    threads = [threading.Thread(target=send, args=(caller,)) for caller in callers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert taken == [200, 200, 200]


@pytest.mark.django_db
def test_a_list_shows_every_line_as_it_is_read_alone(acme):
    caller = erp()
    sent = row(partner=acme, sold_into=make_territory("T-1").code, list_amount="120.5000")
    post(caller, sent, row(partner=acme), row(partner=acme, external_id="back", quantity=-1, net_amount=-1,
         product=sent["product"], returns=sent["external_id"]))  # fmt: skip

    listed = caller.get(URL).json()["results"]

    assert len(listed) >= 2
    assert listed == [caller.get(f"{URL}{line['id']}/").json() for line in listed]
