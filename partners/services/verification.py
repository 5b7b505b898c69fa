"""What the public may ask of a certificate's number: whether it is valid, for whom, for what, until when."""

from dataclasses import dataclass
from datetime import date

from channelhub.core.selectors.names import name_of
from channelhub.core.services.fence import unfenced
from channelhub.lib.periods import last_day
from partners.enums import CertificateStanding, Certified
from partners.models import Certificate, Membership
from partners.rules.certificate_numbers import read_number
from partners.rules.certification import initials, standing

# Why it is not worth anything just now is between the two companies.
PRIVATE = (CertificateStanding.SUSPENDED, CertificateStanding.LEFT)


@dataclass(frozen=True)
class Verified:
    """All that the public page says. A person is shown by initials; no reason is given."""

    number: str
    standing: str
    certified: str
    who: str
    shop_address: str
    partner: str
    programme: str
    level: str
    product_line: str
    first: date
    last: date

    @property
    def is_valid(self) -> bool:
        return self.standing == CertificateStanding.VALID


def verify(*, text: str, on: date) -> Verified | None:
    """What a number is worth on a day, in the reader's language; None: there is no such certificate."""
    number = read_number(text)
    if number is None:
        return None
    with unfenced():
        rows = Certificate.objects.select_related("level__programme__product_line", "partner")
        row = rows.filter(number=number).first()
        return None if row is None else _answer(row, on)


def standing_of(row: Certificate, *, on: date, left: bool) -> CertificateStanding:
    """What a certificate is worth on a day."""
    return standing(
        first=row.valid_during.lower,
        last=last_day(row.valid_during) or date.max,
        withdrawn=row.withdrawn_at is not None,
        suspended=row.partner.suspended_at is not None,
        left=left,
        on=on,
    )


def _answer(row: Certificate, on: date) -> Verified:
    left = False
    if row.user_id is not None:
        acting = Membership.objects.filter(partner_id=row.partner_id, user_id=row.user_id, valid_during__contains=on)
        left = not acting.exists()
    worth = standing_of(row, on=on, left=left)
    programme = row.level.programme
    who = {Certified.PERSON: initials(row.person), Certified.SHOP: row.shop_name}
    return Verified(
        number=row.number,
        standing="not_valid" if worth in PRIVATE else str(worth),
        certified=row.certified,
        who=who.get(Certified(row.certified), ""),
        shop_address=row.shop_address,
        partner=name_of(row.partner),
        programme=name_of(programme),
        level=name_of(row.level),
        product_line=name_of(programme.product_line) if programme.product_line else "",
        first=row.valid_during.lower,
        last=last_day(row.valid_during) or date.max,
    )
