"""What a revision changes, whom it concerns, and which prices have moved since it was drafted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from channelhub.lib import sql
from pricing.models import PriceRevision
from pricing.selectors.price_facts import TARGET, TARGET_KEY

NAMED = 5  # of many products or partners so many are named
# What a list says of each product and break on a day without the revision, as known now.
IN_FORCE = """
    SELECT DISTINCT ON (r.product_id, r.min_quantity) r.product_id, r.min_quantity, r.unit_price
    FROM pricing_pricerow r
    WHERE r.price_list_id = %(list)s AND r.valid_from <= %(day)s AND r.known_until IS NULL
    ORDER BY r.product_id, r.min_quantity, r.valid_from DESC
"""
CHANGED = "w.new_price IS DISTINCT FROM w.old_price"
# Which list a list's prices come from on a day, and by which factor.
ROOTS = """
    chain AS (
        SELECT l.id AS list_id, l.id AS root_id, 1::numeric AS factor FROM pricing_pricelist l
        UNION ALL
        SELECT c.list_id, f.base_id, c.factor * f.factor FROM chain c JOIN LATERAL (
            SELECT f.base_id, f.factor FROM pricing_priceformula f
            WHERE f.price_list_id = c.root_id AND f.valid_from <= %(day)s AND f.known_until IS NULL
            ORDER BY f.valid_from DESC LIMIT 1
        ) f ON f.base_id IS NOT NULL
    )
"""
# The lists that each partner is asked on the day, in their order.
OFFERED = f"""
    assigned AS MATERIALIZED (
        SELECT DISTINCT ON (t.pair, t.kind, t.key, a.priority) t.pair, t.kind, t.nearness, a.priority, a.price_list_id
        FROM target t JOIN pricing_priceassignment a ON a.target_kind = t.kind AND {TARGET_KEY.format("a")} = t.key
        WHERE a.known_until IS NULL AND a.valid_from <= %(day)s
        ORDER BY t.pair, t.kind, t.key, a.priority, a.valid_from DESC
    ), offered AS MATERIALIZED (
        SELECT k.partner_id, s.price_list_id, c.root_id, c.factor, row_number() OVER (
            PARTITION BY k.partner_id ORDER BY array_position(
                ARRAY['partner', 'subtree', 'tier', 'type', 'territory', 'everybody'], s.kind
            ), s.nearness, s.priority
        ) AS place
        FROM assigned s JOIN asked k ON k.pair = s.pair JOIN chain c ON c.list_id = s.price_list_id
        JOIN pricing_pricelist root ON root.id = c.root_id AND root.kind = 'fixed'
    )
"""
CONCERNED = f"""
    WITH RECURSIVE {ROOTS}, {TARGET}, {OFFERED}, line AS MATERIALIZED (
        SELECT DISTINCT l.path FROM pricing_pricerevisionrow w JOIN partners_product p ON p.id = w.product_id
        JOIN partners_productline l ON l.id = p.line_id WHERE w.revision_id = %(revision)s AND {CHANGED}
    )
    SELECT p.id, p.code, p.name, p.name_en, coalesce(max(v.notice_days), 0), coalesce(bool_or(v.price_consent), false)
    FROM (SELECT DISTINCT partner_id FROM offered WHERE root_id = %(list)s) o
    JOIN partners_partner p ON p.id = o.partner_id AND p.merged_into_id IS NULL
    LEFT JOIN partners_contractversion v ON v.partner_id = p.id AND v.in_force @> %(today)s::date
    WHERE EXISTS (
        SELECT FROM partners_authorisation a JOIN line ON starts_with(line.path, coalesce(a.line_path, ''))
        WHERE a.partner_id = p.id AND a.valid_during @> %(day)s::date
    )
    GROUP BY p.id ORDER BY p.code
"""


@dataclass(frozen=True)
class Concerned:
    """A partner that is asked the list, or one computed from it, for something that changes; its contract's terms."""

    partner_id: int
    code: str
    name: str
    name_en: str
    notice_days: int
    price_consent: bool


@dataclass(frozen=True)
class Summary:
    """How many prices a revision holds and changes, how far, and how many have moved in the list meanwhile."""

    prices: int
    up: int
    down: int
    new: int
    ended: int
    most_up: Decimal | None
    most_down: Decimal | None

    @property
    def changed(self) -> int:
        return self.up + self.down + self.new + self.ended


def of_list(revision: PriceRevision) -> dict[str, Any]:
    """The parameters of ``IN_FORCE`` and of what reads a revision's rows."""
    return {"list": revision.price_list_id, "day": revision.effective_on, "revision": revision.pk}


def summary(revision: PriceRevision) -> Summary:
    """The figures above a comparison, in one statement."""
    share = "(w.new_price - w.old_price) / nullif(w.old_price, 0)"
    query = f"""
        SELECT count(*), count(*) FILTER (WHERE w.new_price > w.old_price),
            count(*) FILTER (WHERE w.new_price < w.old_price),
            count(*) FILTER (WHERE w.old_price IS NULL AND w.new_price IS NOT NULL),
            count(*) FILTER (WHERE w.new_price IS NULL AND w.old_price IS NOT NULL),
            max({share}) FILTER (WHERE w.new_price > w.old_price),
            min({share}) FILTER (WHERE w.new_price < w.old_price)
        FROM pricing_pricerevisionrow w WHERE w.revision_id = %(revision)s
    """
    return Summary(*sql.fetch(query, of_list(revision))[0])


STALE = f"""
    SELECT w.id, w.product_id FROM pricing_pricerevisionrow w LEFT JOIN ({IN_FORCE}) f USING (product_id, min_quantity)
    WHERE w.revision_id = %(revision)s AND f.unit_price IS DISTINCT FROM w.old_price
"""


def stale_rows(revision: PriceRevision) -> list[int]:
    """Ids of the rows whose old price is no longer what the list says of the day."""
    return [row for row, _product in sql.fetch(STALE, of_list(revision))]


def stale_products(revision: PriceRevision) -> tuple[int, list[str]]:
    """How many prices have moved, and the codes of some of their products."""
    rows = sql.fetch(STALE, of_list(revision))
    return len(rows), skus_of(product for _row, product in rows[:NAMED])


def skus_of(ids: Any) -> list[str]:
    """The codes of products, each once."""
    query = "SELECT sku FROM partners_product WHERE id = ANY(%(ids)s) ORDER BY sku"
    return [sku for (sku,) in sql.fetch(query, {"ids": sorted(set(ids))})]


def changed_again(revision: PriceRevision) -> int:
    """How many changed prices another row of the list replaces after the revision's day."""
    query = f"""
        SELECT count(*) FROM pricing_pricerevisionrow w WHERE w.revision_id = %(revision)s AND {CHANGED} AND EXISTS (
            SELECT FROM pricing_pricerow r WHERE r.price_list_id = %(list)s AND r.product_id = w.product_id
                AND r.min_quantity = w.min_quantity AND r.valid_from > %(day)s AND r.known_until IS NULL
        )
    """
    return int(sql.fetch_one(query, of_list(revision)))


def every_partner() -> list[int]:
    """The ids of all partners: a list may be everybody's."""
    return [pk for (pk,) in sql.fetch("SELECT id FROM partners_partner ORDER BY id")]


def asked(revision: PriceRevision, partners: Sequence[int]) -> dict[str, Any]:
    """The parameters of what asks for the lists of partners on the revision's day."""
    return of_list(revision) | {"partners": list(partners), "days": [revision.effective_on] * len(partners)}


def concerned(revision: PriceRevision, *, today: date) -> list[Concerned]:
    """The partners a revision is announced to, by code, with the strictest terms of their contracts in force today."""
    return [Concerned(*row) for row in sql.fetch(CONCERNED, asked(revision, every_partner()) | {"today": today})]
