"""Long work has a page: a file is mended on the screen, a night is watched."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from channelhub.core.models import ImportJob
from channelhub.core.services import imports, profiles
from channelhub.core.services.night import chunks
from performance.services import night
from pricing.models import SalesLine
from tests.factories.partners import make_product

pytestmark = pytest.mark.journey
FILE = b"no,dealer,item,day,total\n1,acme,A-100,2026-03-01,200\n2,acne,A-100,2026-03-01,300\n"


@pytest.fixture
def profile(acme):
    make_product("A-100")
    made = profiles.create_profile(code="dealers", name="Dealers' CSV", importer_name="sales")
    columns = {"external_id": "no", "partner": "dealer", "product": "item", "booked_on": "day", "net_amount": "total"}
    constants = {"kind": "sell_out", "quantity": "1", "currency": "CNY"}
    mappings = {field: {"columns": [column]} for field, column in columns.items()}
    mappings |= {field: {"default": value} for field, value in constants.items()}
    profiles.save_mappings(profile=made, mappings=mappings)
    return made


def test_a_manager_uploads_checks_takes_and_mends_a_file(page, sign_in, staff, profile):
    sign_in(staff)
    page.goto(reverse("admin:core_importjob_changelist"))
    page.locator("a[href$='/upload/']").click()
    page.locator("[name=profile]").select_option(label="Dealers' CSV")
    page.locator("[name=file]").set_input_files({"name": "march.csv", "mimeType": "text/csv", "buffer": FILE})
    page.get_by_role("button", name="Upload and map its columns").click()
    expect(page.get_by_text("Real values are from march.csv.")).to_be_visible()
    page.get_by_role("button", name="Keep this mapping").click()

    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_text("A worker is at it")).to_be_visible()
    imports.work_on(job_id=ImportJob.objects.get().pk, at=timezone.now())
    page.get_by_role("button", name="Take 1 good rows").click(timeout=15_000)
    expect(page.get_by_text("A worker is at it")).to_be_visible()
    imports.work_on(job_id=ImportJob.objects.get().pk, at=timezone.now())

    page.get_by_placeholder("instead").fill("acme", timeout=15_000)
    page.get_by_role("button", name="Use in 1 row").click()
    expect(page.get_by_text("1 row is in.")).to_be_visible()
    assert sorted(SalesLine.objects.values_list("external_id", flat=True)) == ["1", "2"]


def test_a_night_is_watched_until_it_is_done(page, sign_in, staff, acme):
    run = night.open_night(day=timezone.localdate(), at=timezone.now())
    sign_in(staff)
    page.goto(reverse("admin:core_jobrun_change", args=[run.pk]))
    expect(page.get_by_text("0%", exact=True).first).to_be_visible()

    chunks.work_through(run=run, clock=timezone.now, worker="here")

    expect(page.get_by_text("100%", exact=True).first).to_be_visible(timeout=15_000)
    expect(page.get_by_text(f"All {run.chunks.count()} parts are done.")).to_be_visible()


def test_the_start_page_says_that_the_scheduler_is_dead(page, sign_in, staff):
    sign_in(staff)
    page.goto(reverse("admin:index"))

    expect(page.get_by_role("alert")).to_contain_text("The scheduler has never been seen")
