"""Company numbers in bulk: each checked by its scheme, entered or changed, refused with what is wrong with it."""

from datetime import datetime
from typing import Any

from django.db import transaction

from channelhub.core.services import staging
from channelhub.core.services.staging import Source, Taken
from channelhub.lib import sql
from channelhub.lib.typed_sql import Check, accepted, at_most, known, required
from partners.rules import company_numbers

FIELDS = ("partner", "scheme", "number")
CHECKED, VERDICTS = "checked_numbers", "verdicts_of_numbers"
CHECKS: tuple[Check, ...] = (
    *required("partner", "number"),
    *at_most(scheme=40, number=40),
    known("partner", "partner_id"),
    Check("number", "not_a_company_number", "t.partner_id IS NOT NULL AND t.number <> '' AND t.kept = ''"),
    Check("number", "twice_in_file", "t.place > 1 AND t.kept <> ''"),
)


@transaction.atomic
def take_numbers(source: Source, *, at: datetime) -> Taken:
    """Enter official numbers of known partners; another number of the same scheme replaces the one there is.

    Refused: unknown partners, numbers that their scheme rules out, one partner and scheme twice in a file.
    """
    staging.prepare(source)
    _judge(source)
    params = {**source.params, "at": at}
    sql.temporary_table(CHECKED, _checked(source), params)
    staging.reject_broken(CHECKED, CHECKS, params)
    written = sql.run(
        f"""
        WITH written AS (
            INSERT INTO partners_companynumber AS n (partner_id, scheme, number)
            SELECT t.partner_id, t.scheme_kept, t.kept FROM {CHECKED} t WHERE t.ok ORDER BY t.partner_id
            ON CONFLICT (partner_id, scheme) DO UPDATE SET number = excluded.number WHERE n.number <> excluded.number
            RETURNING n.partner_id
        )
        INSERT INTO core_outboxevent (name, data, occurred_at)
        SELECT 'partners.partner.record_changed', jsonb_build_object('partner_id', partner_id), now() FROM written
        """,
    )
    rejected = staging.rejected_count()
    return Taken(written, source.rows - written - rejected, rejected)


def _judge(source: Source) -> None:
    """The verdict on every number: arithmetic of a library, not of the database."""
    rows: list[tuple[Any, ...]] = sql.fetch(
        f"SELECT DISTINCT s.scheme, s.number, coalesce(p.country, '') FROM {source.relation} s"
        " LEFT JOIN partners_partner p ON p.code = s.partner",
        dict(source.params),
    )
    sql.temporary_table(
        VERDICTS,
        "SELECT ''::text AS scheme, ''::text AS number, ''::text AS country, ''::text AS scheme_kept, ''::text AS kept"
        " WHERE false",
    )
    sql.copy_rows(VERDICTS, ["scheme", "number", "country", "scheme_kept", "kept"], map(_verdict, rows))


def _verdict(row: tuple[Any, ...]) -> list[str]:
    scheme, number, country = row
    used, verdict = (
        (scheme, company_numbers.check(scheme, number)) if scheme else company_numbers.guess(country, number)
    )
    return [scheme, number, country, used, verdict.compact]


def _checked(source: Source) -> str:
    return f"""
        SELECT t.*, {accepted(CHECKS)} AS ok FROM (
            SELECT s.row_no, s.partner, s.scheme, s.number, p.id AS partner_id, v.scheme_kept, v.kept,
                row_number() OVER (PARTITION BY s.partner, v.scheme_kept ORDER BY v.kept = '', s.row_no) AS place
            FROM {source.relation} s
            LEFT JOIN partners_partner p ON p.code = s.partner
            LEFT JOIN {VERDICTS} v
                ON v.scheme = s.scheme AND v.number = s.number AND v.country = coalesce(p.country, '')
        ) t
    """
