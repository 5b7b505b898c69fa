"""Minimum advertised prices: one per product, currency and day; a correction is a new row."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from channelhub.core.services import staging
from channelhub.core.services.staging import Source, Taken
from channelhub.lib import sql
from channelhub.lib.currencies import known_currencies
from channelhub.lib.locks import advisory_lock
from channelhub.lib.typed_sql import Check, accepted, date_of, decimal, decimal_of, known, required
from partners.models import Product
from pricing.models import MapPrice

LOCK = "pricing_map_prices"
FIELDS = ("product", "currency", "price", "valid_from")
CHECKED = "checked_map_prices"
CHECKS: tuple[Check, ...] = (
    *required("product", "currency", "valid_from"),
    known("product", "product_id"),
    Check("currency", "unknown_currency", "t.currency <> '' AND t.currency <> ALL (%(currencies)s)"),
    *decimal("price", "price_value", digits=13, places=6),
    Check("price", "not_positive", "t.price_value <= 0"),
    Check("valid_from", "not_a_date", "t.valid_from <> '' AND t.valid_day IS NULL"),
    Check("product", "twice_in_file", "t.place > 1"),
)


@transaction.atomic
def set_map_price(
    *, product: Product, currency: str, price: Decimal | None, valid_from: date, at: datetime
) -> MapPrice:
    """Record the minimum from a day on (None: there is none from then on); one known for that day is superseded.

    Lines already judged are judged again by the next night.
    """
    advisory_lock(LOCK)
    key = {"product": product, "currency": currency, "valid_from": valid_from}
    MapPrice.objects.filter(**key, known_until__isnull=True).update(known_until=at)
    return MapPrice.objects.create(**key, price=price, known_from=at)


@transaction.atomic
def take_map_prices(source: Source, *, feed_id: int, at: datetime) -> Taken:
    """Enter staged minimum prices: new days are added, other prices supersede what was known for the day.

    Refused: unknown products and currencies, prices that are not positive, one key twice. An empty price ends it.
    """
    advisory_lock(LOCK)
    staging.prepare(source)
    params = {**source.params, "feed": feed_id, "at": at, "currencies": sorted(known_currencies())}
    sql.temporary_table(CHECKED, _checked(source), params, statistics_of=("ok", "row_no"))
    rejected = staging.reject_broken(CHECKED, CHECKS, params)
    sql.temporary_table("fresh_map_prices", FRESH)
    changed = sql.run(SUPERSEDE, {"at": at})
    entered = sql.run(ENTER, {"at": at})
    return Taken(entered, source.rows - entered - rejected, rejected, changed=changed)


FRESH = f"""
    SELECT t.product_id, t.currency, t.price_value AS price, t.valid_day, m.id AS known_id FROM {CHECKED} t
    LEFT JOIN pricing_mapprice m ON m.product_id = t.product_id AND m.currency = t.currency
        AND m.valid_from = t.valid_day AND m.known_until IS NULL
    WHERE t.ok AND (m.id IS NULL OR m.price IS DISTINCT FROM t.price_value)
"""
SUPERSEDE = """
    UPDATE pricing_mapprice SET known_until = %(at)s
    WHERE id IN (SELECT known_id FROM fresh_map_prices WHERE known_id IS NOT NULL)
"""
ENTER = """
    INSERT INTO pricing_mapprice (product_id, currency, price, valid_from, known_from)
    SELECT product_id, currency, price, valid_day, %(at)s FROM fresh_map_prices
    ORDER BY product_id, currency, valid_day
"""


def _checked(source: Source) -> str:
    fields = ", ".join(f"s.{name}" for name in FIELDS)
    return f"""
        SELECT t.*, {accepted(CHECKS)} AS ok FROM (
            SELECT i.*, row_number() OVER (
                PARTITION BY i.product_id, CASE WHEN i.product_id IS NULL THEN i.product END, i.currency, i.valid_from
                ORDER BY i.row_no
            ) AS place FROM (
            SELECT s.row_no, {fields}, coalesce(x.target_id, p.id) AS product_id,
                {decimal_of("s.price")} AS price_value, {date_of("s.valid_from")} AS valid_day
            FROM {source.relation} s
            LEFT JOIN core_externalcode x ON x.feed_id = %(feed)s AND x.kind = 'product' AND x.code = s.product
            LEFT JOIN partners_product p ON p.sku = s.product
            OFFSET 0
            ) i
        ) t
    """
