"""What a sales row must be: codes resolved, values typed, every rule as a condition."""

from datetime import date
from typing import Any

from channelhub.core.models import Feed
from channelhub.core.services.staged_codes import StagedCode, kinds_coded
from channelhub.core.services.staging import BIG, Source
from channelhub.lib import sql
from channelhub.lib.currencies import known_currencies
from channelhub.lib.typed_sql import Check, accepted, at_most, date_of, decimal, decimal_of, known, required
from pricing.enums import SALES_KINDS, SalesKind

FIELDS = (
    "external_id",
    "kind",
    "partner",
    "other_partner",
    "product",
    "document",
    "document_line",
    "booked_on",
    "quantity",
    "unit",
    "currency",
    "list_amount",
    "net_amount",
    "sold_into",
    "customer",
    "outlet",
    "returns",
    "returns_line",
    "reverses",
    "reverses_line",
)
CHECKED = "checked_sales"
DAYS = "days_of_sales"
# Which codes a row names: field -> kind of external code, table, the record's own code.
RECORDS = {
    "partner": ("partner", "partners_partner", "code"),
    "other_partner": ("partner", "partners_partner", "code"),
    "product": ("product", "partners_product", "sku"),
    "sold_into": ("territory", "partners_territory", "code"),
}
HASH_FORMAT = 1  # the first byte of every content hash: which fields it covers, and how they are written
NUMBERS = {"quantity": "entered", "list_amount": "list", "net_amount": "net"}

CHECKS: tuple[Check, ...] = (
    *required("external_id", "kind", "partner", "product", "booked_on", "quantity", "currency", "net_amount"),
    *at_most(external_id=120, document=60, document_line=20, customer=60, outlet=60),
    known("kind", "kind_id", "not_a_choice"),
    known("partner", "partner_id"),
    known("other_partner", "other_partner_id"),
    known("product", "product_id"),
    known("sold_into", "sold_into_id"),
    known("booked_on", "booked", "not_a_date"),
    Check("booked_on", "in_the_future", "t.booked > %(today)s"),
    *decimal("quantity", "entered", digits=13, places=6),
    *decimal("net_amount", "net", digits=15, places=4),
    *decimal("list_amount", "list", digits=15, places=4),
    Check("unit", "unknown_unit", "t.product_id IS NOT NULL AND t.factor IS NULL"),
    Check("quantity", "too_large", "t.factor <> 1 AND abs(t.entered) < 1e13 AND abs(t.entered * t.factor) >= 1e13"),
    Check("currency", "unknown_currency", "t.currency <> '' AND t.currency <> ALL (%(currencies)s)"),
    Check("other_partner", "required", f"t.kind_id = {SalesKind.SELL_THROUGH} AND t.other_partner = ''"),
    Check("other_partner", "only_for_sell_through", f"t.kind_id <> {SalesKind.SELL_THROUGH} AND t.other_partner <> ''"),
    Check("kind", "only_the_maker", f"t.kind_id = {SalesKind.SELL_IN} AND %(own)s::bigint[] IS NOT NULL"),
    Check("returns", "one_reference_only", "t.references_named > 1"),
    Check("returns_line", "not_a_number", "t.returns_line <> '' AND t.returns_line_id IS NULL"),
    Check("reverses_line", "not_a_number", "t.reverses_line <> '' AND t.reverses_line_id IS NULL"),
)


def check(source: Source, *, feed: Feed, own: tuple[int, ...] | None, today: date) -> dict[str, Any]:
    """Fill ``checked_sales`` from the source; answers the parameters that its conditions use.

    ``own``: the partners whose figures the feed may write; None: all. Others are unknown to it.
    """
    params = {
        **source.params,
        "feed": feed.pk,
        "today": today,
        "own": None if own is None else list(own),
        "currencies": sorted(known_currencies()),
    }
    _make_days(source, today)
    coded = kinds_coded(feed, (kind for kind, _, _ in RECORDS.values()))
    sql.temporary_table(
        CHECKED,
        _checked(source, coded),
        params,
        statistics_of=("ok", "references_named", "row_no"),
    )
    return params


def _checked(source: Source, coded: frozenset[str]) -> str:
    """The rows with their typed columns, home territory, hash and verdict."""
    return f"""
        SELECT t.*, h.territory_id AS home_territory_id, {_content_hash()} AS content_hash,
            {accepted(CHECKS)} AS ok
        FROM ({_resolved(source, coded)} OFFSET 0) t
        LEFT JOIN partners_hometerritory h ON h.partner_id = t.partner_id AND h.valid_during @> t.booked
    """


def _resolved(source: Source, coded: frozenset[str]) -> str:
    """The rows with codes resolved (the feed's own first, then the record's) and text read as values."""
    fields = ", ".join(f"s.{name}" for name in FIELDS)
    kinds = " ".join(f"WHEN '{code}' THEN {kind.value}" for code, kind in SALES_KINDS.items())
    numbers = ", ".join(f"{decimal_of(f's.{name}')} AS {typed}" for name, typed in NUMBERS.items())
    codes = {name: StagedCode(name, *record, source=source, coded=coded) for name, record in RECORDS.items()}
    partner, product = codes["partner"].found("id"), codes["product"]
    return f"""
        SELECT s.row_no, {fields}, CASE s.kind {kinds} END::smallint AS kind_id,
            CASE WHEN %(own)s::bigint[] IS NULL OR {partner} = ANY (%(own)s::bigint[]) THEN {partner} END AS partner_id,
            {codes["other_partner"].found("id")} AS other_partner_id, {product.found("id")} AS product_id,
            {product.found("line_id")} AS product_line_id, {codes["sold_into"].found("id")} AS sold_into_id,
            coalesce(d.day, {date_of("s.booked_on")}) AS booked, {numbers},
            CASE WHEN s.unit IN ('', {product.found("unit")}) THEN 1 ELSE u.factor END AS factor,
            {_line_id("s.returns_line")} AS returns_line_id, {_line_id("s.reverses_line")} AS reverses_line_id,
            (s.returns <> '')::int + (s.returns_line <> '')::int + (s.reverses <> '')::int
                + (s.reverses_line <> '')::int AS references_named
        FROM {source.relation} s
        LEFT JOIN {DAYS} d ON d.text = s.booked_on
        {" ".join(code.joins() for code in codes.values())}
        LEFT JOIN partners_productunit u ON u.product_id = {product.found("id")} AND u.unit = s.unit
    """


def _make_days(source: Source, today: date) -> None:
    """The days of many rows are looked up, which costs less than reading each; for a few rows the calendar is empty."""
    last = today if source.rows > BIG else date(1999, 12, 31)
    sql.temporary_table(
        DAYS,
        "SELECT g::date AS day, to_char(g, 'YYYY-MM-DD') AS text"
        " FROM generate_series(date '2000-01-01', %s::date, interval '1 day') g",
        [last],
    )


def _line_id(text: str) -> str:
    digits = f"translate({text}, '0123456789', '') = '' AND length({text}) BETWEEN 1 AND 18"
    return f"CASE WHEN {digits} THEN {text}::bigint END"


def _content_hash() -> str:
    """Over the sent fields in their order; numbers without trailing zeros, so that 1.50 is 1.5."""
    parts = [
        f"coalesce(trim_scale(t.{NUMBERS[name]})::text, '')" if name in NUMBERS else f"t.{name}" for name in FIELDS
    ]
    text = ", ".join(parts)
    return f"'\\x{HASH_FORMAT:02x}'::bytea || sha256(convert_to(concat_ws(E'\\x1f', {text}), 'UTF8'))"
