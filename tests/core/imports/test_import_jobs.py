"""A job's way through workers, crashes and second thoughts."""

import pytest
from django.db import IntegrityError, transaction

from channelhub.core import tasks
from channelhub.core.errors import UnknownImporter, WrongImportStatus
from channelhub.core.models import FieldMapping, ImportJob, ImportRow, LookupTable, LookupValue
from channelhub.core.services import importers, imports
from channelhub.core.services.import_files import staging_name
from channelhub.lib import sql
from pricing.models import SalesLine
from tests.factories.imports import csv_of, make_profile, upload
from tests.factories.partners import make_partner, make_product
from tests.factories.sales import ENTRY
from tests.pricing.services.test_record_sales_races import at_once

HEADER = ["external_id", "kind", "partner", "product", "booked_on", "quantity", "currency", "net_amount"]


def lines_file(count):
    rows = (["sell_in", "acme", "A-100", "2026-03-16", 1, "CNY", 10] for _ in range(count))
    return csv_of([HEADER, *([f"k{number:04}", *row] for number, row in enumerate(rows))])


def job_of(count=3):
    make_partner("acme")
    make_product("A-100")
    return upload(make_profile("sales", **{name: name for name in HEADER}), lines_file(count))


@pytest.mark.django_db
def test_a_staging_table_that_a_crash_emptied_is_loaded_again():
    job = job_of()
    imports.check_now(job=job, at=ENTRY)
    sql.run(f"TRUNCATE {staging_name(job.pk)}")

    imports.take_now(job=job, at=ENTRY)

    job.refresh_from_db()
    assert (job.status, job.rows, job.taken, SalesLine.objects.count()) == ("taken", 3, 3, 3)


@pytest.mark.django_db
def test_no_staging_table_is_left_of_what_was_taken():
    job = imports.take_now(job=job_of(), at=ENTRY)

    assert sql.fetch_one("SELECT to_regclass(%s)", [staging_name(job.pk)]) is None


@pytest.mark.django_db(transaction=True)
def test_two_workers_take_one_job_once():
    job = job_of(500)
    imports.order_take(job=job)

    at_once(*[lambda: imports.work_on(job_id=job.pk, at=ENTRY)] * 2)

    job.refresh_from_db()
    assert (job.status, job.taken, SalesLine.objects.count()) == ("taken", 500, 500)


@pytest.mark.django_db
def test_a_lost_message_is_made_up_for_by_the_next_minute():
    job = job_of()
    imports.order_take(job=job)

    tasks.work_on_imports()

    job.refresh_from_db()
    assert (job.status, imports.ordered_jobs(), SalesLine.objects.count()) == ("taken", [], 3)


@pytest.mark.django_db
def test_a_job_that_ended_its_worker_five_times_fails_and_may_be_ordered_again():
    job = job_of()
    imports.order_take(job=job)
    ImportJob.objects.filter(pk=job.pk).update(attempts=5)

    tasks.work_on_import(job_id=job.pk)

    job.refresh_from_db()
    assert (job.status, job.error, SalesLine.objects.count()) == ("failed", "The worker ended five times.", 0)
    assert imports.take_now(job=job, at=ENTRY).status == "taken"


@pytest.mark.django_db
def test_nobody_works_on_a_job_that_nobody_ordered():
    assert imports.work_on(job_id=job_of().pk, at=ENTRY) is None


@pytest.mark.django_db
def test_a_job_is_cancelled_before_it_is_taken_and_not_after():
    job = job_of()
    imports.check_now(job=job, at=ENTRY)

    cancelled = imports.cancel(job=job, at=ENTRY)

    assert (cancelled.status, SalesLine.objects.count()) == ("cancelled", 0)
    for refused in (imports.order_take, imports.order_check):
        with pytest.raises(WrongImportStatus):
            refused(job=job)
    with pytest.raises(WrongImportStatus):
        imports.cancel(job=job, at=ENTRY)


def test_what_no_app_imports_is_refused():
    with pytest.raises(UnknownImporter):
        importers.importer("horoscopes")


def test_every_importer_says_what_it_wants():
    assert [importer.name for importer in importers.every_importer()] == [
        "agreements",
        "company_numbers",
        "external_codes",
        "map_prices",
        "partners",
        "price_assignments",
        "price_lists",
        "prices",
        "product_lines",
        "products",
        "promotion_items",
        "promotions",
        "revised_prices",
        "sales",
        "stock",
        "stock_snapshot",
        "targets",
        "territories",
    ]
    assert all(any(field.required for field in importer.fields) for importer in importers.every_importer())


def test_a_rule_that_no_app_declares_is_shown_by_its_code():
    assert importers.message_of("new_rule") == "new_rule"


def row_of(job, **fields):
    return ImportRow.objects.create(**{"job": job, "row_no": 2, "raw": {}, "fields": {}, "errors": [], **fields})


def lookup_of(profile):
    return LookupTable.objects.create(profile=profile, name="items", key_column="a", value_column="b")


BROKEN = {
    "core_import_job_status_known": lambda job: ImportJob.objects.filter(pk=job.pk).update(status="lost"),
    "core_import_row_status_known": lambda job: row_of(job, status="lost"),
    "core_import_row_once_per_job": lambda job: [row_of(job), row_of(job)],
    "core_lookup_table_named_once_per_profile": lambda job: [lookup_of(job.profile), lookup_of(job.profile)],
    "core_lookup_value_each_key_means_one_value": lambda job: LookupValue.objects.bulk_create(
        LookupValue(lookup=table, key="k", value=value) for table in [lookup_of(job.profile)] for value in "xy"
    ),
    "core_field_mapping_each_field_once_per_profile": lambda job: FieldMapping.objects.create(
        profile=job.profile,
        field="partner",
    ),
    "core_field_mapping_conversion_known": lambda job: job.profile.mappings.update(conversion="magic"),
    "core_field_mapping_second_lookup_follows_a_first": lambda job: job.profile.mappings.update(
        then_lookup=lookup_of(job.profile),
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", BROKEN)
def test_the_database_refuses(name):
    job = job_of()

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        BROKEN[name](job)
