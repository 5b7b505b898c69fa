"""Targets, KPI values, scores and findings over the API."""

from datetime import date

import pytest

from channelhub.core.models import ExternalCode
from performance.models import Finding, Target
from tests.factories.api import erp, new_key
from tests.factories.judgement import judge_night, make_card, make_target, sell_wrongly
from tests.factories.partners import make_partner, make_territory

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/performance"
LINE = {
    "kpi": "sales",
    "first_day": "2026-01-01",
    "last_day": "2026-03-31",
    "currency": "CNY",
    "amount": "1500",
}


def post(caller, lines):
    return caller.post(f"{ROOT}/targets/", {"lines": lines}, content_type="application/json", headers=new_key())


def test_targets_are_written_in_bulk_each_line_for_itself(acme):
    north = make_territory("north")

    response = post(erp(), [{**LINE, "partner": "acme"}, {**LINE, "territory": "north"}, {**LINE, "partner": "nobody"}])

    body = response.json()
    assert (response.status_code, body["taken"], body["unchanged"]) == (201, 2, 0)
    assert [(row["row"], row["field"], row["rule"]) for row in body["rejected"]] == [(3, "partner", "unknown_code")]
    rows = Target.objects.order_by("pk").values_list("partner", "territory", "period", "amount")
    assert list(rows) == [(acme.pk, None, "quarter", 1500), (None, north.pk, "quarter", 1500)]


def test_the_same_targets_again_are_unchanged_and_another_amount_supersedes(acme):
    caller = erp()
    post(caller, [{**LINE, "partner": "acme"}])

    again = post(caller, [{**LINE, "partner": "acme"}])
    other = post(caller, [{**LINE, "partner": "acme", "amount": "1600"}])

    assert (again.status_code, again.json()["unchanged"], other.status_code) == (200, 1, 201)
    assert list(Target.objects.known().values_list("amount", flat=True)) == [1600]


@pytest.mark.parametrize(
    ("change", "field", "rule"),
    [
        ({"amount": "0"}, "amount", "not_positive"),
        ({"amount": "x"}, "amount", "not_a_number"),
        ({"last_day": "2025-12-31"}, "last_day", "ends_before_it_begins"),
        ({"first_day": "01.01.2026"}, "first_day", "not_a_date"),
        ({"kpi": "luck"}, "kpi", "not_a_choice"),
        ({"currency": "XXX"}, "currency", "unknown_currency"),
        ({"territory": "north"}, "partner", "one_subject"),
        ({"partner": ""}, "partner", "one_subject"),
        ({"weight": "0"}, "weight", "not_positive"),
    ],
)
def test_a_line_that_is_no_target_is_refused_by_field_and_rule(acme, change, field, rule):
    make_territory("north")

    body = post(erp(), [{**LINE, "partner": "acme", **change}]).json()

    assert [(row["field"], row["rule"]) for row in body["rejected"]] == [(field, rule)]
    assert Target.objects.count() == 0


def test_one_target_named_by_your_code_and_by_ours_is_refused_the_second_time(acme):
    caller = erp()
    ExternalCode.objects.create(feed=caller.system.feed, kind="partner", code="4711", target_id=acme.pk)

    response = post(caller, [{**LINE, "partner": "4711"}, {**LINE, "partner": "acme", "amount": "9"}])

    assert response.status_code == 201
    assert [(row["row"], row["rule"]) for row in response.json()["rejected"]] == [(2, "twice_in_file")]
    assert list(Target.objects.values_list("partner", "amount")) == [(acme.pk, 1500)]


def test_a_target_without_end_is_refused_because_no_page_could_show_its_last_day(acme):
    response = post(erp(), [{**LINE, "partner": "acme", "last_day": "9999-12-31"}])

    assert [(row["field"], row["rule"]) for row in response.json()["rejected"]] == [("last_day", "too_large")]
    assert Target.objects.count() == 0


@pytest.mark.parametrize("count", [1, 3])
def test_reading_costs_the_same_however_many_rows(count, django_assert_max_num_queries):
    make_card()
    for _ in range(count):
        partner = make_partner()
        make_target(partner)
        sell_wrongly(partner)
    judge_night()
    caller = erp()

    for name in ("targets", "kpi-values", "scores", "findings"):
        with django_assert_max_num_queries(14):
            response = caller.get(f"{ROOT}/{name}/")
        assert (response.status_code, bool(response.json()["results"])) == (200, True), name


def test_a_partners_client_reads_its_own_and_neither_findings_nor_what_is_suspected(acme, other_partner):
    make_card()
    for partner in (acme, other_partner):
        make_target(partner)
        sell_wrongly(partner)
    judge_night()
    caller = erp(partner=acme)

    for name in ("targets", "kpi-values", "scores"):
        assert {row["partner"] for row in caller.get(f"{ROOT}/{name}/").json()["results"]} == {"acme"}, name
    kpis = {row["kpi"] for row in caller.get(f"{ROOT}/kpi-values/").json()["results"]}
    assert "conflicts" not in kpis
    assert caller.get(f"{ROOT}/findings/").status_code == 403


def test_findings_are_read_with_their_lines_and_what_changed_since(acme):
    lines = sell_wrongly(acme)
    judge_night()
    caller = erp()

    first = caller.get(f"{ROOT}/findings/", {"kind": "outside_territory"}).json()
    [row] = first["results"]
    Finding.objects.filter(pk=row["id"]).update(lines=9)
    later = caller.get(f"{ROOT}/findings/", {"updated_since": first["next_since"]}).json()["results"]

    assert (row["partner"], row["damage"], row["line_ids"], row["state"]) == ("acme", "100", [lines[0].pk], "open")
    assert row["id"] in [each["id"] for each in later]


def test_minimum_prices_are_read_by_the_makers_systems(acme):
    sell_wrongly(acme)

    [row] = erp().get("/api/v1/pricing/map-prices/").json()["results"]

    assert (row["price"], row["valid_from"]) == ("100", date(2026, 3, 1).isoformat())
