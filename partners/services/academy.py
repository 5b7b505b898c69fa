"""What a person of a partner sees of the academy: programmes with progress, courses, tries, certificates."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.files.base import File
from django.db.models import Count, Q
from django.http import Http404

from channelhub.core.models import User
from channelhub.core.services import documents
from channelhub.core.services.fence import unfenced
from channelhub.lib.periods import last_day
from partners.enums import Certified, ExamState, MaterialKind
from partners.models import (
    Certificate,
    CertificationLevel,
    CertificationRequirement,
    Course,
    CourseDone,
    CourseMaterial,
    ExamAttempt,
    Membership,
)
from partners.rules.certification import RENEWAL_DAYS, Refusal
from partners.services import certificate_warnings, exams, verification
from partners.services.exams import Candidate


@dataclass(frozen=True)
class Progress:
    """A level as its learner sees it: courses worked through of all, the certificate held, the try that runs."""

    level: CertificationLevel
    courses: int
    done: int
    certified_through: date | None = None
    running: ExamAttempt | None = None
    is_failed: bool = False

    @property
    def percent(self) -> int:
        return 100 * self.done // self.courses if self.courses else 0


@dataclass(frozen=True)
class LevelPage:
    """A level with its courses (each with whether it is done), the learner's tries, and why the exam is not open."""

    progress: Progress
    courses: list[tuple[Course, bool]]
    tries: list[ExamAttempt]
    refusal: Refusal | None


@dataclass(frozen=True)
class CourseResult:
    """How a course went in an exam; ``is_weak``: less than the pass mark."""

    course: Course | None
    asked: int
    right: int
    is_weak: bool


@dataclass(frozen=True)
class CertificateRow:
    """A certificate of the company: what it is worth, whether it ends soon, and what would be lost with it."""

    certificate: Certificate
    standing: str
    last: date | None
    ends_soon: bool = False
    lost: list[CertificationRequirement] = field(default_factory=list)


def programmes(*, candidate: Candidate, on: date, text: str = "") -> list[Progress]:
    """The levels that people can be certified for, with what the learner has reached; narrowed by a text."""
    with unfenced():
        rows = CertificationLevel.objects.filter(programme__certified=Certified.PERSON, programme__is_open=True)
        for word in text.split():
            here = Q(programme__name__icontains=word) | Q(programme__name_en__icontains=word)
            rows = rows.filter(here | Q(name__icontains=word) | Q(name_en__icontains=word))
        rows = rows.select_related("programme__product_line").order_by("programme__code", "rank")
        return _progress(list(rows), candidate, on)


def level_page(*, level: CertificationLevel, candidate: Candidate, on: date) -> LevelPage:
    """Everything about one level."""
    with unfenced():
        courses = list(Course.objects.filter(level=level).prefetch_related("materials__document"))
        done = set(_done(candidate).filter(course__level=level).values_list("course_id", flat=True))
        tries = ExamAttempt.objects.filter(level=level, partner=candidate.partner, user=candidate.user)
        return LevelPage(
            progress=_progress([level], candidate, on)[0],
            courses=[(course, course.pk in done) for course in courses],
            tries=list(tries.order_by("-number")),
            refusal=exams.why_not(level=level, candidate=candidate, on=on),
        )


def results_of(attempt: ExamAttempt) -> list[CourseResult]:
    """The result of a try by course."""
    with unfenced():
        courses = Course.objects.in_bulk([row["course"] for row in attempt.by_course])
    return [
        CourseResult(
            courses.get(row["course"]),
            row["asked"],
            row["right"],
            100 * row["right"] < attempt.pass_mark * row["asked"],
        )
        for row in attempt.by_course
    ]


def material_file(material: CourseMaterial) -> tuple[CourseMaterial, Any]:
    """A document of a course with its opened content; 404 when there is none any more."""
    with unfenced():
        row = CourseMaterial.objects.select_related("document").get(pk=material.pk)
    if row.document is None or row.document.hidden_at is not None:
        raise Http404
    try:
        return row, File(documents.path_of(row.document).open("rb"))
    except FileNotFoundError as error:  # restored from a backup without its files
        raise Http404 from error


def certificates(rows: Sequence[Certificate], *, on: date) -> list[CertificateRow]:
    """Certificates that the caller may show, with their worth of a day and what their end would cost."""
    with unfenced():
        found = Certificate.objects.filter(pk__in=[row.pk for row in rows])
        full = {row.pk: row for row in found.select_related("level__programme__product_line", "partner")}
        members = Membership.objects.filter(partner__in={row.partner_id for row in rows}, valid_during__contains=on)
        acting = set(members.values_list("partner_id", "user_id"))
        soon = [row for row in full.values() if _ends_soon(row, on)]
        lost = certificate_warnings.would_be_lost(soon, on=on)
    answer = []
    for row in (full[row.pk] for row in rows):
        left = row.user_id is not None and (row.partner_id, row.user_id) not in acting
        worth = str(verification.standing_of(row, on=on, left=left))
        ends_soon = worth == "valid" and _ends_soon(row, on)
        answer.append(CertificateRow(row, worth, last_day(row.valid_during), ends_soon, lost.get(row.pk, [])))
    return answer


def _ends_soon(row: Certificate, on: date) -> bool:
    last = last_day(row.valid_during)
    return last is not None and row.withdrawn_at is None and 0 <= (last - on).days <= RENEWAL_DAYS


def _done(candidate: Candidate) -> Any:
    return CourseDone.objects.filter(partner=candidate.partner, user=candidate.user)


def _progress(levels: list[CertificationLevel], candidate: Candidate, on: date) -> list[Progress]:
    courses = Course.objects.filter(level__in=levels).order_by().values("level_id").annotate(n=Count("pk"))
    total = {row["level_id"]: row["n"] for row in courses}
    done: dict[int, int] = {}
    for level_id in _done(candidate).filter(course__level__in=levels).values_list("course__level_id", flat=True):
        done[level_id] = done.get(level_id, 0) + 1
    held = Certificate.objects.filter(partner=candidate.partner, user=candidate.user).in_force(on)
    through = {row.level_id: last_day(row.valid_during) for row in held.order_by("valid_during")}
    mine = ExamAttempt.objects.filter(partner=candidate.partner, user=candidate.user, level__in=levels)
    last = {row.level_id: row for row in mine.defer("drawn").order_by("number")}
    found = []
    for level in levels:
        attempt = last.get(level.pk)
        found.append(
            Progress(
                level=level,
                courses=total.get(level.pk, 0),
                done=done.get(level.pk, 0),
                certified_through=through.get(level.pk),
                running=attempt if attempt and attempt.is_open else None,
                is_failed=attempt is not None and attempt.state == ExamState.FAILED,
            )
        )
    return found


def add_document(*, course: Course, name: str, name_en: str, file: Any, at: datetime, by: User) -> CourseMaterial:
    """Attach a document to a course; every partner may fetch it. Refused: a kind of file that is not taken."""
    with unfenced():
        document = documents.store_document(file=file, name=file.name, at=at, by=by, record=course)
        last = course.materials.order_by("-position").values_list("position", flat=True).first() or 0
        return course.materials.create(
            name=name, name_en=name_en, kind=MaterialKind.DOCUMENT, document=document, position=last + 1
        )
