"""The academy in the portal: courses, an exam by the server's clock, results, certificates, what is lacking."""

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from channelhub.core.services import documents
from channelhub.lib.paper import font_file
from partners.models import Certificate, CourseDone, ExamAttempt, PartnerTier
from partners.services import certification
from tests.factories.certification import (
    NOON,
    certified,
    make_exam,
    make_level,
    make_programme,
    require,
    right_answers,
    start,
)
from tests.factories.partners import ALWAYS

pytestmark = pytest.mark.django_db
needs_font = pytest.mark.skipif(font_file("Regular", "zh-hans") is None, reason="Noto Sans CJK is not installed")


def page(name, *args):
    return reverse(f"portal_{name}", args=args)


def begun(client, level):
    client.post(page("academy_start", level.pk))
    return ExamAttempt.objects.get()


def filled(attempt, answers):
    return {f"q{question}": chosen for question, chosen in answers.items()}


def test_a_person_works_through_a_course_passes_and_has_a_certificate(acme, as_anna):
    level = make_exam()
    course = level.courses.first()
    level.courses.filter(pk=course.pk).update(required=True)

    refused = as_anna.post(page("academy_start", level.pk), follow=True)
    as_anna.post(page("academy_done", course.pk))
    attempt = begun(as_anna, level)
    answers = right_answers(attempt)
    saved = as_anna.post(page("exam_save", attempt.pk), filled(attempt, answers), headers={"Accept-Language": "en"})
    answer = as_anna.post(page("exam_submit", attempt.pk), {}, follow=True)

    assert refused.context["answer"].refusal.why == "courses_missing"
    assert (CourseDone.objects.count(), saved.content) == (1, b"Saved.")
    assert answer.context["attempt"].state == "passed"
    assert [(row.asked, row.right, row.is_weak) for row in answer.context["results"]] == [(2, 2, False), (2, 2, False)]
    assert answer.context["certificate"] == Certificate.objects.get()
    overview = as_anna.get(page("academy")).context["rows"][0]
    assert (overview.done, overview.courses, overview.certified_through is None) == (1, 2, False)


def test_the_page_of_a_running_exam_never_tells_what_is_right(acme, as_anna):
    attempt = begun(as_anna, make_exam())

    shown = as_anna.get(page("exam", attempt.pk))

    assert (len(shown.context["questions"]), 0 < shown.context["seconds"] <= 1800) == (4, True)
    assert "is_right" not in shown.content.decode()


def test_after_the_deadline_what_was_saved_counts(acme, anna, as_anna):
    level = make_exam(minutes=1)
    attempt = start(level, anna, acme, at=NOON.replace(year=2025))
    answers = right_answers(attempt)
    as_anna.post(page("exam_save", attempt.pk), filled(attempt, answers))

    shown = as_anna.get(page("exam", attempt.pk))
    answer = as_anna.post(page("exam_submit", attempt.pk), filled(attempt, answers), follow=True)

    assert shown.context["is_over"] is True
    attempt = answer.context["attempt"]
    assert (attempt.state, attempt.handed_in, attempt.answers) == ("failed", False, {})


def test_an_answer_that_is_taken_back_is_kept_as_none(acme, as_anna):
    attempt = begun(as_anna, make_exam())
    question = attempt.drawn[0]["question"]
    option = attempt.drawn[0]["options"][0]["option"]
    as_anna.post(page("exam_save", attempt.pk), {f"q{question}": option, f"has-q{question}": 1})

    as_anna.post(page("exam_save", attempt.pk), {f"has-q{question}": 1})

    attempt.refresh_from_db()
    assert attempt.answers == {str(question): []}


def test_colleagues_do_not_see_each_others_exams(acme, as_anna, as_ben):
    attempt = begun(as_anna, make_exam())

    assert as_ben.get(page("exam", attempt.pk)).status_code == 404
    assert as_ben.post(page("exam_submit", attempt.pk)).status_code == 404


def test_nonsense_in_an_answer_is_no_error_of_ours(acme, as_anna):
    attempt = begun(as_anna, make_exam())
    question = attempt.drawn[0]["question"]

    statuses = [
        as_anna.post(page("exam_save", attempt.pk), {f"q{question}": value}).status_code
        for value in ("x", "9" * 30, "\x00", "1", "-1")
    ]

    assert statuses == [200] * 5


def test_the_academy_is_searched_and_says_when_nothing_fits(acme, as_anna):
    make_exam(programme=make_programme("bikes", name="自行车", name_en="Bikes"))
    make_exam(programme=make_programme("closed", is_open=False))

    found = [len(as_anna.get(page("academy"), {"q": text}).context["rows"]) for text in ("", "bike", "自行", "nothing")]

    assert found == [1, 1, 1, 0]


def test_a_document_of_a_course_is_given_to_every_partner(acme, as_carla):
    course = make_exam().courses.first()
    paper = documents.store_document(file=ContentFile(b"%PDF-1.4 x", "guide.pdf"), name="guide.pdf", at=timezone.now())
    material = course.materials.create(name="Guide", kind="document", document=paper)
    empty = course.materials.create(name="Empty", kind="document")

    answer = as_carla.get(page("material", material.pk))

    assert b"".join(answer.streaming_content) == b"%PDF-1.4 x"
    assert as_carla.get(page("material", empty.pk)).status_code == 404
    documents.hide_document(document=paper, at=timezone.now())
    assert as_carla.get(page("material", material.pk)).status_code == 404


def test_the_company_sees_its_certificates_what_it_lacks_and_what_is_at_stake(acme, anna, as_ben, other_partner):
    level = make_level(validity_months=1)
    tier = PartnerTier.objects.create(code="gold", name="Gold", rank=1)
    acme.tier_assignments.create(tier=tier, valid_during=ALWAYS)
    require(level, tier=tier)
    lacking = require(make_level(), tier=tier, needed=2)
    certified(level, acme, anna, first=timezone.localdate())
    certified(make_level(make_programme(certified="partner")), other_partner)

    shown = as_ben.get(page("certificates"))

    row = shown.context["rows"][0]
    assert (len(shown.context["rows"]), row.certificate.person, row.standing, row.ends_soon) == (
        1,
        "Anna",
        "valid",
        True,
    )
    assert [one.tier for one in row.lost] == [tier]
    assert [(one.requirement, one.have) for one in shown.context["missing"]] == [(lacking, 0)]
    states = [
        len(as_ben.get(page("certificates"), {"state": s}).context["rows"]) for s in ("valid", "expired", "withdrawn")
    ]
    assert states == [1, 0, 0]


def test_certificates_take_as_many_queries_for_three_as_for_one(acme, anna, as_anna, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    level = make_level()
    counts = []
    for _round in range(2):
        certified(level, acme, anna)
        with CaptureQueriesContext(connection) as queries:
            as_anna.get(page("certificates"))
        counts.append(len(queries))
        certified(level, acme, anna)

    assert counts[0] == counts[1]


@needs_font
def test_a_certificate_is_fetched_as_a_pdf_until_it_is_withdrawn(acme, anna, as_ben):
    row = certified(make_level(), acme, anna)

    paper = as_ben.get(page("certificate_paper", row.pk))
    certification.withdraw(certificate=row, reason="Error", at=NOON)
    after = as_ben.get(page("certificate_paper", row.pk))

    assert (paper.content[:5], paper["Content-Disposition"]) == (b"%PDF-", f'attachment; filename="{row.number}.pdf"')
    assert after["Location"] == page("certificates")
