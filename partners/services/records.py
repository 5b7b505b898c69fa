"""A partner's record: each part is written by one service, checked, and told to the API's readers by its version."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from channelhub.core.errors import VersionChanged
from channelhub.core.models import User
from channelhub.core.services import outbox
from channelhub.core.services.fence import unfenced
from channelhub.lib.sealing import end_of
from partners.errors import NotANumber, RecordRefused
from partners.models import (
    BankAccount,
    CompanyNumber,
    InvoiceDetails,
    Licence,
    NumberReading,
    Partner,
    PartnerAddress,
    PartnerContact,
)
from partners.models.records import seal
from partners.rules import company_numbers
from partners.rules.company_numbers import Trouble

Part = TypeVar("Part", CompanyNumber, PartnerAddress, PartnerContact, BankAccount, InvoiceDetails, Licence)
IBAN_BEGINS = 2
ONE_DAY = timedelta(days=1)


def trouble_text(trouble: Trouble | None) -> str:
    """What is wrong with a number, in words."""
    return {
        Trouble.UNKNOWN_SCHEME: _("Numbers of this scheme are not known here."),
        Trouble.WRONG_LENGTH: _("The number is too short or too long."),
        Trouble.WRONG_FORMAT: _("The number has signs or a form that numbers of this scheme do not have."),
        Trouble.WRONG_CHECK_DIGIT: _("The check digit is wrong: a digit was mistyped or left out."),
        Trouble.WRONG_PART: _("A part of the number does not exist, as a region or a date in it."),
    }[trouble or Trouble.WRONG_FORMAT]


def checked_number(scheme: str, number: str) -> str:
    """The number as it is kept; refused when its scheme says that it cannot be."""
    verdict = company_numbers.check(scheme, number)
    if not verdict.valid:
        raise NotANumber(trouble_text(verdict.trouble), field="number", trouble=verdict.trouble)
    return verdict.compact


def write_number(*, partner: Partner, number: str, scheme: str = "", row: CompanyNumber | None = None) -> CompanyNumber:
    """Record or change an official number. ``scheme`` empty: the one of the partner's country that fits.

    Refused: a number that its scheme rules out, and a second number of one scheme.
    """
    if not scheme:
        scheme, _verdict = company_numbers.guess(partner.country, number)
    kept = checked_number(scheme, number)
    return _written(row or CompanyNumber(partner=partner), {"scheme": scheme, "number": kept})


def write_address(*, partner: Partner, row: PartnerAddress | None = None, **values: Any) -> PartnerAddress:
    """Record or change an address. Refused: a second registered one."""
    return _written(row or PartnerAddress(partner=partner), values)


def write_contact(
    *,
    partner: Partner,
    row: PartnerContact | None = None,
    identity_number: str | None = None,
    **values: Any,
) -> PartnerContact:
    """Record or change a person. ``identity_number``: sealed; None leaves it as it is, empty takes it away."""
    contact = row or PartnerContact(partner=partner)
    if identity_number is not None:
        values.update(_sealed(identity_number) if identity_number else {"sealed": "", "mark": "", "end": ""})
    return _written(contact, values)


def write_bank_account(
    *,
    partner: Partner,
    row: BankAccount | None = None,
    number: str | None = None,
    **values: Any,
) -> BankAccount:
    """Record or change an account; its number is sealed. None: the number stays.

    Refused: an IBAN with a wrong check digit, an account recorded twice, two that are paid out to in one currency.
    """
    account = row or BankAccount(partner=partner)
    if number is not None:
        values.update(_sealed(checked_account(number)))
    return _written(account, values)


def write_invoice_details(*, partner: Partner, **values: Any) -> InvoiceDetails:
    """Write how invoices to a partner are made out."""
    row = InvoiceDetails.objects.filter(partner=partner).first() or InvoiceDetails(partner=partner)
    return _written(row, values)


def write_licence(*, partner: Partner, row: Licence | None = None, **values: Any) -> Licence:
    """Record or change a licence with its period."""
    return _written(row or Licence(partner=partner), values)


def last_day(licence: Licence) -> date | None:
    """The last day a licence holds; None: until further notice."""
    upper = licence.valid_during.upper
    return upper - ONE_DAY if upper else None


def checked_account(number: str) -> str:
    """An account number without blanks and signs; refused when it cannot be one."""
    plain = "".join(sign for sign in number.upper() if sign.isalnum())
    if plain[:IBAN_BEGINS].isalpha():
        verdict = company_numbers.check("iban", plain)
        if not verdict.valid:
            raise NotANumber(trouble_text(verdict.trouble), field="number", trouble=verdict.trouble)
    elif not plain.isdigit() or not 6 <= len(plain) <= 34:
        raise NotANumber(trouble_text(Trouble.WRONG_FORMAT), field="number", trouble=Trouble.WRONG_FORMAT)
    return plain


def _sealed(number: str) -> Mapping[str, str]:
    own = seal()
    return {"sealed": own.close(number), "mark": own.marks(number)[0], "end": end_of(number)}


@transaction.atomic
def _written(row: Part, values: Mapping[str, Any]) -> Part:
    """Save one part of a record; what the database refuses is told in words first. Nothing else changes."""
    with unfenced():
        Partner.objects.select_for_update(of=("self",)).get(pk=row.partner_id)
        for name, value in values.items():
            setattr(row, name, value)
        try:
            row.full_clean()
        except ValidationError as refusal:
            raise RecordRefused(" ".join(refusal.messages)) from refusal
        row.save()
        row.refresh_from_db()
        outbox.publish("partners.partner.record_changed", occurred_at=row.updated_at, partner_id=row.partner_id)
    return row


@transaction.atomic
def write_part(*, row: Part, versions: frozenset[int] | None, write: Any, **values: Any) -> Part:
    """Change a part in one of the named versions only (None: any); what has been changed since is refused."""
    held = type(row).objects.select_for_update(of=("self",)).get(pk=row.pk)
    if versions is not None and held.version not in versions:
        raise VersionChanged(_("The record has been changed since; read it again."))
    return write(partner=held.partner, row=held, **values)


@transaction.atomic
def reveal(*, row: BankAccount | PartnerContact, by: User, at: datetime) -> str:
    """A sealed number in full, for one person, with a row that says who was shown it and when."""
    with unfenced():
        NumberReading.objects.create(
            record_type=row._meta.label_lower,
            record_id=row.pk,
            partner_id=row.partner_id,
            end=row.end,
            read_by=by,
            read_at=at,
        )
        return seal().open(row.sealed) if row.sealed else ""


@transaction.atomic
def renew_seals() -> int:
    """Seal every number anew under the newest key, and mark it by it; then old keys may go. Safe to repeat."""
    own, done = seal(), 0
    for model in (BankAccount, PartnerContact):
        rows = model.objects.exclude(sealed="").select_for_update(of=("self",)).order_by("pk")
        for row in rows:
            number = own.open(row.sealed)
            model.objects.filter(pk=row.pk).update(sealed=own.renewed(row.sealed), mark=own.marks(number)[0])
            done += 1
    return done
