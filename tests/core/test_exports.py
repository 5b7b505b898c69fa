import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest
from python_calamine import CalamineWorkbook

from channelhub.core import tasks
from channelhub.core.enums.exports import ExportStatus
from channelhub.core.errors import ExportsTooMany
from channelhub.core.models import ExportJob, Notification
from channelhub.core.services import acting, exports
from partners.models import Membership
from pricing.models import SalesLine
from tests.conftest import logged_in
from tests.factories.partners import make_dealer, make_partner, make_product
from tests.factories.sales import make_lines

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 16, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def ask(user, *, file_format="csv", at=NOW, **data):
    who = acting.of_session(user, {}, at)
    kind = exports.kind_of("sales_lines")
    return exports.request_export(who=who, kind=kind, data=data, file_format=file_format, at=at)


def cells(job):
    text = exports.file_of(job).read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_a_dealers_file_holds_its_own_subtree_and_nothing_else(anna, acme, other_partner):
    shop = make_partner("shop", parent=acme)
    make_lines({"partner": acme}, {"partner": shop}, {"partner": other_partner}, product=make_product())
    ask(anna)

    job = exports.work_on_next_export(at=NOW)

    assert (job.status, job.rows) == (ExportStatus.DONE, 2)
    assert sorted(row["Company code"] for row in cells(job)) == ["acme", "shop"]


def test_the_filters_of_the_page_narrow_the_file(anna, acme):
    days = [{"booked_on": date(2026, 3, 1)}, {"booked_on": date(2026, 3, 5)}]
    make_lines(*days, partner=acme, product=make_product())
    ask(anna, valid_from="2026-03-02", valid_through="2026-03-05")

    job = exports.work_on_next_export(at=NOW)

    assert [row["Booked on"] for row in cells(job)] == ["2026-03-05"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_no_spreadsheet_runs_what_a_name_begins_with(text, anna, acme):
    make_lines(partner=acme, product=make_product(name=text), quantity="-3", net_amount="-10")
    ask(anna)
    ask(anna, file_format="xlsx")

    in_csv = cells(exports.work_on_next_export(at=NOW))[0]
    job = exports.work_on_next_export(at=NOW)
    sheet = CalamineWorkbook.from_path(str(exports.file_of(job))).get_sheet_by_index(0).to_python()
    in_xlsx = dict(zip(sheet[0], sheet[1], strict=True))

    assert (in_csv["Product"], in_xlsx["Product"]) == (f"'{text}", f"'{text}")
    assert (in_csv["Net amount"], in_xlsx["Net amount"]) == ("-10", -10.0)


def test_both_formats_hold_the_same_rows(anna, acme):
    make_lines(*[{} for _ in range(5)], partner=acme, product=make_product())
    ask(anna)
    ask(anna, file_format="xlsx")

    first, second = exports.work_on_next_export(at=NOW), exports.work_on_next_export(at=NOW)
    sheet = CalamineWorkbook.from_path(str(exports.file_of(second))).get_sheet_by_index(0).to_python()

    assert [row["Number"] for row in cells(first)] == [row[-1] for row in sheet[1:]]
    assert (first.rows, second.rows) == (5, 5)


def test_who_lost_the_access_gets_no_file(anna, acme):
    make_lines(partner=acme, product=make_product())
    ask(anna)
    Membership.objects.filter(user=anna).update(valid_during=(date(2020, 1, 1), date(2026, 3, 1)))

    job = exports.work_on_next_export(at=NOW)

    assert job.status == ExportStatus.CANCELLED
    assert not exports.file_of(job).exists()


def test_a_cancelled_export_is_not_written(anna, acme):
    job = ask(anna)

    exports.cancel_export(job=job, at=NOW)

    job.refresh_from_db()
    assert job.status == ExportStatus.CANCELLED
    assert exports.work_on_next_export(at=NOW) is None


def test_an_export_that_always_fails_is_given_up_after_three_attempts(anna, monkeypatch):
    ask(anna)
    monkeypatch.setattr(exports.export_files, "write_csv", lambda *_: 1 / 0)

    attempts = [exports.work_on_next_export(at=NOW).status for _ in range(3)]

    assert attempts == [ExportStatus.WAITING, ExportStatus.WAITING, ExportStatus.FAILED]
    assert exports.work_on_next_export(at=NOW) is None


@pytest.mark.parametrize(("waited", "told"), [(5, []), (60, ["Your file is ready: Sales lines, 1 rows."])])
def test_who_waited_long_is_told_that_the_file_is_ready(waited, told, anna, acme):
    make_lines(partner=acme, product=make_product())
    job = ask(anna)

    exports.work_on_next_export(at=NOW + timedelta(seconds=waited))

    found = Notification.objects.filter(user=anna, partner_id=acme.pk)
    assert [notification.text for notification in found] == told
    assert {notification.url for notification in found} <= {f"/portal/exports/{job.pk}/"}


def test_nobody_fills_the_queue_alone(anna):
    for _ in range(exports.WAITING_AT_ONCE):
        ask(anna)

    with pytest.raises(ExportsTooMany):
        ask(anna)


def test_files_are_thrown_away_when_their_time_is_over(anna, acme):
    make_lines(partner=acme, product=make_product())
    ask(anna)
    job = exports.work_on_next_export(at=NOW)

    assert exports.throw_away_expired(at=NOW + timedelta(days=8)) == 1

    job.refresh_from_db()
    assert (job.status, exports.file_of(job).exists()) == (ExportStatus.EXPIRED, False)


def test_only_who_asked_for_a_file_gets_it(anna, acme, as_anna, as_carla):
    make_lines(partner=acme, product=make_product())
    job = ask(anna)
    exports.work_on_next_export(at=NOW)
    colleague = logged_in(make_dealer("col@acme.example", partner=acme))
    path = f"/portal/exports/{job.pk}/file/"

    own = as_anna.get(path)

    assert own["Content-Disposition"].startswith("attachment")
    assert b"".join(own.streaming_content).startswith(b"\xef\xbb\xbf")
    assert [client.get(path).status_code for client in (colleague, as_carla)] == [404, 404]


def test_asking_for_a_file_leads_to_its_progress(as_anna, anna):
    response = as_anna.post("/portal/exports/new/", {"list": "sales_lines", "file_format": "xlsx", "kind": "1"})

    job = ExportJob.objects.get()
    assert job.params == {"kind": 1}
    assert response["Location"] == f"/portal/exports/{job.pk}/"
    assert "every 2s" in as_anna.get(response["Location"]).content.decode()


def test_unreadable_filters_make_no_file(as_anna, anna):
    as_anna.post("/portal/exports/new/", {"list": "sales_lines", "file_format": "csv", "valid_from": "nonsense"})

    assert ExportJob.objects.count() == 0


def test_the_fence_holds_in_the_workers_job_when_the_lists_own_filter_is_forgotten(
    anna, acme, other_partner, monkeypatch
):
    make_lines({"partner": acme}, {"partner": other_partner}, product=make_product())
    monkeypatch.setattr("pricing.selectors.sales_lines.lines_for", lambda user, filters: SalesLine.objects.all())
    ask(anna)

    assert tasks.work_on_exports() == 1

    assert [row["Company code"] for row in cells(ExportJob.objects.get())] == ["acme"]


def test_a_managers_file_holds_every_partners_lines(staff, acme, other_partner):
    make_lines({"partner": acme}, {"partner": other_partner}, product=make_product())
    ask(staff)

    job = exports.work_on_next_export(at=NOW)

    assert sorted(row["Company code"] for row in cells(job)) == ["acme", "other"]
