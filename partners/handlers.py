"""Letters and steps that follow from what happened to partners."""

from datetime import date

from channelhub.core.enums.workflow import StepKind
from channelhub.core.models import OutboxEvent
from channelhub.core.services.dispatch import handles
from channelhub.lib.periods import business_day
from partners.services import invitations, tier_letters
from partners.services.onboarding import letters, plugs


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


@handles("partners.onboarding.step_begun")
def settle_what_was_done_before(event: OutboxEvent) -> None:
    plugs.settle(partner_id=event.data["partner_id"], kind=event.data["kind"], at=event.occurred_at)


@handles("partners.contract.signed")
def settle_the_contract(event: OutboxEvent) -> None:
    plugs.settle(partner_id=event.data["partner_id"], kind=StepKind.CONTRACT, at=event.occurred_at)


@handles("partners.deposit.covered")
def settle_the_deposit(event: OutboxEvent) -> None:
    plugs.settle(partner_id=event.data["partner_id"], kind=StepKind.DEPOSIT, at=event.occurred_at)


@handles("partners.certificate.issued")
def settle_the_certification(event: OutboxEvent) -> None:
    plugs.settle(partner_id=event.data["partner_id"], kind=StepKind.CERTIFICATION, at=event.occurred_at)
