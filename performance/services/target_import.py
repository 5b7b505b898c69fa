"""Targets in bulk: the same checks for files and systems; set-based, whatever their number."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from channelhub.core.models import Feed
from channelhub.core.services import staging
from channelhub.core.services.fence import unfenced
from channelhub.core.services.importers import Entry
from channelhub.core.services.staging import RowError, Source, Taken
from channelhub.lib import sql
from channelhub.lib.currencies import known_currencies
from channelhub.lib.locks import advisory_lock
from channelhub.lib.typed_sql import Check, accepted, date_of, decimal, decimal_of, known, required
from performance.models.targets import TARGETED
from performance.services.targets import LOCK

FIELDS = (
    "partner",
    "territory",
    "product_line",
    "kpi",
    "first_day",
    "last_day",
    "currency",
    "amount",
    "weight",
)
CHECKED = "checked_targets"
KEY = ("partner_id", "territory_id", "product_line_id", "kpi", "valid_during", "currency")
CHECKS: tuple[Check, ...] = (
    *required("kpi", "first_day", "last_day", "currency", "amount"),
    Check("partner", "one_subject", "(t.partner = '') = (t.territory = '')"),
    known("partner", "partner_id"),
    known("territory", "territory_id"),
    known("product_line", "product_line_id"),
    Check("kpi", "not_a_choice", "t.kpi <> '' AND t.kpi <> ALL (%(kpis)s)"),
    known("first_day", "first_value", "not_a_date"),
    known("last_day", "last_value", "not_a_date"),
    Check("last_day", "ends_before_it_begins", "t.last_value < t.first_value"),
    Check("last_day", "too_large", "t.last_value >= '9999-12-01'"),
    Check("currency", "unknown_currency", "t.currency <> '' AND t.currency <> ALL (%(currencies)s)"),
    *decimal("amount", "amount_value", digits=15, places=4),
    Check("amount", "not_positive", "t.amount_value <= 0"),
    *decimal("weight", "weight_value", digits=5, places=2),
    Check("weight", "not_positive", "t.weight_value <= 0"),
    Check("first_day", "twice_in_file", "t.place > 1"),
)


# By what two lines speak of one target: the records, however they are called; what is not found by what was sent.
NAMED = ("partner", "territory", "product_line")
TWINS = (
    *(f"i.{name}_id, CASE WHEN i.{name}_id IS NULL THEN i.{name} END" for name in NAMED),
    *("i.kpi", "i.first_day", "i.last_day", "i.currency"),
)


@dataclass(frozen=True)
class TargetReceipt:
    """What became of a request's rows."""

    taken: int
    unchanged: int
    rejected: list[RowError]


def record_targets(*, feed: Feed, rows: Iterable[Mapping[str, Any]], at: datetime) -> TargetReceipt:
    """Record targets as one request: the good rows are taken, the others named by row, field and rule."""
    with unfenced():
        source = staging.stage("staged_targets", FIELDS, rows)
        taken = take_targets(source, Entry(feed, "", at))
        return TargetReceipt(taken.taken, taken.unchanged, staging.rejected_rows())


@transaction.atomic
def take_targets(source: Source, entry: Entry) -> Taken:
    """Enter staged targets; one known for the same subject, KPI, period and currency is superseded if it differs.

    Refused: unknown codes, neither or both of partner and territory, amounts that are not positive, one key twice.
    """
    advisory_lock(LOCK)
    staging.prepare(source)
    params = {
        **source.params,
        "feed": entry.feed.pk,
        "kpis": [kpi.value for kpi in TARGETED],
        "currencies": sorted(known_currencies()),
        "own": _own(entry.feed),
    }
    sql.temporary_table(CHECKED, _checked(source), params, statistics_of=("ok", "row_no"))
    rejected = staging.reject_broken(CHECKED, CHECKS, params)
    fresh = sql.temporary_table("fresh_targets", FRESH)
    changed = sql.run(SUPERSEDE, {"at": entry.at})
    sql.run(ENTER, {"at": entry.at})
    sql.run(TOUCH)
    return Taken(fresh, source.rows - fresh - rejected, rejected, changed=changed)


def _own(feed: Feed) -> list[int] | None:
    """A partner's own system sets no targets."""
    return None if feed.partner_id is None else []


FRESH = f"""
    SELECT t.*, k.id AS known_id FROM {CHECKED} t
    LEFT JOIN performance_target k ON k.known_until IS NULL
        AND k.territory_id IS NOT DISTINCT FROM t.territory_id
        AND k.product_line_id IS NOT DISTINCT FROM t.product_line_id
        AND k.partner_id IS NOT DISTINCT FROM t.partner_id AND k.kpi = t.kpi
        AND k.valid_during = t.valid_during AND k.currency = t.currency
    WHERE t.ok AND (k.id IS NULL OR k.amount IS DISTINCT FROM t.amount_value
        OR k.weight <> coalesce(t.weight_value, 1))
"""
SUPERSEDE = """
    UPDATE performance_target SET known_until = %(at)s
    WHERE id IN (SELECT known_id FROM fresh_targets WHERE known_id IS NOT NULL)
"""
ENTER = f"""
    INSERT INTO performance_target ({", ".join(KEY)}, period, amount, weight, known_from)
    SELECT {", ".join(KEY)}, CASE
            WHEN date_trunc('month', first_value::timestamp) <> first_value THEN 'other'
            WHEN last_value + 1 = first_value + interval '1 month' THEN 'month'
            WHEN last_value + 1 = first_value + interval '3 months' AND extract(month FROM first_value) IN (1, 4, 7, 10)
                THEN 'quarter'
            WHEN last_value + 1 = first_value + interval '1 year' AND extract(month FROM first_value) = 1 THEN 'year'
            ELSE 'other' END,
        amount_value, coalesce(weight_value, 1), %(at)s
    FROM fresh_targets ORDER BY row_no
"""
TOUCH = """
    INSERT INTO performance_touchedkpi (partner_id, month)
    SELECT DISTINCT partner_id, month::date FROM fresh_targets,
        generate_series(date_trunc('month', first_value::timestamp), last_value::timestamp, interval '1 month') month
    WHERE partner_id IS NOT NULL
"""


def _checked(source: Source) -> str:
    fields = ", ".join(f"s.{name}" for name in FIELDS)
    codes = {
        "partner": ("partners_partner", "code"),
        "territory": ("partners_territory", "code"),
        "product_line": ("partners_productline", "code"),
    }
    joins = " ".join(
        f"LEFT JOIN core_externalcode x_{name} ON x_{name}.feed_id = %(feed)s AND x_{name}.kind = '{name}'"
        f" AND x_{name}.code = s.{name} LEFT JOIN {table} r_{name} ON r_{name}.{column} = s.{name}"
        for name, (table, column) in codes.items()
    )
    ids = {name: f"coalesce(x_{name}.target_id, r_{name}.id)" for name in codes}
    return f"""
        SELECT t.*, CASE WHEN t.first_value <= t.last_value THEN daterange(t.first_value, t.last_value + 1) END
            AS valid_during, {accepted(CHECKS)} AS ok FROM (
            SELECT i.*, row_number() OVER (PARTITION BY {", ".join(TWINS)} ORDER BY i.row_no) AS place FROM (
            SELECT s.row_no, {fields},
                CASE WHEN %(own)s::bigint[] IS NULL THEN {ids["partner"]} END AS partner_id,
                CASE WHEN %(own)s::bigint[] IS NULL THEN {ids["territory"]} END AS territory_id,
                {ids["product_line"]} AS product_line_id,
                {date_of("s.first_day")} AS first_value, {date_of("s.last_day")} AS last_value,
                {decimal_of("s.amount")} AS amount_value, {decimal_of("s.weight")} AS weight_value
            FROM {source.relation} s {joins}
            OFFSET 0
            ) i
        ) t
    """
