"""Price revisions on their way, as far as a test needs."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.core.files.base import ContentFile
from django.db.backends.postgresql.psycopg_any import DateRange

from channelhub.core.services import documents
from partners.models import Contract, ContractTemplate, ContractVersion, TemplateVersion
from pricing.models import PriceRevision
from pricing.rules.price_revisions import PERCENT, PriceChange
from pricing.services import price_revisions, revision_announcing, revision_publishing
from tests.factories.partners import next_number
from tests.factories.prices import JANUARY, NOON

APRIL = date(2026, 4, 1)
LATER = datetime(2026, 3, 17, 4, tzinfo=UTC)
THREE = PriceChange(PERCENT, Decimal("0.03"))


def draft(price_list, *, effective_on=APRIL, author=None, at=NOON, change=THREE, title="Spring"):
    """A draft with everything three percent dearer, unless told otherwise."""
    made = price_revisions.draft_from_list(
        price_list=price_list, title=title, effective_on=effective_on, author=author, at=at
    )
    if change is not None:
        price_revisions.change_rows(revision=made, change=change)
    return made


def approved(price_list, **fields):
    """A revision as the approval leaves it."""
    made = draft(price_list, **fields)
    PriceRevision.objects.filter(pk=made.pk).update(status="approved")
    made.refresh_from_db()
    return made


def announced(price_list, *, at=NOON, **fields):
    made = approved(price_list, at=at, **fields)
    revision_announcing.announce(revision=made, at=at)
    made.refresh_from_db()
    return made


def published(price_list, *, at=NOON, **fields):
    made = announced(price_list, at=at, **fields)
    revision_publishing.publish(revision=made, at=at + timedelta(minutes=1))
    made.refresh_from_db()
    return made


def contract(partner, *, notice_days=30, consent=False):
    """A signed contract in force since January."""
    number = next_number()
    paper = documents.store_document(
        file=ContentFile(f"terms {number}".encode()), name="terms.pdf", at=NOON, partner_id=partner.pk
    )
    template = ContractTemplate.objects.create(code=f"t{number}", name="Tested", maker="M")
    return ContractVersion.objects.create(
        contract=Contract.objects.create(number=f"C{number}", partner=partner, template=template),
        partner=partner,
        number=1,
        template_version=TemplateVersion.objects.create(template=template, number=1),
        valid_during=DateRange(JANUARY, None),
        in_force=DateRange(JANUARY, None),
        state="signed",
        document=paper,
        sha256=paper.sha256,
        sent_at=NOON,
        notice_days=notice_days,
        price_consent=consent,
    )
