"""Who takes part in a programme, and what a person gives or takes by hand."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db import transaction

from channelhub.lib.periods import month_of, period_of
from partners.models import Partner
from pricing.errors import NotAMember, PeriodStartsElsewhere
from pricing.models import ManualAmount, ProgrammeMember, RebateProgramme
from pricing.services import programmes


@transaction.atomic
def add_members(*, programme: RebateProgramme, partner_ids: Iterable[int]) -> int:
    """Let partners take part in all periods of a programme; those who do already stay as they are.

    Refused while the programme is being decided on.
    """
    programmes.held_as_it_is(programme)
    have = set(programme.members.values_list("partner_id", flat=True))
    missing = sorted(set(partner_ids) - have)
    rows = [ProgrammeMember(programme=programme, partner_id=partner_id) for partner_id in missing]
    ProgrammeMember.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    return len(missing)


@transaction.atomic
def record_manual_amount(
    *, programme: RebateProgramme, partner: Partner, period_on: date, month: date, amount: Decimal, reason: str
) -> ManualAmount:
    """Give (or, negative, take) an amount on one account of a member, with a reason; settled by the next night."""
    if not programme.members.filter(partner=partner).exists():
        raise NotAMember(programme, partner)
    if period_of(period_on, programme.period).starts_on != period_on:
        raise PeriodStartsElsewhere(period_on)
    return ManualAmount.objects.create(
        programme=programme,
        partner=partner,
        period_on=period_on,
        month=month_of(month),
        amount=amount,
        reason=reason,
    )
