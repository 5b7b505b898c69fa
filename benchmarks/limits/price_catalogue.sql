-- The same net prices as a person would write the question by hand: one partner, one day, a whole catalogue.
-- Lists with one formula at most, one currency, rounding half up to 0.01, breaks for all units.
WITH target AS MATERIALIZED (
    SELECT 'partner' AS kind, %(partner)s::bigint AS key, 0 AS rank, 0 AS nearness
    UNION ALL
    SELECT 'subtree', ancestor_id, 1, depth FROM partners_ancestry
    WHERE partner_id = %(partner)s AND valid_during @> %(day)s::date
    UNION ALL
    SELECT 'tier', tier_id, 2, 0 FROM partners_tierassignment
    WHERE partner_id = %(partner)s AND valid_during @> %(day)s::date
    UNION ALL
    SELECT 'type', type_id, 3, 0 FROM partners_partnertypeassignment
    WHERE partner_id = %(partner)s AND valid_during @> %(day)s::date
    UNION ALL
    SELECT 'territory', above.id, 4, -above.depth FROM partners_hometerritory h
    JOIN partners_territory home ON home.id = h.territory_id
    JOIN partners_territory above ON above.path IN (left(home.path, 4), left(home.path, 8))
    WHERE h.partner_id = %(partner)s AND h.valid_during @> %(day)s::date
    UNION ALL
    SELECT 'everybody', 0, 5, 0
), lists AS MATERIALIZED (
    SELECT row_number() OVER (ORDER BY a.rank, a.nearness, a.priority) AS place, l.code, coalesce(f.base_id, l.id) AS root,
        coalesce(f.factor, 1) AS factor
    FROM (
        SELECT DISTINCT ON (t.kind, t.key, a.priority) t.rank, t.nearness, a.priority, a.price_list_id
        FROM target t JOIN pricing_priceassignment a
            ON a.target_kind = t.kind AND coalesce(a.partner_id, a.tier_id, a.type_id, a.territory_id, 0) = t.key
        WHERE a.valid_from <= %(day)s AND a.known_from <= %(at)s AND (a.known_until IS NULL OR a.known_until > %(at)s)
        ORDER BY t.kind, t.key, a.priority, a.valid_from DESC
    ) a JOIN pricing_pricelist l ON l.id = a.price_list_id
    LEFT JOIN LATERAL (
        SELECT f.base_id, f.factor FROM pricing_priceformula f
        WHERE f.price_list_id = l.id AND f.valid_from <= %(day)s AND f.known_from <= %(at)s
            AND (f.known_until IS NULL OR f.known_until > %(at)s)
        ORDER BY f.valid_from DESC LIMIT 1
    ) f ON true
), agreed AS MATERIALIZED (
    SELECT -s.id AS id, g.code, s.effect, s.value, s.min_quantity, s.valid_through, s.product_id, l.path
    FROM partners_ancestry n
    JOIN pricing_agreement g ON g.partner_id = n.ancestor_id AND (n.depth = 0 OR g.with_subtree)
    JOIN pricing_agreementline s ON s.agreement_id = g.id LEFT JOIN partners_productline l ON l.id = s.product_line_id
    WHERE n.partner_id = %(partner)s AND n.valid_during @> %(day)s::date AND g.customer = '' AND g.project = ''
        AND s.known_from <= %(at)s AND (s.known_until IS NULL OR s.known_until > %(at)s)
        AND s.valid_from <= %(day)s AND (s.valid_through IS NULL OR s.valid_through >= %(day)s)
), running AS MATERIALIZED (
    SELECT id, code, effect, value, 0::numeric AS line_discount, min_quantity, valid_through, true AS agreed FROM agreed
    UNION ALL
    SELECT DISTINCT p.id, p.code, s.effect, s.value, s.line_discount, s.min_quantity, s.valid_through, false
    FROM target t JOIN pricing_promotionaudience a
        ON a.target_kind = t.kind AND coalesce(a.partner_id, a.tier_id, a.type_id, a.territory_id, 0) = t.key
    JOIN pricing_promotionterms s USING (promotion_id) JOIN pricing_promotion p ON p.id = a.promotion_id
    WHERE a.known_from <= %(at)s AND (a.known_until IS NULL OR a.known_until > %(at)s)
        AND s.known_from <= %(at)s AND (s.known_until IS NULL OR s.known_until > %(at)s)
        AND s.valid_from <= %(day)s AND (s.valid_through IS NULL OR s.valid_through >= %(day)s)
), asked AS MATERIALIZED (
    SELECT a.no, a.quantity, p.id, p.line_id
    FROM unnest(%(skus)s::text[], %(quantities)s::numeric[]) WITH ORDINALITY a (sku, quantity, no)
    JOIN partners_product p USING (sku)
    WHERE EXISTS (
        SELECT FROM partners_authorisation o JOIN partners_productline l ON l.id = p.line_id
        WHERE o.partner_id = %(partner)s AND o.valid_during @> %(day)s::date
            AND starts_with(l.path, coalesce(o.line_path, ''))
    )
), in_force AS (
    SELECT DISTINCT ON (r.product_id, l.place, r.min_quantity) r.product_id, l.place, r.min_quantity, r.unit_price
    FROM lists l JOIN pricing_pricerow r ON r.price_list_id = l.root
    WHERE r.valid_from <= %(day)s AND r.known_from <= %(at)s AND (r.known_until IS NULL OR r.known_until > %(at)s)
        AND r.min_quantity <= %(most)s
    ORDER BY r.product_id, l.place, r.min_quantity DESC, r.valid_from DESC
), priced AS MATERIALIZED (
    SELECT q.no, q.id, q.line_id, q.quantity, l.code, l.root, r.unit_price AS gross, r.unit_price * l.factor AS price
    FROM asked q JOIN (
        SELECT DISTINCT ON (product_id) product_id, place, unit_price FROM in_force WHERE unit_price IS NOT NULL
        ORDER BY product_id, place, min_quantity DESC
    ) r ON r.product_id = q.id JOIN lists l USING (place)
), later AS MATERIALIZED (
    SELECT r.price_list_id, r.product_id, min(r.valid_from) - 1 AS last FROM lists l
    JOIN pricing_pricerow r ON r.price_list_id = l.root
    WHERE r.valid_from > %(day)s AND r.known_from <= %(at)s AND (r.known_until IS NULL OR r.known_until > %(at)s)
    GROUP BY 1, 2
), offered AS (
    SELECT p.no, i.promotion_id FROM priced p JOIN pricing_promotionitem i ON i.product_id = p.id
    WHERE i.known_from <= %(at)s AND (i.known_until IS NULL OR i.known_until > %(at)s)
    UNION ALL
    SELECT p.no, i.promotion_id FROM priced p JOIN partners_productline l ON l.id = p.line_id
    JOIN partners_productline named ON named.path IN (left(l.path, 4), left(l.path, 8))
    JOIN pricing_promotionitem i ON i.product_line_id = named.id
    WHERE i.known_from <= %(at)s AND (i.known_until IS NULL OR i.known_until > %(at)s)
    UNION ALL
    SELECT p.no, a.id FROM priced p JOIN agreed a ON a.product_id = p.id
    UNION ALL
    SELECT p.no, a.id FROM priced p JOIN (
        SELECT a.id, l.id AS line_id FROM agreed a JOIN partners_productline l ON starts_with(l.path, a.path)
    ) a USING (line_id)
), best AS MATERIALIZED (
    SELECT DISTINCT ON (p.no) p.no, s.code, s.agreed, s.line_discount, s.valid_through, n.net
    FROM offered o JOIN priced p USING (no) JOIN running s ON s.id = o.promotion_id CROSS JOIN LATERAL (
        SELECT CASE s.effect WHEN 'unit_price' THEN s.value WHEN 'amount_off' THEN greatest(p.price - s.value, 0) WHEN 'list_factor' THEN p.gross * s.value
            WHEN 'points_off_list' THEN greatest(p.price - p.gross * s.value, 0)
            ELSE p.price * (1 - s.value) END AS net
    ) n
    WHERE p.quantity >= s.min_quantity AND n.net * (1 - s.line_discount) < p.price
    ORDER BY p.no, n.net * (1 - s.line_discount), NOT s.agreed, s.code COLLATE "C", s.id DESC
)
SELECT p.no, p.code, p.gross, round(coalesce(b.net, p.price), 2),
    round(p.quantity * round(coalesce(b.net, p.price), 2) * (1 - coalesce(b.line_discount, 0)), 2), CASE WHEN b.agreed THEN '' ELSE coalesce(b.code, '') END, CASE WHEN b.agreed THEN b.code ELSE '' END,
    LEAST(b.valid_through, f.last)
FROM priced p LEFT JOIN best b USING (no) LEFT JOIN later f ON f.price_list_id = p.root AND f.product_id = p.id
ORDER BY p.no
