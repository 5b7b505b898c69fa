"""Scores by partner, scorecard and month: the pure rule over stored KPI values, then ranks over everybody."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from channelhub.lib import sql
from channelhub.lib.periods import add_months
from partners.models import PartnerTypeAssignment
from performance.enums import Lack
from performance.rules import scorecards as rule
from performance.selectors import scorecards
from performance.selectors.scorecards import Card

COLUMNS = ("partner_id", "scorecard_id", "scorecard_version_id", "month", "score", "grade", "coverage", "lacks")
SCORED = """
    SELECT 0::bigint AS partner_id, 0::bigint AS scorecard_id, 0::bigint AS scorecard_version_id, NULL::date AS month,
        NULL::numeric AS score, ''::text AS grade, 0::numeric AS coverage, ''::text AS lacks WHERE false
"""
# A KPI of one month counts in the scores of up to so many.
TODO = """
    SELECT DISTINCT partner_id, (month + make_interval(months => later))::date AS month
    FROM kpi_todo, generate_series(0, %(over)s - 1) later
    WHERE (month + make_interval(months => later))::date <= %(current)s
"""
STORE = f"""
    INSERT INTO performance_score AS s ({", ".join(COLUMNS)})
    SELECT {", ".join(COLUMNS)} FROM scored ORDER BY partner_id, scorecard_id, month
    ON CONFLICT (partner_id, scorecard_id, month) DO UPDATE SET scorecard_version_id = excluded.scorecard_version_id,
        score = excluded.score, grade = excluded.grade, coverage = excluded.coverage, lacks = excluded.lacks
    WHERE (s.scorecard_version_id, s.score, s.grade, s.coverage, s.lacks) IS DISTINCT FROM
        (excluded.scorecard_version_id, excluded.score, excluded.grade, excluded.coverage, excluded.lacks)
"""
DROP = """
    DELETE FROM performance_score s USING score_todo t WHERE s.partner_id = t.partner_id AND s.month = t.month
    AND NOT EXISTS (SELECT FROM scored n
        WHERE n.partner_id = s.partner_id AND n.scorecard_id = s.scorecard_id AND n.month = s.month)
"""
RANK = """
    UPDATE performance_score s SET rank = r.rank, ranked = r.ranked FROM (
        SELECT id, CASE WHEN score IS NOT NULL THEN rank() OVER by_score END AS rank,
            CASE WHEN score IS NOT NULL THEN count(score) OVER (PARTITION BY scorecard_id, month) END AS ranked
        FROM performance_score WINDOW by_score AS (PARTITION BY scorecard_id, month ORDER BY score DESC NULLS LAST)) r
    WHERE r.id = s.id AND (s.rank, s.ranked) IS DISTINCT FROM (r.rank, r.ranked)
"""


def score_todo(*, business_day: date) -> int:
    """Score the partners and months of ``kpi_todo`` and the months that read them; how many scores changed."""
    cards = scorecards.cards_known()
    criteria = [criterion for known in cards.values() for card in known for criterion in card.terms.criteria]
    over = max((criterion.months for criterion in criteria), default=1)
    current = business_day.replace(day=1)
    sql.temporary_table("score_todo", TODO, {"over": over, "current": current})
    sql.temporary_table("scored", SCORED)
    rows = list(_scored(cards, over, business_day))  # it asks the database, which COPY would hold
    sql.copy_rows("scored", COLUMNS, rows)
    sql.analyse("scored")
    return sql.run(DROP) + sql.run(STORE)


def rank(*, business_day: date) -> dict[str, int]:  # noqa: ARG001 - how the night calls a step
    """Rank everybody with a score, by scorecard and month; how many ranks changed. Safe to run alone and twice."""
    return {"ranks": sql.run(RANK)}


def _scored(cards: dict[int, list[Card]], over: int, day: date) -> Iterator[tuple[Any, ...]]:
    todo: dict[date, list[int]] = defaultdict(list)
    for partner, month in sql.fetch("SELECT partner_id, month FROM score_todo ORDER BY month, partner_id"):
        todo[month].append(partner)
    if not todo or not cards:
        return
    everybody = {partner for partners in todo.values() for partner in partners}
    types = _types(everybody)
    figures = scorecards.figures_of(partner_ids=everybody, first=add_months(min(todo), 1 - over), last=max(todo))
    for month, partners in todo.items():
        last = min(add_months(month, 1) - timedelta(days=1), day)
        for card in _ruling(cards, month):
            for partner in partners:
                if _is_for(card, types.get(partner, ()), last):
                    yield _row(
                        card,
                        partner,
                        month,
                        rule.explain(card.terms, scorecards.measured(figures, partner, card, month)),
                    )


def _ruling(cards: dict[int, list[Card]], month: date) -> list[Card]:
    found = (scorecards.in_force(known, month) for known in cards.values())
    return [card for card in found if card is not None]


def _types(partners: Iterable[int]) -> dict[int, list[tuple[int, Any]]]:
    rows = PartnerTypeAssignment.objects.filter(partner_id__in=list(partners))
    found: dict[int, list[tuple[int, Any]]] = defaultdict(list)
    for partner, kind, during in rows.order_by("pk").values_list("partner_id", "type_id", "valid_during"):
        found[partner].append((kind, during))
    return found


def _is_for(card: Card, types: Iterable[tuple[int, Any]], day: date) -> bool:
    wanted = card.version.scorecard.partner_type_id
    return wanted is None or any(kind == wanted and _holds(during, day) for kind, during in types)


def _holds(during: Any, day: date) -> bool:
    return (during.lower is None or during.lower <= day) and (during.upper is None or day < during.upper)


def _row(card: Card, partner: int, month: date, explained: rule.Explained) -> tuple[Any, ...]:
    lacks = Lack.TOO_LITTLE_DATA.value if explained.score is None else ""
    score: Decimal | None = explained.score
    version = card.version
    return (partner, version.scorecard_id, version.pk, month, score, explained.grade, explained.coverage, lacks)
