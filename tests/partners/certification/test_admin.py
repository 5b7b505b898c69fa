"""Certification in the admin: programmes, questions, tries, requirements; certificates issued, renewed, withdrawn."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from channelhub.lib.paper import font_file
from partners.models import Certificate, CertificationProgramme, CourseMaterial, ExamQuestion, ExamRetake
from tests.factories.certification import TODAY, certified, failed, make_exam, make_level, make_programme, require
from tests.factories.partners import make_product_line

pytestmark = pytest.mark.django_db
needs_font = pytest.mark.skipif(font_file("Regular", "zh-hans") is None, reason="Noto Sans CJK is not installed")


def page(model, action, *args):
    return reverse(f"admin:partners_{model}_{action}", args=args)


def confirmed(client, address, data):
    """Post, read what is previewed, and confirm it."""
    previewed = client.post(address, data).context["previewed"]
    return client.post(address, {**data, "previewed": previewed}, follow=True)


def inlines(prefix, *rows):
    data = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": 0}
    return data | {f"{prefix}-{n}-{name}": value for n, row in enumerate(rows) for name, value in row.items()}


def test_a_manager_certifies_a_person_from_the_partners_page(acme, anna, as_staff):
    level = make_level()
    asked = {"level": level.pk, "person": anna.memberships.get().pk, "first": TODAY.isoformat()}

    confirmed(as_staff, page("partner", "certify", acme.pk), asked)

    row = Certificate.objects.get()
    assert (row.person, row.level, row.issued_by.email) == ("Anna", level, "staff@maker.example")


def test_what_does_not_fit_is_refused_above_the_input(acme, as_staff):
    level = make_level(make_programme(certified="shop"))

    answer = confirmed(as_staff, page("partner", "certify", acme.pk), {"level": level.pk, "first": TODAY.isoformat()})

    assert "This programme certifies others" in str(answer.context["form"].errors)
    assert Certificate.objects.count() == 0


@needs_font
def test_a_certificate_is_renewed_withdrawn_and_its_paper_fetched(acme, as_staff):
    row = certified(make_level(make_programme(certified="partner")), acme)

    paper = as_staff.get(page("certificate", "paper", row.pk))
    confirmed(as_staff, page("certificate", "renew", row.pk), {"first": row.valid_during.upper.isoformat()})
    as_staff.post(page("certificate", "withdraw", row.pk), {"reason": "Sold fakes"})

    row.refresh_from_db()
    assert (paper.content[:5], row.withdrawn_reason) == (b"%PDF-", "Sold fakes")
    assert row.renewals.get().valid_during.lower == row.valid_during.upper
    refused = as_staff.get(page("certificate", "paper", row.pk), follow=True)
    assert [str(message) for message in refused.context["messages"]][-1:] == [
        "A certificate that was withdrawn is no longer given out."
    ]


def test_certificates_are_narrowed_by_what_they_are_worth(acme, as_staff):
    row = certified(make_level(make_programme(certified="partner"), validity_months=240), acme)

    found = {
        worth: list(as_staff.get(page("certificate", "changelist"), {"standing": worth}).context["cl"].result_list)
        for worth in ("valid", "ending", "expired", "withdrawn")
    }

    assert found == {"valid": [row], "ending": [], "expired": [], "withdrawn": []}
    assert as_staff.get(page("certificate", "change", row.pk)).status_code == 200


def test_a_programme_is_added_with_its_levels(as_staff):
    level = {"rank": 1, "name": "L1", "validity_months": 12, "questions": 5, "pass_mark": 80}
    level |= {"tries": 3, "pause_days": 1, "minutes": 30}
    data = {"code": "bikes", "name": "自行车", "certified": "person", "is_open": "on"}

    as_staff.post(page("certificationprogramme", "add"), data | inlines("levels", level))

    assert CertificationProgramme.objects.get().levels.get().pass_mark == 80


def test_a_question_says_whether_it_is_drawn(as_staff):
    course = make_exam(courses=1, questions=1).courses.get()
    answers = [{"text": "yes", "is_right": "on"}, {"text": "no"}]

    as_staff.post(page("examquestion", "add"), {"course": course.pk, "text": "Is it?"} | inlines("options", *answers))
    as_staff.post(page("examquestion", "add"), {"course": course.pk, "text": "Or?"} | inlines("options"))

    rows = as_staff.get(page("examquestion", "changelist")).context["cl"].result_list
    assert [(row.text, bool(row.right and row.wrong)) for row in rows][1:] == [("Is it?", True), ("Or?", False)]
    assert ExamQuestion.objects.count() == 3


def test_a_document_is_attached_to_a_course(as_staff):
    course = make_exam().courses.first()
    address = page("course", "attach", course.pk)

    as_staff.post(address, {"name": "Guide", "file": SimpleUploadedFile("guide.pdf", b"%PDF-1.4 x")})
    refused = as_staff.post(address, {"name": "Page", "file": SimpleUploadedFile("guide.html", b"<html>")})

    material = CourseMaterial.objects.get()
    assert (material.name, material.kind, material.document.name) == ("Guide", "document", "guide.pdf")
    assert "Files of this kind are not taken" in str(refused.context["form"].errors)


def test_a_video_is_linked(as_staff):
    course = make_exam().courses.first()
    address = page("course", "change", course.pk)
    video = {"position": 1, "kind": "video", "name": "Film", "url": "videos.example/film"}
    data = {"level": course.level_id, "name": "Course", "position": 1}

    as_staff.post(address, data | inlines("materials", video))

    assert (as_staff.get(address).status_code, CourseMaterial.objects.get().url) == (200, "https://videos.example/film")


def test_another_try_is_allowed_with_a_reason(acme, anna, as_staff):
    attempt = failed(make_exam(), anna, acme)

    as_staff.post(page("examattempt", "allow_another", attempt.pk), {"reason": "Was ill"})

    assert (ExamRetake.objects.get().user, ExamRetake.objects.get().reason) == (anna, "Was ill")


def test_a_level_is_chosen_by_its_programmes_name(as_staff):
    make_level(make_programme("bikes", name="自行车", name_en="Bikes"), name="一级", name_en="One")

    form = as_staff.get(page("certificationrequirement", "add")).context["adminform"].form

    assert [label for _value, label in form.fields["level"].choices][1:] == ["Bikes · One (People)"]


def test_a_requirement_names_a_tier_or_a_line(as_staff):
    level, line = make_level(), make_product_line("bikes")

    answer = as_staff.post(page("certificationrequirement", "add"), {"level": level.pk, "needed": 1})
    as_staff.post(page("certificationrequirement", "add"), {"level": level.pk, "needed": 2, "product_line": line.pk})

    assert "Name a tier or a product line, not both." in str(answer.context["adminform"].form.errors)
    assert level.requirements.get().needed == 2


def test_a_list_takes_as_many_queries_for_three_as_for_one(acme, as_staff):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    level = make_level(make_programme(certified="partner"))
    require(level, line=make_product_line())
    counts = []
    for _round in range(2):
        certified(level, acme)
        with CaptureQueriesContext(connection) as queries:
            as_staff.get(page("certificate", "changelist"))
        counts.append(len(queries))
        certified(level, acme)

    assert counts[0] == counts[1]
