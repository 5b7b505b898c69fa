"""Targets, scorecards, scores and findings in the admin: every figure opens what it is made of."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from performance.models import Finding, KpiValue, ReportDuty, Score, ScorecardVersion, Target
from pricing.models import MapPrice
from tests.factories.judgement import judge_night, make_card, make_target, sell_wrongly
from tests.factories.ledger import line_of, record
from tests.factories.partners import make_partner, make_product

pytestmark = pytest.mark.django_db


def page(client, name, *args, **query):
    response = client.get(reverse(f"admin:{name}", args=args), query)
    assert response.status_code == 200
    return response


def post_twice(client, address, data):
    """The preview, then the saving with what it showed."""
    shown = client.post(address, data)
    assert shown.context["preview"] is not None, shown.context["form"].errors
    return client.post(address, {**data, "previewed": shown.context["previewed"]})


def test_a_target_is_set_with_a_preview_and_its_list_shows_how_far_it_is(as_staff, acme):
    record(line_of(acme, booked_on=date(2026, 3, 5), amount=400))
    judge_night()
    data = {
        "partner": acme.pk,
        "kpi": "sales",
        "first": "2026-03-01",
        "last": "2026-03-31",
        "currency": "CNY",
        "amount": "1000",
        "weight": "1",
    }

    post_twice(as_staff, reverse("admin:performance_target_set_target"), data)

    assert Target.objects.get().amount == 1000
    listed = page(as_staff, "performance_target_changelist").content.decode()
    assert "40%" in listed
    assert "CNY 400.00" in listed
    shown = page(as_staff, "performance_target_change", Target.objects.get().pk).content.decode()
    assert "CNY 600.00" in shown


def test_a_target_for_nobody_is_refused_in_the_form(as_staff):
    data = {
        "kpi": "sales",
        "first": "2026-03-01",
        "last": "2026-03-31",
        "currency": "CNY",
        "amount": "1",
        "weight": "1",
    }

    response = as_staff.post(reverse("admin:performance_target_set_target"), data)

    assert "territory" in response.context["form"].errors
    assert Target.objects.count() == 0


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", ["target", "score", "kpivalue", "finding", "salesreport", "reportduty", "scorecard"])
def test_a_list_costs_the_same_however_many_rows(as_staff, name, count, django_assert_max_num_queries):
    make_card()
    for _ in range(count):
        partner = make_partner()
        make_target(partner)
        sell_wrongly(partner)
        ReportDuty.objects.create(partner=partner, due_day=5, valid_during="[2026-01-01,)")
    judge_night()
    page(as_staff, f"performance_{name}_changelist")

    with django_assert_max_num_queries(22):
        page(as_staff, f"performance_{name}_changelist")


def test_a_scorecard_is_made_and_given_terms_as_people_write_them(as_staff):
    as_staff.post(reverse("admin:performance_scorecard_new"), {"code": "std", "name": "标准"})
    card = ScorecardVersion._meta.get_field("scorecard").related_model.objects.get()
    address = reverse("admin:performance_scorecard_new_version", args=[card.pk])
    data = {
        "valid_from": "2026-01-01",
        "currency": "CNY",
        "criteria": "sales 60 0:0 1,000,000:100\ngrowth 40 3m linear -20%:0 20%:100",
        "grades": "A 85\nB 60",
        "min_coverage": "50",
    }

    post_twice(as_staff, address, data)

    version = ScorecardVersion.objects.get()
    criteria = version.criteria.order_by("position").values_list("kpi", "weight", "months", "shape", "points")
    assert list(criteria) == [
        ("sales", 60, 1, "linear", [["0", "0"], ["1000000", "100"]]),
        ("growth", 40, 3, "linear", [["-0.2", "0"], ["0.2", "100"]]),
    ]
    assert version.grades == [["A", "85"], ["B", "60"]]
    assert (
        "growth 40 3m linear -20%:0 20%:100"
        in page(as_staff, "performance_scorecard_new_version", card.pk).content.decode()
    )


@pytest.mark.parametrize(
    "criteria",
    [
        "sales",
        "nonsense 5 0:0",
        "sales 5 100:0 0:100",
        "sales 0 0:0",
        "sales 5 0m 0:0",
        "sales 5 13m 0:0",
        "sales 100000 0:0",
        "sales 5 NaN:0 1:100",
        "sales 5 0:0\nsales 6 0:0",
    ],
)
def test_criteria_that_mean_nothing_are_refused_with_their_line(as_staff, criteria):
    card = make_card()
    address = reverse("admin:performance_scorecard_new_version", args=[card.pk])
    data = {"valid_from": "2026-01-01", "currency": "CNY", "criteria": criteria, "grades": "", "min_coverage": "50"}

    response = as_staff.post(address, data)

    assert response.context["preview"] is None
    assert response.context["form"].errors


def test_a_score_explains_every_point_and_opens_the_lines(as_staff, acme):
    make_card()
    record(line_of(acme, booked_on=date(2026, 3, 5), amount=400))
    judge_night()
    score = Score.objects.get(month=date(2026, 3, 1))

    shown = page(as_staff, "performance_score_change", score.pk).content.decode()

    assert "Why 40 C" in shown
    assert "10 points to grade B" in shown
    assert f"partner__id__exact={acme.pk}&amp;kind__exact=1&amp;booked_on_from=2026-03-01" in shown


def test_a_figure_of_a_kpi_opens_the_lines_that_add_up_to_it(as_staff, acme):
    record(line_of(acme, booked_on=date(2026, 3, 5), amount=400), line_of(acme, booked_on=date(2026, 3, 31), amount=5))
    record(line_of(acme, booked_on=date(2026, 4, 1), amount=7))
    judge_night()
    row = KpiValue.objects.get(kpi="sales", month=date(2026, 3, 1))

    listed = page(as_staff, "performance_kpivalue_changelist").content.decode()
    query = {
        "partner__id__exact": acme.pk,
        "kind__exact": 1,
        "booked_on_from": "2026-03-01",
        "booked_on_to": "2026-03-31",
    }
    lines = page(as_staff, "pricing_salesline_changelist", **query).context["cl"].queryset

    assert "booked_on_from=2026-03-01" in listed
    assert sum(line.net_amount for line in lines) == row.value == 405


def test_a_finding_shows_its_lines_and_is_confirmed_with_a_reason(as_staff, acme, staff):
    sell_wrongly(acme)
    judge_night()
    finding = Finding.objects.get(kind="outside_territory")

    shown = page(as_staff, "performance_finding_change", finding.pk).content.decode()
    post_twice(as_staff, reverse("admin:performance_finding_confirm", args=[finding.pk]), {"reason": "Seen it"})

    finding.refresh_from_db()
    assert "CNY 100.00" in shown
    assert "no: another territory" in shown
    assert (finding.state, finding.reason, finding.decided_by) == ("confirmed", "Seen it", staff)


def test_a_finding_below_the_minimum_shows_price_and_minimum(as_staff, acme):
    sell_wrongly(acme)
    judge_night()

    shown = page(as_staff, "performance_finding_change", Finding.objects.get(kind="below_map").pk).content.decode()

    assert "CNY 90.00" in shown
    assert "CNY 10.00" in shown


def test_findings_and_scores_are_exported_as_filtered(as_staff, acme):
    make_card()
    sell_wrongly(acme)
    judge_night()

    for name in ("finding", "score", "target", "kpivalue"):
        response = as_staff.get(reverse(f"admin:performance_{name}_export"), {"format": "csv"})
        body = response.content.decode()
        assert (response.status_code, "acme" in body or name == "target") == (200, True)


def test_a_minimum_price_is_set_with_old_and_new(as_staff):
    product = make_product()
    data = {"product": product.pk, "currency": "CNY", "price": "99.5", "valid_from": "2026-03-01"}

    post_twice(as_staff, reverse("admin:pricing_mapprice_set_price"), data)
    post_twice(as_staff, reverse("admin:pricing_mapprice_set_price"), {**data, "price": "89"})

    prices = [(row.price, row.known_until is None) for row in MapPrice.objects.order_by("pk")]
    assert prices == [(Decimal("99.5"), False), (Decimal(89), True)]


def test_a_due_day_is_set(as_staff, acme):
    data = {"partner": acme.pk, "due_day": "5", "since": "2026-01-01"}

    post_twice(as_staff, reverse("admin:performance_reportduty_set_due_day"), data)

    assert ReportDuty.objects.get().due_day == 5
