"""What the rows of scoped tables stand on: places, products, a member."""

from datetime import UTC, date, datetime

from django.core.files.base import ContentFile
from django.db.backends.postgresql.psycopg_any import DateRange

from channelhub.core.models import (
    Document,
    Role,
    User,
)
from channelhub.core.services import documents
from partners.models import (
    Membership,
    Partner,
    PartnerType,
    Product,
    ProductLine,
    Territory,
)
from pricing.models import PriceList, PriceRevision, RevisionNotice

OWNER = {"kind": "dealer", "name": "Owner", "name_en": "Owner", "permissions": ["portal.*"]}
ALWAYS = DateRange(date(2020, 1, 1), None)
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


def territory() -> Territory:
    return Territory.objects.filter(code="TT").first() or Territory.objects.add_root({"code": "TT", "name": "Testland"})


def product_line() -> ProductLine:
    return ProductLine.objects.filter(code="TL").first() or ProductLine.objects.add_root(
        {"code": "TL", "name": "Test line"}
    )


def product() -> Product:
    return Product.objects.get_or_create(sku="TP", defaults={"name": "Test product", "line": product_line()})[0]


def partner_type() -> PartnerType:
    return PartnerType.objects.get_or_create(code="tested", defaults={"name": "T", "name_en": "T"})[0]


def parent_of_all() -> Partner:
    return Partner.objects.get_or_create(code="above", defaults={"name": "Above"})[0]


def membership(partner: Partner) -> Membership:
    role = Role.objects.get_or_create(code="owner", defaults=OWNER)[0]
    user = User.objects.create_user(f"person@{partner.code}.example", "secret-word")
    return Membership.objects.create(
        partner=partner,
        user=user,
        role=role,
        name=partner.code,
        email=user.email,
        valid_during=ALWAYS,
    )


def document(partner: Partner) -> Document:
    content = ContentFile(f"terms of {partner.code}".encode())
    return documents.store_document(file=content, name="terms.pdf", at=NOON, partner_id=partner.pk)


def revision_notice(partner: Partner) -> RevisionNotice:
    listed = PriceList.objects.get_or_create(code="tested", defaults={"name": "Tested", "currency": "CNY"})[0]
    revision = PriceRevision.objects.get_or_create(
        code="tested",
        defaults={
            "title": "Tested",
            "price_list": listed,
            "effective_on": date(2026, 4, 1),
            "status": "announced",
            "announced_at": NOON,
        },
    )[0]
    return RevisionNotice.objects.create(
        revision=revision, partner=partner, announced_on=date(2026, 3, 2), earliest_on=date(2026, 4, 1)
    )
