"""Letters that follow from what happened to partners."""

from datetime import date

from channelhub.core.models import OutboxEvent
from channelhub.core.services.dispatch import handles
from channelhub.lib.periods import business_day
from partners.services import invitations, tier_letters
from partners.services.onboarding import letters


@handles("partners.membership.began")
def invite_the_person(event: OutboxEvent) -> None:
    invitations.invite(membership_id=event.data["membership_id"])


@handles("partners.application.begun", "partners.application.link_asked")
def send_the_link(event: OutboxEvent) -> None:
    letters.begun(application_id=event.data["application_id"])


@handles("partners.application.waits")
def ask_the_applicant(event: OutboxEvent) -> None:
    letters.step_waits(case_step_id=event.data["case_step_id"])


@handles("partners.application.ended")
def tell_the_applicant(event: OutboxEvent) -> None:
    letters.ended(application_id=event.data["application_id"])


@handles("partners.tier.changed")
def tell_of_the_tier(event: OutboxEvent) -> None:
    tier_letters.tier_changed(
        partner_id=event.data["partner_id"],
        tier=event.data["tier"],
        first_day=date.fromisoformat(event.data["first_day"]),
        on=business_day(event.occurred_at),
    )
