"""A generated price world, made by set-based SQL: partners in a tree, products, lists, recorded prices, promotions."""

from datetime import UTC, date, datetime

from benchmarks.harness import say
from channelhub.lib import sql

DAY = date(2026, 3, 16)
NOW = datetime(2026, 3, 16, 4, tzinfo=UTC)
PARTNERS, PRODUCTS, LISTS, ROWS, PROMOTIONS = 10_000, 20_000, 200, 2_000_000, 200
LINES, UNDER, PROVINCES, CITIES, TIERS, TYPES = 20, 10, 31, 10, 4, 5
FORMULAS = 40  # of the lists; the others have rows of their own

TREE = """
    INSERT INTO partners_{table} (path, depth, numchild, code, name, name_en)
    SELECT lpad(n::text, 4, '0'), 1, %(under)s, '{prefix}' || n, '{prefix}' || n, '' FROM generate_series(1, %(top)s) n
    UNION ALL
    SELECT lpad(n::text, 4, '0') || lpad(m::text, 4, '0'), 2, 0, '{prefix}' || n || '-' || m, '{prefix}', ''
    FROM generate_series(1, %(top)s) n, generate_series(1, %(under)s) m
"""
# Partner n stands under n / 10, and that one under n / 100.
PARTNER_ROWS = """
    INSERT INTO partners_partner (id, code, name, name_en, sort_key, country, address, phone, suspended_reason)
    SELECT n, 'P' || n, 'Partner ' || n, '', '', '', '', '', '' FROM generate_series(1, %s) n;
    INSERT INTO partners_ancestry (ancestor_id, partner_id, depth, valid_during)
    SELECT n / power(10, d)::int, n, d, daterange(NULL, NULL) FROM generate_series(1, %s) n, generate_series(0, 2) d
    WHERE n / power(10, d)::int > 0
"""
MEMBERS = """
    INSERT INTO partners_partnertier (code, name, name_en, rank)
    SELECT 'T' || n, 'T' || n, '', n FROM generate_series(1, %(tiers)s) n;
    INSERT INTO partners_partnertype (code, name, name_en)
    SELECT 'Y' || n, 'Y' || n, '' FROM generate_series(1, %(types)s) n;
    INSERT INTO partners_tierassignment (partner_id, tier_id, valid_during)
    SELECT p.id, t.id, daterange('2020-01-01', NULL) FROM partners_partner p
    JOIN partners_partnertier t ON t.rank = p.id %% %(tiers)s + 1;
    INSERT INTO partners_partnertypeassignment (partner_id, type_id, valid_during)
    SELECT p.id, t.id, daterange('2020-01-01', NULL) FROM partners_partner p
    JOIN partners_partnertype t ON t.code = 'Y' || p.id %% %(types)s + 1;
    INSERT INTO partners_hometerritory (partner_id, territory_id, valid_during)
    SELECT p.id, t.id, daterange('2020-01-01', NULL) FROM partners_partner p
    JOIN partners_territory t ON t.code = 'G' || p.id %% %(provinces)s + 1 || '-' || p.id %% %(cities)s + 1;
    INSERT INTO partners_authorisation (partner_id, exclusive, valid_during)
    SELECT id, false, daterange('2020-01-01', NULL) FROM partners_partner
"""
PRODUCT_ROWS = """
    INSERT INTO partners_product (id, sku, name, name_en, line_id, unit, gtin, life_cycle)
    SELECT n, 'S' || n, 'Product ' || n, '', l.id, 'pcs', '', 'active' FROM generate_series(1, %(products)s) n
    JOIN partners_productline l ON l.code = 'L' || n %% %(lines)s + 1 || '-' || n / %(lines)s %% %(under)s + 1
"""
# List 1 has every product; the last ones are computed from it.
LIST_ROWS = """
    INSERT INTO pricing_pricelist (id, code, name, name_en, kind, currency, rounding)
    SELECT n, 'LP' || n, 'List ' || n, '', CASE WHEN n > %(fixed)s THEN 'formula' ELSE 'fixed' END, 'CNY', 'half_up'
    FROM generate_series(1, %(lists)s) n;
    INSERT INTO pricing_priceformula (price_list_id, base_id, factor, valid_from, known_from)
    SELECT n, 1, 0.6 + n %% 30 * 0.01, '2025-01-01', '2024-12-01+00' FROM generate_series(%(fixed)s + 1, %(lists)s) n
"""
# Three rows a product on list 1, else four: the price of last year and of this, from ten pieces on, and one that was
# corrected. The other lists have a part of the products each, as many as make up the rows asked for.
PRICE_ROWS = """
    INSERT INTO pricing_pricerow (price_list_id, product_id, min_quantity, unit_price, valid_from, known_from,
        known_until)
    SELECT l, p, kind.quantity, (p * 7919 %% 90000 + 1000 + l) / 100.0 * kind.factor, kind.day, kind.known, kind.until
    FROM generate_series(%(first)s, %(last)s) l
    CROSS JOIN LATERAL (SELECT (m + l * 131) %% %(products)s + 1 AS p FROM generate_series(1, %(each)s) m) product
    CROSS JOIN (VALUES
        (1, 1.0, date '2025-01-01', timestamptz '2024-12-01+00', NULL::timestamptz),
        (1, 1.03, '2026-01-01', '2025-12-01+00', NULL),
        (10, 0.95, '2026-01-01', '2025-12-01+00', NULL),
        (10, 0.93, '2026-01-01', '2025-11-01+00', '2025-12-01+00')
    ) kind (quantity, factor, day, known, until)
"""
# Everybody: list 1. Each tier a formula, each type, province, a hundred subtrees and partners a list of their own.
ASSIGNMENTS = """
    INSERT INTO pricing_priceassignment (target_kind, partner_id, tier_id, type_id, territory_id, priority,
        price_list_id, valid_from, known_from)
    SELECT kind, partner, tier, type, territory, priority, 1 + list::bigint %% %(lists)s, '2025-01-01', '2024-12-01+00'
    FROM (
        SELECT 'everybody' AS kind, NULL::bigint AS partner, NULL::bigint AS tier, NULL::bigint AS type,
            NULL::bigint AS territory, 1 AS priority, 0 AS list
        UNION ALL
        SELECT 'tier', NULL, id, NULL, NULL, 1, %(fixed)s + rank FROM partners_partnertier
        UNION ALL
        SELECT 'type', NULL, NULL, id, NULL, id, 2 + id FROM partners_partnertype
        UNION ALL
        SELECT 'territory', NULL, NULL, NULL, id, 1, 10 + row_number() OVER (ORDER BY id)
            FROM partners_territory WHERE depth = 1
        UNION ALL
        SELECT 'subtree', n, NULL, NULL, NULL, 1, 45 + n FROM generate_series(1, %(some)s) n
        UNION ALL
        SELECT 'partner', n, NULL, NULL, NULL, 1, 45 + n FROM generate_series(%(some)s + 1, %(some)s * 2) n
    ) a
"""
# A quarter each for everybody, a tier, a province and a subtree; for a line or for fifty products; most run today.
PROMOTION_ROWS = """
    INSERT INTO pricing_promotion (id, code, name, name_en, category)
    SELECT n, 'A' || n, 'Action ' || n, '', '' FROM generate_series(1, %(promotions)s) n;
    INSERT INTO pricing_promotionterms (promotion_id, valid_from, valid_through, min_quantity, max_quantity, effect,
        value, currency, line_discount, known_from)
    SELECT n, '2026-01-01', CASE WHEN n %% 5 = 0 THEN date '2026-02-01' ELSE date '2026-06-30' END,
        CASE WHEN n %% 3 = 0 THEN 5 ELSE 0 END, NULL,
        (ARRAY['percent_off', 'points_off_list', 'percent_off', 'unit_price'])[n %% 4 + 1],
        CASE WHEN n %% 4 = 3 THEN 300 ELSE 0.01 * (n %% 9 + 1) END, CASE WHEN n %% 4 = 3 THEN 'CNY' ELSE '' END,
        CASE WHEN n %% 7 = 0 THEN 0.02 ELSE 0 END, '2025-12-01+00'
    FROM generate_series(1, %(promotions)s) n;
    INSERT INTO pricing_promotionitem (promotion_id, product_line_id, known_from)
    SELECT n, l.id, '2025-12-01+00' FROM generate_series(2, %(promotions)s, 2) n
    JOIN partners_productline l ON l.code = 'L' || n %% %(lines)s + 1 || '-' || n %% %(under)s + 1;
    INSERT INTO pricing_promotionitem (promotion_id, product_id, known_from)
    SELECT n, (n * 997 + m * 31) %% %(products)s + 1, '2025-12-01+00'
    FROM generate_series(1, %(promotions)s, 2) n, generate_series(1, 50) m GROUP BY 1, 2;
    INSERT INTO pricing_promotionaudience (promotion_id, target_kind, tier_id, territory_id, partner_id, known_from)
    SELECT n, (ARRAY['everybody', 'tier', 'territory', 'subtree'])[n / 2 %% 4 + 1], tier.id, place.id,
        CASE WHEN n / 2 %% 4 = 3 THEN n %% %(some)s + 1 END, '2025-12-01+00'
    FROM generate_series(1, %(promotions)s) n
    LEFT JOIN partners_partnertier tier ON n / 2 %% 4 = 1 AND tier.rank = n %% %(tiers)s + 1
    LEFT JOIN partners_territory place ON n / 2 %% 4 = 2 AND place.code = 'G' || n %% %(provinces)s + 1
"""

# Every partner of the first levels has agreed on a product line and on thirty products, for all under it.
AGREEMENT_ROWS = """
    INSERT INTO pricing_agreement (id, code, name, name_en, partner_id, with_subtree, customer, project)
    SELECT n, 'V' || n, 'Agreement ' || n, '', n, true, CASE WHEN n %% 10 = 0 THEN 'H-1' ELSE '' END, ''
    FROM generate_series(1, %(some)s) n;
    INSERT INTO pricing_agreementline (agreement_id, product_id, product_line_id, effect, value, currency, min_quantity,
        valid_from, known_from)
    SELECT n, NULL::bigint, l.id, 'percent_off', 0.07, '', 0, date '2026-01-01', timestamptz '2025-12-01+00'
    FROM generate_series(1, %(some)s) n
    JOIN partners_productline l ON l.code = 'L' || n %% %(lines)s + 1 || '-' || n %% %(under)s + 1
    UNION ALL
    SELECT n, (n * 89 + m * 613) %% %(products)s + 1, NULL,
        (ARRAY['unit_price', 'amount_off', 'list_factor'])[m %% 3 + 1], (ARRAY[250, 15, 0.55])[m %% 3 + 1],
        CASE WHEN m %% 3 = 2 THEN '' ELSE 'CNY' END, m %% 2 * 5, '2026-01-01', '2025-12-01+00'
    FROM generate_series(1, %(some)s) n, generate_series(1, 30) m
"""


def sizes(scale: float) -> dict[str, int]:
    """How much of everything; full size is one."""
    products, rows = max(int(PRODUCTS * scale), 200), max(int(ROWS * scale), 5_000)
    fixed = LISTS - FORMULAS
    return {
        "partners": max(int(PARTNERS * scale), 300),
        "products": products,
        "rows": rows,
        "lists": LISTS,
        "fixed": fixed,
        "each": max((rows - 4 * products) // (4 * (fixed - 1)), 1),
        "promotions": PROMOTIONS,
        "some": 100,
        "lines": LINES,
        "under": UNDER,
        "provinces": PROVINCES,
        "cities": CITIES,
        "tiers": TIERS,
        "types": TYPES,
    }


def fill(scale: float) -> dict[str, int]:
    """Everything a price asks for, in a fresh database; how much of each."""
    size = sizes(scale)
    trees = {"territory": ("G", PROVINCES, CITIES), "productline": ("L", LINES, UNDER)}
    for table, (prefix, top, under) in trees.items():
        sql.run(TREE.format(table=table, prefix=prefix), {"top": top, "under": under})
    sql.run(PARTNER_ROWS, [size["partners"], size["partners"]])
    for statement in (MEMBERS, PRODUCT_ROWS, LIST_ROWS):
        sql.run(statement, size)
    sql.run(PRICE_ROWS, {**size, "first": 1, "last": 1, "each": size["products"]})
    sql.run(PRICE_ROWS, {**size, "first": 2, "last": size["fixed"]})
    sql.run(ASSIGNMENTS, size)
    sql.run(PROMOTION_ROWS, size)
    sql.run(AGREEMENT_ROWS, size)
    sql.run("VACUUM ANALYZE")
    say(f"{size['partners']:,} partners, {size['products']:,} products, {size['lists']} lists, "
        f"{sql.fetch_one('SELECT count(*) FROM pricing_pricerow'):,} prices")  # fmt: skip
    return size
