"""From wrong lines to findings: each line joins the undecided finding of its key, or opens one."""

from datetime import datetime

from channelhub.lib import sql

KEY = ("kind", "partner_id", "month", "product_line_id", "sold_into_id", "product_id", "currency")
SAME = " AND ".join(f"f.{column} IS NOT DISTINCT FROM v.{column}" for column in KEY if column not in KEY[:3])
JOINED = f"f.kind = v.kind AND f.partner_id = v.partner_id AND f.month = v.month AND {SAME}"
UNDECIDED = "f.state IN ('open', 'withdrawn')"

CLEAR = """
    UPDATE performance_findingline e SET cleared_at = %(at)s FROM doubted d
    WHERE e.id = d.id AND e.cleared_at IS NULL
        AND NOT EXISTS (SELECT FROM verdict v WHERE v.line_id = e.line_id AND v.kind = e.kind)
    RETURNING e.finding_id
"""
RENEW = """
    UPDATE performance_findingline e SET cleared_at = NULL, damage = v.damage, "limit" = v.lowest
    FROM verdict v WHERE v.line_id = e.line_id AND v.kind = e.kind
        AND (e.cleared_at IS NOT NULL OR e.damage <> v.damage OR e."limit" IS DISTINCT FROM v.lowest)
    RETURNING e.finding_id
"""
FRESH = """
    SELECT v.* FROM verdict v
    WHERE NOT EXISTS (SELECT FROM performance_findingline e WHERE e.line_id = v.line_id AND e.kind = v.kind)
"""
OPEN = f"""
    INSERT INTO performance_finding ({", ".join(KEY)}, other_partner_id, number, first_seen_at)
    SELECT {", ".join(f"v.{column}" for column in KEY)},
        CASE WHEN count(v.other_partner_id) = count(*) AND min(v.other_partner_id) = max(v.other_partner_id)
            THEN min(v.other_partner_id) END,
        (SELECT coalesce(max(f.number), 0) + 1 FROM performance_finding f WHERE {JOINED}), %(at)s
    FROM fresh_evidence v
    WHERE NOT EXISTS (SELECT FROM performance_finding f WHERE {JOINED} AND {UNDECIDED})
    GROUP BY {", ".join(f"v.{column}" for column in KEY)}
    ORDER BY {", ".join(f"v.{column}" for column in KEY)}
    RETURNING id
"""
ADD = f"""
    INSERT INTO performance_findingline (finding_id, kind, line_id, damage, "limit")
    SELECT f.id, v.kind, v.line_id, v.damage, v.lowest
    FROM fresh_evidence v JOIN performance_finding f ON {JOINED} AND {UNDECIDED}
    ORDER BY v.line_id, v.kind
    RETURNING finding_id
"""
SUM = """
    UPDATE performance_finding f SET damage = s.damage, lines = s.lines,
        state = CASE WHEN f.state = 'open' AND s.lines = 0 THEN 'withdrawn'
            WHEN f.state = 'withdrawn' AND s.lines > 0 THEN 'open' ELSE f.state END
    FROM (SELECT finding_id, coalesce(sum(damage) FILTER (WHERE cleared_at IS NULL), 0) AS damage,
            count(*) FILTER (WHERE cleared_at IS NULL) AS lines
          FROM performance_findingline WHERE finding_id = ANY (%(ids)s::bigint[]) GROUP BY finding_id) s
    WHERE f.id = s.finding_id AND (f.damage, f.lines) IS DISTINCT FROM (s.damage, s.lines)
    RETURNING f.partner_id, f.month
"""


def keep(*, at: datetime) -> list[int]:
    """Turn the temporary tables ``verdict`` and ``doubted`` into findings and evidence; the ids newly opened.

    A wrong line already known is left as it is, or counts again; the months of changed findings are touched.
    """
    sql.discard_plans()
    changed = {row[0] for row in sql.fetch(CLEAR, {"at": at})}
    changed |= {row[0] for row in sql.fetch(RENEW)}
    sql.temporary_table("fresh_evidence", FRESH)
    opened = [row[0] for row in sql.fetch(OPEN, {"at": at})]
    changed |= {row[0] for row in sql.fetch(ADD)}
    for partner, month in set(sql.fetch(SUM, {"ids": sorted(changed)})):
        sql.run("INSERT INTO performance_touchedkpi (partner_id, month) VALUES (%s, %s)", [partner, month])
    return opened
