"""Facts that are not lines: taken once, each then known in the later of its own month and the first open one."""

from datetime import date

from channelhub.lib import sql

KNOWN = "greatest(date_trunc('month', {day})::date, %(month)s)"
TAKE_VERSIONS = f"""
    UPDATE pricing_programmeversion v SET known_in = {KNOWN.format(day="v.valid_from")}
    FROM pricing_rebateprogramme p
    WHERE v.known_in IS NULL AND p.id = v.programme_id AND p.status <> 'draft' RETURNING v.id
"""
TAKE_MEMBERS = f"""
    UPDATE pricing_programmemember m SET known_in = {KNOWN.format(day="p.starts_on")}
    FROM pricing_rebateprogramme p
    WHERE m.known_in IS NULL AND p.id = m.programme_id AND p.status <> 'draft' RETURNING m.id
"""
TAKE_RATES = f"""
    UPDATE pricing_exchangerate SET known_in = {KNOWN.format(day="month")} WHERE known_in IS NULL RETURNING id
"""
TAKE_MANUALS = f"""
    UPDATE pricing_manualamount SET known_in = {KNOWN.format(day="month")} WHERE known_in IS NULL RETURNING id
"""
# Every period that has begun and that some taken version rules; a programme that has ended opens no more.
OPEN_PERIODS = f"""
    INSERT INTO pricing_periodopening (programme_id, starts_on, known_in)
    SELECT p.id, d::date, {KNOWN.format(day="d")}
    FROM pricing_rebateprogramme p
    CROSS JOIN generate_series(p.starts_on::timestamp, %(day)s::timestamp,
        CASE p.period WHEN 'month' THEN interval '1 month' WHEN 'quarter' THEN interval '3 months'
            ELSE interval '1 year' END) AS d
    WHERE (SELECT NOT v.ends FROM pricing_programmeversion v
           WHERE v.programme_id = p.id AND v.known_in IS NOT NULL AND v.valid_from <= d
           ORDER BY v.valid_from DESC, v.id DESC LIMIT 1)
    ORDER BY p.id, d
    ON CONFLICT (programme_id, starts_on) DO NOTHING RETURNING id
"""

TOUCH_MEMBERS = """
    INSERT INTO pricing_touchedaccount (programme_id, earner_id, period_on)
    SELECT m.programme_id, m.partner_id, o.starts_on
    FROM pricing_programmemember m JOIN pricing_periodopening o USING (programme_id)
    WHERE m.known_in IS NOT NULL AND (
        m.id = ANY (%(members)s::bigint[]) OR o.id = ANY (%(openings)s::bigint[]) OR EXISTS (
            SELECT FROM pricing_programmeversion v WHERE v.id = ANY (%(versions)s::bigint[])
                AND v.programme_id = m.programme_id AND v.valid_from <= o.starts_on))
"""
# Those with amounts in the rate's currency in its month and the later ones that use it.
TOUCH_RATED = """
    INSERT INTO pricing_touchedaccount (programme_id, earner_id, period_on)
    SELECT DISTINCT v.programme_id, m.earner_id, m.period_on
    FROM (
        SELECT currency, to_currency, month, coalesce((
            SELECT min(later.month) FROM pricing_exchangerate later
            WHERE later.currency = r.currency AND later.to_currency = r.to_currency AND later.month > r.month
                AND later.known_in IS NOT NULL), 'infinity') AS until
        FROM pricing_exchangerate r WHERE r.id = ANY (%(rates)s::bigint[])
    ) rate
    JOIN pricing_rebatemeasure m
        ON m.currency = rate.currency AND m.rate_month >= rate.month AND m.rate_month < rate.until
    JOIN pricing_programmeversion v ON v.id = m.programme_version_id
    JOIN pricing_rebateprogramme p ON p.id = v.programme_id AND p.currency = rate.to_currency
"""
TOUCH_MANUAL = """
    INSERT INTO pricing_touchedaccount (programme_id, earner_id, period_on)
    SELECT DISTINCT programme_id, partner_id, period_on FROM pricing_manualamount
    WHERE id = ANY (%(manuals)s::bigint[])
"""


def _ids(statement: str, **params: object) -> list[int]:
    return [row[0] for row in sql.fetch(statement, params)]


def take_terms(*, month: date) -> tuple[list[int], list[int]]:
    """Take versions and members of programmes that are no drafts; their ids."""
    return _ids(TAKE_VERSIONS, month=month), _ids(TAKE_MEMBERS, month=month)


def take_others(*, month: date, business_day: date) -> dict[str, list[int]]:
    """Take rates and manual amounts and open the periods that have begun; their ids."""
    return {
        "rates": _ids(TAKE_RATES, month=month),
        "manuals": _ids(TAKE_MANUALS, month=month),
        "openings": _ids(OPEN_PERIODS, month=month, day=business_day),
    }


def touch(**taken: list[int]) -> None:
    """Queue the accounts that the taken facts speak of."""
    if taken["versions"] or taken["members"] or taken["openings"]:
        sql.run(TOUCH_MEMBERS, taken)
    if taken["rates"]:
        sql.run(TOUCH_RATED, taken)
    if taken["manuals"]:
        sql.run(TOUCH_MANUAL, taken)
