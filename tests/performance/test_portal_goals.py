"""A dealer's targets and score: how far, how to reach the next grade, and nothing of anybody else."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from channelhub.lib.periods import business_day, period_of
from performance.models import Score
from tests.factories.judgement import SALES, judge_night, make_card, make_target, sell_wrongly
from tests.factories.ledger import line_of, record

pytestmark = pytest.mark.django_db


@pytest.fixture
def quarter():
    return period_of(business_day(timezone.now()), "quarter")


def test_a_running_target_shows_how_far_it_is_and_opens_its_lines(as_anna, acme, quarter):
    record(line_of(acme, booked_on=quarter.starts_on, amount=250))
    make_target(acme, amount=1000, first=quarter.starts_on, last=quarter.last_day)
    judge_night(business_day(timezone.now()))

    shown = as_anna.get(reverse("portal_goals")).content.decode()

    assert "25%" in shown
    assert "¥250.00" in shown
    assert f"kind=1&amp;partner={acme.pk}&amp;valid_from={quarter.starts_on}" in shown


def test_targets_of_others_are_not_shown(as_anna, anna, other_partner, quarter):
    make_target(other_partner, amount=987654, first=quarter.starts_on, last=quarter.last_day)

    shown = as_anna.get(reverse("portal_goals")).content.decode()

    assert "987,654" not in shown
    assert "No targets here" in shown


def test_a_score_says_why_and_how_to_reach_the_next_grade(as_anna, acme):
    make_card()
    record(line_of(acme, booked_on=date(2026, 3, 5), amount=400))
    judge_night()
    score = Score.objects.get(month=date(2026, 3, 1))

    overview = as_anna.get(reverse("portal_goals")).content.decode()
    shown = as_anna.get(reverse("portal_score", args=[score.pk])).content.decode()

    assert "10 points to grade B" in overview
    assert "Why 40 C" in shown
    assert "CNY 500.00" in shown


def test_anothers_score_is_not_there(as_anna, anna, other_partner):
    make_card()
    record(line_of(other_partner, booked_on=date(2026, 3, 5), amount=400))
    judge_night()
    score = Score.objects.get(partner=other_partner, month=date(2026, 3, 1))

    assert as_anna.get(reverse("portal_score", args=[score.pk])).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_however_many_targets(as_anna, acme, quarter, count, django_assert_max_num_queries):
    make_card()
    for number in range(count):
        currency = ("CNY", "USD", "EUR")[number]
        make_target(acme, first=quarter.starts_on, last=quarter.last_day, currency=currency)
    judge_night()
    as_anna.get(reverse("portal_goals"))

    with django_assert_max_num_queries(40):
        as_anna.get(reverse("portal_goals"))


def test_what_is_suspected_of_a_dealer_costs_points_but_is_not_told(as_anna, acme):
    conflicts = ("conflicts", 40, 1, [("0", 100), ("5", 0)])
    make_card(SALES, conflicts)
    sell_wrongly(acme)
    judge_night()
    score = Score.objects.get(month=date(2026, 3, 1))

    shown = as_anna.get(reverse("portal_score", args=[score.pk])).content.decode()

    steps = as_anna.get(reverse("portal_score", args=[score.pk])).context["answer"].explained.steps
    [step] = [step for step in steps if getattr(step, "criterion", None) and step.criterion.kpi == "conflicts"]
    assert (step.code, step.points, hasattr(step, "value")) == ("withheld", 60, False)
    assert "Conflicts: " not in shown
