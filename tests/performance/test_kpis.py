"""KPI values and scores from real rows, worked out by hand: no data is a dash and why, and twice changes nothing."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from channelhub.lib.periods import DateRange, date_range, period_of
from partners.models import PartnerTypeAssignment
from performance.models import KpiValue, Score, Target, TouchedKpi
from performance.selectors import scorecards as explaining
from performance.services import reports, scorecards, targets
from performance.services.targets import Subject
from tests.factories.judgement import judge_night, make_card
from tests.factories.ledger import line_of, record
from tests.factories.partners import make_partner_type
from tests.factories.sales import make_lines

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 20, 4, tzinfo=UTC)
LAST = date(2026, 3, 31)
MARCH, FEBRUARY = date(2026, 3, 1), date(2026, 2, 1)


def value(partner, kpi, month=MARCH):
    """(value, why not) of a KPI, by currency where there are several."""
    rows = KpiValue.objects.filter(partner=partner, kpi=kpi, month=month).order_by("currency")
    [row] = rows
    return row.value, row.lacks


def sell(partner, amount, on=MARCH, **fields):
    return record(line_of(partner, booked_on=on, amount=amount, **fields))[0]


def set_target(partner, amount, first, last, **fields):
    return targets.set_target(
        subject=Subject(partner),
        days=date_range(first, last),
        amount=Decimal(amount),
        at=NOON,
        **{"kpi": "sales", "currency": "CNY", **fields},
    )


def test_a_partner_that_never_sold_has_no_figure_and_each_says_why(acme):
    judge_night()

    rows = KpiValue.objects.filter(partner=acme, month=MARCH).values_list("kpi", "value", "lacks")
    assert {kpi: (found, lacks) for kpi, found, lacks in rows} == {
        "sales": (None, "nothing_sold_yet"),
        "sell_out": (None, "not_reported"),
        "growth": (None, "nothing_sold_yet"),
        "attainment": (None, "no_target"),
        "sell_out_attainment": (None, "no_target"),
        "punctuality": (None, "no_duty"),
        "conflicts": (None, "not_reported"),
    }


def test_sales_are_summed_and_a_month_without_any_is_nought_once_there_were_some(acme):
    sell(acme, 100, FEBRUARY)
    sell(acme, -30, FEBRUARY, quantity=-1)

    judge_night()

    assert [value(acme, "sales", FEBRUARY), value(acme, "sales")] == [(70, ""), (0, "")]


def test_sell_out_that_was_not_reported_is_no_figure_though_there_was_some_before(acme):
    sell(acme, 100, FEBRUARY, kind=3)

    judge_night()

    assert [value(acme, "sell_out", FEBRUARY), value(acme, "sell_out")] == [(100, ""), (None, "not_reported")]


def test_growth_compares_with_the_same_month_a_year_before(acme):
    sell(acme, 200, date(2025, 3, 10))
    sell(acme, 250, date(2026, 3, 10))

    judge_night()

    assert value(acme, "growth") == (Decimal("0.25"), "")
    assert value(acme, "growth", FEBRUARY) == (None, "no_base")


def test_growth_of_a_month_that_runs_is_not_stated(acme):
    sell(acme, 200, date(2025, 3, 10))

    judge_night(date(2026, 3, 30))

    assert value(acme, "growth") == (None, "month_running")


def test_attainment_reads_a_quarters_target_evenly_by_its_days(acme):
    sell(acme, 180, MARCH)
    set_target(acme, 900, date(2026, 1, 1), date(2026, 3, 31))

    judge_night()

    row = KpiValue.objects.get(partner=acme, kpi="attainment", month=MARCH)
    assert (row.amount, row.base, row.value) == (180, 310, Decimal("0.580645"))  # 900 x 31 / 90


def test_in_a_month_the_shortest_kind_of_target_rules(acme):
    sell(acme, 180, MARCH)
    set_target(acme, 900, date(2026, 1, 1), date(2026, 3, 31))
    set_target(acme, 200, MARCH, date(2026, 3, 31))

    judge_night()

    assert value(acme, "attainment") == (Decimal("0.9"), "")


def test_targets_that_change_inside_a_month_take_their_sales_from_the_ledger(acme):
    sell(acme, 10, date(2026, 3, 10))
    sell(acme, 20, date(2026, 3, 11))
    set_target(acme, 100, date(2026, 1, 31), date(2026, 3, 10))  # 39 days, 10 of them in March
    set_target(acme, 210, date(2026, 3, 11), date(2026, 3, 31))

    judge_night()

    row = KpiValue.objects.get(partner=acme, kpi="attainment", month=MARCH)
    assert (row.amount, row.base) == (30, Decimal("235.641026"))


def test_a_month_that_runs_is_compared_with_the_days_gone_by(acme):
    sell(acme, 50, MARCH)
    set_target(acme, 310, MARCH, date(2026, 3, 31))

    judge_night(date(2026, 3, 10))

    assert value(acme, "attainment") == (Decimal("0.5"), "")


def test_a_changed_target_is_a_new_row_and_its_months_are_measured_again(acme):
    sell(acme, 50, date(2025, 6, 1))
    set_target(acme, 100, date(2025, 6, 1), date(2025, 6, 30))
    judge_night()
    set_target(acme, 200, date(2025, 6, 1), date(2025, 6, 30))

    judge_night()

    assert value(acme, "attainment", date(2025, 6, 1)) == (Decimal("0.25"), "")
    assert list(Target.objects.order_by("pk").values_list("amount", "known_until")) == [(100, NOON), (200, None)]
    assert TouchedKpi.objects.count() == 0


def test_a_target_taken_back_is_none(acme):
    sell(acme, 50)
    target = set_target(acme, 100, MARCH, date(2026, 3, 31))
    targets.take_back(target=target, at=NOON)

    judge_night()

    assert value(acme, "attainment") == (None, "no_target")


@pytest.mark.parametrize(
    ("received", "night_of", "expected"),
    [
        pytest.param(date(2026, 4, 5), date(2026, 4, 6), (1, ""), id="on the due day"),
        pytest.param(date(2026, 4, 6), date(2026, 4, 6), (0, ""), id="a day late"),
        pytest.param(None, date(2026, 4, 5), (0, ""), id="missing"),
        pytest.param(None, date(2026, 4, 4), (None, "not_due_yet"), id="not due yet"),
        pytest.param(date(2026, 3, 20), date(2026, 4, 4), (1, ""), id="early"),
    ],
)
def test_a_report_is_on_time_until_its_due_day(acme, received, night_of, expected):
    reports.set_due_day(partner=acme, due_day=5, since=date(2026, 1, 1), at=NOON)
    if received:
        at = datetime(received.year, received.month, received.day, 4, tzinfo=UTC)
        make_lines(partner=acme, kind="sell_out", booked_on=date(2026, 3, 16), at=at)

    judge_night(night_of)

    assert value(acme, "punctuality") == expected


def test_a_second_night_writes_nothing_and_a_new_line_only_its_own_months(acme, other_partner):
    for partner in (acme, other_partner):
        sell(partner, 100, date(2025, 1, 5))
        sell(partner, 100, date(2025, 12, 5))
    judge_night()
    before = dict(KpiValue.objects.values_list("pk", "version"))

    assert judge_night()["values"] == 0
    sell(acme, 7, date(2025, 1, 6))
    changed = judge_night()

    rows = KpiValue.objects.exclude(version=1).values_list("partner", "kpi", "month")
    assert set(before.values()) == {1}
    assert sorted(rows) == [(acme.pk, "growth", date(2026, 1, 1)), (acme.pk, "sales", date(2025, 1, 1))]
    assert changed["values"] == 2


def test_a_month_nobody_measured_is_made_up_for(acme):
    sell(acme, 100, date(2025, 12, 5))
    judge_night(date(2025, 12, 31))

    judge_night(date(2026, 3, 5))

    months = KpiValue.objects.filter(kpi="sales").order_by("month").values_list("month", flat=True)
    assert list(months) == [date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1), FEBRUARY, MARCH]


# Scores


SALES = ("sales", 60, 1, [("0", 0), ("1000", 100)])
GROWTH = ("growth", 40, 1, [("-0.5", 0), ("0.5", 100)])


def test_scores_grades_and_ranks_are_stored_by_month(acme, other_partner):
    make_card(SALES, GROWTH)
    for partner, amount in ((acme, 500), (other_partner, 900)):
        sell(partner, 500, date(2025, 3, 3))
        sell(partner, amount)

    judge_night()

    rows = Score.objects.filter(month=MARCH).order_by("partner")
    assert list(rows.values_list("partner", "score", "grade", "rank", "ranked")) == [
        (acme.pk, Decimal("50.00"), "B", 2, 2),
        (other_partner.pk, Decimal("94.00"), "A", 1, 2),
    ]


def test_a_partner_without_data_has_no_score_instead_of_a_hundred(acme):
    make_card(SALES, GROWTH)

    judge_night()

    row = Score.objects.get(month=MARCH)
    assert (row.score, row.grade, row.lacks, row.rank) == (None, "", "too_little_data", None)


def test_a_criterion_over_several_months_adds_them_up(acme):
    make_card(("sales", 1, 3, [("0", 0), ("1000", 100)]))
    for month in (1, 2, 3):
        sell(acme, 100, date(2026, month, 1))

    judge_night()

    assert Score.objects.get(month=MARCH).score == 30


def test_a_card_is_for_partners_of_its_type_on_the_last_day(acme, other_partner):
    kind = make_partner_type()
    PartnerTypeAssignment.objects.create(partner=acme, type=kind, valid_during=DateRange(date(2026, 3, 15), None))
    make_card(SALES, partner_type=kind)
    sell(acme, 100)
    sell(other_partner, 100)

    judge_night()

    assert list(Score.objects.values_list("partner", "month")) == [(acme.pk, MARCH)]


def test_new_terms_score_again_and_the_explanation_is_of_the_version_that_ruled(acme):
    card = make_card(SALES)
    sell(acme, 400)
    judge_night()
    terms = scorecards.terms(
        criteria=[("sales", Decimal(1), 1, "steps", [(Decimal(0), Decimal(10)), (Decimal(400), Decimal(90))])],
        grades=[("A", Decimal(95))],
    )
    scorecards.publish_version(scorecard=card, valid_from=MARCH, currency="CNY", terms=terms, at=NOON)

    judge_night()

    score = Score.objects.get(month=MARCH)
    explained = explaining.explain(score)
    assert (score.score, score.grade, explained.score) == (90, "", Decimal("90.00"))
    assert [step.code for step in explained.steps] == ["scored", "summed", "graded", "next_grade"]


def test_a_second_night_changes_no_score(acme):
    make_card(SALES)
    sell(acme, 400)
    judge_night()

    assert judge_night()["scores"] == 0
    assert set(Score.objects.values_list("version", flat=True)) <= {1, 2}  # stored, then ranked


def test_the_kind_of_a_targets_period_is_read_from_its_days():
    quarter = period_of(MARCH, "quarter")

    assert targets.kind_of(DateRange(quarter.starts_on, quarter.ends_before)) == "quarter"
    assert targets.kind_of(date_range(MARCH, date(2026, 3, 30))) == "other"
