"""Stock over the API: reported in bulk, read as it changes, fenced."""

import json

import pytest

from channelhub.core.models import ExternalCode
from inventory.enums import Shows
from inventory.models import StockBatch, StockLevel, StockMovement, StockVisibility
from tests.factories.api import erp, new_key
from tests.factories.partners import make_partner, make_product
from tests.factories.stock import make_level, make_location, minutes, stock_row

URL = "/api/v1/inventory/stock-levels/"
AVAILABILITY = "/api/v1/inventory/availability/"
pytestmark = pytest.mark.django_db


def row(**fields):
    """A good row as JSON holds it."""
    return {name: str(value) for name, value in stock_row(**fields).items()}


def post(caller, *rows, key=None, **more):
    headers = new_key() if key is None else {"Idempotency-Key": key}
    return caller.post(URL, json.dumps({"lines": rows, **more}), content_type="application/json", headers=headers)


def test_lines_are_taken_one_by_one_and_the_bad_ones_named():
    answer = post(erp(), row(on_hand="3"), row(location="nowhere"), reference="monday")

    assert answer.status_code == 201
    assert answer.json() == {
        "batch": StockBatch.objects.get(reference="monday").pk,
        "taken": 1,
        "changed": 1,
        "unchanged": 0,
        "outdated": 0,
        "rejected": [
            {
                "row": 2,
                "field": "location",
                "rule": "unknown_code",
                "message": "No record has this code.",
                "value": "nowhere",
            }
        ],
        "absent": 0,
        "absent_levels": [],
        "not_reconciled": [],
    }


def test_the_same_request_again_gets_the_same_answer_and_moves_nothing():
    caller, sent = erp(), row()

    answers = [post(caller, sent, key="k1").json() for _ in range(2)]

    assert (answers[0] == answers[1], StockMovement.objects.count(), StockBatch.objects.count()) == (True, 1, 1)


def test_the_same_lines_with_a_new_key_are_unchanged():
    caller, sent = erp(), row()
    post(caller, sent)

    answer = post(caller, sent)

    assert (answer.status_code, answer.json()["unchanged"], StockMovement.objects.count()) == (200, 1, 1)


def test_a_full_snapshot_lists_what_it_set_to_zero():
    here, kept, gone = make_location("here"), make_product("kept"), make_product("gone")
    make_level(here, gone, 7)

    answer = post(erp(), row(location=here, product=kept, counted_at=minutes(1)), snapshot=True).json()

    assert (answer["absent"], answer["absent_levels"]) == (1, [{"location": "here", "product": "gone", "on_hand": "7"}])


@pytest.mark.parametrize(
    ("body", "status"),
    [({"lines": []}, 400), ({}, 400), ({"lines": [{"shelf": "1"}]}, 400), ({"lines": [1]}, 400), ({"rows": []}, 400)],
)
def test_what_is_no_report_is_refused(body, status):
    answer = erp().post(URL, json.dumps(body), content_type="application/json", headers=new_key())

    assert (answer.status_code, StockBatch.objects.count()) == (status, 0)


def test_a_client_needs_the_scope_it_uses(acme):
    statuses = [
        post(erp(scopes=["stock:read"]), row()).status_code,
        erp(scopes=["stock:write"]).get(URL).status_code,
        erp(scopes=["stock:read"]).get(URL).status_code,
    ]

    assert statuses == [403, 403, 200]


def test_people_read_and_do_not_report(as_staff, as_anna):
    assert [post(as_staff, row()).status_code, post(as_anna, row()).status_code] == [403, 403]


def test_a_partners_system_reports_and_reads_its_own_locations_only(acme):
    mine, other = make_location(partner=acme), make_location(partner=make_partner())
    product = make_product()
    make_level(other, product, 9)
    caller = erp(partner=acme)

    answer = post(caller, row(location=mine, product=product, on_hand="3"), row(location=other, product=product))

    assert [(r["row"], r["rule"]) for r in answer.json()["rejected"]] == [(2, "unknown_code")]
    assert [level["on_hand"] for level in caller.get(URL).json()["results"]] == ["3"]


def test_a_level_is_read_with_what_may_be_promised(acme):
    level = make_level(make_location("W1", partner=acme), make_product("A1"), 10, reserved="4", in_transit="2.5")

    body = erp().get(f"{URL}{level.pk}/").json()

    assert body == {
        "id": level.pk,
        "location": "W1",
        "partner": "acme",
        "product": "A1",
        "on_hand": "10",
        "reserved": "4",
        "in_transit": "2.5",
        "available": "6",
        "counted_at": "2026-03-16T00:30:00Z",
        "updated_at": body["updated_at"],
    }


def test_changes_are_read_from_where_one_left_off():
    location, products = make_location(), [make_product() for _ in range(3)]
    caller = erp()
    for product in products:
        make_level(location, product, 5)
    first = caller.get(URL, {"page_size": 2}).json()
    second = caller.get(first["next"]).json()
    StockLevel.objects.filter(product__in=products[:2]).update(updated_at=minutes(0))

    changed = caller.get(URL, {"updated_since": second["next_since"]}).json()

    assert [len(page["results"]) for page in (first, second)] == [2, 1]
    assert [level["product"] for level in changed["results"]] in ([products[2].sku], [])


def test_levels_are_narrowed_by_codes_of_ones_own(acme):
    caller, location, product = erp(), make_location("W1", partner=acme), make_product("A1")
    make_level(location, product, 1)
    make_level(make_location("W2"), make_product("A2"), 1)
    ExternalCode.objects.create(feed=caller.system.feed, kind="location", code="100", target_id=location.pk)

    found = [
        [level["location"] for level in caller.get(URL, {name: value}).json()["results"]]
        for name, value in (("location", "100"), ("location", "W2"), ("product", "A1"), ("partner", "acme"))
    ]

    assert found == [["W1"], ["W2"], ["W1"], ["W1"]]


@pytest.mark.parametrize("levels", [1, 3])
def test_a_list_costs_the_same_queries_whatever_it_holds(levels, django_assert_num_queries, acme):
    location, caller = make_location(partner=acme), erp(partner=acme)
    for _ in range(levels):
        make_level(location, make_product(), 1)
    caller.get(URL)

    with django_assert_num_queries(13):
        assert len(caller.get(URL).json()["results"]) == levels


def test_locations_are_listed_with_their_owners(acme):
    make_location("W1", partner=acme, name="华东仓", name_en="East")
    make_location("W2")

    body = erp().get("/api/v1/inventory/locations/").json()

    assert [(one["code"], one["partner"], one["name_en"]) for one in body["results"]] == [
        ("W1", "acme", "East"),
        ("W2", None, ""),
    ]
    assert [one["code"] for one in erp(partner=acme).get("/api/v1/inventory/locations/").json()["results"]] == ["W1"]


def test_a_partner_asks_what_it_could_be_sent(acme):
    product, other = make_product("A1"), make_product("A2")
    make_level(make_location("W1"), product, 42)
    make_level(make_location("shelf", partner=acme), product, 3)
    StockVisibility.objects.create(shows=Shows.EXACT)

    body = erp(partner=acme).get(AVAILABILITY, {"products": "A1,A2,A3"}).json()

    place = {"location": "W1", "quantity": "42", "band": "in_stock", "counted_at": "2026-03-16T00:30:00Z"}
    assert body["results"] == [
        {"product": "A1", "own": "3", "shown": True, "quantity": "42", "band": "in_stock", "places": [place]},
        {"product": other.sku, "own": "0", "shown": True, "quantity": "0", "band": "none", "places": []},
    ]


def test_what_a_partner_is_told_is_not_for_others_to_ask(acme):
    statuses = [
        erp().get(AVAILABILITY, {"products": "A1"}).status_code,
        erp(partner=acme).get(AVAILABILITY).status_code,
        erp(partner=acme).get(AVAILABILITY, {"products": "A\x001"}).status_code,
        erp(partner=acme).get(AVAILABILITY, {"products": ",".join(["A"] * 101)}).status_code,
    ]

    assert statuses == [403, 400, 400, 400]


@pytest.mark.parametrize("figure", ["9" * 200_000, "0." + "9" * 20_000, "-", ".", "1e5", "NaN", "٣"])
def test_a_figure_that_is_none_is_refused_and_never_a_crash(figure):
    answer = post(erp(), row(on_hand=figure))

    assert (answer.status_code, len(answer.json()["rejected"])) == (200, 1)
