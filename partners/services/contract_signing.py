"""Who accepts a contract for a partner, and what begins with it. Exactly one person does, however many try at once."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from django.utils.translation import gettext as _

from channelhub.core.models import User
from channelhub.core.services import attention, documents
from channelhub.core.services.fence import unfenced
from channelhub.lib.locks import locked_in_key_order
from channelhub.lib.periods import DateRange, business_day
from partners.enums import CONTRACT_DECLINED, CONTRACT_SIGNED, ContractState
from partners.errors import ContractNotOpen, NotEntitledToSign, PaperDiffers
from partners.models import ContractSignature, ContractVersion, Membership
from partners.services import contract_grants, obligations
from partners.services.contract_rows import change, key_of, locked, named, tell

ROLE = "channel_manager"
S = ContractState


@dataclass(frozen=True)
class Signer:
    """Who signs, from where: the person, its membership's role and e-mail, the address and the browser."""

    user: User
    may_sign: bool
    address: str | None = None
    browser: str = ""


def sign(*, version: ContractVersion, signer: Signer, seen: str, at: datetime) -> ContractSignature:
    """Accept a version for the partner: exactly one person does, however many try at once.

    ``seen``: the hash of the paper the person has read. The signature lets the contract start: what it grants is
    granted, its deposit is asked for, its commitments are watched, and the version it follows ends the day before.
    Refused: a person without the right, another paper, a version that does not wait, a territory that is taken.
    """
    with unfenced():
        row = locked(version)
        member = entitled(version=row, signer=signer, on=business_day(at))
        if row.state != S.SENT:
            raise ContractNotOpen(
                _("This contract does not wait for a signature: somebody was faster, or it was taken back.")
            )
        if seen != row.sha256 or not paper_is_whole(row):
            raise PaperDiffers(_("This is not the paper that was sent: open it again before you sign."))
        signature = ContractSignature.objects.create(
            version=row, partner_id=row.partner_id, user=signer.user, person=member.name, email=member.email,
            role=member.role.code, signed_at=at, address=signer.address, browser=signer.browser[:300],
            sha256=row.sha256,
        )  # fmt: skip
        _start(row, at)
        person, partner = member.name, named(row.partner)
        attention.close_of_itself(key=key_of(row), result=_("Signed."), at=at)
        attention.close_of_itself(key=f"{key_of(row)}:late", result=_("Signed."), at=at)
        if row.sent_by is not None:
            attention.notify(
                CONTRACT_SIGNED, at=at, user=row.sent_by, partner=partner, number=row.contract.number, person=person
            )
        tell("signed", row, at)
    return signature


def entitled(*, version: ContractVersion, signer: Signer, on: date) -> Membership:
    """The membership by which a person signs: the named signatory's, else of somebody whose role may sign."""
    members = Membership.objects.filter(partner_id=version.partner_id, user=signer.user, valid_during__contains=on)
    member = members.select_related("role").first()
    if member is None:
        raise NotEntitledToSign(_("Only a person who acts for this partner signs for it."))
    named = version.signatory_email.casefold()
    if named and member.email.casefold() != named:
        raise NotEntitledToSign(
            _("Only %(person)s may sign this contract.") % {"person": version.signatory_name or named}
        )
    if not named and not signer.may_sign:
        raise NotEntitledToSign(_("Your role may not sign contracts."))
    return member


def may_sign(*, version: ContractVersion, signer: Signer, on: date) -> bool:
    """Whether a person could sign this version."""
    with unfenced():
        try:
            entitled(version=version, signer=signer, on=on)
        except NotEntitledToSign:
            return False
    return version.state == S.SENT


def decline(*, version: ContractVersion, signer: Signer, reason: str, at: datetime) -> ContractVersion:
    """Say no for the partner, with a reason; a channel manager gets a task. Refused to who could not sign."""
    with unfenced():
        row = locked(version)
        entitled(version=row, signer=signer, on=business_day(at))
        close(row, S.DECLINED, reason, at)
        attention.open_task(
            kind=CONTRACT_DECLINED, key=f"{key_of(row)}:declined", at=at, role=ROLE, about_partner_id=row.partner_id,
            record=row, partner=named(row.partner), number=row.contract.number, reason=row.ended_reason,
        )  # fmt: skip
        tell("declined", row, at)
    return row


def paper_is_whole(version: ContractVersion) -> bool:
    """Whether the stored bytes of the paper still have the hash that was recorded: the proof, at any later time."""
    if version.document is None:
        return False
    path = documents.path_of(version.document)
    return path.exists() and sha256(path.read_bytes()).hexdigest() == version.sha256


def close(row: ContractVersion, state: ContractState, reason: str, at: datetime) -> None:
    """Declined, or taken back with a reason; the tasks that waited for it close of themselves."""
    allowed = [S.SENT] if state == S.DECLINED else [S.SENT, S.DRAFT]
    if row.state not in allowed:
        raise ContractNotOpen(
            _("This contract does not wait for a signature: somebody was faster, or it was taken back.")
        )
    if not reason.strip():
        raise ContractNotOpen(_("Say why."))
    change(row, state=state, ended_reason=reason.strip()[:300])
    for key in (key_of(row), f"{key_of(row)}:late"):
        attention.close_of_itself(key=key, result=str(state.label), at=at)


def _start(row: ContractVersion, at: datetime) -> None:
    before = row.valid_during.lower - timedelta(days=1)
    earlier = row.contract.versions.filter(in_force__overlap=row.valid_during).exclude(pk=row.pk)
    for old in locked_in_key_order(earlier):
        contract_grants.end(old, before, at=at)
        change(old, in_force=DateRange(old.in_force.lower, row.valid_during.lower))
        obligations.drop_after(old, before)
    change(row, state=S.SIGNED, in_force=row.valid_during)
    contract_grants.begin(row, at=at)
    obligations.begin(row, at=at)
