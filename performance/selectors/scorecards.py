"""Scorecards as the rule reads them, and what a partner's criteria are measured at."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from channelhub.lib.periods import add_months
from performance.enums import Lack
from performance.models import KpiValue, Score, ScorecardVersion
from performance.rules import kpis, scorecards
from performance.rules.kpis import Figure
from performance.rules.scorecards import Criterion, Curve, Explained, Grade, Measured, Terms

Figures = dict[tuple[int, str, date], dict[str, Figure]]


@dataclass(frozen=True)
class Card:
    """A version with its terms as the rule reads them."""

    version: ScorecardVersion
    terms: Terms


def card_of(version: ScorecardVersion) -> Card:
    """The terms of a version."""
    criteria = sorted(version.criteria.all(), key=lambda criterion: criterion.position)
    return Card(
        version,
        Terms(
            tuple(
                Criterion(
                    criterion.kpi,
                    criterion.weight,
                    Curve(criterion.shape, tuple((Decimal(x), Decimal(y)) for x, y in criterion.points)),
                    criterion.months,
                )
                for criterion in criteria
            ),
            tuple(Grade(letter, Decimal(starts_at)) for letter, starts_at in version.grades),
            Decimal(version.min_coverage),
        ),
    )


def cards_known() -> dict[int, list[Card]]:
    """By scorecard, the versions known now, the latest first."""
    versions = ScorecardVersion.objects.filter(known_until__isnull=True).select_related("scorecard")
    found: dict[int, list[Card]] = defaultdict(list)
    for version in versions.prefetch_related("criteria").order_by("scorecard__code", "-valid_from"):
        found[version.scorecard_id].append(card_of(version))
    return found


def in_force(cards: Iterable[Card], month: date) -> Card | None:
    """The version that rules a month."""
    return next((card for card in cards if card.version.valid_from <= month), None)


def figures_of(*, partner_ids: Iterable[int], first: date, last: date) -> Figures:
    """The stored facts by partner, KPI and month, and by currency ("": not money, or no data)."""
    rows = KpiValue.objects.filter(partner_id__in=list(partner_ids), month__gte=first, month__lte=last)
    found: Figures = defaultdict(dict)
    columns = ("partner_id", "kpi", "month", "currency", "amount", "base", "lacks")
    for partner, kpi, month, currency, amount, base, lacks in rows.order_by().values_list(*columns):
        found[partner, kpi, month][currency] = Figure(amount, base, lacks)
    return found


def measured(figures: Figures, partner_id: int, card: Card, month: date) -> list[Measured]:
    """What the criteria of a card are scored on, in their order."""
    return [
        _measured(figures, partner_id, criterion, card.version.currency, month) for criterion in card.terms.criteria
    ]


def _measured(figures: Figures, partner_id: int, criterion: Criterion, currency: str, month: date) -> Measured:
    months = [add_months(month, -back) for back in reversed(range(criterion.months))]
    found = [_figure(figures.get((partner_id, criterion.kpi, each), {}), currency) for each in months]
    reading = kpis.read(kpis.REGISTRY[criterion.kpi], found)
    return Measured(reading.value, reading.lacks)


def _figure(by_currency: dict[str, Figure], currency: str) -> Figure:
    """The figure in the card's currency, else the one without currency."""
    found = by_currency.get(currency) or by_currency.get("")
    if found is not None:
        return found
    return Figure(None, lacks=Lack.OTHER_CURRENCY.value if by_currency else Lack.NOT_MEASURED.value)


def explain(score: Score) -> Explained:
    """Why a partner has this score, from the KPI values as they are stored now and the version that ruled it."""
    version = ScorecardVersion.objects.prefetch_related("criteria").get(pk=score.scorecard_version_id)
    card = card_of(version)
    first = add_months(score.month, 1 - max(criterion.months for criterion in card.terms.criteria))
    figures = figures_of(partner_ids=[score.partner_id], first=first, last=score.month)
    return scorecards.explain(card.terms, measured(figures, score.partner_id, card, score.month))
