"""Exams: drawn by chance and kept, timed by the server, marked once, tried again within limits."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from channelhub.core.models import Notification, OutboxEvent
from channelhub.lib.periods import date_range
from partners.errors import AnswerUnknown, CertificateRefused, ExamIsOver, ExamNotOpen, ExamTimeOver
from partners.models import Certificate, CourseDone, ExamAttempt, ExamKey, ExamQuestion, ExamRetake, Membership
from partners.services import exams
from tests.factories.certification import (
    NOON,
    TODAY,
    candidate,
    certified,
    failed,
    make_exam,
    make_programme,
    passed,
    right_answers,
    start,
)
from tests.factories.partners import make_dealer
from tests.factories.threads import at_once

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def refusal(level, user, partner, *, at=NOON):
    with pytest.raises(ExamNotOpen) as told:
        start(level, user, partner, at=at)
    return told.value.why


def test_questions_are_drawn_by_chance_kept_with_the_try_and_shown_without_the_key(acme, anna):
    level = make_exam(minutes=20)

    attempt = start(level, anna, acme)

    assert (len(attempt.drawn), attempt.asked, attempt.number) == (4, 4, 1)
    assert attempt.deadline_at == NOON + timedelta(minutes=20)
    assert sorted(attempt.drawn[0]) == ["course", "options", "question", "several", "text", "text_en"]
    assert sorted(attempt.drawn[0]["options"][0]) == ["option", "text", "text_en"]
    assert len(ExamKey.objects.get(attempt=attempt).right) == 4
    assert {question["course"] for question in attempt.drawn} == set(level.courses.values_list("pk", flat=True))


def test_a_try_that_runs_is_answered_again(acme, anna):
    level = make_exam()

    assert start(level, anna, acme, at=NOON + timedelta(minutes=5)) == start(level, anna, acme)


def test_a_pass_certifies_the_person_and_tells_the_partner(acme, anna):
    level = make_exam(validity_months=12)

    attempt = passed(level, anna, acme)

    certificate = Certificate.objects.get()
    assert (attempt.state, attempt.right, attempt.score, attempt.handed_in) == ("passed", 4, Decimal(100), True)
    assert (certificate.user, certificate.person, certificate.attempt) == (anna, "Anna", attempt)
    assert certificate.valid_during == date_range(TODAY, date(2027, 3, 15))
    event = OutboxEvent.objects.get(name="partners.certificate.issued")
    assert event.data == {"certificate_id": certificate.pk, "partner_id": acme.pk}
    assert Notification.objects.get().partner_id == acme.pk


def test_one_wrong_of_four_reaches_75_per_cent_and_two_do_not(acme, anna, ben):
    level = make_exam()
    one, two = start(level, anna, acme), start(level, ben, acme)

    one = exams.submit(attempt=one, answers=right_answers(one, wrong=1), at=NOON)
    two = exams.submit(attempt=two, answers=right_answers(two, wrong=2), at=NOON)

    assert [(row.state, row.score) for row in (one, two)] == [("passed", Decimal(75)), ("failed", Decimal(50))]
    assert sum(row["right"] for row in two.by_course) == 2
    assert Certificate.objects.count() == 1


def test_after_the_servers_deadline_nothing_is_taken_and_what_was_saved_counts(acme, anna):
    level = make_exam(minutes=10)
    attempt = start(level, anna, acme)
    answers = right_answers(attempt)
    late = attempt.deadline_at
    exams.save_answers(attempt=attempt, answers=answers, at=late - timedelta(seconds=1))

    for act in (exams.save_answers, exams.submit):
        with pytest.raises(ExamTimeOver):
            act(attempt=attempt, answers={key: [] for key in answers}, at=late)
    assert exams.close_overdue(at=late) == 1
    assert exams.close_overdue(at=late) == 0

    attempt.refresh_from_db()
    assert (attempt.state, attempt.handed_in, attempt.ended_at) == ("passed", False, late)


def test_an_overdue_try_ends_when_the_person_begins_again(acme, anna):
    level = make_exam(minutes=10, pause_days=0)
    first = start(level, anna, acme)

    second = start(level, anna, acme, at=NOON + timedelta(minutes=11))

    first.refresh_from_db()
    assert (first.state, second.number, second.is_open) == ("failed", 2, True)


def test_tries_are_limited_with_a_pause_between_and_a_further_one_can_be_allowed(acme, anna, staff):
    level = make_exam(tries=2, pause_days=3)
    attempt = failed(level, anna, acme)

    assert refusal(level, anna, acme, at=NOON + 2 * DAY) == "pause"
    failed(level, anna, acme, at=NOON + 3 * DAY)
    assert refusal(level, anna, acme, at=NOON + 9 * DAY) == "no_tries"

    with pytest.raises(CertificateRefused):
        exams.allow_another(attempt=attempt, reason=" ", at=NOON, by=staff)
    exams.allow_another(attempt=attempt, reason="Was ill", at=NOON + 9 * DAY, by=staff)
    assert passed(level, anna, acme, at=NOON + 9 * DAY).number == 3
    with pytest.raises(IntegrityError, match="partners_further_try_has_a_reason"), transaction.atomic():
        ExamRetake.objects.create(level=level, partner=acme, user=anna, allowed_by=staff, allowed_at=NOON)


def test_who_is_certified_for_long_need_not_sit_again_and_renews_within_90_days(acme, anna):
    level = make_exam(validity_months=12)
    first = passed(level, anna, acme)

    assert refusal(level, anna, acme, at=NOON + DAY) == "already_certified"
    second = passed(level, anna, acme, at=NOON + 300 * DAY)

    assert second.certificate.renews == first.certificate


def test_required_courses_are_worked_through_first(acme, anna):
    level = make_exam()
    course = level.courses.first()
    level.courses.filter(pk=course.pk).update(required=True)

    assert refusal(level, anna, acme) == "courses_missing"
    done = [exams.work_through(course=course, candidate=candidate(anna, acme), at=NOON) for _time in range(2)]

    assert (done[0], CourseDone.objects.count()) == (done[1], 1)
    assert start(level, anna, acme).is_open


def test_what_is_no_exam_is_not_begun(acme, anna, carla):
    assert refusal(make_exam(questions=1), anna, acme) == "no_exam"
    assert refusal(make_exam(programme=make_programme(certified="partner")), anna, acme) == "no_exam"
    assert refusal(make_exam(programme=make_programme(is_open=False)), anna, acme) == "no_exam"
    assert refusal(make_exam(), carla, acme) == "no_member"


def test_a_question_without_a_right_and_a_wrong_option_or_retired_is_not_drawn(acme, anna):
    level = make_exam(questions=3)
    level.questions = 6
    level.save()
    assert exams.why_not(level=level, candidate=candidate(anna, acme), on=TODAY) is None

    ExamQuestion.objects.first().options.filter(is_right=True).delete()
    assert refusal(level, anna, acme) == "no_exam"
    level.questions = 5
    level.save()
    question = ExamQuestion.objects.last()
    question.is_retired = True
    question.save()
    assert refusal(level, anna, acme) == "no_exam"


def test_only_options_that_were_offered_are_answers(acme, anna):
    attempt = start(make_exam(), anna, acme)
    one = attempt.drawn[0]
    options = [option["option"] for option in one["options"]]

    for wrong in ({"0": [1]}, {str(one["question"]): [0]}, {str(one["question"]): options}):
        with pytest.raises(AnswerUnknown):
            exams.save_answers(attempt=attempt, answers=wrong, at=NOON)
    saved = exams.save_answers(attempt=attempt, answers={str(one["question"]): options[:1]}, at=NOON)
    assert saved.answers == {str(one["question"]): options[:1]}


def test_a_question_that_changes_changes_no_exam_that_began(acme, anna):
    attempt = start(make_exam(), anna, acme)
    answers = right_answers(attempt)
    for question in ExamQuestion.objects.all():
        question.options.all().delete()

    assert exams.submit(attempt=attempt, answers=answers, at=NOON).state == "passed"


def test_what_was_drawn_and_what_ended_never_changes(acme, anna):
    attempt = start(make_exam(), anna, acme)
    for change in ({"drawn": []}, {"deadline_at": NOON + DAY}, {"seed": "x"}, {"pass_mark": 1}):
        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            ExamAttempt.objects.filter(pk=attempt.pk).update(**change)
    with pytest.raises(IntegrityError, match="partners_try_ends_when_its_state_says_so"), transaction.atomic():
        ExamAttempt.objects.filter(pk=attempt.pk).update(state="passed")
    with pytest.raises(IntegrityError, match="partners_try_ends_by_its_deadline"), transaction.atomic():
        ExamAttempt.objects.filter(pk=attempt.pk).update(state="failed", ended_at=NOON + DAY)
    exams.submit(attempt=attempt, answers={}, at=NOON)
    with pytest.raises(IntegrityError, match="a try ends once"), transaction.atomic():
        ExamAttempt.objects.filter(pk=attempt.pk).update(state="passed")
    with pytest.raises(ExamIsOver):
        exams.submit(attempt=attempt, answers={}, at=NOON)


def test_who_left_while_the_exam_ran_is_not_certified(acme, ben):
    level = make_exam()
    attempt = start(level, ben, acme)
    Membership.objects.filter(user=ben).update(valid_during=date_range(date(2026, 1, 1), date(2026, 3, 15)))

    assert exams.submit(attempt=attempt, answers=right_answers(attempt), at=NOON).state == "passed"
    assert Certificate.objects.count() == 0


def test_a_person_with_a_certificate_of_staff_does_not_sit(acme, anna):
    level = make_exam()
    certified(level, acme, anna)

    assert refusal(level, anna, acme) == "already_certified"


@pytest.mark.django_db(transaction=True)
def test_of_two_starts_at_once_one_try_is_open():
    from tests.factories.partners import make_partner

    acme = make_partner("acme")
    anna, level = make_dealer("anna@acme.example", partner=acme, name="Anna"), make_exam()

    results = at_once(*[lambda: start(level, anna, acme)] * 4)

    assert {result.pk for result in results} == {ExamAttempt.objects.get().pk}
    assert ExamKey.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_submits_at_once_one_counts():
    from tests.factories.partners import make_partner

    acme = make_partner("acme")
    anna, level = make_dealer("anna@acme.example", partner=acme, name="Anna"), make_exam()
    attempt = start(level, anna, acme)
    answers = right_answers(attempt)

    results = at_once(
        lambda: exams.submit(attempt=attempt, answers=answers, at=NOON),
        lambda: exams.submit(attempt=attempt, answers=answers, at=NOON),
        lambda: exams.close_overdue(at=attempt.deadline_at),
    )

    handed_in = [result for result in results[:2] if not isinstance(result, ExamIsOver)]
    assert len(handed_in) + results[2] == 1
    assert (ExamAttempt.objects.get().state == "passed") is bool(handed_in)
    assert Certificate.objects.count() == len(handed_in)
