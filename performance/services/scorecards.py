"""Scorecards: made once, given terms by versions that are recorded, never edited."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from channelhub.lib.periods import business_day, month_of
from partners.models import PartnerType
from performance.errors import ScorecardMeansNothing
from performance.models import Scorecard, ScorecardCriterion, ScorecardVersion
from performance.rules.scorecards import Criterion, Curve, Grade, Terms
from performance.services import touched


@transaction.atomic
def create_scorecard(*, code: str, name: str, name_en: str = "", partner_type: PartnerType | None = None) -> Scorecard:
    """Make a scorecard for partners of a type (None: for all); it scores nobody before it has terms."""
    card = Scorecard.objects.create(code=code, name=name, name_en=name_en, partner_type=partner_type)
    card.refresh_from_db()
    return card


@transaction.atomic
def publish_version(
    *, scorecard: Scorecard, valid_from: date, currency: str, terms: Terms, at: datetime
) -> ScorecardVersion:
    """Record terms from a month on; a version known for the same month is superseded, never edited.

    Every partner is scored again from that month on by the next night.
    """
    Scorecard.objects.select_for_update().get(pk=scorecard.pk)
    month = month_of(valid_from)
    scorecard.versions.filter(valid_from=month, known_until__isnull=True).update(known_until=at)
    version = ScorecardVersion.objects.create(
        scorecard=scorecard,
        valid_from=month,
        currency=currency,
        grades=[[grade.letter, str(grade.starts_at)] for grade in terms.grades],
        min_coverage=terms.min_coverage,
        known_from=at,
    )
    ScorecardCriterion.objects.bulk_create(
        ScorecardCriterion(
            scorecard_version=version,
            position=position,
            kpi=criterion.kpi,
            weight=criterion.weight,
            months=criterion.months,
            shape=criterion.curve.shape,
            points=[[str(x), str(y)] for x, y in criterion.curve.points],
        )
        for position, criterion in enumerate(terms.criteria, start=1)
    )
    touched.touch_everybody(since=month, until=business_day(at))
    return version


def terms(
    *,
    criteria: Sequence[tuple[str, Decimal, int, str, Sequence[tuple[Decimal, Decimal]]]],
    grades: Sequence[tuple[str, Decimal]],
    min_coverage: Decimal = Decimal("0.5"),
) -> Terms:
    """Terms from plain values (KPI, weight, months, shape, points); what means nothing is refused, not a crash."""
    try:
        return Terms(
            tuple(
                Criterion(kpi, weight, Curve(shape, tuple(points)), months)
                for kpi, weight, months, shape, points in criteria
            ),
            tuple(Grade(letter, starts_at) for letter, starts_at in grades),
            min_coverage,
        )
    except ValueError as error:
        raise ScorecardMeansNothing from error
