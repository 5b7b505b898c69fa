"""What the settling rule asks of the database: terms, rates and facts of accounts, read for many at once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any

from channelhub.lib import sql
from channelhub.lib.money import Rounding
from pricing.enums import Cause
from pricing.models import ProgrammeVersion, RebateBand
from pricing.rules.rebates import Band, Terms
from pricing.rules.settling import CAUSES, Facts, Manual, Measure, Rate, Version

CAUSE_NAMES = {cause.value: cause.name.lower() for cause in Cause}

PROGRAMMES = "SELECT id, currency FROM pricing_rebateprogramme WHERE id = ANY (%(programmes)s::bigint[])"
RATES = """
    SELECT to_currency, id, currency, month, known_in, rate FROM pricing_exchangerate
    WHERE known_in IS NOT NULL AND to_currency = ANY (%(currencies)s::text[]) ORDER BY id
"""
OPENINGS = """
    SELECT programme_id, starts_on, known_in FROM pricing_periodopening
    WHERE programme_id = ANY (%(programmes)s::bigint[])
"""
MEASURES = """
    SELECT a.id, m.programme_version_id, m.currency, m.rate_month, m.cause, m.known_in, m.amount, m.quantity
    FROM {accounts} a JOIN pricing_programmeversion v ON v.programme_id = a.programme_id
    JOIN pricing_rebatemeasure m ON m.programme_version_id = v.id AND m.earner_id = a.partner_id
        AND m.period_on = a.period_on
    ORDER BY a.id
"""
MANUALS = """
    SELECT a.id, m.amount, m.known_in FROM {accounts} a JOIN pricing_manualamount m
        ON m.programme_id = a.programme_id AND m.partner_id = a.partner_id AND m.period_on = a.period_on
    WHERE m.known_in IS NOT NULL ORDER BY a.id
"""
POSTED = """
    SELECT a.id, p.known_in, max(p.number), sum(by_version), sum(by_rates), sum(by_moves), sum(by_sales),
        sum(by_late), sum(by_returns), sum(by_manual)
    FROM {accounts} a JOIN pricing_rebateposting p ON p.account_id = a.id GROUP BY a.id, p.known_in ORDER BY a.id
"""
ACCOUNTS = """
    SELECT a.id, a.programme_id, a.partner_id, a.period_on, m.known_in FROM {accounts} a
    LEFT JOIN pricing_programmemember m ON m.programme_id = a.programme_id AND m.partner_id = a.partner_id
    ORDER BY a.id
"""


@dataclass
class Posted:
    """What was posted on an account, by month of knowledge and cause, and its last number."""

    last_number: int = 0
    by_month: dict[date, dict[str, Decimal]] = field(default_factory=dict)


@dataclass(frozen=True)
class AccountState:
    """An account as accrual sees it: all facts taken, and what was posted."""

    id: int
    partner_id: int
    facts: Facts
    posted: Posted


def terms_of(version: ProgrammeVersion, bands: Iterable[RebateBand], currency: str) -> Terms | None:
    """A version as the rule reads it; None: it ends the programme."""
    if version.ends:
        return None
    return Terms(
        version.method,
        version.qualifier,
        version.pays,
        [Band(band.starts_at, band.rate) for band in sorted(bands, key=lambda band: band.starts_at)],
        currency,
        cap=version.cap,
        floor=version.floor,
        rounding=Rounding(version.rounding, version.rounding_step),
    )


def versions_of(programmes: dict[int, str]) -> dict[int, list[Version]]:
    """All taken versions of programmes (id → currency), as the rule reads them."""
    found = defaultdict(list)
    taken = ProgrammeVersion.objects.filter(programme_id__in=list(programmes), known_in__isnull=False)
    for row in taken.order_by("pk").prefetch_related("bands"):
        assert row.known_in is not None
        terms = terms_of(row, row.bands.all(), programmes[row.programme_id])
        found[row.programme_id].append(Version(row.pk, row.valid_from, row.known_in, terms))
    return found


def account_states(accounts: str) -> Iterator[AccountState]:
    """Facts and postings of all accounts in a table or subquery with id, programme_id, partner_id, period_on.

    Few queries however many accounts; read after their rows were locked, this is what nobody else can change.
    """
    rows = sql.fetch(ACCOUNTS.format(accounts=accounts))
    ids = sorted({row[1] for row in rows})
    programmes = dict(sql.fetch(PROGRAMMES, {"programmes": ids}))
    versions = versions_of(programmes)
    rates = _rates(set(programmes.values()))
    opened = {row[:2]: row[2] for row in sql.fetch(OPENINGS, {"programmes": ids})}
    measures = _by_account(MEASURES.format(accounts=accounts))
    manuals = _by_account(MANUALS.format(accounts=accounts))
    posted = _by_account(POSTED.format(accounts=accounts))
    for account_id, programme_id, partner_id, period_on, member_in in rows:
        facts = Facts(
            currency=programmes[programme_id],
            starts_on=period_on,
            member_in=member_in,
            opened_in=opened.get((programme_id, period_on)),
            versions=versions[programme_id],
            measures=[_measure(row) for row in measures.get(account_id, ())],
            rates=rates[programmes[programme_id]],
            manuals=[Manual(amount, known_in) for _, amount, known_in in manuals.get(account_id, ())],
        )
        yield AccountState(account_id, partner_id, facts, _posted(posted.get(account_id, ())))


def _by_account(query: str) -> dict[int, list[tuple[Any, ...]]]:
    return {account: list(rows) for account, rows in groupby(sql.fetch(query), key=itemgetter(0))}


def _rates(currencies: set[str]) -> dict[str, list[Rate]]:
    found = defaultdict(list)
    for to_currency, *rate in sql.fetch(RATES, {"currencies": sorted(currencies)}):
        found[to_currency].append(Rate(*rate))
    return found


def _measure(row: Sequence[Any]) -> Measure:
    _, version, currency, rate_month, cause, known_in, amount, quantity = row
    return Measure(version, currency, rate_month, CAUSE_NAMES[cause], known_in, amount, quantity)


def _posted(rows: Iterable[Sequence[Any]]) -> Posted:
    found = Posted()
    for _, known_in, last_number, *parts in rows:
        found.last_number = max(found.last_number, last_number)
        found.by_month[known_in] = dict(zip(CAUSES, parts, strict=True))
    return found
