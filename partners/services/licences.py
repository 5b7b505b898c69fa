"""Licences that come to their end: a task for who cares for the partner, and word to the partner itself."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone

from channelhub.core.models import Task
from channelhub.core.services import attention
from partners.enums import LICENCE_ENDS
from partners.models import Licence
from partners.services.records import last_day

DAYS = 60
ROLE = "channel_manager"


def remind(*, business_day: date) -> Mapping[str, Any]:
    """Open one task for each licence that ends within 60 days; a task that was opened for it is not opened again."""
    rows = Licence.objects.ending_within(business_day, DAYS).select_related("partner").order_by("pk")
    keys = {f"partners.licence {licence.pk} {last_day(licence)}": licence for licence in rows}
    told = set(Task.objects.filter(key__in=keys).values_list("key", flat=True))
    opened = 0
    for key, licence in keys.items():
        last = last_day(licence)
        if key in told or last is None:
            continue
        attention.open_task(
            kind=LICENCE_ENDS,
            key=key,
            at=timezone.now(),
            role=ROLE,
            about_partner_id=licence.partner_id,
            record=licence,
            due_on=last,
            licence=str(licence),
            partner=licence.partner.name,
            last=last,
        )
        opened += 1
    return {"licences": opened}
