"""What partners tells the apps to its right and the world outside. docs/events.md lists them all."""

from datetime import date

from channelhub.core.events import declare

PARTNER_MOVED = declare(
    "partners.partner.moved",
    "A partner's subtree stands elsewhere from a day on, or a planned move was called off.",
    partner_id=int,
    move_id=int,
    first_day=date,
)
PARTNER_CREATED = declare("partners.partner.created", "A partner was recorded.", partner_id=int)
PARTNER_CHANGED = declare("partners.partner.changed", "A partner's name, address or telephone changed.", partner_id=int)
RECORD_CHANGED = declare(
    "partners.partner.record_changed",
    "A number, address, contact, bank account, licence or the invoice details of a partner changed.",
    partner_id=int,
)
PARTNER_MERGED = declare(
    "partners.partner.merged",
    "A partner's record was found to be that of another partner, which counts from now on.",
    partner_id=int,
    into_id=int,
)
PARTNER_UNMERGED = declare(
    "partners.partner.unmerged",
    "A merge was undone: the partner stands for itself again.",
    partner_id=int,
)
MEMBERSHIP_JOINED = declare(
    "partners.membership.joined",
    "A person acts for a partner from a day on.",
    membership_id=int,
    partner_id=int,
    user_id=int,
)
MEMBERSHIP_ENDED = declare(
    "partners.membership.ended",
    "The last day of a person's acting for a partner was set.",
    membership_id=int,
    partner_id=int,
    user_id=int,
)
AUTHORISATION_GRANTED = declare(
    "partners.authorisation.granted",
    "A partner may sell within an authorisation's limits.",
    authorisation_id=int,
    partner_id=int,
)
AUTHORISATION_ENDED = declare(
    "partners.authorisation.ended",
    "An authorisation's last day was set.",
    authorisation_id=int,
    partner_id=int,
)
MEMBERSHIP_BEGAN = declare(
    "partners.membership.began",
    "A person was let in to act for a partner, and is to be told.",
    membership_id=int,
    partner_id=int,
)
DEPOSIT_BOOKED = declare(
    "partners.deposit.booked",
    "Something was booked on a deposit: due, paid, frozen, deducted, returned.",
    entry_id=int,
    account_id=int,
    partner_id=int,
    kind=str,
)
DEPOSIT_COVERED = declare(
    "partners.deposit.covered",
    "All that is due on a deposit is there: the first time, or again after it was short.",
    account_id=int,
    partner_id=int,
)
DEPOSIT_SHORT = declare(
    "partners.deposit.short",
    "A deposit has less than is due.",
    account_id=int,
    partner_id=int,
)
CONTRACT_SENT = declare(
    "partners.contract.sent",
    "A contract waits for a partner's signature.",
    contract_id=int,
    contract_version_id=int,
    partner_id=int,
)
CONTRACT_SIGNED = declare(
    "partners.contract.signed",
    "A person entitled to has signed a contract for a partner.",
    contract_id=int,
    contract_version_id=int,
    partner_id=int,
)
CONTRACT_DECLINED = declare(
    "partners.contract.declined",
    "A partner does not sign a contract.",
    contract_id=int,
    contract_version_id=int,
    partner_id=int,
)
CONTRACT_TERMINATED = declare(
    "partners.contract.terminated",
    "A signed contract ends before its last day.",
    contract_id=int,
    contract_version_id=int,
    partner_id=int,
)
OBLIGATION_BROKEN = declare(
    "partners.obligation.broken",
    "A commitment or the deposit of a contract was not reached by its day.",
    contract_version_id=int,
    kind=str,
    obligation_id=int,
    partner_id=int,
)
APPLICATION_BEGUN = declare(
    "partners.application.begun",
    "A company began to apply; its secret link is to be sent.",
    application_id=int,
)
APPLICATION_SENT = declare("partners.application.sent", "A company sent its application.", application_id=int)
APPLICATION_WAITS = declare(
    "partners.application.waits",
    "A step of an application waits for the applicant, who has no account yet.",
    application_id=int,
    case_step_id=int,
)
APPLICATION_ADMITTED = declare(
    "partners.application.admitted",
    "An applicant was entered as a partner; its owner is invited.",
    application_id=int,
    partner_id=int,
)
APPLICATION_ENDED = declare(
    "partners.application.ended",
    "An application ended: active, refused or withdrawn.",
    application_id=int,
    state=str,
)
APPLICATION_LINK_ASKED = declare(
    "partners.application.link_asked",
    "An applicant lost its secret link.",
    application_id=int,
)
ONBOARDING_STEP_BEGUN = declare(
    "partners.onboarding.step_begun",
    "A contract, deposit or certification step of an onboarding waits; perhaps it was done before.",
    partner_id=int,
    kind=str,
)
ACCESS_ASKED = declare(
    "partners.access.asked",
    "Somebody without access asks to act for a partner.",
    access_request_id=int,
    partner_id=int,
)
CERTIFICATE_ISSUED = declare(
    "partners.certificate.issued",
    "Somebody was certified: a person of a partner, the partner itself or a shop of it.",
    certificate_id=int,
    partner_id=int,
)
CERTIFICATE_WITHDRAWN = declare(
    "partners.certificate.withdrawn",
    "A certificate was withdrawn before its last day.",
    certificate_id=int,
    partner_id=int,
)
CERTIFICATE_EXPIRING = declare(
    "partners.certificate.expiring",
    "A certificate ends in 90, 30 or 7 days.",
    certificate_id=int,
    partner_id=int,
    days=int,
)
TIER_CHANGED = declare(
    "partners.tier.changed",
    "A partner stands in another tier from a day on (empty: in none); its benefits changed with it.",
    partner_id=int,
    tier=str,
    first_day=date,
)
