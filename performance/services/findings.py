"""What a person makes of a finding: confirmed or dismissed, once, with a reason."""

from datetime import datetime

from django.db import transaction

from channelhub.core.models import User
from channelhub.core.services import outbox
from performance import events
from performance.enums import FindingState
from performance.errors import DecisionNeedsReason, FindingDecided
from performance.models import Finding
from performance.services import touched


@transaction.atomic
def decide(*, finding: Finding, confirmed: bool, reason: str, by: User, at: datetime) -> Finding:
    """Confirm or dismiss an open finding; refused without a reason, and when it is no longer open.

    The partner's month is measured again: a dismissed finding is no conflict on its record.
    """
    if not reason.strip():
        raise DecisionNeedsReason
    row = Finding.objects.select_for_update(of=("self",)).get(pk=finding.pk)
    if row.state != FindingState.OPEN:
        raise FindingDecided
    row.state = FindingState.CONFIRMED if confirmed else FindingState.DISMISSED
    row.reason, row.decided_by, row.decided_at = reason.strip(), by, at
    row.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    row.refresh_from_db()
    touched.touch_months(partner_id=row.partner_id, months=[row.month])
    outbox.publish(
        events.FINDING_DECIDED.name,
        occurred_at=at,
        finding_id=row.pk,
        partner_id=row.partner_id,
        kind=str(row.kind),
        state=str(row.state),
        user_id=by.pk,
    )
    return row
