"""A certificate as a paper: one PDF with a QR code that leads to the public page where it is verified."""

from io import BytesIO

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from channelhub.core.selectors.names import name_of
from channelhub.core.services import mails
from channelhub.core.services.fence import unfenced
from channelhub.lib import formats
from channelhub.lib.paper import Paper
from channelhub.lib.periods import last_day
from channelhub.lib.qr import png_of
from partners.enums import Certified
from partners.errors import CertificateIsWithdrawn
from partners.models import Certificate


def address_of(certificate: Certificate) -> str:
    """The public page that verifies it."""
    return mails.address(reverse("verify_number", args=[certificate.number]))


def paper_of(certificate: Certificate, *, language: str) -> bytes:
    """The PDF in a language; the same bytes whenever it is made. Refused: one that was withdrawn, and with no font."""
    with unfenced():
        row = Certificate.objects.select_related("level__programme__product_line", "partner").get(pk=certificate.pk)
    if row.withdrawn_at is not None:
        raise CertificateIsWithdrawn(_("A certificate that was withdrawn is no longer given out."))
    with override(language):
        paper = Paper(title=_("Certificate"), made_at=row.issued_at, footing=row.number, language=language)
        paper.title(_("Certificate"))
        paper.space(6)
        paper.paragraph(_said(row), align="C", size=13)
        paper.space(6)
        paper.facts(_facts(row))
        paper.space(4)
        paper.picture(BytesIO(png_of(address_of(row))), width=42)
        paper.paragraph(_("Scan the code, or open this address, to see whether the certificate is valid:"))
        paper.paragraph(address_of(row), size=9)
    return paper.content()


def file_name(certificate: Certificate) -> str:
    """What the file is called."""
    return f"{certificate.number}.pdf"


def _said(row: Certificate) -> str:
    names = {"person": row.person, "shop": row.shop_name, "partner": name_of(row.partner)}
    if row.certified == Certified.PERSON:
        return _("%(person)s of %(partner)s is certified.") % names
    if row.certified == Certified.SHOP:
        return _("%(shop)s, a shop of %(partner)s, is authorised.") % names
    return _("%(partner)s is an authorised partner.") % names


def _facts(row: Certificate) -> list[tuple[str, str]]:
    programme = row.level.programme
    facts = [
        (_("number"), row.number),
        (_("programme"), name_of(programme)),
        (_("level"), name_of(row.level)),
        (_("product line"), name_of(programme.product_line) if programme.product_line else _("all product lines")),
        (_("partner"), name_of(row.partner)),
        (_("shop"), f"{row.shop_name}, {row.shop_address}" if row.shop_name else ""),
        (_("valid from"), formats.day_text(row.valid_during.lower)),
        (_("valid until"), formats.day_text(last_day(row.valid_during))),
    ]
    return [(name, text) for name, text in facts if text]
