"""Exams and certificates of a partner, as ``scoped_rows`` has them."""

from datetime import date, timedelta

from django.db.backends.postgresql.psycopg_any import DateRange

from channelhub.core.models import User
from partners.models import (
    Certificate,
    CertificationLevel,
    CertificationProgramme,
    CertificationRequirement,
    Course,
    CourseDone,
    ExamAttempt,
    ExamKey,
    Partner,
)
from tests.core.scoped_bases import NOON, product_line


def level() -> CertificationLevel:
    programme = CertificationProgramme.objects.get_or_create(code="tested", defaults={"name": "Tested"})[0]
    return CertificationLevel.objects.get_or_create(programme=programme, rank=1, defaults={"name": "T"})[0]


def _learner(partner: Partner) -> User:
    return partner.memberships.get().user


def course_done(partner: Partner) -> CourseDone:
    course = Course.objects.get_or_create(level=level(), name="Tested")[0]
    course.materials.get_or_create(name="Tested", kind="document")
    return CourseDone.objects.create(course=course, partner=partner, user=_learner(partner), done_at=NOON)


def attempt(partner: Partner) -> ExamAttempt:
    row = ExamAttempt.objects.create(
        level=level(),
        partner=partner,
        user=_learner(partner),
        person="Learner",
        number=1,
        seed="0",
        pass_mark=80,
        drawn=[],
        started_at=NOON,
        deadline_at=NOON + timedelta(minutes=30),
    )
    ExamKey.objects.create(attempt=row, right={})
    return row


def certificate(partner: Partner) -> Certificate:
    CertificationRequirement.objects.get_or_create(level=level(), product_line=product_line())
    return Certificate.objects.create(
        number=f"of {partner.code}",
        level=level(),
        partner=partner,
        certified="person",
        user=_learner(partner),
        person="Learner",
        valid_during=DateRange(date(2026, 1, 1), date(2027, 1, 1)),
        issued_at=NOON,
    )


ROWS = {CourseDone: course_done, ExamAttempt: attempt, Certificate: certificate}
