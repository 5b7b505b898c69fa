"""What a stock row must be: codes resolved, values typed, every rule as a condition."""

from datetime import datetime, timedelta
from typing import Any

from channelhub.core.models import Feed
from channelhub.core.services.staged_codes import StagedCode, kinds_coded
from channelhub.core.services.staging import Source
from channelhub.lib import sql
from channelhub.lib.periods import business_zone
from channelhub.lib.typed_sql import Check, accepted, decimal, decimal_of, instant_of, known, required

FIELDS = ("location", "product", "on_hand", "reserved", "in_transit", "unit", "counted_at")
CHECKED = "checked_stock"
INSTANTS = "instants_of_stock"
CLOCKS_DIFFER = timedelta(minutes=5)
# Which codes a row names: field -> kind of external code, table, the record's own code.
RECORDS = {
    "location": ("location", "inventory_location", "code"),
    "product": ("product", "partners_product", "sku"),
}
NUMBERS = {"on_hand": "held", "reserved": "kept", "in_transit": "coming"}

CHECKS: tuple[Check, ...] = (
    *required("location", "product", "on_hand", "counted_at"),
    known("location", "location_id"),
    known("product", "product_id"),
    Check("location", "location_ended", "t.ends_on < (t.counted AT TIME ZONE %(zone)s)::date"),
    known("counted_at", "counted", "not_an_instant"),
    Check("counted_at", "counted_in_the_future", "t.counted > %(latest)s"),
    *(rule for name, typed in NUMBERS.items() for rule in decimal(name, typed, digits=13, places=6)),
    Check("reserved", "negative_stock", "t.kept < 0"),
    Check("in_transit", "negative_stock", "t.coming < 0"),
    Check("unit", "unknown_unit", "t.product_id IS NOT NULL AND t.factor IS NULL"),
    Check("on_hand", "too_large", "t.factor <> 1 AND abs(t.held) < 1e13 AND abs(t.held * t.factor) >= 1e13"),
)


def check(source: Source, *, feed: Feed, own: tuple[int, ...] | None, at: datetime) -> dict[str, Any]:
    """Fill ``checked_stock`` from the source, in the order of its keys; answers the parameters of its conditions.

    ``own``: the partners whose locations the feed may report; None: all. Others are unknown to it. ``turn`` numbers
    the good rows of one location and product by their times, from 1.
    """
    params = {
        **source.params,
        "feed": feed.pk,
        "own": None if own is None else list(own),
        "zone": str(business_zone()),
        "latest": at + CLOCKS_DIFFER,
    }
    _make_instants(source, params)
    coded = kinds_coded(feed, (kind for kind, _, _ in RECORDS.values()))
    statistics = ("ok", "turn", "row_no", "location_id", "product_id")
    sql.temporary_table(CHECKED, _checked(source, coded), params, statistics_of=statistics)
    return params


def _checked(source: Source, coded: frozenset[str]) -> str:
    """The rows with their typed columns, verdict and turn; one sort serves the turns and the load's order."""
    return f"""
        SELECT j.*, row_number() OVER (
            PARTITION BY j.ok, j.location_id, j.product_id ORDER BY j.counted, j.row_no
        ) AS turn
        FROM (
            SELECT t.*, round(t.held * t.factor, 6) AS new_on_hand, round(t.kept * t.factor, 6) AS new_reserved,
                round(t.coming * t.factor, 6) AS new_in_transit, {accepted(CHECKS)} AS ok
            FROM ({_resolved(source, coded)} OFFSET 0) t
        ) j
    """


def _resolved(source: Source, coded: frozenset[str]) -> str:
    """The rows with codes resolved (the feed's own first, then the record's) and text read as values."""
    fields = ", ".join(f"s.{name}" for name in FIELDS)
    numbers = ", ".join(f"{decimal_of(f's.{name}')} AS {typed}" for name, typed in NUMBERS.items())
    location, product = (StagedCode(name, *record, source=source, coded=coded) for name, record in RECORDS.items())
    owner, unit = location.found("partner_id"), product.found("unit")
    mine = f"%(own)s::bigint[] IS NULL OR {owner} = ANY (%(own)s::bigint[])"
    return f"""
        SELECT s.row_no, {fields}, {numbers}, i.at AS counted,
            CASE WHEN {mine} THEN {location.found("id")} END AS location_id, {owner} AS partner_id,
            {location.found("ends_on")}::date AS ends_on, {product.found("id")} AS product_id,
            CASE WHEN s.unit IN ('', {unit}) THEN 1 ELSE u.factor END AS factor
        FROM {source.relation} s
        LEFT JOIN {INSTANTS} i ON i.text = s.counted_at
        {location.joins()}
        {product.joins()}
        LEFT JOIN partners_productunit u ON s.unit <> '' AND u.product_id = {product.found("id")} AND u.unit = s.unit
    """


def _make_instants(source: Source, params: dict[str, Any]) -> None:
    """Each time that the rows name, read once: a file names few, and reading one is dear."""
    sql.temporary_table(
        INSTANTS,
        f"SELECT d.text, {instant_of('d.text', '%(zone)s')} AS at"
        f" FROM (SELECT DISTINCT s.counted_at AS text FROM {source.relation} s OFFSET 0) d",
        params,
    )
