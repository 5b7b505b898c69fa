"""Net prices of many lines in one statement: the price rule written as SQL, for carts and for whole catalogues.

It says the same as ``pricing.rules.price_answer`` (a test with random lists holds them together) without the reasons.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from channelhub.lib import sql
from channelhub.lib.money import smallest_unit
from pricing.rules.price_questions import ListOffer, PromotionOffer

KNOWN = "{0}.known_from <= %(known_at)s AND ({0}.known_until IS NULL OR {0}.known_until > %(known_at)s)"
ROUNDED = {
    "half_up": "round({0})",
    "half_even": "CASE WHEN abs({0} - trunc({0})) = 0.5 THEN 2 * round({0} / 2) ELSE round({0}) END",
    "down": "trunc({0})",
    "up": "ceil({0})",  # prices are never negative
}
LINES = """
    asked AS MATERIALIZED (
        SELECT * FROM unnest(%(line_askers)s::int[], %(skus)s::text[], %(quantities)s::numeric[])
            WITH ORDINALITY AS a (asker, sku, quantity, no)
    ), asker AS MATERIALIZED (
        SELECT asker, day, holds_until, roots::bigint[] FROM unnest(
            %(days)s::date[], %(holds)s::date[], %(roots)s::text[]
        ) WITH ORDINALITY AS a (day, holds_until, roots, asker)
    ), line AS MATERIALIZED (
        SELECT a.no, a.asker, a.quantity, p.id AS product_id, p.line_id, k.day, k.roots, k.holds_until
        FROM asked a JOIN partners_product p USING (sku) JOIN asker k USING (asker)
    )"""
LINES_OF_ONE = """
    line AS MATERIALIZED (
        SELECT a.no, 1 AS asker, a.quantity, p.id AS product_id, p.line_id, %(day)s::date AS day,
            %(all_roots)s::bigint[] AS roots, %(hold)s::date AS holds_until
        FROM unnest(%(skus)s::text[], %(quantities)s::numeric[]) WITH ORDINALITY AS a (sku, quantity, no)
        JOIN partners_product p USING (sku)
    )"""
# What list ``{0}`` says of a product at a quantity: the highest break that is reached and has a price.
PROBE = f"""
    SELECT b.unit_price FROM (
        SELECT DISTINCT ON (r.min_quantity) r.min_quantity, r.unit_price FROM pricing_pricerow r
        WHERE r.price_list_id = {{0}} AND r.product_id = l.product_id AND r.min_quantity <= l.quantity
            AND r.valid_from <= l.day AND {KNOWN.format("r")}
        ORDER BY r.min_quantity DESC, r.valid_from DESC
    ) b WHERE b.unit_price IS NOT NULL ORDER BY b.min_quantity DESC LIMIT 1"""
# Carts: each line asks its lists one after the other, and stops at the first that has a price.
FOUND_BY_LINE = f"""
    tried AS (
        SELECT l.no, l.asker, l.quantity, l.product_id, l.day, l.roots, 1 AS place, b.unit_price
        FROM line l LEFT JOIN LATERAL ({PROBE.format("l.roots[1]")}) b ON true
        UNION ALL
        SELECT l.no, l.asker, l.quantity, l.product_id, l.day, l.roots, l.place + 1, b.unit_price
        FROM tried l LEFT JOIN LATERAL ({PROBE.format("l.roots[l.place + 1]")}) b ON true
        WHERE l.unit_price IS NULL AND l.place < cardinality(l.roots)
    ), found AS MATERIALIZED (
        SELECT no, place, unit_price, (
            SELECT min(r.valid_from) FROM pricing_pricerow r
            WHERE r.price_list_id = t.roots[t.place] AND r.product_id = t.product_id AND r.valid_from > t.day
                AND {KNOWN.format("r")}
        ) AS changes_on
        FROM tried t WHERE unit_price IS NOT NULL
    )"""
# Catalogues of one partner: a list is read through once, in the order of its index, for the lines still without price.
STAGE = f"""
    band{{0}} AS (
        SELECT r.product_id, r.min_quantity, r.unit_price,
            lead(r.min_quantity) OVER (PARTITION BY r.product_id ORDER BY r.min_quantity) AS until
        FROM (
            SELECT DISTINCT ON (r.product_id, r.min_quantity) r.product_id, r.min_quantity, r.unit_price
            FROM pricing_pricerow r
            WHERE r.price_list_id = %(root{{0}})s AND r.valid_from <= %(day)s AND {KNOWN.format("r")}
            ORDER BY r.product_id, r.min_quantity, r.valid_from DESC
        ) r WHERE r.unit_price IS NOT NULL
    ), found{{0}} AS MATERIALIZED (
        SELECT l.no, l.product_id, {{0}} AS place, b.unit_price FROM rest{{0}} l JOIN band{{0}} b USING (product_id)
        WHERE b.min_quantity <= l.quantity AND (b.until IS NULL OR l.quantity < b.until)
    ), rest{{1}} AS MATERIALIZED (SELECT l.* FROM rest{{0}} l LEFT JOIN found{{0}} f USING (no) WHERE f.no IS NULL)"""
FOUND_BY_LIST = f"""
    later AS MATERIALIZED (
        SELECT r.price_list_id, r.product_id, min(r.valid_from) AS changes_on FROM pricing_pricerow r
        WHERE r.price_list_id = ANY (%(all_roots)s) AND r.valid_from > %(day)s AND {KNOWN.format("r")}
        GROUP BY r.price_list_id, r.product_id
    ), found AS MATERIALIZED (
        SELECT f.no, f.place, f.unit_price, later.changes_on FROM ({{0}}) f
        LEFT JOIN later ON later.product_id = f.product_id AND later.price_list_id = (%(all_roots)s::bigint[])[f.place]
    )"""
PRICED = """
    offer AS MATERIALIZED (
        SELECT * FROM unnest(
            %(offer_askers)s::int[], %(places)s::int[], %(codes)s::text[], %(rates)s::numeric[], %(factors)s::numeric[],
            %(unit_steps)s::numeric[], %(amount_steps)s::numeric[], %(modes)s::text[], %(changes)s::date[],
            %(breaks)s::text[]
        ) AS o (asker, place, code, rate, factor, unit_step, amount_step, mode, changes_on, breaks)
    ), priced AS MATERIALIZED (
        SELECT l.no, l.asker, l.product_id, l.line_id, l.quantity, o.code, o.unit_step, o.amount_step, o.mode, o.breaks,
            f.unit_price IS NOT NULL AS listed, {said} * o.rate AS gross, {said} * o.factor AS price, {per} AS per,
            LEAST(f.changes_on - 1, o.changes_on - 1, l.holds_until) AS holds
        FROM line l LEFT JOIN found f USING (no) LEFT JOIN offer o ON o.asker = l.asker AND o.place = f.place
    )"""
# Each piece at the price of its own band; the bands that are reached and have a price follow on one another.
MARGINAL_TOTAL = f"""
    (
        SELECT sum(b.unit_price * (b.ends - b.starts)) FROM (
            SELECT b.unit_price,
                CASE WHEN row_number() OVER w = 1 THEN 0 ELSE greatest(b.min_quantity - 1, 0) END AS starts,
                greatest(coalesce(lead(b.min_quantity) OVER w - 1, l.quantity), 0) AS ends
            FROM (
                SELECT DISTINCT ON (r.min_quantity) r.min_quantity, r.unit_price FROM pricing_pricerow r
                WHERE r.price_list_id = l.roots[f.place] AND r.product_id = l.product_id
                    AND r.min_quantity <= l.quantity AND r.valid_from <= l.day AND {KNOWN.format("r")}
                ORDER BY r.min_quantity, r.valid_from DESC
            ) b WHERE b.unit_price IS NOT NULL WINDOW w AS (ORDER BY b.min_quantity)
        ) b
    )"""
# The promotion that makes a piece cheapest; of equals the first code, and none that is not cheaper than none.
PROMOTED = f"""
    action AS MATERIALIZED (
        SELECT * FROM unnest(
            %(action_askers)s::int[], %(action_ids)s::bigint[], %(action_codes)s::text[], %(effects)s::text[],
            %(action_values)s::numeric[], %(discounts)s::numeric[], %(lows)s::numeric[], %(highs)s::numeric[],
            %(throughs)s::date[], %(lefts)s::numeric[], %(agreed)s::bool[]
        ) AS a (asker, id, code, effect, value, line_discount, low, high, through, available, agreed)
    ), item_line AS MATERIALIZED (
        SELECT i.promotion_id, below.id AS line_id FROM pricing_promotionitem i
        JOIN (
            SELECT below.id, named.id AS named FROM partners_productline below
            JOIN generate_series(1, 60) g ON g <= below.depth
            JOIN partners_productline named ON named.path = left(below.path, length(below.path) / below.depth * g)
        ) below ON below.named = i.product_line_id
        WHERE i.promotion_id = ANY (%(action_ids)s::bigint[]) AND i.product_line_id IS NOT NULL AND {KNOWN.format("i")}
    ), fitting AS (
        SELECT p.no, p.price, p.gross, p.per, p.asker, p.quantity, i.promotion_id
        FROM priced p JOIN pricing_promotionitem i USING (product_id)
        WHERE p.price IS NOT NULL AND i.promotion_id = ANY (%(action_ids)s::bigint[]) AND {KNOWN.format("i")}
        UNION ALL
        SELECT p.no, p.price, p.gross, p.per, p.asker, p.quantity, i.promotion_id
        FROM priced p JOIN item_line i USING (line_id) WHERE p.price IS NOT NULL{{agreed}}
    ), best AS MATERIALIZED (
        SELECT DISTINCT ON (f.no) f.no, CASE WHEN a.agreed THEN '' ELSE a.code END AS code,
            CASE WHEN a.agreed THEN a.code ELSE '' END AS agreement, a.line_discount, a.through, reduced.net
        FROM fitting f JOIN action a ON a.id = f.promotion_id AND a.asker = f.asker
        CROSS JOIN LATERAL (
            SELECT CASE a.effect WHEN 'unit_price' THEN a.value * f.per
                WHEN 'list_factor' THEN f.gross * a.value
                WHEN 'amount_off' THEN greatest(f.price - a.value * f.per, 0)
                WHEN 'points_off_list' THEN greatest(f.price - f.gross * a.value, 0)
                ELSE f.price - f.price * a.value END AS net
        ) reduced
        WHERE f.quantity >= a.low AND f.quantity <= LEAST(a.high, a.available, f.quantity)
            AND reduced.net * (1 - a.line_discount) < f.price
        ORDER BY f.no, reduced.net * (1 - a.line_discount), NOT a.agreed, a.code COLLATE "C", a.id DESC
    )"""
AGREED = """
        UNION ALL
        SELECT p.no, p.price, p.gross, p.per, p.asker, p.quantity, i.id FROM priced p JOIN (
            SELECT DISTINCT * FROM unnest(%(item_ids)s::bigint[], %(item_products)s::bigint[]) AS i (id, product_id)
        ) i USING (product_id) WHERE p.price IS NOT NULL
        UNION ALL
        SELECT p.no, p.price, p.gross, p.per, p.asker, p.quantity, i.id FROM priced p JOIN (
            SELECT DISTINCT i.id, l.id AS line_id
            FROM unnest(%(item_ids)s::bigint[], %(item_paths)s::text[]) AS i (id, path)
            JOIN partners_productline l ON starts_with(l.path, i.path)
        ) i USING (line_id) WHERE p.price IS NOT NULL"""
NOT_PROMOTED = """
    best AS (
        SELECT 0 AS no, '' AS code, '' AS agreement, 0.0 AS line_discount, NULL::date AS through, 0.0 AS net WHERE false
    )"""
ALLOWED = """
    allowed AS MATERIALIZED (
        SELECT DISTINCT a.asker, l.id AS line_id FROM unnest(%(allowed_askers)s::int[], %(allowed_paths)s::text[])
            AS a (asker, path) JOIN partners_productline l ON starts_with(l.path, a.path)
    )"""
# A list had the product, and has ended all its prices.
ENDED = f"""
    EXISTS (
        SELECT FROM line l CROSS JOIN unnest(l.roots) AS root
        WHERE l.no = p.no AND (
            SELECT bool_and(b.unit_price IS NULL) FROM (
                SELECT DISTINCT ON (r.min_quantity) r.unit_price FROM pricing_pricerow r
                WHERE r.price_list_id = root AND r.product_id = l.product_id AND r.valid_from <= l.day
                    AND {KNOWN.format("r")}
                ORDER BY r.min_quantity, r.valid_from DESC
            ) b
        )
    )"""
ANSWER = f"""
    SELECT p.no - 1, CASE
            WHEN p.quantity <= 0 THEN 'bad_quantity'
            WHEN (p.asker, p.line_id) NOT IN (SELECT asker, line_id FROM allowed) THEN 'not_authorised'
            WHEN p.price IS NOT NULL THEN ''
            WHEN p.listed THEN 'no_rate'
            WHEN {ENDED} THEN 'expired'
            ELSE 'no_price'
        END, p.code, {{gross}}, n.unit, n.amount, coalesce(b.code, ''), coalesce(b.line_discount, 0),
        LEAST(p.holds, b.through), p.breaks, coalesce(b.agreement, '')
    FROM priced p LEFT JOIN best b USING (no)
    CROSS JOIN LATERAL (SELECT {{unit}} * p.unit_step AS unit FROM (
        SELECT {{net}} / p.unit_step AS x) exact) r
    CROSS JOIN LATERAL (SELECT r.unit, {{amount}} * p.amount_step AS amount FROM (
        SELECT {{line}} * (1 - coalesce(b.line_discount, 0)) / p.amount_step AS x) exact) n"""


# Every list with a price for each piece; or some with a price for the line only, which costs a little more.
PER_PIECE = {
    "said": "f.unit_price",
    "per": "1",
    "gross": "p.gross",
    "net": "coalesce(b.net, p.price)",
    "line": "p.quantity * r.unit",
}
PER_LINE = {
    "said": f"CASE o.breaks WHEN 'marginal' THEN {MARGINAL_TOTAL} ELSE f.unit_price END",
    "per": "CASE o.breaks WHEN 'all_units' THEN 1 ELSE l.quantity END",
    "gross": "CASE WHEN p.breaks = 'all_units' THEN p.gross ELSE"
    " (SELECT {} * p.unit_step FROM (SELECT p.gross / nullif(p.per, 0) / p.unit_step AS x) exact) END",
    "net": "coalesce(b.net, p.price) / nullif(p.per, 0)",
    "line": "CASE WHEN p.breaks = 'all_units' THEN p.quantity * r.unit ELSE coalesce(b.net, p.price) END",
}

ALWAYS = (
    *("days", "holds", "roots", "offer_askers", "places", "codes", "rates", "factors", "unit_steps"),
    *("amount_steps", "modes", "changes", "breaks", "allowed_askers", "allowed_paths"),
)


@dataclass
class Statement:
    """The parameters of one statement, added asker by asker; an asker is a partner on a day with a currency."""

    known_at: datetime
    columns: dict[str, list[Any]] = field(default_factory=dict)
    askers: int = 0

    def add_asker(self, day: Any, holds_until: Any, offers: Sequence[tuple[int, ListOffer]], currency: str) -> int:
        """Its lists in their order, each with the id of its root; the number by which its lines name it."""
        self.askers += 1
        roots = ",".join(str(root) if root else "NULL" for root, _ in offers)
        self._append(days=day, holds=holds_until, roots="{" + roots + "}")
        for place, (_, offer) in enumerate(offers, 1):
            self._add_offer(place, offer, currency)
        return self.askers

    def _add_offer(self, place: int, offer: ListOffer, currency: str) -> None:
        factor = offer.rate
        for formula in offer.formulas:
            factor = None if factor is None else factor * formula.factor
        unit = smallest_unit(currency)
        self._append(offer_askers=self.askers, places=place, codes=offer.code, rates=offer.rate, factors=factor)
        self._append(unit_steps=offer.rounding.step or unit, amount_steps=offer.amount_rounding.step or unit)
        self._append(modes=offer.rounding.mode, changes=offer.changes_on, breaks=offer.break_mode)

    def add_promotion(self, key: int, promotion: PromotionOffer) -> None:
        """One that runs for the last asker in its currency."""
        self._append(
            action_askers=self.askers,
            action_ids=key,
            action_codes=promotion.code,
            effects=promotion.effect,
            action_values=promotion.value,
            discounts=promotion.line_discount,
            lows=promotion.min_quantity,
            highs=promotion.max_quantity,
            throughs=promotion.valid_through,
            lefts=promotion.left,
            agreed=promotion.agreed,
        )

    def add_agreed_item(self, key: int, product_id: int | None, line_path: str | None) -> None:
        """For what a line of an agreement is."""
        self._append(item_ids=key, item_products=product_id, item_paths=line_path)

    def allow(self, paths: Iterable[str]) -> None:
        """The lines for which the last asker is authorised."""
        for path in paths:
            self._append(allowed_askers=self.askers, allowed_paths=path)

    def add_lines(self, asker: int, skus: Sequence[str], quantities: Sequence[Any]) -> None:
        """What an asker asks about."""
        self._extend("line_askers", [asker] * len(skus))
        self._extend("skus", skus)
        self._extend("quantities", quantities)

    def _append(self, **values: Any) -> None:
        for name, value in values.items():
            self.columns.setdefault(name, []).append(value)

    def _extend(self, name: str, values: Sequence[Any]) -> None:
        self.columns.setdefault(name, []).extend(values)

    def rows(self, *, roots: Sequence[int | None] | None = None) -> list[tuple[Any, ...]]:
        """A row per line of a known product: its number from zero, then the fields of an answer after the currency.

        ``roots``: read these lists through, for the catalogue of one asker; without: look up line by line.
        """
        params: dict[str, Any] = {name: self.columns.get(name, []) for name in ALWAYS} | self.columns
        params = {name: _array(values) for name, values in params.items()} | {"known_at": self.known_at}
        if self.askers == 1:
            params |= {"day": self.columns["days"][0], "hold": self.columns["holds"][0]}
            params |= {"all_roots": self.columns["roots"][0]}
        if roots is not None:
            params |= {f"root{place}": root for place, root in enumerate(roots, 1)}
            with _joins_of_sets():
                return sql.fetch(self._text(len(roots)), params)
        return sql.fetch(self._text(0), params)

    def _text(self, stages: int) -> str:
        found = _found_by_list(stages) if stages else FOUND_BY_LINE
        agreed = AGREED if self.columns.get("item_ids") else ""
        promoted = PROMOTED.format(agreed=agreed) if self.columns.get("action_ids") else NOT_PROMOTED
        modes = sorted(set(self.columns.get("modes", ())))
        by_piece = set(self.columns.get("breaks", ())) <= {"all_units"}
        parts = PER_PIECE if by_piece else {**PER_LINE, "gross": PER_LINE["gross"].format(_rounded(modes))}
        answer = ANSWER.format(unit=_rounded(modes), amount=_rounded(modes), **parts)
        lines = LINES_OF_ONE if self.askers == 1 else LINES
        priced = PRICED.format(**parts)
        return f"WITH RECURSIVE {lines}, {found}, {priced}, {promoted}, {ALLOWED} {answer}"


@contextmanager
def _joins_of_sets() -> Iterator[None]:
    """The planner knows nothing of the sets inside the statement; it must not look up thousands one by one."""
    before = sql.fetch("SELECT current_setting('enable_nestloop'), current_setting('jit')")[0]
    setting = "SELECT set_config('enable_nestloop', %s, true), set_config('jit', %s, true)"
    sql.run(setting, ["off", "off"])
    yield
    sql.run(setting, before)


def _found_by_list(stages: int) -> str:
    rest = "rest1 AS (SELECT no, product_id, quantity FROM line)"
    parts = [rest, *(STAGE.format(place, place + 1) for place in range(1, stages + 1))]
    union = " UNION ALL ".join(f"SELECT * FROM found{place}" for place in range(1, stages + 1))
    return ", ".join([*parts, FOUND_BY_LIST.format(union)])


def _rounded(modes: Sequence[str]) -> str:
    """The exact value ``x`` in whole steps, by the mode of the list."""
    if len(modes) < 2:
        return ROUNDED[modes[0] if modes else "half_up"].format("x")
    cases = " ".join(f"WHEN '{mode}' THEN {ROUNDED[mode].format('x')}" for mode in modes)
    return f"CASE p.mode {cases} END"


def _array(values: Sequence[Any]) -> str:
    """An array as PostgreSQL writes it; thousands of values one by one would take longer than their answer."""
    return "{" + ",".join(map(_element, values)) + "}"


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(value)
