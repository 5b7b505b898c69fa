"""Everything price answers ask of the database, for any number of carts in the same few queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
    asked AS MATERIALIZED (
        SELECT * FROM unnest(%(partners)s::bigint[], %(days)s::date[]) WITH ORDINALITY AS a (partner_id, day, pair)
    ), target AS MATERIALIZED (
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
LABEL = """
    CASE t.kind WHEN 'tier' THEN (SELECT code FROM partners_partnertier WHERE id = t.key)
        WHEN 'type' THEN (SELECT code FROM partners_partnertype WHERE id = t.key)
        WHEN 'territory' THEN (SELECT code FROM partners_territory WHERE id = t.key)
        WHEN 'everybody' THEN '' ELSE (SELECT code FROM partners_partner WHERE id = t.key) END"""
# How much is left, as known then: in pieces; of money or uses all or nothing.
LEFT = """(
        SELECT CASE WHEN u.measure = 'quantity' OR u.cap <= e.used THEN greatest(u.cap - e.used, 0) END
        FROM pricing_usagelimit u CROSS JOIN LATERAL (
            SELECT coalesce(sum(e.quantity), 0) AS used FROM pricing_usageentry e
            WHERE e.limit_id = u.id AND e.at <= %(known_at)s
        ) e WHERE u.{0}_id = s.{0}_id
    )"""
# What holds for partners on days, in one statement, because making a plan for it costs more than running it: assigned
# lists (also those that start later), authorised lines, promotions with their terms.
HOLDS = f"""
    WITH {TARGET}
    SELECT 'list', t.pair, a.price_list_id, t.kind, t.nearness, a.priority, a.valid_from, t.key, {{label}},
        NULL::numeric, NULL, NULL::numeric, NULL::numeric, NULL::numeric, NULL::date, NULL::numeric, NULL::bigint,
        NULL, NULL, NULL
    FROM target t JOIN pricing_priceassignment a ON a.target_kind = t.kind AND {TARGET_KEY.format("a")} = t.key
    WHERE {KNOWN.format("a")}
    UNION ALL
    SELECT 'line', a.pair, NULL, NULL, NULL, NULL, NULL, NULL, coalesce(p.line_path, ''), NULL, NULL, NULL, NULL, NULL,
        NULL, NULL, NULL, NULL, NULL, NULL
    FROM asked a JOIN partners_authorisation p USING (partner_id) WHERE p.valid_during @> a.day
    UNION ALL
    SELECT 'promotion', f.pair, f.promotion_id, s.effect, NULL, NULL, NULL, NULL, p.code, s.value, s.currency,
        s.line_discount, s.min_quantity, s.max_quantity, s.valid_through, {LEFT.format("promotion")}, NULL, NULL, NULL,
        NULL
    FROM (
        SELECT DISTINCT t.pair, t.day, a.promotion_id FROM target t
        JOIN pricing_promotionaudience a ON a.target_kind = t.kind AND {TARGET_KEY.format("a")} = t.key
        WHERE {KNOWN.format("a")}
    ) f JOIN pricing_promotionterms s USING (promotion_id) JOIN pricing_promotion p ON p.id = f.promotion_id
    WHERE {KNOWN.format("s")} AND s.valid_from <= f.day AND (s.valid_through IS NULL OR s.valid_through >= f.day)
    UNION ALL
    SELECT 'agreement', a.pair, -s.id, s.effect, NULL, NULL, NULL, NULL, f.code, s.value, s.currency, 0, s.min_quantity,
        NULL, s.valid_through, {LEFT.format("agreement")}, s.product_id, l.path, f.customer, f.project
    FROM asked a JOIN partners_ancestry n USING (partner_id)
    JOIN pricing_agreement f ON f.partner_id = n.ancestor_id AND (n.depth = 0 OR f.with_subtree)
    JOIN pricing_agreementline s ON s.agreement_id = f.id LEFT JOIN partners_productline l ON l.id = s.product_line_id
    WHERE n.valid_during @> a.day AND {KNOWN.format("s")} AND s.valid_from <= a.day
        AND (s.valid_through IS NULL OR s.valid_through >= a.day)
"""
LISTS = f"""
    WITH RECURSIVE reach AS (
        SELECT unnest(%(lists)s::bigint[]) AS id
        UNION
        SELECT f.base_id FROM reach r JOIN pricing_priceformula f ON f.price_list_id = r.id
        WHERE f.base_id IS NOT NULL AND {KNOWN.format("f")}
    )
    SELECT l.id, l.code, l.kind, l.break_mode, l.currency, l.rounding, l.rounding_step, l.amount_step,
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
    break_mode: str
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


@dataclass(frozen=True, slots=True)
class AgreedFact:
    """A line of an agreement: what it offers, for which product or line, for which end customer and project."""

    offer: PromotionOffer
    product_id: int | None
    line_path: str | None
    customer: str
    project: str

    def names(self, product: ProductFact) -> bool:
        """Whether it is for the product."""
        return product.id == self.product_id or (
            self.line_path is not None and product.line_path.startswith(self.line_path)
        )


class PairFacts:
    """What holds for partners on days: lists in their order, promotions by code, agreements, authorised lines.

    ``labelled``: the lists also say for which tier, territory or partner they are asked.
    """

    def __init__(self, pairs: Sequence[Pair], known_at: datetime, *, labelled: bool = True) -> None:
        self.pairs = pairs
        self.lists: dict[Pair, list[Assigned]] = defaultdict(list)
        self.next_assignment: dict[Pair, date] = {}
        self.promotions: dict[Pair, dict[int, PromotionOffer]] = defaultdict(dict)
        self.agreements: dict[Pair, dict[int, AgreedFact]] = defaultdict(dict)
        self.lines: dict[Pair, set[str]] = defaultdict(set)
        params = {"partners": [p for p, _ in pairs], "days": [d for _, d in pairs], "known_at": known_at}
        begun: dict[tuple[Pair, str, int, int], tuple[date, Assigned]] = {}
        for what, number, key, *row in sql.fetch(HOLDS.format(label=LABEL if labelled else "''"), params):
            pair = pairs[number - 1]
            if what == "list":
                self._assigned(pair, key, row, begun)
            else:
                self._other(what, pair, key, row)
        for (pair, *_), (_, assigned) in begun.items():
            if assigned.price_list_id is not None:
                self.lists[pair].append(assigned)
        for found in self.lists.values():
            found.sort(key=order)
        for pair, running in self.promotions.items():
            self.promotions[pair] = dict(sorted(running.items(), key=lambda one: one[1].code))

    def _other(self, what: str, pair: Pair, key: int, row: Sequence[Any]) -> None:
        if what == "line":
            self.lines[pair].add(row[5])
        elif what == "promotion":
            self.promotions[pair][key] = PromotionOffer(row[5], row[0], *row[6:13])
        else:
            offer = replace(PromotionOffer(row[5], row[0], *row[6:13]), agreed=True)
            self.agreements[pair][key] = AgreedFact(offer, *row[13:])

    def _assigned(self, pair: Pair, key: int, row: Sequence[Any], begun: dict[Any, tuple[date, Assigned]]) -> None:
        """Of a target's rows with one priority the last that has begun; the earliest later day of all."""
        kind, nearness, priority, valid_from, target_key, label = row[:6]
        if valid_from > pair[1]:
            self.next_assignment[pair] = min(valid_from, self.next_assignment.get(pair, valid_from))
            return
        of = (pair, kind, target_key, priority)
        if of not in begun or begun[of][0] < valid_from:
            begun[of] = (valid_from, Assigned(kind, nearness, priority, key, label))

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
        fact = found.setdefault(row[0], ListFact(*row[:8]))
        if row[8] is not None:
            fact.formulas.append(row[8:])
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
    """Which of these promotions name a product."""

    def __init__(self, promotions: Iterable[int], products: Iterable[ProductFact], known_at: datetime) -> None:
        products = list(products)
        params: dict[str, Any] = {
            "promotions": sorted(set(promotions)),
            "products": [product.id for product in products],
            "paths": [product.line_path for product in products],
            "known_at": known_at,
        }
        self._of_product: dict[int, set[int]] = defaultdict(set)
        for promotion, product in sql.fetch(ITEMS, params):
            self._of_product[product].add(promotion)

    def running(self, promotions: Mapping[int, PromotionOffer], product_id: int) -> list[PromotionOffer]:
        """Those that name the product, in their order."""
        named = self._of_product.get(product_id)
        return [offer for key, offer in promotions.items() if key in named] if named else []


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
