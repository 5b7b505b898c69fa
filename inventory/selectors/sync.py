"""Which sources report stock, which of them are silent, and what was refused."""

from dataclasses import dataclass
from datetime import datetime

from channelhub.lib import sql
from inventory.rules.silence import silent_since

LAST_REPORTS = 10
# Whoever reported, and whoever is set up to: an API client that may write, a mapping profile that brings in stock.
SOURCES = """
    SELECT f.id, f.code, f.name, p.id, p.name,
        ARRAY(
            SELECT b.received_at FROM inventory_stockbatch b WHERE b.feed_id = f.id ORDER BY b.id DESC LIMIT %(last)s
        ),
        b.id, b.rows, b.taken, b.outdated, b.rejected, b.absent,
        (SELECT count(*) FROM core_importrow r JOIN core_importjob j ON j.id = r.job_id
            JOIN core_mappingprofile m ON m.id = j.profile_id
            WHERE m.feed_id = f.id AND m.importer IN ('stock', 'stock_snapshot') AND r.status = 'open')
    FROM core_feed f
    LEFT JOIN partners_partner p ON p.id = f.partner_id
    LEFT JOIN LATERAL (SELECT * FROM inventory_stockbatch b WHERE b.feed_id = f.id ORDER BY b.id DESC LIMIT 1) b ON true
    WHERE b.id IS NOT NULL
        OR EXISTS (SELECT 1 FROM core_mappingprofile m
            WHERE m.feed_id = f.id AND m.importer IN ('stock', 'stock_snapshot'))
        OR EXISTS (SELECT 1 FROM partners_apiclient c WHERE c.feed_id = f.id AND 'stock:write' = ANY (c.scopes))
    ORDER BY f.code
"""


@dataclass(frozen=True)
class Report:
    """The last report of a source."""

    batch_id: int
    rows: int
    taken: int
    outdated: int
    rejected: int
    absent: int


@dataclass(frozen=True)
class StockSource:
    """A feed that reports stock, or is set up to. ``silent_since``: overdue since; ``open_rows``: wait to be mended."""

    feed_id: int
    code: str
    name: str
    partner_id: int | None
    partner: str | None
    reported_at: datetime | None
    silent_since: datetime | None
    report: Report | None
    open_rows: int


def stock_sources(at: datetime) -> list[StockSource]:
    """Every source, the silent ones first (the longest silent on top), then those with refused rows, then by code."""
    found = []
    for feed, code, name, partner_id, partner, reports, batch, *counts in sql.fetch(SOURCES, {"last": LAST_REPORTS}):
        *figures, open_rows = counts
        report = None if batch is None else Report(batch, *figures)
        since = silent_since(reports, at)
        last = reports[0] if reports else None
        found.append(StockSource(feed, code, name, partner_id, partner, last, since, report, open_rows))
    return sorted(found, key=_urgency)


def _urgency(source: StockSource) -> tuple[int, float, str]:
    if source.silent_since is not None:
        return 0, source.silent_since.timestamp(), source.code
    refused = source.open_rows or (source.report is not None and source.report.rejected)
    return (1 if refused else 2 if source.report else 3), 0, source.code
