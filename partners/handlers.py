"""Letters that follow from what happened to partners."""

from channelhub.core.models import OutboxEvent
from channelhub.core.services.dispatch import handles
from partners.services import invitations


@handles("partners.membership.began")
def invite_the_person(event: OutboxEvent) -> None:
    invitations.invite(membership_id=event.data["membership_id"])
