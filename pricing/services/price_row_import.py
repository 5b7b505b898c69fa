"""Prices in bulk: one way for files and the ERP's requests, set-based."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from channelhub.core.models import Feed
from channelhub.core.services import staging
from channelhub.core.services.fence import unfenced
from channelhub.core.services.staged_codes import StagedCode, kinds_coded
from channelhub.core.services.staging import REJECTED, RowError, Source, Taken
from channelhub.lib import sql
from channelhub.lib.locks import advisory_lock
from channelhub.lib.typed_sql import Check, accepted, date_of, decimal, decimal_of, known, required
from pricing.services.price_lists import PRICES
from pricing.services.recorded_rows import enter_recorded, firsts, makers_own, reject_twice

FIELDS = ("price_list", "product", "min_quantity", "unit_price", "valid_from", "valid_through")
CHECKED = "checked_prices"
KEY = ("list_id", "product_id", "quantity", "begins")
CHECKS: tuple[Check, ...] = (
    *required("price_list", "product", "valid_from"),
    known("price_list", "list_id"),
    known("product", "product_id"),
    known("valid_from", "begins", "not_a_date"),
    known("valid_through", "ends", "not_a_date"),
    Check("valid_through", "ends_before_it_starts", "t.ends < t.begins"),
    Check("valid_through", "too_large", "t.ends >= '9999-12-31'"),
    *decimal("unit_price", "price", digits=13, places=6),
    *decimal("min_quantity", "quantity", digits=13, places=6),
    Check("unit_price", "negative", "t.price < 0"),
    Check("min_quantity", "not_positive", "t.quantity <= 0"),
    Check("price_list", "not_a_fixed_list", "t.list_kind <> 'fixed'"),
)
MATCH = (
    "r.price_list_id = t.list_id AND r.product_id = t.product_id AND r.min_quantity = t.quantity"
    " AND r.valid_from = t.begins"
)


@dataclass(frozen=True)
class PriceReceipt:
    """What became of a request's rows."""

    taken: int
    unchanged: int
    rejected: list[RowError]


def record_prices(*, feed: Feed, rows: Iterable[Mapping[str, Any]], at: datetime) -> PriceReceipt:
    """Record prices as one request: the good rows are taken, the others named by row, field and rule."""
    with unfenced():
        source = staging.stage("staged_prices", FIELDS, rows)
        taken = take_prices(source, feed=feed, at=at)
        return PriceReceipt(taken.taken, taken.unchanged, staging.rejected_rows())


@transaction.atomic
def take_prices(source: Source, *, feed: Feed, at: datetime) -> Taken:
    """Record staged prices; a row known for the same list, product, quantity and day is superseded, never edited.

    Without a unit price the price ends on that day. ``valid_through``: it also ends after that day, unless another
    row of the file or of the list starts then. Refused: lists that are computed from another, a partner's feed.
    """
    makers_own(feed)
    advisory_lock(PRICES)
    staging.prepare(source)
    params = {**source.params, "feed": feed.pk}
    coded = kinds_coded(feed, ("product",))
    sql.temporary_table(CHECKED, _checked(source, coded), params, statistics_of=("ok", "row_no", *KEY))
    staging.reject_broken(CHECKED, CHECKS, params)
    reject_twice(CHECKED, key=KEY, content=("price", "ends"), field="product")
    _reject_overlaps()
    taken = enter_recorded(
        "pricing_pricerow",
        _wanted(),
        key={
            "price_list_id": "t.list_id",
            "product_id": "t.product_id",
            "min_quantity": "t.quantity",
            "valid_from": "t.begins",
        },
        values={"unit_price": "t.price"},
        match=MATCH,
        at=at,
    )
    rejected = staging.rejected_count()
    return Taken(taken, source.rows - taken - rejected, rejected)


def _checked(source: Source, coded: frozenset[str]) -> str:
    fields = ", ".join(f"s.{name}" for name in FIELDS)
    product = StagedCode("product", "product", "partners_product", "sku", source=source, coded=coded)
    return f"""
        SELECT t.*, {accepted(CHECKS)} AS ok FROM (
            SELECT s.row_no, {fields}, l.id AS list_id, l.kind AS list_kind, {product.found("id")} AS product_id,
                CASE WHEN s.min_quantity = '' THEN 1 ELSE {decimal_of("s.min_quantity")} END AS quantity,
                {decimal_of("s.unit_price")} AS price, {date_of("s.valid_from")} AS begins,
                {date_of("s.valid_through")} AS ends
            FROM {source.relation} s LEFT JOIN pricing_pricelist l ON l.code = s.price_list {product.joins()}
            OFFSET 0
        ) t
    """


def _reject_overlaps() -> None:
    """Refuse rows that begin before an earlier one of the file, with a last day, has ended."""
    same = "f.list_id = t.list_id AND f.product_id = t.product_id AND f.quantity = t.quantity"
    overlaps = f"{same} AND f.begins < t.begins AND t.begins <= f.ends"
    if not sql.fetch_one(f"SELECT EXISTS (SELECT FROM {CHECKED} WHERE ok AND ends IS NOT NULL)"):
        return
    sql.run(
        f"""
        INSERT INTO {REJECTED} SELECT t.row_no, 'valid_from', 'overlaps', t.valid_from FROM {CHECKED} t
        WHERE t.ok AND EXISTS (SELECT FROM {CHECKED} f WHERE f.ok AND {overlaps})
            AND NOT EXISTS (SELECT FROM {REJECTED} r WHERE r.row_no = t.row_no)
        """,
    )
    sql.run(f"UPDATE {CHECKED} t SET ok = false FROM {REJECTED} r WHERE r.row_no = t.row_no AND r.rule = 'overlaps'")


def _wanted() -> str:
    """The first row of each key, and an end after its last day where nothing else starts."""
    same_key = MATCH.replace("r.valid_from = t.begins", "r.valid_from = t.ends + 1")
    in_file = "f.list_id = t.list_id AND f.product_id = t.product_id AND f.quantity = t.quantity"
    return f"""
        WITH f AS ({firsts(CHECKED, KEY)})
        SELECT t.row_no, t.list_id, t.product_id, t.quantity, t.begins, round(t.price, 6) AS price FROM f t
        UNION ALL
        SELECT DISTINCT ON (t.list_id, t.product_id, t.quantity, t.ends)
            t.row_no, t.list_id, t.product_id, t.quantity, t.ends + 1, NULL FROM f t
        WHERE t.ends IS NOT NULL AND t.price IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM f WHERE {in_file} AND f.begins = t.ends + 1)
            AND NOT EXISTS (SELECT 1 FROM pricing_pricerow r WHERE {same_key} AND r.known_until IS NULL)
    """
