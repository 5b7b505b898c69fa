"""Everything price answers ask of the database, for any number of carts in the same few queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from channelhub.lib import sql
from channelhub.lib.periods import month_of
from pricing.enums import TargetKind
from pricing.models.price_lists import TARGETS
from pricing.rules.price_questions import Break, PromotionOffer

CATALOGUE = 2_000  # from so many prices on, one join over all is faster than one look-up each
KNOWN = "{0}.known_from <= %(known_at)s AND ({0}.known_until IS NULL OR {0}.known_until > %(known_at)s)"
TARGET_KEY = "coalesce({0}." + "_id, {0}.".join(TARGETS) + "_id, 0)"
TARGET_ORDER = {kind.value: place for place, kind in enumerate(TargetKind)}

# Every target a partner belongs to on a day: itself, those above it, its tier, its types, its territories, everybody.
TARGET = """
    WITH asked AS (
        SELECT * FROM unnest(%(partners)s::bigint[], %(days)s::date[]) WITH ORDINALITY AS a (partner_id, day, pair)
    ), target AS (
        SELECT pair, day, 'partner' AS kind, partner_id AS key, 0 AS nearness FROM asked
        UNION ALL
        SELECT pair, day, 'subtree', n.ancestor_id, n.depth FROM asked
            JOIN partners_ancestry n USING (partner_id) WHERE n.valid_during @> day
        UNION ALL
        SELECT pair, day, 'tier', t.tier_id, 0 FROM asked
            JOIN partners_tierassignment t USING (partner_id) WHERE t.valid_during @> day
        UNION ALL
        SELECT pair, day, 'type', t.type_id, 0 FROM asked
            JOIN partners_partnertypeassignment t USING (partner_id) WHERE t.valid_during @> day
        UNION ALL
        SELECT pair, day, 'territory', above.id, -above.depth FROM asked
            JOIN partners_hometerritory h USING (partner_id) JOIN partners_territory home ON home.id = h.territory_id
            JOIN generate_series(1, 60) g ON g <= home.depth
            JOIN partners_territory above ON above.path = left(home.path, length(home.path) / home.depth * g)
            WHERE h.valid_during @> day
        UNION ALL
        SELECT pair, day, 'everybody', 0, 0 FROM asked
    )
"""
ASSIGNED = f"""
    {TARGET}
    SELECT DISTINCT ON (t.pair, t.kind, t.key, a.priority)
        t.pair, t.kind, t.nearness, a.priority, a.price_list_id, a.valid_from <= t.day,
        coalesce(partner.code, tier.code, type.code, territory.code, ''),
        min(a.valid_from) FILTER (WHERE a.valid_from > t.day) OVER (PARTITION BY t.pair)
    FROM target t
    JOIN pricing_priceassignment a ON a.target_kind = t.kind AND {TARGET_KEY.format("a")} = t.key
    LEFT JOIN partners_partner partner ON partner.id = a.partner_id
    LEFT JOIN partners_partnertier tier ON tier.id = a.tier_id
    LEFT JOIN partners_partnertype type ON type.id = a.type_id
    LEFT JOIN partners_territory territory ON territory.id = a.territory_id
    WHERE {KNOWN.format("a")}
    ORDER BY t.pair, t.kind, t.key, a.priority, a.valid_from <= t.day DESC, a.valid_from DESC
"""
AUDIENCE = f"""
    {TARGET}
    SELECT DISTINCT t.pair, a.promotion_id FROM target t
    JOIN pricing_promotionaudience a ON a.target_kind = t.kind AND {TARGET_KEY.format("a")} = t.key
    WHERE {KNOWN.format("a")}
"""
AUTHORISED = """
    SELECT a.pair, coalesce(p.line_path, '')
    FROM unnest(%(partners)s::bigint[], %(days)s::date[]) WITH ORDINALITY AS a (partner_id, day, pair)
    JOIN partners_authorisation p USING (partner_id) WHERE p.valid_during @> a.day
"""
LISTS = f"""
    WITH RECURSIVE reach AS (
        SELECT unnest(%(lists)s::bigint[]) AS id
        UNION
        SELECT f.base_id FROM reach r JOIN pricing_priceformula f ON f.price_list_id = r.id
        WHERE f.base_id IS NOT NULL AND {KNOWN.format("f")}
    )
    SELECT l.id, l.code, l.kind, l.currency, l.rounding, l.rounding_step, l.amount_step,
        f.valid_from, f.base_id, f.factor
    FROM reach JOIN pricing_pricelist l USING (id)
    LEFT JOIN pricing_priceformula f ON f.price_list_id = l.id AND {KNOWN.format("f")}
    ORDER BY l.id, f.valid_from
"""
ASKED_ROWS = (
    "unnest(%(lists)s::bigint[], %(products)s::bigint[], %(days)s::date[])"
    " WITH ORDINALITY AS q (price_list_id, product_id, day, no)"
)
ROW_COLUMNS = """r.min_quantity, r.unit_price, r.valid_from, r.valid_from <= q.day AS begun,
    min(r.valid_from) FILTER (WHERE r.valid_from > q.day) OVER (PARTITION BY q.no) AS changes_on"""
ROW_ORDER = "r.min_quantity, r.valid_from <= q.day DESC, r.valid_from DESC"
ROWS_OF_A_CART = f"""
    SELECT q.no, r.* FROM {ASKED_ROWS} CROSS JOIN LATERAL (
        SELECT DISTINCT ON (r.min_quantity) {ROW_COLUMNS} FROM pricing_pricerow r
        WHERE r.price_list_id = q.price_list_id AND r.product_id = q.product_id AND {KNOWN.format("r")}
        ORDER BY {ROW_ORDER}
    ) r
"""
ROWS_OF_A_CATALOGUE = f"""
    SELECT DISTINCT ON (q.no, r.min_quantity) q.no, {ROW_COLUMNS}
    FROM {ASKED_ROWS} JOIN pricing_pricerow r USING (price_list_id, product_id)
    WHERE {KNOWN.format("r")}
    ORDER BY q.no, {ROW_ORDER}
"""
TERMS = f"""
    SELECT t.promotion_id, p.code, t.effect, t.value, t.currency, t.line_discount, t.min_quantity, t.max_quantity,
        t.valid_through, t.valid_from
    FROM pricing_promotionterms t JOIN pricing_promotion p ON p.id = t.promotion_id
    WHERE t.promotion_id = ANY (%(promotions)s) AND {KNOWN.format("t")}
        AND t.valid_from <= %(last)s AND (t.valid_through IS NULL OR t.valid_through >= %(first)s)
    ORDER BY p.code
"""
ITEMS = f"""
    WITH asked AS (SELECT * FROM unnest(%(products)s::bigint[], %(paths)s::text[]) AS a (product_id, path)),
    item AS (
        SELECT i.promotion_id, i.product_id, l.path FROM pricing_promotionitem i
        LEFT JOIN partners_productline l ON l.id = i.product_line_id
        WHERE i.promotion_id = ANY (%(promotions)s) AND {KNOWN.format("i")}
    )
    SELECT i.promotion_id, a.product_id FROM item i JOIN asked a ON a.product_id = i.product_id
    UNION
    SELECT i.promotion_id, a.product_id FROM item i JOIN asked a ON starts_with(a.path, i.path)
    WHERE i.path IS NOT NULL
"""
RATES = f"""
    SELECT r.currency, r.to_currency, r.month, r.rate FROM pricing_exchangerate r
    WHERE r.currency = ANY (%(currencies)s) AND r.to_currency = ANY (%(currencies)s) AND {KNOWN.format("r")}
    ORDER BY r.month
"""
Pair = tuple[int, date]  # a partner on a day


@dataclass(frozen=True, slots=True)
class ProductFact:
    """What a price asks of a product."""

    id: int
    sku: str
    line_path: str


@dataclass(frozen=True, slots=True)
class Assigned:
    """A list that is asked for a partner on a day: for which target, how near, at which priority."""

    kind: str
    nearness: int
    priority: int
    price_list_id: int
    target: str


@dataclass(frozen=True, slots=True)
class ListFact:
    """A price list with its known formulas: (valid_from, base, factor), oldest first."""

    id: int
    code: str
    kind: str
    currency: str
    rounding: str
    rounding_step: Decimal | None
    amount_step: Decimal | None
    formulas: list[tuple[date, int | None, Decimal | None]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RowsFact:
    """What a list says about a product on a day, and the first later day on which that changes."""

    breaks: list[Break]
    changes_on: date | None


class PairFacts:
    """What holds for partners on days: lists in their order, promotions, authorised lines."""

    def __init__(self, pairs: Sequence[Pair], known_at: datetime) -> None:
        params = {"partners": [p for p, _ in pairs], "days": [d for _, d in pairs], "known_at": known_at}
        self.lists: dict[Pair, list[Assigned]] = defaultdict(list)
        self.next_assignment: dict[Pair, date] = {}
        for number, kind, nearness, priority, list_id, begun, target, changes_on in sql.fetch(ASSIGNED, params):
            pair = pairs[number - 1]
            if changes_on is not None:
                self.next_assignment[pair] = changes_on
            if begun and list_id is not None:
                self.lists[pair].append(Assigned(kind, nearness, priority, list_id, target))
        for found in self.lists.values():
            found.sort(key=order)
        self.promotions: dict[Pair, set[int]] = defaultdict(set)
        for number, promotion in sql.fetch(AUDIENCE, params):
            self.promotions[pairs[number - 1]].add(promotion)
        self.lines: dict[Pair, set[str]] = defaultdict(set)
        for number, path in sql.fetch(AUTHORISED, params):
            self.lines[pairs[number - 1]].add(path)

    def authorised(self, pair: Pair, line_path: str) -> bool:
        """Whether the partner may buy of the line on the day."""
        return any(line_path.startswith(path) for path in self.lines.get(pair, ()))


def order(assigned: Assigned) -> tuple[int, int, int]:
    """The order in which lists are asked; a person can recite it.

    The partner's own, the nearest partner's above it, its tier's, its types' (by priority alone), its territory's (the
    smallest first), everybody's; within one of these by priority.
    """
    return TARGET_ORDER[assigned.kind], assigned.nearness, assigned.priority


def products_by_sku(skus: Iterable[str]) -> dict[str, ProductFact]:
    """The products of these codes."""
    rows = sql.fetch(
        "SELECT p.id, p.sku, l.path FROM partners_product p JOIN partners_productline l ON l.id = p.line_id"
        " WHERE p.sku = ANY (%(skus)s)",
        {"skus": sorted(set(skus))},
    )
    return {row[1]: ProductFact(*row) for row in rows}


def lists_with_bases(ids: Iterable[int], known_at: datetime) -> dict[int, ListFact]:
    """These lists and all they are computed from."""
    found: dict[int, ListFact] = {}
    for row in sql.fetch(LISTS, {"lists": sorted(set(ids)), "known_at": known_at}):
        fact = found.setdefault(row[0], ListFact(*row[:7]))
        if row[7] is not None:
            fact.formulas.append(row[7:])
    return found


def price_rows(asked: Sequence[tuple[int, int, date]], known_at: datetime) -> dict[tuple[int, int, date], RowsFact]:
    """The rows in force per list, product and day; one statement for a cart and for a whole catalogue."""
    params = {
        "lists": [row[0] for row in asked],
        "products": [row[1] for row in asked],
        "days": [row[2] for row in asked],
        "known_at": known_at,
    }
    found: dict[tuple[int, int, date], RowsFact] = {}
    query = ROWS_OF_A_CART if len(asked) < CATALOGUE else ROWS_OF_A_CATALOGUE
    for number, min_quantity, unit_price, valid_from, begun, changes_on in sql.fetch(query, params):
        key = asked[number - 1]
        rows = found.get(key)
        if rows is None:
            rows = found[key] = RowsFact([], changes_on)
        if begun:
            rows.breaks.append(Break(min_quantity, unit_price, valid_from))
    return found


class PromotionFacts:
    """The promotions that run on these days for these products."""

    def __init__(
        self, promotions: Iterable[int], products: Iterable[ProductFact], days: Iterable[date], known_at: datetime
    ) -> None:
        products, days = list(products), list(days)
        params: dict[str, Any] = {
            "promotions": sorted(set(promotions)),
            "products": [product.id for product in products],
            "paths": [product.line_path for product in products],
            "first": min(days),
            "last": max(days),
            "known_at": known_at,
        }
        self._terms = sql.fetch(TERMS, params)
        self._of_product: dict[int, set[int]] = defaultdict(set)
        for promotion, product in sql.fetch(ITEMS, params):
            self._of_product[product].add(promotion)
        self._found: dict[tuple[date, frozenset[int]], list[PromotionOffer]] = {}

    def running(self, day: date, product_id: int, audience: frozenset[int]) -> list[PromotionOffer]:
        """Those of the audience's that run on the day for the product, by code."""
        wanted = frozenset(self._of_product.get(product_id, ())) & audience
        key = (day, wanted)
        if key not in self._found:
            self._found[key] = [
                PromotionOffer(*row[1:9])
                for row in self._terms
                if row[0] in wanted and row[9] <= day and (row[8] is None or day <= row[8])
            ]
        return self._found[key]


class RateFacts:
    """Exchange rates as they were known; one holds from its month until a later month has its own."""

    def __init__(self, currencies: Iterable[str], known_at: datetime) -> None:
        wanted = sorted(set(currencies))
        self._rates: Mapping[tuple[str, str], list[tuple[date, Decimal]]] = defaultdict(list)
        if len(wanted) > 1:
            for currency, into, month, rate in sql.fetch(RATES, {"currencies": wanted, "known_at": known_at}):
                self._rates[currency, into].append((month, rate))

    def rate(self, currency: str, into: str, day: date) -> Decimal | None:
        """What one unit of ``currency`` is on the day; None: nobody said."""
        if currency == into:
            return Decimal(1)
        rates = [rate for month, rate in self._rates.get((currency, into), ()) if month <= month_of(day)]
        return rates[-1] if rates else None
