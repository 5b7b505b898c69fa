"""How far targets are reached at this moment: whole months from the rollups, what is left over from the ledger."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from channelhub.lib import sql
from channelhub.lib.periods import Period
from performance.models import Target
from performance.rules import targets as rule
from performance.rules.kpis import KINDS, REGISTRY
from performance.rules.targets import Attainment

# The whole months inside a period are [first, rest); before and after them days are added up one by one. Of a product
# line of a partner there is no rollup: all its days are.
SPANS = """
    SELECT t.id, t.partner_id, t.territory_id, t.currency, lower(t.valid_during) AS since,
        upper(t.valid_during) AS until, p.path AS place, l.path AS line,
        CASE t.kpi WHEN 'sell_out' THEN %(sell_out)s::smallint[] ELSE %(sales)s::smallint[] END AS kinds,
        m.first, m.rest
    FROM performance_target t
    LEFT JOIN partners_territory p ON p.id = t.territory_id LEFT JOIN partners_productline l ON l.id = t.product_line_id
    CROSS JOIN LATERAL (SELECT date_trunc('month', lower(t.valid_during) + interval '1 month - 1 day')::date AS first,
        date_trunc('month', upper(t.valid_during)::timestamp)::date AS rest,
        t.partner_id IS NOT NULL AND t.product_line_id IS NOT NULL AS by_day) w
    CROSS JOIN LATERAL (SELECT
        CASE WHEN w.by_day OR w.rest <= w.first THEN upper(t.valid_during) ELSE w.first END AS first,
        CASE WHEN w.by_day OR w.rest <= w.first THEN upper(t.valid_during) ELSE w.rest END AS rest) m
    WHERE t.id = ANY (%(ids)s::bigint[])
"""
IN_DAYS = "((l.booked_on >= s.since AND l.booked_on < s.first) OR (l.booked_on >= s.rest AND l.booked_on < s.until))"
OF_PARTNERS = f"""
    SELECT s.id,
        coalesce((SELECT sum(m.amount) FROM pricing_salesmonth m WHERE m.partner_id = s.partner_id
            AND m.month >= s.first AND m.month < s.rest AND m.kind = ANY (s.kinds) AND m.currency = s.currency), 0)
        + coalesce((SELECT sum(l.net_amount) FROM pricing_salesline l
            JOIN partners_productline g ON g.id = l.product_line_id
            WHERE l.partner_id = s.partner_id AND l.booked_on >= s.since AND l.booked_on < s.until AND {IN_DAYS}
                AND l.kind = ANY (s.kinds) AND l.currency = s.currency
                AND (s.line IS NULL OR starts_with(g.path, s.line))), 0)
    FROM ({SPANS}) s WHERE s.partner_id IS NOT NULL
"""
# The ledger is indexed by partner and day: the partners that sold in the months of the left-over days are asked.
OF_TERRITORIES = f"""
    SELECT s.id,
        coalesce((SELECT sum(m.amount) FROM pricing_salesmonthline m
            JOIN partners_territory p ON p.id = m.home_territory_id
            JOIN partners_productline g ON g.id = m.product_line_id
            WHERE m.month >= s.first AND m.month < s.rest AND m.kind = ANY (s.kinds) AND m.currency = s.currency
                AND starts_with(p.path, s.place) AND (s.line IS NULL OR starts_with(g.path, s.line))), 0)
        + coalesce((SELECT sum(l.net_amount)
            FROM (SELECT DISTINCT m.partner_id FROM pricing_salesmonth m WHERE m.kind = ANY (s.kinds)
                AND m.currency = s.currency AND m.month IN (date_trunc('month', s.since::timestamp)::date,
                    date_trunc('month', s.until - interval '1 day')::date)) seller
            JOIN pricing_salesline l ON l.partner_id = seller.partner_id
            JOIN partners_territory p ON p.id = l.home_territory_id
            JOIN partners_productline g ON g.id = l.product_line_id
            WHERE {IN_DAYS} AND l.kind = ANY (s.kinds) AND l.currency = s.currency
                AND starts_with(p.path, s.place) AND (s.line IS NULL OR starts_with(g.path, s.line))), 0)
    FROM ({SPANS}) s WHERE s.territory_id IS NOT NULL AND NOT (s.since = s.first AND s.rest = s.until)
    UNION ALL
    SELECT s.id, coalesce((SELECT sum(m.amount) FROM pricing_salesmonthline m
            JOIN partners_territory p ON p.id = m.home_territory_id
            JOIN partners_productline g ON g.id = m.product_line_id
            WHERE m.month >= s.first AND m.month < s.rest AND m.kind = ANY (s.kinds) AND m.currency = s.currency
                AND starts_with(p.path, s.place) AND (s.line IS NULL OR starts_with(g.path, s.line))), 0)
    FROM ({SPANS}) s WHERE s.territory_id IS NOT NULL AND s.since = s.first AND s.rest = s.until
"""


@dataclass(frozen=True)
class Progress:
    """A target with how far it is reached."""

    target: Target
    attainment: Attainment

    @property
    def percent(self) -> int:
        """For a bar: whole percent, from 0 to 100."""
        return int(min(max(self.attainment.share * 100, Decimal(0)), Decimal(100)))


def actuals(target_ids: Iterable[int]) -> dict[int, Decimal]:
    """What counts for each target so far, in its currency."""
    ids = list(target_ids)
    if not ids:
        return {}
    params = {"ids": ids, "sales": _kinds("sales"), "sell_out": _kinds("sell_out")}
    return dict(sql.fetch(OF_PARTNERS, params) + sql.fetch(OF_TERRITORIES, params))


def progress(targets: Sequence[Target], *, today: date) -> list[Progress]:
    """How far each of the targets is reached, in their order; those taken back are left out."""
    known = [target for target in targets if target.amount is not None]
    reached = actuals(target.pk for target in known)
    return [
        Progress(
            target,
            rule.attainment(
                target=target.amount,
                actual=reached[target.pk],
                period=Period(target.valid_during.lower, target.valid_during.upper),
                today=today,
            ),
        )
        for target in known
        if target.amount is not None
    ]


def _kinds(kpi: str) -> list[int]:
    return list(KINDS[REGISTRY[kpi].source])
