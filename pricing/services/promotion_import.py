"""Promotions and their products in bulk."""

from datetime import datetime

from django.db import transaction

from channelhub.core.models import Feed
from channelhub.core.services import staging
from channelhub.core.services.staged_codes import StagedCode, kinds_coded
from channelhub.core.services.staging import Source, Taken
from channelhub.lib import sql
from channelhub.lib.currencies import known_currencies
from channelhub.lib.locks import advisory_lock
from channelhub.lib.typed_sql import Check, accepted, at_most, date_of, decimal, decimal_of, known, required
from pricing.enums import PromotionEffect
from pricing.services import staged_targets
from pricing.services.promotions import PROMOTIONS
from pricing.services.recorded_rows import enter_recorded, firsts, makers_own, reject_twice

WORDS = ("name", "name_en", "category")
FIELDS = (
    "code",
    *WORDS,
    "valid_from",
    "valid_through",
    "min_quantity",
    "max_quantity",
    "effect",
    "value",
    "currency",
    "line_discount",
    *staged_targets.FIELDS,
)
NUMBERS = {"min_quantity": "low", "max_quantity": "high", "value": "much", "line_discount": "line"}
TERMS = ("begins", "ends", "low", "high", "effect", "much", "currency", "line")
CHECKED = "checked_promotions"
CHECKS: tuple[Check, ...] = (
    *required("code", "name", "valid_from", "effect", "value"),
    *at_most(code=40, name=120, name_en=120, category=60),
    known("valid_from", "begins", "not_a_date"),
    known("valid_through", "ends", "not_a_date"),
    Check("valid_through", "ends_before_it_starts", "t.ends < t.begins"),
    *(check for name, typed in NUMBERS.items() for check in decimal(name, typed, digits=13, places=6)),
    *(Check(name, "negative", f"t.{typed} < 0") for name, typed in NUMBERS.items()),
    Check("max_quantity", "ends_before_it_starts", "t.high < t.low"),
    Check("effect", "not_a_choice", "t.effect <> '' AND t.effect <> ALL (%(effects)s)"),
    Check("value", "too_large", "t.effect <> 'unit_price' AND t.much > 1"),
    Check("line_discount", "too_large", "t.line > 1"),
    Check("currency", "required", "t.effect = 'unit_price' AND t.currency = ''"),
    Check("currency", "unknown_currency", "t.currency <> '' AND t.currency <> ALL (%(currencies)s)"),
    *staged_targets.CHECKS,
)
ITEM_FIELDS = ("promotion", "product", "product_line")
CHECKED_ITEMS = "checked_promotion_items"
ITEM_KEY = ("promotion_id", "product_id", "line_id")
ITEM_CHECKS: tuple[Check, ...] = (
    *required("promotion"),
    known("promotion", "promotion_id"),
    known("product", "product_id"),
    known("product_line", "line_id"),
    Check("product", "one_of_two", "(t.product = '') = (t.product_line = '')"),
)


@transaction.atomic
def take_promotions(source: Source, *, feed: Feed, at: datetime) -> Taken:
    """Make staged promotions, change words and terms of known ones, and add audiences; one row per audience.

    Refused: terms without meaning, unknown audiences, one code twice with other terms, a partner's feed.
    """
    makers_own(feed)
    advisory_lock(PROMOTIONS)
    staging.prepare(source)
    params = {
        **source.params,
        **staged_targets.PARAMS,
        "feed": feed.pk,
        "effects": list(PromotionEffect.values),
        "currencies": sorted(known_currencies()),
    }
    sql.temporary_table(CHECKED, _checked(source, kinds_coded(feed, ("partner",))), params)
    staging.reject_broken(CHECKED, CHECKS, params)
    reject_twice(CHECKED, key=("code",), content=(*WORDS, *TERMS), field="code")
    changed = _name() | _set_terms(at) | _offer(at)
    rejected = staging.rejected_count()
    return Taken(len(changed), source.rows - len(changed) - rejected, rejected)


@transaction.atomic
def take_promotion_items(source: Source, *, feed: Feed, at: datetime) -> Taken:
    """Name the products or product lines of promotions; those named already are unchanged.

    Refused: unknown promotions, products and lines, a partner's feed.
    """
    makers_own(feed)
    advisory_lock(PROMOTIONS)
    staging.prepare(source)
    params = {**source.params, "feed": feed.pk}
    coded = kinds_coded(feed, ("product", "product_line"))
    sql.temporary_table(CHECKED_ITEMS, _checked_items(source, coded), params)
    staging.reject_broken(CHECKED_ITEMS, ITEM_CHECKS, params)
    taken = enter_recorded(
        "pricing_promotionitem",
        firsts(CHECKED_ITEMS, ITEM_KEY),
        key={"promotion_id": "t.promotion_id", "product_id": "t.product_id", "product_line_id": "t.line_id"},
        values={},
        match=(
            "r.promotion_id = t.promotion_id AND r.product_id IS NOT DISTINCT FROM t.product_id"
            " AND r.product_line_id IS NOT DISTINCT FROM t.line_id"
        ),
        at=at,
    )
    rejected = staging.rejected_count()
    return Taken(taken, source.rows - taken - rejected, rejected)


def _checked(source: Source, coded: frozenset[str]) -> str:
    fields = ", ".join(f"s.{name}" for name in FIELDS)
    numbers = ", ".join(f"{decimal_of(f's.{name}')} AS {typed}" for name, typed in NUMBERS.items())
    columns, joins = staged_targets.resolved(source, coded)
    return f"""
        SELECT t.*, {accepted(CHECKS)} AS ok FROM (
            SELECT s.row_no, {fields}, {columns}, {numbers},
                {date_of("s.valid_from")} AS begins, {date_of("s.valid_through")} AS ends
            FROM {source.relation} s {joins}
            OFFSET 0
        ) t
    """


def _checked_items(source: Source, coded: frozenset[str]) -> str:
    product = StagedCode("product", "product", "partners_product", "sku", source=source, coded=coded)
    line = StagedCode("product_line", "product_line", "partners_productline", "code", source=source, coded=coded)
    return f"""
        SELECT t.*, {accepted(ITEM_CHECKS)} AS ok FROM (
            SELECT s.row_no, {", ".join(f"s.{name}" for name in ITEM_FIELDS)}, p.id AS promotion_id,
                {product.found("id")} AS product_id, {line.found("id")} AS line_id
            FROM {source.relation} s LEFT JOIN pricing_promotion p ON p.code = s.promotion
            {product.joins()} {line.joins()}
            OFFSET 0
        ) t
    """


def _name() -> set[int]:
    """Enter new promotions and change the words of known ones; an empty word leaves a known one as it is."""
    kept = {name: f"coalesce(nullif(excluded.{name}, ''), p.{name})" for name in WORDS}
    differs = " OR ".join(f"p.{name} <> {value}" for name, value in kept.items())
    rows = sql.fetch(
        f"""
        WITH first AS ({firsts(CHECKED, ("code",))}), entered AS (
            INSERT INTO pricing_promotion AS p (code, {", ".join(WORDS)})
            SELECT t.code, {", ".join(f"t.{name}" for name in WORDS)} FROM first t ORDER BY t.code COLLATE "C"
            ON CONFLICT (code) DO UPDATE SET {", ".join(f"{name} = {value}" for name, value in kept.items())}
            WHERE {differs} RETURNING code
        )
        SELECT t.row_no FROM first t JOIN entered USING (code)
        """,
    )
    return {row for (row,) in rows}


def _set_terms(at: datetime) -> set[int]:
    entered = enter_recorded(
        "pricing_promotionterms",
        f"SELECT t.*, p.id AS promotion_id FROM ({firsts(CHECKED, ('code',))}) t JOIN pricing_promotion p USING (code)",
        key={"promotion_id": "t.promotion_id"},
        values={
            "valid_from": "t.begins",
            "valid_through": "t.ends",
            "min_quantity": "coalesce(t.low, 0)",
            "max_quantity": "t.high",
            "effect": "t.effect",
            "value": "t.much",
            "currency": "t.currency",
            "line_discount": "coalesce(t.line, 0)",
        },
        match="r.promotion_id = t.promotion_id",
        at=at,
    )
    return _new_rows() if entered else set()


def _offer(at: datetime) -> set[int]:
    key = ("code", "target_kind", *staged_targets.COLUMNS)
    entered = enter_recorded(
        "pricing_promotionaudience",
        f"SELECT t.*, p.id AS promotion_id FROM ({firsts(CHECKED, key)}) t JOIN pricing_promotion p USING (code)",
        key={"promotion_id": "t.promotion_id"}
        | {name: f"t.{name}" for name in ("target_kind", *staged_targets.COLUMNS)},
        values={},
        match=f"r.promotion_id = t.promotion_id AND {staged_targets.MATCH}",
        at=at,
    )
    return _new_rows() if entered else set()


def _new_rows() -> set[int]:
    return {row for (row,) in sql.fetch("SELECT row_no FROM new_recorded_rows")}
