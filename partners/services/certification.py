"""Certificates: issued to a person, a partner or a shop, renewed, withdrawn; and what a partner covers with them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from channelhub.core.enums.messages import Message
from channelhub.core.models import User
from channelhub.core.services import attention, outbox
from channelhub.core.services.fence import unfenced
from channelhub.lib.periods import business_day, date_range, last_day
from partners.enums import CERTIFICATE_ISSUED, CERTIFICATE_WITHDRAWN, Certified
from partners.errors import CertificateIsWithdrawn, CertificateRefused
from partners.models import (
    Certificate,
    CertificationLevel,
    CertificationRequirement,
    ExamAttempt,
    Membership,
    Partner,
    PartnerTier,
    ProductLine,
)
from partners.rules.certificate_numbers import new_number
from partners.rules.certification import Lack, Need, lacking, last_day_of
from partners.selectors import certification as reading
from partners.selectors.certification import Missing

__all__ = ["Holder", "Missing", "covered", "issue", "missing_for", "missing_of", "renew", "withdraw"]
TRIES = 5


@dataclass(frozen=True)
class Holder:
    """Who is certified: a person of the partner, a shop of it, or with neither the partner itself."""

    user: User | None = None
    shop_name: str = ""
    shop_address: str = ""

    @property
    def kind(self) -> Certified:
        if self.user is not None:
            return Certified.PERSON
        return Certified.SHOP if self.shop_name or self.shop_address else Certified.PARTNER


@dataclass(frozen=True)
class Grounds:
    """Why a certificate is issued: who did it, the exam, what the audit found, the certificate it follows."""

    by: User | None = None
    attempt: ExamAttempt | None = None
    audit: str = ""
    renews: Certificate | None = None


NO_GROUNDS = Grounds()


def issue(
    *,
    level: CertificationLevel,
    partner: Partner,
    holder: Holder,
    first: date,
    at: datetime,
    grounds: Grounds = NO_GROUNDS,
) -> Certificate:
    """Certify a person, a partner or a shop from a day on, for as long as the level says. The partner is told.

    Refused: a holder of another kind than the programme's, a person who does not act for the partner on that day, a
    shop without name or address.
    """
    with unfenced():
        person = _checked(level, partner, holder, first)
        certificate = _created(
            level=level,
            partner=partner,
            certified=holder.kind,
            user=holder.user,
            person=person,
            shop_name=holder.shop_name.strip(),
            shop_address=holder.shop_address.strip(),
            valid_during=date_range(first, last_day_of(first, level.validity_months)),
            issued_at=at,
            issued_by=grounds.by,
            attempt=grounds.attempt,
            audit=grounds.audit.strip(),
            renews=grounds.renews,
        )
        _tell("issued", certificate, at)
        _notify(CERTIFICATE_ISSUED, certificate, at, day=last_day(certificate.valid_during))
    return certificate


def renew(
    *, certificate: Certificate, first: date, at: datetime, by: User | None = None, audit: str = ""
) -> Certificate:
    """A certificate that follows another of the same holder and level. Refused: one that was withdrawn."""
    with unfenced():
        old = _locked(certificate)
        _refuse_withdrawn(old)
        return issue(
            level=old.level,
            partner=old.partner,
            holder=Holder(old.user, old.shop_name, old.shop_address),
            first=first,
            at=at,
            grounds=Grounds(by=by, audit=audit, renews=old),
        )


def withdraw(*, certificate: Certificate, reason: str, at: datetime, by: User | None = None) -> Certificate:
    """Take a certificate back for good, with a reason; the partner is told. Refused: twice, or without a reason."""
    if not reason.strip():
        raise CertificateRefused(_("Say why."))
    with unfenced():
        row = _locked(certificate)
        _refuse_withdrawn(row)
        Certificate.objects.filter(pk=row.pk).update(
            withdrawn_at=at, withdrawn_by=by, withdrawn_reason=reason.strip()[:300]
        )
        row.refresh_from_db()
        _tell("withdrawn", row, at)
        _notify(CERTIFICATE_WITHDRAWN, row, at, reason=row.withdrawn_reason)
        attention.close_of_itself(key=reading.task_key(row), result=_("Withdrawn."), at=at)
    return row


def missing_for(
    partner: Partner, *, on: date, tier: PartnerTier | None = None, line: ProductLine | None = None
) -> list[Missing]:
    """What a partner lacks on a day for a tier and a product line; with neither: for its own tier and lines."""
    if tier is None and line is None:
        return missing_of([partner.pk], on=on)[partner.pk]
    with unfenced():
        asked = reading.requirements_for(tier=tier, line=line)
        return _missing(asked, reading.holdings_of([partner.pk], on=on)[partner.pk], on)


def missing_of(partner_ids: Sequence[int], *, on: date) -> dict[int, list[Missing]]:
    """What each of several partners lacks for its own tier and the lines it is authorised for, in one go."""
    with unfenced():
        asked = reading.requirements_of(partner_ids, on=on)
        held = reading.holdings_of(partner_ids, on=on)
        return {pk: _missing(asked[pk], held[pk], on) for pk in partner_ids}


def covered(partner: Partner, *, on: date, level: CertificationLevel | None = None, needed: int = 1) -> bool:
    """Whether a partner has so many certified at a level or above; without a level: all that its tier and lines ask.

    What a step of onboarding asks: ``partners.certificate.issued`` tells when to ask again.
    """
    if level is None:
        return not missing_for(partner, on=on)
    with unfenced():
        need = Need(0, level.programme_id, level.rank, needed)
        return not lacking([need], reading.holdings_of([partner.pk], on=on)[partner.pk], on=on)


def _missing(asked: Iterable[CertificationRequirement], held: Any, on: date) -> list[Missing]:
    rows = {row.pk: row for row in asked}
    lacks: list[Lack] = lacking([reading.need_of(row) for row in rows.values()], held, on=on)
    return [Missing(rows[lack.key], lack.needed, lack.have) for lack in lacks]


def _checked(level: CertificationLevel, partner: Partner, holder: Holder, first: date) -> str:
    """The person's name of that day; empty for a partner and a shop."""
    if holder.kind != level.programme.certified:
        raise CertificateRefused(
            _("This programme certifies others: %(who)s.") % {"who": level.programme.get_certified_display()}
        )
    if holder.user is None:
        if holder.kind == Certified.SHOP and not (holder.shop_name.strip() and holder.shop_address.strip()):
            raise CertificateRefused(_("A shop has a name and an address."))
        return ""
    members = Membership.objects.filter(partner=partner, user=holder.user, valid_during__contains=first)
    name = members.values_list("name", flat=True).first()
    if name is None:
        raise CertificateRefused(_("This person does not act for the partner on that day."))
    return name


def _created(**fields: Any) -> Certificate:
    """A number that was drawn before is drawn again; it will not happen."""
    for left in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                return Certificate.objects.create(number=new_number(), **fields)
        except IntegrityError as error:
            if "number" not in str(error) or not left:
                raise
    raise AssertionError("unreachable")


def _locked(certificate: Certificate) -> Certificate:
    rows = Certificate.objects.select_related("level__programme", "partner", "user")
    return rows.select_for_update(of=("self",)).get(pk=certificate.pk)


def _refuse_withdrawn(certificate: Certificate) -> None:
    if certificate.withdrawn_at is not None:
        raise CertificateIsWithdrawn(_("This certificate was withdrawn on %(day)s.") % {
            "day": business_day(certificate.withdrawn_at)
        })  # fmt: skip


def _notify(message: Message, row: Certificate, at: datetime, **values: Any) -> None:
    attention.notify(
        message,
        at=at,
        partner_id=row.partner_id,
        url=reading.PORTAL_PAGE,
        holder=reading.holder_of(row),
        programme=reading.named(row.level),
        number=row.number,
        **values,
    )


def _tell(what: str, row: Certificate, at: datetime) -> None:
    outbox.publish(f"partners.certificate.{what}", occurred_at=at, certificate_id=row.pk, partner_id=row.partner_id)
