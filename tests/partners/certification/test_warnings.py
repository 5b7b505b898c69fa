"""The night warns of certificates that end, once per threshold, and says what would be lost."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from channelhub.core.enums.messages import render
from channelhub.core.models import Notification, OutboxEvent, Task
from channelhub.lib.periods import date_range, last_day
from partners.models import CertificateWarning, Membership, PartnerTier
from partners.services import certificate_warnings, certification
from tests.factories.certification import NOON, TODAY, certified, make_exam, make_level, require, start
from tests.factories.partners import ALWAYS, make_product_line

pytestmark = pytest.mark.django_db


def ending(partner, user, level=None):
    return certified(level or make_level(validity_months=12), partner, user)


def night(row, days):
    """The night so many days before the certificate's last day."""
    return certificate_warnings.watch(business_day=last_day(row.valid_during) - timedelta(days=days))["warned"]


def told():
    codes = ("partners.certificate_ends", "partners.certificate_costs")
    return list(Notification.objects.filter(code__in=codes).order_by("pk").values_list("code", flat=True))


def asked_of(partner, level):
    tier = PartnerTier.objects.create(code="gold", name="金牌", name_en="Gold", rank=1)
    partner.tier_assignments.create(tier=tier, valid_during=ALWAYS)
    return require(level, tier=tier)


def test_each_threshold_warns_once_and_a_missed_night_is_made_up_for(acme, anna):
    row = ending(acme, anna)

    counts = [night(row, days) for days in (91, 90, 90, 89, 30, 29, 5, 4, 0, -1)]

    assert counts == [0, 1, 0, 0, 1, 0, 1, 0, 0, 0]
    assert list(CertificateWarning.objects.order_by("pk").values_list("days", flat=True)) == [90, 30, 7]
    events = OutboxEvent.objects.filter(name="partners.certificate.expiring").order_by("pk")
    assert [event.data["days"] for event in events] == [90, 30, 7]
    assert told() == ["partners.certificate_ends"] * 3
    with (
        pytest.raises(IntegrityError, match="partners_one_warning_per_certificate_and_threshold"),
        transaction.atomic(),
    ):
        CertificateWarning.objects.create(certificate=row, days=7, warned_on=TODAY)


def test_what_would_be_lost_is_said_and_the_staff_gets_a_task_from_30_days_on(acme, anna):
    row = ending(acme, anna)
    requirement = asked_of(acme, row.level)

    night(row, 90)
    assert (told(), Task.objects.count()) == (["partners.certificate_costs"], 0)
    night(row, 30)

    note = Notification.objects.order_by("-pk").first()
    assert render(note.code, note.values) == (
        f"The certificate {row.number} of Anna ({row.level.programme.name} · L1) ends on 2027-03-15. If it is not "
        "renewed, you no longer meet what Gold asks for; such requirements: 1."
    )
    warning = CertificateWarning.objects.order_by("-pk").first()
    assert warning.lost == [{"requirement": requirement.pk, "name": "金牌", "name_en": "Gold"}]
    task = Task.objects.get()
    assert (task.about_partner_id, task.due_on, task.role) == (acme.pk, date(2027, 3, 15), "channel_manager")


def test_a_renewal_ends_the_warnings_and_closes_the_task(acme, anna):
    row = ending(acme, anna)
    asked_of(acme, row.level)
    night(row, 30)

    certification.renew(certificate=row, first=date(2027, 3, 1), at=datetime(2027, 3, 1, 4, tzinfo=UTC))

    assert night(row, 7) == 0
    assert Task.objects.get().result == "Renewed."


def test_enough_others_lose_nothing_and_a_withdrawn_one_is_not_warned_of(acme, anna, ben):
    row = ending(acme, anna)
    asked_of(acme, row.level)
    certified(row.level, acme, ben, first=date(2026, 9, 1))
    night(row, 90)
    assert told() == ["partners.certificate_ends"]

    certification.withdraw(certificate=row, reason="Error", at=NOON)
    assert night(row, 30) == 0


def test_of_who_has_left_nobody_is_warned(acme, ben):
    row = ending(acme, ben)
    Membership.objects.filter(user=ben).update(valid_during=date_range(date(2026, 1, 1), date(2026, 6, 30)))

    assert night(row, 30) == 0


def test_what_other_programmes_ask_for_is_not_lost_with_this_one(acme, anna):
    row, other = ending(acme, anna), make_level(validity_months=12)
    certified(other, acme, anna)
    require(other, line=make_product_line())

    assert certificate_warnings.would_be_lost([row], on=TODAY) == {row.pk: []}


def test_the_night_ends_exams_whose_time_is_over(acme, anna):
    start(make_exam(), anna, acme, at=NOON.replace(year=2025))

    assert certificate_warnings.watch(business_day=TODAY)["exams_ended"] == 1
