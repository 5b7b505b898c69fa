"""What an earner is shown: its accounts, their postings by month and cause, why an amount, and the lines behind it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet, Sum

from channelhub.lib.periods import Period
from pricing.models import RebateAccount, RebatePosting, RebateProgramme, SalesLine
from pricing.models.settlement import PARTS
from pricing.rules import settling, shares
from pricing.rules.explaining import AccountExplained, explain_account
from pricing.rules.rebates import ZERO
from pricing.rules.settling import CAUSES, Facts
from pricing.selectors import measures, rebates

ONE_ACCOUNT = "(SELECT id, programme_id, partner_id, period_on FROM pricing_rebateaccount WHERE id = {account})"
FOREVER = date.max


@dataclass(frozen=True)
class AccountRow:
    """One account with what was posted on it; ``parts`` by cause, in the order of the split."""

    account_id: int
    programme: RebateProgramme
    period: Period
    currency: str
    amount: Decimal
    parts: dict[str, Decimal]


@dataclass(frozen=True)
class MonthRow:
    """What became known about an account in one month and was booked in one: the sums of its postings."""

    known_in: date
    booked_in: date
    amount: Decimal
    parts: dict[str, Decimal]


@dataclass(frozen=True)
class LineBehind:
    """A line behind an account: what it adds in the account's currency (None: no rate yet) and its share of the rebate.

    ``bands``: how much of the qualifier fell into which band. A line moved away stands there twice: once as it came,
    once, with opposite signs, as it left.
    """

    line: SalesLine
    known_in: date
    cause: str
    amount: Decimal | None
    quantity: Decimal
    share: Decimal
    bands: tuple[tuple[int, Decimal], ...]


def accounts_of(partner_id: int) -> list[AccountRow]:
    """An earner's accounts with their sums, the latest period first."""
    accounts = RebateAccount.objects.filter(partner_id=partner_id).select_related("programme")
    sums = _sums(RebatePosting.objects.filter(partner_id=partner_id), "account_id")
    rows = []
    for account in accounts.order_by("-period_on", "programme__code"):
        amount, parts = _parts(sums.get((account.pk,), {}))
        rows.append(AccountRow(account.pk, account.programme, _period(account), account.currency, amount, parts))
    return rows


def months_of(account: RebateAccount) -> list[MonthRow]:
    """An account's postings summed by the month they became known and the month they were booked in."""
    sums = _sums(account.postings.all(), "known_in", "booked_in")
    rows = []
    for known_in, booked_in in sorted(sums):
        amount, parts = _parts(sums[known_in, booked_in])
        rows.append(MonthRow(known_in, booked_in, amount, parts))
    return rows


def why(account: RebateAccount) -> AccountExplained:
    """The steps that lead to an account's amount, by all facts taken."""
    return explain_account(_facts(account))


def lines_behind(account: RebateAccount) -> list[LineBehind]:
    """Every line that counts for an account, with its share; the shares add up to what the lines earned."""
    facts = _facts(account)
    version = settling.ruling(facts, FOREVER)
    if version is None or version.terms is None:
        return []
    counted = measures.counted_lines(version_id=version.id, earner_id=account.partner_id, period=_period(account))
    amounts = [_converted(facts, row) for row in counted]
    contributions = [
        shares.Contribution(row.line_id, row.known_in, rebates.CAUSE_NAMES[row.cause], amount or ZERO, row.quantity)
        for row, amount in zip(counted, amounts, strict=True)
    ]
    amount_of = dict(zip(contributions, amounts, strict=True))
    lines = _lines(row.line_id for row in counted)
    return [
        LineBehind(lines[c.line], c.known_in, c.cause, amount_of[c], c.quantity, share.amount, share.bands)
        for share in shares.shares(contributions=contributions, terms=version.terms)
        for c in [share.contribution]
    ]


def _lines(ids: Iterable[int]) -> dict[int, SalesLine]:
    wanted, found = sorted(set(ids)), {}
    for start in range(0, len(wanted), 5000):
        batch = SalesLine.objects.filter(pk__in=wanted[start : start + 5000])
        found.update({line.pk: line for line in batch.select_related("product", "partner")})
    return found


def _facts(account: RebateAccount) -> Facts:
    return next(rebates.account_states(ONE_ACCOUNT.format(account=int(account.pk)))).facts


def _period(account: RebateAccount) -> Period:
    return Period(account.period_on, account.period_ends)


def _converted(facts: Facts, row: measures.Counted) -> Decimal | None:
    if row.currency == facts.currency:
        return row.amount
    rate = settling.rate_in_force(facts.rates, currency=row.currency, month=row.rate_month, known_by=FOREVER)
    return None if rate is None else row.amount * rate.rate


def _sums(postings: QuerySet[RebatePosting], *by: str) -> dict[tuple, dict[str, Decimal]]:
    rows = postings.order_by().values(*by).annotate(**{f"sum_{name}": Sum(name) for name in (*PARTS, "amount")})
    return {tuple(row[name] for name in by): row for row in rows}


def _parts(sums: dict[str, Decimal]) -> tuple[Decimal, dict[str, Decimal]]:
    parts = {cause: sums.get(f"sum_{name}", ZERO) for cause, name in zip(CAUSES, PARTS, strict=True)}
    return sums.get("sum_amount", ZERO), parts
