"""New prices for the draft of a revision in bulk: one way for files and the API, set-based, each row for itself."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from channelhub.core.models import Feed
from channelhub.core.services import staging
from channelhub.core.services.fence import unfenced
from channelhub.core.services.staged_codes import StagedCode, kinds_coded
from channelhub.core.services.staging import Source, Taken
from channelhub.lib import sql
from channelhub.lib.locks import advisory_lock
from channelhub.lib.money import DEFAULT_MINOR_UNITS, MINOR_UNITS
from channelhub.lib.typed_sql import Check, accepted, date_of, decimal, decimal_of, known, required
from pricing.models import PriceRevision
from pricing.services.price_row_import import PriceReceipt
from pricing.services.recorded_rows import firsts, makers_own, reject_twice

FIELDS = ("revision", "product", "min_quantity", "unit", "unit_price", "valid_from")
CHECKED = "checked_revised"
KEY = ("revision_id", "product_id", "quantity")
CHECKS: tuple[Check, ...] = (
    *required("revision", "product"),
    known("revision", "revision_id"),
    known("product", "product_id"),
    Check("unit", "unknown_unit", "t.product_id IS NOT NULL AND t.unit_factor IS NULL"),
    known("valid_from", "begins", "not_a_date"),
    *decimal("unit_price", "sent_price", digits=13, places=6),
    *decimal("min_quantity", "sent_quantity", digits=13, places=6),
    Check("revision", "not_a_draft", "t.status <> 'draft'"),
    Check("valid_from", "other_day", "t.begins <> t.effective_on"),
    Check("unit_price", "negative", "t.sent_price < 0"),
    Check("min_quantity", "not_positive", "t.sent_quantity <= 0"),
    Check("unit_price", "not_of_the_currency", "mod(t.price, t.grain) <> 0"),
)


def record_revised(*, feed: Feed, revision: PriceRevision, rows: Iterable[Mapping[str, Any]]) -> PriceReceipt:
    """Set new prices of one draft as one request: the good rows are taken, the others named by row, field and rule."""
    with unfenced():
        source = staging.stage("staged_revised", FIELDS, ({**row, "revision": revision.code} for row in rows))
        taken = take_revised(source, feed=feed)
        return PriceReceipt(taken.taken, taken.unchanged, staging.rejected_rows())


@transaction.atomic
def take_revised(source: Source, *, feed: Feed, at: datetime | None = None) -> Taken:  # noqa: ARG001 - as importers are
    """Set staged new prices in drafts; without a unit price the product's price ends, a new product is added.

    A price may be given per another unit of the product: it is divided by the unit's base units. Refused: what is no
    draft, another day than the revision's, digits that the list's currency does not have, a partner's feed.
    """
    makers_own(feed)
    advisory_lock("pricing_revised_prices_in_bulk")
    staging.prepare(source)
    params = {
        **source.params,
        "feed": feed.pk,
        "currencies": list(MINOR_UNITS),
        "digits": list(MINOR_UNITS.values()),
        "otherwise": DEFAULT_MINOR_UNITS,
    }
    coded = kinds_coded(feed, ("product",))
    sql.temporary_table(CHECKED, _checked(source, coded), params, statistics_of=("ok", "row_no", *KEY))
    staging.reject_broken(CHECKED, CHECKS, params)
    reject_twice(CHECKED, key=KEY, content=("price",), field="product")
    taken = _enter()
    rejected = staging.rejected_count()
    return Taken(taken, source.rows - taken - rejected, rejected)


def _checked(source: Source, coded: frozenset[str]) -> str:
    """The rows typed, per base unit; the drafts they name are held, so that nobody submits them meanwhile."""
    fields = ", ".join(f"s.{name}" for name in FIELDS)
    product = StagedCode("product", "product", "partners_product", "sku", source=source, coded=coded)
    return f"""
        WITH draft AS MATERIALIZED (
            SELECT v.* FROM pricing_pricerevision v
            WHERE v.code IN (SELECT s.revision FROM {source.relation} s) ORDER BY v.id FOR UPDATE
        )
        SELECT t.*, {accepted(CHECKS)} AS ok FROM (
            SELECT x.*, x.sent_quantity * x.unit_factor AS quantity, x.sent_price / x.unit_factor AS price FROM (
                SELECT s.row_no, {fields}, v.id AS revision_id, v.status, v.effective_on,
                    {product.found("id")} AS product_id, {decimal_of("s.unit_price")} AS sent_price,
                    CASE WHEN s.min_quantity = '' THEN 1 ELSE {decimal_of("s.min_quantity")} END AS sent_quantity,
                    {date_of("s.valid_from")} AS begins,
                    CASE WHEN s.unit IN ('', {product.found("unit")}) THEN 1 ELSE (
                        SELECT u.factor FROM partners_productunit u
                        WHERE u.product_id = {product.found("id")} AND u.unit = s.unit
                    ) END AS unit_factor,
                    least(l.rounding_step, power(10::numeric, -coalesce(c.digits, %(otherwise)s))) AS grain
                FROM {source.relation} s LEFT JOIN draft v ON v.code = s.revision
                LEFT JOIN pricing_pricelist l ON l.id = v.price_list_id
                LEFT JOIN unnest(%(currencies)s::text[], %(digits)s::int[]) AS c (currency, digits)
                    ON c.currency = l.currency
                {product.joins()}
                OFFSET 0
            ) x OFFSET 0
        ) t
    """


def _enter() -> int:
    """The first row of each key where it says something new; how many."""
    return sql.run(
        f"""
        INSERT INTO pricing_pricerevisionrow AS w (revision_id, product_id, min_quantity, old_price, new_price)
        SELECT t.revision_id, t.product_id, t.quantity, NULL, round(t.price, 6) FROM ({firsts(CHECKED, KEY)}) t
        WHERE t.price IS NOT NULL OR EXISTS (
            SELECT FROM pricing_pricerevisionrow o WHERE o.revision_id = t.revision_id
                AND o.product_id = t.product_id AND o.min_quantity = t.quantity
        )
        ORDER BY t.row_no
        ON CONFLICT (revision_id, product_id, min_quantity) DO UPDATE SET new_price = excluded.new_price
        WHERE w.new_price IS DISTINCT FROM excluded.new_price
        """,
    )
