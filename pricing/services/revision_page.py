"""What the page of a revision says above its fields: figures, what is in its way, and what it changes of a quarter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from channelhub.core.services.fence import unfenced
from channelhub.lib.periods import Period, business_day
from pricing.enums import ConsentState, RevisionStatus
from pricing.models import PriceList, PriceRevision, RevisionNotice
from pricing.selectors import price_revisions as selectors
from pricing.selectors.price_revisions import Summary
from pricing.selectors.revision_impact import TierImpact, impact, last_quarter
from pricing.services.revision_announcing import earliest_day

OPEN = (RevisionStatus.DRAFT, RevisionStatus.SUBMITTED, RevisionStatus.APPROVED, RevisionStatus.ANNOUNCED)


@dataclass(frozen=True)
class About:
    """A revision's figures. ``earliest``: the first day that keeps every notice if it were announced today."""

    figures: Summary
    stale: int
    later: int
    partners: int
    early: Sequence[str]
    earliest: date | None
    waiting: int
    declined: int
    quarter: Period
    tiers: Sequence[TierImpact]

    @property
    def change(self) -> Decimal:
        """Of the quarter's sales, over all tiers."""
        return sum((tier.change for tier in self.tiers), Decimal(0))


def about(revision: PriceRevision, *, at: datetime, costs: PriceList | None = None) -> About:
    """The figures of a revision as they are today, in a handful of statements however many prices it has."""
    today = business_day(at)
    with unfenced():
        is_open = revision.status in OPEN
        concerned = selectors.concerned(revision, today=today) if is_open else []
        notices = RevisionNotice.objects.filter(revision=revision)
        consents = list(notices.values_list("consent", flat=True))
        told = revision.status == RevisionStatus.ANNOUNCED
        first = earliest_day(concerned, today) if is_open and not told else None
        quarter = last_quarter(min(today, revision.effective_on))
        return About(
            figures=selectors.summary(revision),
            stale=len(selectors.stale_rows(revision)) if is_open else 0,
            later=selectors.changed_again(revision) if is_open else 0,
            partners=len(concerned) if is_open else len(consents),
            early=[one.name for one in concerned if first and (revision.effective_on - today).days < one.notice_days],
            earliest=first,
            waiting=consents.count(ConsentState.PENDING),
            declined=consents.count(ConsentState.DECLINED),
            quarter=quarter,
            tiers=impact(revision, quarter=quarter, costs=costs),
        )
