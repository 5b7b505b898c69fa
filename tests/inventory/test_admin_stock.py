"""The managers' pages of stock: levels, movements, locations, and which source is silent."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from inventory.enums import Audience
from inventory.models import Location, StockBatch, StockVisibility
from tests.factories.api import make_client
from tests.factories.imports import bring_in, csv_of, make_profile
from tests.factories.partners import make_product
from tests.factories.sales import make_feed
from tests.factories.stock import make_level, make_location, minutes, report

pytestmark = pytest.mark.django_db
LEVELS, MOVEMENTS = "admin:inventory_stocklevel_changelist", "admin:inventory_stockmovement_changelist"


def listed(client, name, **query):
    response = client.get(reverse(name), query)
    assert response.status_code == 200
    return response.context["cl"].result_list


def shown(client, name, **query):
    return client.get(reverse(name), query).content.decode()


def test_levels_are_found_by_product_and_by_shortage(as_staff):
    here = make_location("W1")
    full = make_level(here, make_product("A-100"), 10, reserved="3")
    empty = make_level(here, make_product("A-200"), 2, reserved="2")
    over = make_level(here, make_product("B-100"), 1, reserved="5", in_transit="4")

    found = {
        "a-": listed(as_staff, LEVELS, q="a-"),
        "none": listed(as_staff, LEVELS, available="none"),
        "over": listed(as_staff, LEVELS, available="over"),
        "coming": listed(as_staff, LEVELS, available="coming"),
        "some": listed(as_staff, LEVELS, available="some"),
        "old": listed(as_staff, LEVELS, age="7"),
    }

    assert {name: set(rows) for name, rows in found.items()} == {
        "a-": {full, empty},
        "none": {empty, over},
        "over": {over},
        "coming": {over},
        "some": {full},
        "old": {full, empty, over} if timezone.now() - full.counted_at > timedelta(days=7) else set(),
    }


def test_a_list_says_what_it_adds_up_to(as_staff):
    here = make_location("W1")
    make_level(here, make_product(), 1000, reserved="3")
    make_level(here, make_product(), 2, reserved="9")

    page = as_staff.get(reverse(LEVELS))

    assert page.context["list_sum"] == [("levels", "2"), ("on hand", "1,002"), ("available", "997")]


def test_the_movements_of_a_level_lead_from_nothing_to_what_it_is(as_staff):
    here, product = make_location(), make_product()
    make_level(here, product, 10)
    report({"location": here, "product": product, "on_hand": "4", "counted_at": minutes(1)})
    make_level(make_location(), product, 99)

    page = as_staff.get(reverse(MOVEMENTS), {"location__id__exact": here.pk, "product__id__exact": product.pk})

    assert [row.balance for row in page.context["cl"].result_list] == [4, 10]
    assert page.context["list_sum"] == [("movements", "2"), ("change on hand", "+4")]


def test_nobody_writes_levels_or_movements_by_hand(as_staff):
    level = make_level(make_location(), make_product(), 10)

    statuses = [
        as_staff.get(reverse("admin:inventory_stocklevel_add")).status_code,
        as_staff.post(reverse("admin:inventory_stocklevel_change", args=[level.pk]), {"on_hand": "1"}).status_code,
        as_staff.get(reverse("admin:inventory_stockmovement_add")).status_code,
    ]

    assert statuses == [403, 403, 403]


def test_a_location_is_opened_and_closed_and_keeps_its_owner(as_staff, acme):
    form = {"code": "W9", "kind": "warehouse", "name": "华东仓", "name_en": "East", "partner": acme.pk}
    as_staff.post(reverse("admin:inventory_location_add"), {**form, "territory": "", "ends_on": ""})
    location = Location.objects.get()
    change = reverse("admin:inventory_location_change", args=[location.pk])
    as_staff.post(change, {**form, "code": "X", "partner": "", "territory": "", "ends_on": "2026-03-31"})

    location.refresh_from_db()
    assert (location.code, location.partner, str(location.ends_on)) == ("W9", acme, "2026-03-31")


def test_a_rule_that_names_the_wrong_audience_is_refused_on_the_form(as_staff, acme):
    add = reverse("admin:inventory_stockvisibility_add")
    form = {"location": "", "territory": "", "partner_type": "", "shows": "band", "few_below": "10"}

    refused = as_staff.post(add, {**form, "audience": Audience.EVERYONE, "partner": acme.pk})
    as_staff.post(add, {**form, "audience": Audience.SUBTREE, "partner": acme.pk})

    assert "Name the territory, the type or the partner" in refused.content.decode()
    assert [rule.partner for rule in StockVisibility.objects.all()] == [acme]


# Sync


def test_the_silent_source_stands_on_top_with_since_when(as_staff):
    now, place, product = timezone.now(), make_location("W1"), make_product("A-100")
    lively, silent = make_feed("lively"), make_feed("silent")
    for feed, hours in ((silent, 72), (silent, 71), (lively, 1)):
        at = now - timedelta(hours=hours)
        report({"location": place, "product": product, "counted_at": at}, feed=feed, at=at)
    client, _secret = make_client(name="Never", scopes=["stock:write"])

    page = as_staff.get(reverse("admin:inventory_stockbatch_sync"))

    rows = [(source.code, source.silent_since is not None) for source, _state in page.context["rows"]]
    assert (rows, page.context["silent"]) == ([("silent", True), ("lively", False), (client.feed.code, False)], 1)


def test_refused_rows_of_a_file_wait_on_the_sync_page(as_staff):
    make_location("W1"), make_product("A-100")
    profile = make_profile("stock")
    header = ["location", "product", "on_hand", "reserved", "in_transit", "unit", "counted_at"]
    bring_in(profile, csv_of([header, ["W1", "A-100", 5, "", "", "", "2026-03-16"], ["W2", "A-1", 5, *[""] * 4]]))

    page = as_staff.get(reverse("admin:inventory_stockbatch_sync"))

    [(source, _state)] = page.context["rows"]
    assert (source.open_rows, source.report.rejected, source.report.taken) == (1, 1, 1)


def test_the_sync_page_without_a_source_says_how_to_begin(as_staff):
    assert "stock:write" in as_staff.get(reverse("admin:inventory_stockbatch_sync")).content.decode()


def test_reports_are_listed_with_what_became_of_them(as_staff):
    report({"location": make_location("W1"), "product": make_product()}, reference="monday")

    [batch] = listed(as_staff, "admin:inventory_stockbatch_changelist", q="mon")

    assert batch == StockBatch.objects.get()


@pytest.mark.parametrize("name", [LEVELS, MOVEMENTS])
@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_costs_the_same_queries_whatever_it_holds(as_staff, django_assert_max_num_queries, name, rows):
    here = make_location()
    for _ in range(rows):
        make_level(here, make_product(), 5)
    as_staff.get(reverse(name))

    with django_assert_max_num_queries(20):
        assert len(listed(as_staff, name)) == rows


@pytest.mark.parametrize("name", ["stocklevel", "stockmovement", "location", "stockvisibility", "stockbatch"])
def test_every_list_is_exported(as_staff, name):
    make_level(make_location("W1"), make_product("A-100"), 5)
    StockVisibility.objects.create()

    response = as_staff.get(reverse(f"admin:inventory_{name}_export"), {"format": "csv"})

    assert response.status_code == 200
    assert len(response.content.decode().splitlines()) == 2


def test_a_partners_page_leads_to_its_stock(as_staff, acme):
    page = as_staff.get(reverse("admin:partners_partner_change", args=[acme.pk])).content.decode()

    assert f"{reverse(LEVELS)}?partner__id__exact={acme.pk}" in page


def test_a_manager_asks_what_a_partner_sees_and_by_which_rule(as_staff, acme):
    make_location("W1"), make_location("W2")
    everyone = StockVisibility.objects.create(shows="band")
    own = StockVisibility.objects.create(shows="exact", audience=Audience.SUBTREE, partner=acme)
    named = {"audience": Audience.SUBTREE, "partner": acme, "location": Location.objects.get(code="W2")}
    hidden = StockVisibility.objects.create(shows="hidden", **named)

    page = as_staff.get(reverse("admin:inventory_stockvisibility_seen"), {"partner": "acme"})

    rows = [(one.location.code, one.decides, set(one.passed_over)) for one, *_words in page.context["rows"]]
    assert rows == [("W1", own, {everyone}), ("W2", hidden, {everyone, own})]


def test_of_an_unknown_partner_nothing_is_told(as_staff):
    page = as_staff.get(reverse("admin:inventory_stockvisibility_seen"), {"partner": "nobody"})

    assert (page.context["rows"], "No partner that you may see" in page.content.decode()) == ([], True)
