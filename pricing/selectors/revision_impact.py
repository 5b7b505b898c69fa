"""What new prices would have changed of the last quarter's sales, by tier, in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from channelhub.lib import sql
from channelhub.lib.periods import Period, add_months, period_of
from pricing.enums import SalesKind
from pricing.models import PriceList, PriceRevision
from pricing.selectors.price_facts import TARGET
from pricing.selectors.price_revisions import CHANGED, OFFERED, ROOTS, asked, every_partner

# What the maker sold to the partners who are asked this list first for the product, at the break of the line.
IMPACT = f"""
    WITH RECURSIVE {ROOTS}, {TARGET}, {OFFERED}, band AS MATERIALIZED (
        SELECT w.product_id, w.min_quantity, w.old_price, w.new_price,
            lead(w.min_quantity) OVER (PARTITION BY w.product_id ORDER BY w.min_quantity) AS until,
            row_number() OVER (PARTITION BY w.product_id ORDER BY w.min_quantity) AS place,
            bool_or({CHANGED}) OVER (PARTITION BY w.product_id) AS moves
        FROM pricing_pricerevisionrow w WHERE w.revision_id = %(revision)s
    ), sold AS MATERIALIZED (
        SELECT s.partner_id, s.product_id, b.min_quantity, b.old_price, b.new_price, sum(s.quantity) AS quantity
        FROM pricing_salesline s JOIN band b ON b.product_id = s.product_id AND b.moves
            AND (abs(s.quantity) >= b.min_quantity OR b.place = 1)
            AND (b.until IS NULL OR abs(s.quantity) < b.until)
        WHERE s.kind = %(kind)s AND s.booked_on >= %(first)s AND s.booked_on < %(ends)s
            AND s.partner_id IN (SELECT partner_id FROM offered WHERE root_id = %(list)s)
        GROUP BY 1, 2, 3, 4, 5
    ), priced AS MATERIALIZED (
        SELECT s.*, o.factor FROM sold s CROSS JOIN LATERAL (
            SELECT o.root_id, o.factor FROM offered o WHERE o.partner_id = s.partner_id AND (
                o.root_id = %(list)s OR EXISTS (
                    SELECT FROM pricing_pricerow r WHERE r.price_list_id = o.root_id AND r.product_id = s.product_id
                        AND r.valid_from <= %(day)s AND r.known_until IS NULL AND r.unit_price IS NOT NULL
                )
            ) ORDER BY o.place LIMIT 1
        ) o WHERE o.root_id = %(list)s
    )
    SELECT coalesce(t.code, ''), coalesce(t.name, ''), coalesce(t.name_en, ''), count(DISTINCT s.partner_id),
        sum(s.quantity), sum(s.quantity * coalesce(s.old_price, 0) * s.factor),
        sum(s.quantity * coalesce(s.new_price, s.old_price, 0) * s.factor),
        sum(s.quantity * c.unit_price),
        sum(s.quantity * s.old_price * s.factor) FILTER (WHERE c.unit_price IS NOT NULL),
        sum(s.quantity * coalesce(s.new_price, s.old_price) * s.factor) FILTER (WHERE c.unit_price IS NOT NULL)
    FROM priced s
    LEFT JOIN partners_tierassignment a ON a.partner_id = s.partner_id AND a.valid_during @> %(day)s::date
    LEFT JOIN partners_partnertier t ON t.id = a.tier_id
    LEFT JOIN LATERAL (
        SELECT r.unit_price FROM pricing_pricerow r
        WHERE r.price_list_id = %(costs)s AND r.product_id = s.product_id AND r.valid_from <= %(day)s
            AND r.known_until IS NULL AND r.min_quantity <= 1
        ORDER BY r.min_quantity DESC, r.valid_from DESC LIMIT 1
    ) c ON true
    GROUP BY t.rank, 1, 2, 3 ORDER BY t.rank NULLS LAST, 1
"""


@dataclass(frozen=True)
class TierImpact:
    """One tier's quarter at old and at new prices, in the list's currency; costs where the cost list knows them."""

    code: str
    name: str
    name_en: str
    partners: int
    quantity: Decimal
    before: Decimal
    after: Decimal
    costs: Decimal | None
    before_costed: Decimal | None
    after_costed: Decimal | None

    @property
    def change(self) -> Decimal:
        return self.after - self.before

    @property
    def margin_before(self) -> Decimal | None:
        """The share of the turnover that is left over costs; None: no cost is known."""
        return _share(self.before_costed, self.costs)

    @property
    def margin_after(self) -> Decimal | None:
        """The same at the new prices."""
        return _share(self.after_costed, self.costs)


def _share(turnover: Decimal | None, costs: Decimal | None) -> Decimal | None:
    return None if costs is None or not turnover else (turnover - costs) / turnover


def last_quarter(today: date) -> Period:
    """The quarter before the one that a day is in."""
    return period_of(add_months(period_of(today, "quarter").starts_on, -1), "quarter")


def impact(revision: PriceRevision, *, quarter: Period, costs: PriceList | None = None) -> Sequence[TierImpact]:
    """The quarter's sell-in at old and new prices, by tier on the revision's day; no other price than the list's moves.

    Each line at the break its quantity reaches, each partner's formula applied; lines for which the partner is asked
    another list first are left out, agreements and promotions too.
    """
    params: dict[str, Any] = asked(revision, every_partner()) | {
        "kind": SalesKind.SELL_IN,
        "first": quarter.starts_on,
        "ends": quarter.ends_before,
        "costs": costs.pk if costs else None,
    }
    return [TierImpact(*row) for row in sql.fetch(IMPACT, params)]


def total_impact(revision: PriceRevision, *, quarter: Period) -> Decimal:
    """By how much the quarter's sell-in would have been dearer; negative: cheaper."""
    return sum((tier.change for tier in impact(revision, quarter=quarter)), Decimal(0))
