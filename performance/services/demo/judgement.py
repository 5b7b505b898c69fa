"""The demo's duties, targets, scorecard and tiers."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from channelhub.lib import sql
from channelhub.lib.periods import DateRange, add_months
from partners.models import Partner, PartnerType
from performance.enums import CurveShape, KpiCode
from performance.models import ReportDuty
from performance.services import scorecards, touched
from performance.services.demo import tiers

DUE_DAY = 8
GROWTH_WANTED = Decimal("1.12")
# Every quarter of the second year, and the one that runs: last year's purchases and an eighth more, in whole thousands.
TARGETS = """
    INSERT INTO performance_target (partner_id, kpi, period, valid_during, currency, amount, weight, known_from)
    SELECT partner_id, 'sales', 'quarter',
        daterange((begun + interval '1 year')::date, (begun + interval '1 year 3 months')::date), currency,
        ceil(bought * %(growth)s / 1000) * 1000, 1, %(at)s
    FROM (
        SELECT partner_id, currency, date_trunc('quarter', booked_on::timestamp) AS begun, sum(net_amount) AS bought
        FROM pricing_salesline WHERE kind = 1 AND booked_on >= %(first)s AND booked_on < %(until)s
        GROUP BY partner_id, currency, begun
    ) quarter WHERE bought > 0
    ORDER BY partner_id, begun
"""
# KPI, weight, months, curve from value to points.
CRITERIA = (
    (KpiCode.ATTAINMENT, "40", 3, ((".6", 0), ("1", 80), ("1.2", 100))),
    (KpiCode.GROWTH, "30", 3, (("-.2", 0), ("0", 50), (".2", 100))),
    (KpiCode.PUNCTUALITY, "20", 6, ((".5", 0), ("1", 100))),
    (KpiCode.CONFLICTS, "10", 6, (("0", 100), ("5", 0))),
)
GRADES = (("A", 85), ("B", 70), ("C", 50), ("D", 0))
# Resellers of projects are measured by growth rather than by attainment.
RESELLER = (
    (KpiCode.GROWTH, "50", 6, (("-.2", 0), ("0", 50), (".2", 100))),
    (KpiCode.ATTAINMENT, "30", 3, ((".6", 0), ("1", 80), ("1.2", 100))),
    (KpiCode.PUNCTUALITY, "20", 6, ((".5", 0), ("1", 100))),
)


def make_judgement(*, partners: Iterable[Partner], first: date, today: date, at: datetime) -> None:
    """By when everybody reports, how much is wanted of whom, and by what all are scored."""
    ReportDuty.objects.bulk_create(
        (ReportDuty(partner=partner, due_day=DUE_DAY, valid_during=DateRange(first, None)) for partner in partners),
        batch_size=1000,
    )
    quarter = add_months(date(today.year, (today.month - 1) // 3 * 3 + 1, 1), -9)
    until = min(quarter, add_months(first, 12))
    full = add_months(date(first.year, (first.month - 1) // 3 * 3 + 1, 1), 3 if (first.month - 1) % 3 else 0)
    sql.run(TARGETS, {"growth": GROWTH_WANTED, "at": at, "first": full, "until": until})
    _score("all", ("渠道评分", "Channel score"), CRITERIA, None, first, at)
    reseller = PartnerType.objects.get(code="value_added_reseller")
    _score("resellers", ("增值经销商评分", "Reseller score"), RESELLER, reseller, first, at)
    touched.touch_everybody(since=first, until=today)
    tiers.make_tiers(first=first, today=today, at=at)


def _score(
    code: str,
    names: tuple[str, str],
    criteria: Iterable[tuple[str, str, int, Iterable[tuple[str, int]]]],
    kind: PartnerType | None,
    first: date,
    at: datetime,
) -> None:
    name, name_en = names
    card = scorecards.create_scorecard(code=code, name=name, name_en=name_en, partner_type=kind)
    terms = scorecards.terms(
        criteria=[
            (kpi, Decimal(weight), months, CurveShape.LINEAR, [(Decimal(x), Decimal(y)) for x, y in points])
            for kpi, weight, months, points in criteria
        ],
        grades=[(letter, Decimal(start)) for letter, start in GRADES],
    )
    scorecards.publish_version(scorecard=card, valid_from=first, currency="CNY", terms=terms, at=at)
