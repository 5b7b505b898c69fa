"""Two people of a dealer take the exam and are certified; anybody verifies the certificate on the public page."""

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import expect

from channelhub.lib.paper import font_file
from partners.models import Certificate, ExamAttempt, PartnerTier
from tests.factories.certification import make_exam, make_programme, require, right_answers
from tests.factories.partners import ALWAYS

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(font_file("Regular", "zh-hans") is None, reason="Noto Sans CJK is not installed"),
]


@pytest.fixture
def exam(acme):
    """The tier asks for two certified people; one course is to be worked through first."""
    cache.clear()
    level = make_exam(
        programme=make_programme("advisers", name="销售顾问", name_en="Sales adviser"), validity_months=12
    )
    course = level.courses.first()
    course.required = True
    course.save()
    tier = PartnerTier.objects.create(code="gold", name="金牌", name_en="Gold", rank=1)
    acme.tier_assignments.create(tier=tier, valid_during=ALWAYS)
    require(level, tier=tier, needed=2)
    return level


def answer_all(page, attempt):
    for question, options in right_answers(attempt).items():
        for option in options:
            chosen = page.locator(f"input[name=q{question}][value='{option}']")
            chosen.focus()
            page.keyboard.press("Space")
            expect(chosen).to_be_checked()
            expect(page.locator("#saved")).to_have_text("Saved.")


def take(page, look, user, sign_in):
    sign_in(user)
    page.goto(reverse("portal_academy"))
    look()
    page.locator("main").get_by_role("link", name="Sales adviser · L1").first.click()
    page.get_by_role("button", name="I have worked through it").first.click()
    expect(page.locator("main")).to_contain_text("Worked through")
    look()
    page.get_by_role("button", name="Begin the exam").click()
    expect(page.get_by_role("timer")).to_contain_text(":")
    look()
    answer_all(page, ExamAttempt.objects.get(user=user))
    page.get_by_role("button", name="Hand in the exam").click()
    expect(page.locator("main")).to_contain_text("4 of 4 right")
    look()


def test_two_people_are_certified_and_the_certificate_is_verified(sized, look, sign_in, exam, anna, ben):
    page = sized
    take(page, look, anna, sign_in)
    page.goto(reverse("portal_certificates"))
    expect(page.locator("main")).to_contain_text("1 of 2")
    page.context.clear_cookies()
    take(page, look, ben, sign_in)
    page.goto(reverse("portal_certificates"))
    expect(page.locator("main")).to_contain_text("Nothing: all that our tier")
    expect(page.locator("tbody tr")).to_have_count(2)
    look()
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF").first.click()
    assert download.value.suggested_filename.endswith(".pdf")

    page.context.clear_cookies()
    row = Certificate.objects.get(user=anna)
    page.goto(reverse("verify"))
    page.get_by_label("Number of the certificate").fill(row.number.lower())
    page.get_by_role("button", name="Verify").click()
    expect(page.get_by_role("heading", level=2)).to_contain_text("Authorised")
    expect(page.locator("main")).to_contain_text("A.")
    expect(page.locator("main")).not_to_contain_text("Anna")
    look()
