from datetime import date
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.messages import declare
from channelhub.core.enums.workflow import declare_problem


class LifeCycle(models.TextChoices):
    ANNOUNCED = "announced", _("Announced")
    ACTIVE = "active", _("Active")
    END_OF_SALE = "end_of_sale", _("End of sale")
    END_OF_SERVICE = "ended", _("End of service")


class MasterRule(models.TextChoices):
    """Why a row with a partner, product, territory or line was refused, beside the rules that every import has."""

    NEVER_MOVED = "never_moved", _("A territory or line in use is never moved: end it and open a successor.")
    NOT_A_COMPANY_NUMBER = "not_a_company_number", _("No such number can be: its length, form or check digit is wrong.")
    PLANNED_AS_A_MOVE = "planned_as_a_move", _("Another parent or home territory is planned with its first day.")


class DepositKind(models.TextChoices):
    """What happened to a deposit. The amount is positive; which sum it changes follows from the kind."""

    DUE = "due", _("Due")
    WAIVED = "waived", _("No longer due")
    PAID = "paid", _("Paid")
    TOPPED_UP = "topped_up", _("Topped up")
    FROZEN = "frozen", _("Frozen")
    RELEASED = "released", _("Released")
    DEDUCTED = "deducted", _("Deducted")
    RETURNED = "returned", _("Returned")


DEPOSIT_SHORT = declare(
    "partners.deposit_short",
    _("The deposit of {partner} is {missing} {currency} short: it is to be topped up by {day}."),
    partner=dict,
    missing=Decimal,
    currency=str,
    day=date,
)
DEPOSIT_ASKED = declare(
    "partners.deposit_asked",
    _("A deposit of {amount} {currency} is due by {day}."),
    amount=Decimal,
    currency=str,
    day=date,
)
DEPOSIT_MISSING = declare(
    "partners.deposit_missing",
    _("Your deposit is {missing} {currency} short: please top it up by {day}."),
    missing=Decimal,
    currency=str,
    day=date,
)


class PaperLanguage(models.TextChoices):
    """In which language a contract is written."""

    SIMPLIFIED = "zh-hans", _("Simplified Chinese")
    TRADITIONAL = "zh-hant", _("Traditional Chinese")
    ENGLISH = "en", _("English")


class ContractPart(models.TextChoices):
    """A part of the terms that a clause may speak of; without it the clause is left out."""

    SCOPES = "scopes", _("what may be sold where")
    EXCLUSIVE = "exclusive", _("exclusivity")
    COMMITMENTS = "commitments", _("commitments")
    CONSENT = "consent", _("consent to price changes")
    DEPOSIT = "deposit", _("deposit")
    PENALTY = "penalty", _("penalties")
    AMENDS = "amends", _("an earlier version")


class ContractKind(models.TextChoices):
    ORIGINAL = "original", _("Contract")
    AMENDMENT = "amendment", _("Amendment")
    RENEWAL = "renewal", _("Renewal")


class ContractState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SENT = "sent", _("To be signed")
    SIGNED = "signed", _("Signed")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    ENDED = "ended", _("Terminated")


class ObligationKind(models.TextChoices):
    COMMITMENT = "commitment", _("Commitment")
    DEPOSIT = "deposit", _("Deposit")


class ObligationState(models.TextChoices):
    OPEN = "open", _("Running")
    KEPT = "kept", _("Kept")
    BROKEN = "broken", _("Not kept")
    DROPPED = "dropped", _("No longer asked for")


CONTRACT_TO_SIGN = declare(
    "partners.contract_to_sign",
    _("Contract {number} waits for your signature until {day}."),
    number=str,
    day=date,
)
CONTRACT_SIGNED = declare(
    "partners.contract_signed",
    _("{partner} has signed contract {number}: {person}."),
    partner=dict,
    number=str,
    person=str,
)
CONTRACT_DECLINED = declare(
    "partners.contract_declined",
    _("{partner} does not sign contract {number}: {reason}"),
    partner=dict,
    number=str,
    reason=str,
)
CONTRACT_UNSIGNED = declare(
    "partners.contract_unsigned",
    _("{partner} has not signed contract {number}, which was to be signed by {day}."),
    partner=dict,
    number=str,
    day=date,
)
CONTRACT_RUNS_OUT = declare(
    "partners.contract_runs_out",
    _("Contract {number} of {partner} runs out on {day}: renew it or let it end."),
    partner=dict,
    number=str,
    day=date,
)
COMMITMENT_BROKEN = declare(
    "partners.commitment_broken",
    _("{partner} bought {actual} of the {wanted} {currency} agreed in contract {number} until {day}."),
    partner=dict,
    number=str,
    actual=Decimal,
    wanted=Decimal,
    currency=str,
    day=date,
)
CONTRACT_DEPOSIT_BROKEN = declare(
    "partners.contract_deposit_broken",
    _("{partner} has paid {actual} of the deposit of {wanted} {currency} of contract {number}, due on {day}."),
    partner=dict,
    number=str,
    actual=Decimal,
    wanted=Decimal,
    currency=str,
    day=date,
)


class ApplicationState(models.TextChoices):
    """How far a company's application is; the last three are final."""

    DRAFT = "draft", _("Being filled in")
    RUNNING = "running", _("Being examined")
    ACTIVE = "active", _("Partner")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class AccessState(models.TextChoices):
    """What became of somebody's request to act for a company."""

    OPEN = "open", _("Open")
    ACCEPTED = "accepted", _("Let in")
    DECLINED = "declined", _("Declined")


ACCESS_ASKED = declare(
    "partners.access_asked", _("{name} ({email}) asks to act for your company."), name=str, email=str
)
ONBOARDED = declare("partners.onboarded", _("Your company is an active partner now. Welcome."))
NO_ADMISSION = declare_problem("no_admission", _("No step enters the applicant as a partner."))
ADMISSION_CONDITIONAL = declare_problem(
    "admission_conditional", _("“{step}” enters the applicant as a partner, but may be skipped."), step=str
)
NO_ACTIVATION = declare_problem("no_activation", _("No step makes the partner active."))
NOT_ADMITTED_YET = declare_problem(
    "not_admitted_yet",
    _("“{step}” needs a partner, but no step before it enters the applicant as one."),
    step=str,
)


class AddressKind(models.TextChoices):
    REGISTERED = "registered", _("registered")
    BUSINESS = "business", _("place of business")
    DELIVERY = "delivery", _("delivery")
    BILLING = "billing", _("billing")


class ContactRole(models.TextChoices):
    LEGAL_REPRESENTATIVE = "legal_representative", _("legal representative")
    MANAGER = "manager", _("managing director")
    PURCHASING = "purchasing", _("purchasing")
    SALES = "sales", _("sales")
    FINANCE = "finance", _("finance")
    LOGISTICS = "logistics", _("logistics")
    SERVICE = "service", _("service")
    OTHER = "other", _("other")


class LicenceKind(models.TextChoices):
    BUSINESS = "business", _("business licence")
    TAX = "tax", _("tax registration")
    SALES = "sales", _("sales permit")
    IMPORT = "import", _("import permit")
    SAFETY = "safety", _("safety permit")
    OTHER = "other", _("other")


LICENCE_ENDS = declare(
    "partners.licence_ends",
    _("{licence} of {partner} ends on {last}: ask for the new one."),
    licence=str,
    partner=str,
    last=date,
)


class Certified(models.TextChoices):
    """Who gets the certificates of a programme."""

    PERSON = "person", _("People")
    PARTNER = "partner", _("Partners")
    SHOP = "shop", _("Shops")


class MaterialKind(models.TextChoices):
    DOCUMENT = "document", _("Document")
    VIDEO = "video", _("Video")
    LINK = "link", _("Page")


class ExamState(models.TextChoices):
    OPEN = "open", _("Running")
    PASSED = "passed", _("Passed")
    FAILED = "failed", _("Not passed")


class CertificateStanding(models.TextChoices):
    """What a certificate is worth on a day."""

    VALID = "valid", _("Valid")
    NOT_YET = "not_yet", _("Not valid yet")
    EXPIRED = "expired", _("Expired")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    SUSPENDED = "suspended", _("Suspended")
    LEFT = "left", _("No longer with this partner")


CERTIFICATE_ENDS = declare(
    "partners.certificate_ends",
    _("The certificate {number} of {holder} ({programme}) ends on {day}: renew it in time."),
    number=str,
    holder=str,
    programme=dict,
    day=date,
)
CERTIFICATE_COSTS = declare(
    "partners.certificate_costs",
    _(
        "The certificate {number} of {holder} ({programme}) ends on {day}. If it is not renewed, you no longer meet "
        "what {lost} asks for; such requirements: {count}."
    ),
    number=str,
    holder=str,
    programme=dict,
    day=date,
    lost=dict,
    count=int,
)
CERTIFICATE_TO_RENEW = declare(
    "partners.certificate_to_renew",
    _("Certificate {number} of {partner} ends on {day}; without it {partner} no longer meets what {lost} asks for."),
    number=str,
    partner=dict,
    day=date,
    lost=dict,
)
CERTIFICATE_WITHDRAWN = declare(
    "partners.certificate_withdrawn",
    _("The certificate {number} of {holder} ({programme}) was withdrawn: {reason}"),
    number=str,
    holder=str,
    programme=dict,
    reason=str,
)
CERTIFICATE_ISSUED = declare(
    "partners.certificate_issued",
    _("{holder} is certified: {programme}, certificate {number}, until {day}."),
    holder=str,
    programme=dict,
    number=str,
    day=date,
)


class BenefitKind(models.TextChoices):
    """What standing in a tier brings; which of them carry a number, a share or words, ``rules.benefits`` says."""

    DISCOUNT_GROUP = "discount_group", _("Discount group")
    DEPOSIT_FACTOR = "deposit_factor", _("Deposit factor")
    MARKETING_SHARE = "marketing_share", _("Share of the marketing fund")
    SUPPORT_LEVEL = "support_level", _("Support level")
    TRAINING_SEATS = "training_seats", _("Training seats a year")
    OTHER = "other", _("Another benefit")


TIER_CHANGED = declare(
    "partners.tier_changed",
    _("From {day} on your tier is {tier}."),
    tier=dict,
    day=date,
)
TIER_ENDED = declare("partners.tier_ended", _("From {day} on you stand in no tier."), day=date)
