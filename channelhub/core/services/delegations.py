"""Absences: who decides in whose place, and from when to when."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from channelhub.core.enums import workflow as messages
from channelhub.core.errors import AlreadyDelegated, CannotDelegate
from channelhub.core.models import Delegation, User
from channelhub.core.services import attention
from channelhub.lib.locks import advisory_lock
from channelhub.lib.periods import DateRange, business_day, date_range

ONCE = "core_one_delegate_per_person_and_day"


@transaction.atomic
def delegate(
    *, user: User, to: User, first: date, last: date, at: datetime, role: str = "", note: str = ""
) -> Delegation:
    """From the first to the last day another person decides in one's place, in one role or in all.

    Refused: to oneself, to somebody without access or not of the staff, for days that are over, twice on one day.
    """
    if to.pk == user.pk or not (to.is_active and to.is_staff) or to.is_machine:
        raise CannotDelegate(_("Choose another active member of the staff."))
    if last < first or last < business_day(at):
        raise CannotDelegate(_("The absence ends on or after its first day, and not before today."))
    advisory_lock(ONCE)
    try:
        with transaction.atomic():
            row = Delegation.objects.create(
                user=user, delegate=to, role=role, valid_during=date_range(first, last), note=note
            )
    except IntegrityError as error:
        if ONCE not in str(error):
            raise
        raise AlreadyDelegated(_("Somebody else decides in this person's place on these days already.")) from error
    attention.notify(messages.DELEGATED_TO_YOU, at=at, user=to, person=user.get_full_name(), first=first, last=last)
    return row


@transaction.atomic
def end_delegation(*, delegation: Delegation, at: datetime) -> None:
    """Back earlier: from today on nobody decides in one's place; one that has not begun is called off.

    Refused: one that is over.
    """
    row = Delegation.objects.select_for_update(of=("self",)).get(pk=delegation.pk)
    today = business_day(at)
    if row.valid_during.upper is not None and row.valid_during.upper <= today:
        raise CannotDelegate(_("This absence is over."))
    if row.valid_during.lower is None or row.valid_during.lower < today:
        row.valid_during = DateRange(row.valid_during.lower, today)
        row.save(update_fields=["valid_during"])
    else:
        row.delete()
