"""Assignments of price lists in bulk."""

from datetime import datetime

from django.db import transaction

from channelhub.core.models import Feed
from channelhub.core.services import staging
from channelhub.core.services.staged_codes import kinds_coded
from channelhub.core.services.staging import REJECTED, Source, Taken
from channelhub.lib import sql
from channelhub.lib.locks import advisory_lock
from channelhub.lib.typed_sql import Check, accepted, date_of, decimal_of, known, required
from pricing.services import staged_targets
from pricing.services.recorded_rows import enter_recorded, firsts, makers_own, reject_twice

FIELDS = ("price_list", *staged_targets.FIELDS, "priority", "valid_from")
CHECKED = "checked_price_assignments"
KEY = ("target_kind", *staged_targets.COLUMNS, "place", "begins")
CHECKS: tuple[Check, ...] = (
    *required("valid_from"),
    *staged_targets.CHECKS,
    known("price_list", "list_id"),
    known("valid_from", "begins", "not_a_date"),
    Check("priority", "not_a_number", "t.place IS NULL OR t.place <> trunc(t.place)"),
    Check("priority", "not_positive", "t.place <= 0"),
    Check("priority", "too_large", "t.place > 32767"),
)


@transaction.atomic
def take_assignments(source: Source, *, feed: Feed, at: datetime) -> Taken:
    """Record staged assignments; without a list an assignment ends on that day.

    Refused: unknown targets, a priority that belongs to another type, a partner's feed.
    """
    makers_own(feed)
    advisory_lock("pricing_one_list_known_per_target_priority_and_day")
    staging.prepare(source)
    params = {**source.params, **staged_targets.PARAMS, "feed": feed.pk}
    sql.temporary_table(CHECKED, _checked(source, kinds_coded(feed, ("partner",))), params)
    staging.reject_broken(CHECKED, CHECKS, params)
    _reject_ties()
    reject_twice(CHECKED, key=KEY, content=("list_id",), field="target")
    columns = ("target_kind", *staged_targets.COLUMNS)
    taken = enter_recorded(
        "pricing_priceassignment",
        firsts(CHECKED, KEY),
        key={name: f"t.{name}" for name in columns} | {"priority": "t.place", "valid_from": "t.begins"},
        values={"price_list_id": "t.list_id"},
        match=f"{staged_targets.MATCH} AND r.priority = t.place AND r.valid_from = t.begins",
        at=at,
    )
    rejected = staging.rejected_count()
    return Taken(taken, source.rows - taken - rejected, rejected)


def _checked(source: Source, coded: frozenset[str]) -> str:
    fields = ", ".join(f"s.{name}" for name in FIELDS)
    columns, joins = staged_targets.resolved(source, coded)
    return f"""
        SELECT t.*, {accepted(CHECKS)} AS ok FROM (
            SELECT s.row_no, {fields}, {columns}, l.id AS list_id, {date_of("s.valid_from")} AS begins,
                CASE WHEN s.priority = '' THEN 1 ELSE {decimal_of("s.priority")} END AS place
            FROM {source.relation} s {joins} LEFT JOIN pricing_pricelist l ON l.code = s.price_list
            OFFSET 0
        ) t
    """


def _reject_ties() -> None:
    """Types whose priority belongs to another one, known or earlier in the file."""
    sql.run(
        f"""
        WITH tied AS (
            UPDATE {CHECKED} t SET ok = false
            WHERE t.ok AND t.target_kind = 'type' AND (
                EXISTS (
                    SELECT 1 FROM pricing_priceassignment r WHERE r.target_kind = 'type' AND r.known_until IS NULL
                        AND r.priority = t.place AND r.type_id <> t.type_id
                ) OR EXISTS (
                    SELECT 1 FROM {CHECKED} f WHERE f.ok AND f.target_kind = 'type' AND f.place = t.place
                        AND f.type_id <> t.type_id AND f.row_no < t.row_no
                )
            ) RETURNING t.row_no, t.priority
        )
        INSERT INTO {REJECTED} SELECT row_no, 'priority', 'tie', priority FROM tied
        """,
    )
