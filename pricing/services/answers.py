"""Answers for a partner about its own accounts: computed on all facts, from accounts fetched behind the fence."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from channelhub.core.models import AccountingMonth
from channelhub.core.services.fence import unfenced
from channelhub.lib.periods import Period
from pricing.models import ProgrammeMember, RebateAccount, RebatePosting, RebateProgramme
from pricing.rules import settling
from pricing.rules.explaining import AccountExplained, Summed, explain_account
from pricing.rules.outlook import BandProgress, NextBand, band_progress, next_band
from pricing.rules.rebates import ZERO, Terms, Turnover
from pricing.selectors import rebates, statements
from pricing.selectors.statements import LineBehind, MonthRow

FOREVER = date.max


@dataclass(frozen=True)
class Outlook:
    """Where an account stands: ``posted`` (of it ``booked`` in closed months), and what more would bring.

    ``turnover`` and ``terms`` None: nothing is earned under any terms.
    """

    account: RebateAccount
    programme: RebateProgramme
    posted: Decimal
    booked: Decimal
    turnover: Turnover | None
    terms: Terms | None
    bands: Sequence[BandProgress]
    next_band: NextBand | None

    @property
    def period(self) -> Period:
        return Period(self.account.period_on, self.account.period_ends)

    @property
    def provisional(self) -> Decimal:
        """What may still change: posted in months that are open."""
        return self.posted - self.booked

    @property
    def by_amount(self) -> bool:
        return self.terms is not None and self.terms.qualifier == "amount"

    @property
    def figure(self) -> Decimal:
        """The turnover that chooses the band."""
        if self.turnover is None:
            return ZERO
        return self.turnover.amount if self.by_amount else self.turnover.quantity


def outlooks(accounts: Sequence[RebateAccount]) -> list[Outlook]:
    """Where these accounts stand, in their order; the same few queries however many."""
    if not accounts:
        return []
    with unfenced():
        ids = ",".join(str(int(account.pk)) for account in accounts)
        table = f"(SELECT id, programme_id, partner_id, period_on FROM pricing_rebateaccount WHERE id IN ({ids}))"
        facts = {state.id: state.facts for state in rebates.account_states(table)}
        programmes = programmes_of(accounts)
        posted = _posted(accounts)
        return [_outlook(account, programmes[account.programme_id], posted, facts[account.pk]) for account in accounts]


def programmes_of(accounts: Iterable[RebateAccount]) -> dict[int, RebateProgramme]:
    """The programmes behind accounts, by id: a partner learns their names."""
    with unfenced():
        return RebateProgramme.objects.in_bulk({account.programme_id for account in accounts})


def programmes_joined(partner_id: int) -> list[RebateProgramme]:
    """The programmes an own partner takes part in, by name; ``partner_id`` is the acting one."""
    with unfenced():
        ids = ProgrammeMember.objects.filter(partner_id=partner_id).values("programme_id")
        return list(RebateProgramme.objects.filter(pk__in=ids).exclude(status="draft").order_by("name", "pk"))


def explained(account: RebateAccount) -> AccountExplained:
    """Why an account holds its amount, step by step."""
    with unfenced():
        return statements.why(account)


def months_of(account: RebateAccount) -> list[MonthRow]:
    """What was posted on an account, by month of knowledge and cause."""
    with unfenced():
        return statements.months_of(account)


def lines_behind(account: RebateAccount) -> list[LineBehind]:
    """Every line that counts for an account with its share, also those of partners that left the subtree since."""
    with unfenced():
        return statements.lines_behind(account)


def _posted(accounts: Sequence[RebateAccount]) -> dict[int, tuple[Decimal, Decimal]]:
    """Per account: what was posted, and how much of it in closed months."""
    closed = set(AccountingMonth.objects.filter(closed_at__isnull=False).values_list("month", flat=True))
    found: dict[int, tuple[Decimal, Decimal]] = {}
    sums = RebatePosting.objects.filter(account__in=[account.pk for account in accounts]).order_by()
    for account_id, month, amount in sums.values_list("account_id", "booked_in").annotate(total=Sum("amount")):
        posted, booked = found.get(account_id, (ZERO, ZERO))
        found[account_id] = (posted + amount, booked + (amount if month in closed else ZERO))
    return found


def _outlook(
    account: RebateAccount,
    programme: RebateProgramme,
    posted: dict[int, tuple[Decimal, Decimal]],
    facts: settling.Facts,
) -> Outlook:
    version = settling.ruling(facts, FOREVER)
    terms = None if version is None else version.terms
    amounts = posted.get(account.pk, (ZERO, ZERO))
    if terms is None:
        return Outlook(account, programme, *amounts, None, None, (), None)
    summed = next(step for step in explain_account(facts).steps if isinstance(step, Summed))
    turnover = Turnover(summed.amount, summed.quantity)
    bands = band_progress(turnover=turnover, terms=terms)
    return Outlook(account, programme, *amounts, turnover, terms, bands, next_band(turnover=turnover, terms=terms))
