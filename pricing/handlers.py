"""Letters that follow from what happened to prices."""

from channelhub.core.models import OutboxEvent
from channelhub.core.services.dispatch import handles
from pricing.services import revision_letters


@handles("pricing.revision.announced")
def tell_the_partner(event: OutboxEvent) -> None:
    revision_letters.announced(notice_id=event.data["notice_id"])
