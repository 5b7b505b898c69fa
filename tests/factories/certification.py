"""Certification: programmes with an exam that can be drawn, people who sit it, certificates of people and shops."""

from datetime import UTC, date, datetime

from partners.models import (
    CertificationLevel,
    CertificationProgramme,
    CertificationRequirement,
    Course,
    CourseDone,
    ExamKey,
    ExamQuestion,
)
from partners.services import certification, exams
from partners.services.certification import Holder
from partners.services.exams import Candidate
from tests.factories.partners import next_number

NOON = datetime(2026, 3, 16, 4, tzinfo=UTC)
TODAY = date(2026, 3, 16)


def make_programme(code=None, **fields):
    code = code or f"prog{next_number()}"
    return CertificationProgramme.objects.create(code=code, **{"name": code, **fields})


def make_level(programme=None, *, rank=1, **fields):
    programme = programme or make_programme()
    return CertificationLevel.objects.create(programme=programme, rank=rank, **{"name": f"L{rank}", **fields})


def make_question(course, text=None, *, right=("right",), wrong=("wrong", "false")):
    question = ExamQuestion.objects.create(course=course, text=text or f"Question {next_number()}?")
    for answer in right:
        question.options.create(text=answer, is_right=True)
    for answer in wrong:
        question.options.create(text=answer)
    return question


def make_exam(*, courses=2, questions=3, **fields):
    """A level with an exam of four questions out of six, that needs no course."""
    level = make_level(**{"questions": 4, "pass_mark": 75, **fields})
    for number in range(courses):
        course = Course.objects.create(level=level, position=number, name=f"Course {number}", required=False)
        for _question in range(questions):
            make_question(course)
    return level


def candidate(user, partner):
    return Candidate(user, partner)


def start(level, user, partner, *, at=NOON):
    return exams.start_attempt(level=level, candidate=Candidate(user, partner), at=at)


def right_answers(attempt, *, wrong=0):
    """All right, or so many of them wrong."""
    answers = dict(ExamKey.objects.get(attempt=attempt).right)
    for question in attempt.drawn[:wrong]:
        key = answers[str(question["question"])]
        answers[str(question["question"])] = [
            next(option["option"] for option in question["options"] if option["option"] not in key)
        ]
    return answers


def passed(level, user, partner, *, at=NOON):
    attempt = start(level, user, partner, at=at)
    return exams.submit(attempt=attempt, answers=right_answers(attempt), at=at)


def failed(level, user, partner, *, at=NOON):
    attempt = start(level, user, partner, at=at)
    return exams.submit(attempt=attempt, answers={}, at=at)


def certified(level, partner, user=None, *, first=TODAY, at=NOON, shop="", **fields):
    holder = Holder(user, shop, "1 Main Road" if shop else "")
    return certification.issue(level=level, partner=partner, holder=holder, first=first, at=at, **fields)


def require(level, *, tier=None, line=None, needed=1):
    return CertificationRequirement.objects.create(level=level, tier=tier, product_line=line, needed=needed)


def done(course, user, partner):
    return CourseDone.objects.create(course=course, user=user, partner=partner, done_at=NOON)
