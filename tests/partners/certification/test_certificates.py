"""Certificates: issued, renewed, withdrawn; and what a partner lacks."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from channelhub.core.models import Notification, OutboxEvent
from channelhub.lib.periods import date_range
from partners.errors import CertificateIsWithdrawn, CertificateRefused
from partners.models import Certificate, CertificationRequirement, Membership, PartnerTier
from partners.rules.certificate_numbers import read_number
from partners.services import authorisations, certification
from partners.services.authorisations import Limits
from partners.services.certification import Holder
from tests.factories.certification import NOON, TODAY, certified, make_level, make_programme, require
from tests.factories.partners import ALWAYS, make_partner, make_product_line

pytestmark = pytest.mark.django_db


def events():
    names = OutboxEvent.objects.filter(name__startswith="partners.certificate").order_by("pk")
    return list(names.values_list("name", flat=True))


def stand(partner, tier):
    return partner.tier_assignments.create(tier=tier, valid_during=ALWAYS)


def make_tier(code="gold", rank=1):
    return PartnerTier.objects.create(code=code, name=code, rank=rank)


def lacks(partner, **asked):
    return [(m.requirement, m.needed, m.have) for m in certification.missing_for(partner, on=TODAY, **asked)]


@pytest.fixture
def for_partners():
    return make_level(make_programme(certified="partner"))


@pytest.fixture
def for_shops():
    return make_level(make_programme(certified="shop"))


def test_a_person_a_partner_and_a_shop_are_certified_each_under_a_number_of_its_own(
    acme, anna, for_partners, for_shops
):
    rows = [certified(make_level(), acme, anna), certified(for_partners, acme), certified(for_shops, acme, shop="Bund")]

    assert [(row.certified, row.person, row.shop_name) for row in rows] == [
        ("person", "Anna", ""),
        ("partner", "", ""),
        ("shop", "", "Bund"),
    ]
    assert [read_number(row.number) for row in rows] == [row.number for row in rows]
    assert len({row.number for row in rows}) == 3
    assert events() == ["partners.certificate.issued"] * 3


def test_a_holder_of_another_kind_or_nobody_is_refused(acme, anna, carla, for_partners, for_shops):
    people = make_level()
    asked = [
        (people, Holder()),
        (people, Holder(carla)),
        (for_partners, Holder(anna)),
        (for_partners, Holder(None, "Bund", "1 Main Road")),
        (for_shops, Holder(None, "Bund", " ")),
    ]

    for level, holder in asked:
        with pytest.raises(CertificateRefused):
            certification.issue(level=level, partner=acme, holder=holder, first=TODAY, at=NOON)
    assert Certificate.objects.count() == 0


def test_a_certificate_is_withdrawn_once_with_a_reason_and_then_never_changes(acme, for_partners, staff):
    row = certified(for_partners, acme)
    with pytest.raises(CertificateRefused):
        certification.withdraw(certificate=row, reason=" ", at=NOON)

    row = certification.withdraw(certificate=row, reason="Sold fakes", at=NOON, by=staff)

    assert (row.withdrawn_reason, row.withdrawn_by, row.version) == ("Sold fakes", staff, 2)
    with pytest.raises(CertificateIsWithdrawn):
        certification.withdraw(certificate=row, reason="Again", at=NOON)
    with pytest.raises(CertificateIsWithdrawn):
        certification.renew(certificate=row, first=TODAY, at=NOON)
    with pytest.raises(IntegrityError, match="only ever withdrawn"), transaction.atomic():
        Certificate.objects.filter(pk=row.pk).update(withdrawn_at=None, withdrawn_reason="")
    assert events() == ["partners.certificate.issued", "partners.certificate.withdrawn"]
    assert [note.code for note in Notification.objects.order_by("pk")] == [
        "partners.certificate_issued",
        "partners.certificate_withdrawn",
    ]


def test_an_issued_certificate_is_never_changed_or_deleted(acme, for_partners):
    row = certified(for_partners, acme)
    with pytest.raises(IntegrityError, match="only ever withdrawn"), transaction.atomic():
        Certificate.objects.filter(pk=row.pk).update(valid_during=date_range(TODAY, date(2099, 1, 1)))
    with pytest.raises(InternalError, match="never_deleted"), transaction.atomic():
        row.delete()
    with pytest.raises(IntegrityError, match="partners_certificate_withdrawn_with_a_reason"), transaction.atomic():
        Certificate.objects.filter(pk=row.pk).update(withdrawn_at=NOON)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"certified": "person"}, "partners_certificate_names_its_holder"),
        ({"certified": "shop", "shop_name": "Bund"}, "partners_certificate_names_its_holder"),
        ({"certified": "partner", "shop_name": "Bund"}, "partners_certificate_names_its_holder"),
        ({"valid_during": date_range(TODAY)}, "partners_certificate_has_a_first_and_a_last_day"),
    ],
)
def test_a_certificate_names_its_holder_and_both_days(acme, for_partners, fields, name):
    good = {"certified": "partner", "valid_during": date_range(TODAY, TODAY)}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Certificate.objects.create(number="1", level=for_partners, partner=acme, issued_at=NOON, **good | fields)


def test_a_renewal_follows_the_certificate_of_the_same_holder(acme, for_shops):
    row = certified(for_shops, acme, shop="Bund")

    new = certification.renew(certificate=row, first=date(2028, 3, 16), at=NOON)

    assert (new.renews, new.shop_name, new.number == row.number) == (row, "Bund", False)
    assert new.valid_during.lower == row.valid_during.upper


def test_a_partner_lacks_what_its_tier_asks_until_enough_people_are_certified(acme, anna, ben):
    level, tier = make_level(), make_tier()
    asked = require(level, tier=tier, needed=2)
    assert lacks(acme) == []
    stand(acme, tier)

    assert lacks(acme) == [(asked, 2, 0)]
    certified(level, acme, anna)
    certified(level, acme, anna)
    assert lacks(acme) == [(asked, 2, 1)]
    certified(make_level(level.programme, rank=2), acme, ben)
    assert lacks(acme) == []
    assert certification.covered(acme, on=TODAY)
    assert certification.covered(acme, on=TODAY, level=level, needed=2)
    assert not certification.covered(acme, on=TODAY, level=level, needed=3)


def test_who_left_or_whose_certificate_ended_or_was_withdrawn_does_not_count(acme, anna, ben):
    level, tier = make_level(validity_months=1), make_tier()
    require(level, tier=tier)
    stand(acme, tier)
    old = TODAY - timedelta(days=60)
    certified(level, acme, anna, first=old)
    row = certified(level, acme, ben)
    assert lacks(acme) == []

    Membership.objects.filter(user=ben).update(valid_during=date_range(old, TODAY - timedelta(days=1)))
    assert len(lacks(acme)) == 1
    Membership.objects.filter(user=ben).update(valid_during=ALWAYS)
    certification.withdraw(certificate=row, reason="Error", at=NOON)
    assert len(lacks(acme)) == 1


def test_a_line_asks_for_itself_and_all_beneath(acme, for_partners):
    bikes = make_product_line("bikes")
    city, other = make_product_line("city", parent=bikes), make_product_line("other")
    asked = require(for_partners, line=bikes)
    require(for_partners, line=other)

    assert lacks(acme) == []
    authorisations.grant_authorisation(partner=acme, valid_during=ALWAYS, limits=Limits(product_line=city), at=NOON)
    assert lacks(acme) == [(asked, 1, 0)]
    assert [row for row, _needed, _have in lacks(acme, line=other)] == list(
        CertificationRequirement.objects.filter(product_line=other)
    )
    certified(for_partners, acme)
    assert lacks(acme) == []


def test_an_authorisation_without_a_line_asks_for_every_line(acme, for_partners):
    require(for_partners, line=make_product_line())
    require(for_partners, line=make_product_line())
    authorisations.grant_authorisation(partner=acme, valid_during=ALWAYS, limits=Limits(), at=NOON)

    assert len(lacks(acme)) == 2


def test_what_many_lack_takes_as_many_queries_as_what_one_lacks(acme, for_partners):
    tier = make_tier()
    require(for_partners, tier=tier)
    partners = [acme, make_partner(), make_partner()]
    for partner in partners:
        stand(partner, tier)

    counts = []
    for some in (partners[:1], partners):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            missing = certification.missing_of([partner.pk for partner in some], on=TODAY)
        counts.append(len(queries))

    assert [len(rows) for rows in missing.values()] == [1, 1, 1]
    assert counts[0] == counts[1]


def test_constraints_of_requirements_levels_and_materials(for_partners):
    tier, line = make_tier(), make_product_line()
    require(for_partners, tier=tier)
    for name, fields in (
        ("partners_requirement_of_a_tier_or_a_line", {}),
        ("partners_requirement_of_a_tier_or_a_line", {"tier": tier, "product_line": line}),
        ("partners_requirement_asks_for_somebody", {"product_line": line, "needed": 0}),
        ("partners_each_requirement_once", {"tier": tier}),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            CertificationRequirement.objects.create(level=for_partners, **fields)
    for name, fields in (
        ("partners_level_asks_within_reason", {"pass_mark": 101}),
        ("partners_level_asks_within_reason", {"tries": 0}),
        ("partners_level_is_valid_for_a_while", {"validity_months": 0}),
        ("partners_one_level_per_rank_and_programme", {"rank": 1}),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            make_level(for_partners.programme, **{"rank": 2, **fields})
    course = for_partners.courses.create(name="Course")
    for fields in ({"kind": "link"}, {"kind": "document", "url": "https://maker.example/"}):
        with pytest.raises(IntegrityError, match="partners_material_is_a_document_or_an_address"), transaction.atomic():
            course.materials.create(name="Material", **fields)
