import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from channelhub.core.enums.imports import ImportStatus
from channelhub.core.models import FieldMapping, ImportJob, ImportRow, LookupTable, MappingProfile
from channelhub.core.services import imports, profiles
from pricing.models import SalesLine
from tests.conftest import logged_in
from tests.factories.partners import make_product, make_staff

pytestmark = pytest.mark.django_db
HEADER = "no,dealer,item,day,qty,total"
MAPPINGS = {
    "external_id": {"columns": ["no"]},
    "kind": {"default": "sell_out"},
    "partner": {"columns": ["dealer"]},
    "product": {"columns": ["item"]},
    "booked_on": {"columns": ["day"]},
    "quantity": {"columns": ["qty"]},
    "currency": {"default": "CNY"},
    "net_amount": {"columns": ["total"]},
}


def a_file(*rows, name="march.csv"):
    return SimpleUploadedFile(name, "\n".join((HEADER, *rows)).encode())


def page(job, name="change"):
    return reverse(f"admin:core_importjob_{name}", args=[job.pk])


@pytest.fixture
def profile(acme):
    make_product("A-100")
    made = profiles.create_profile(code="dealers", name="Dealers' CSV", importer_name="sales")
    profiles.save_mappings(profile=made, mappings=MAPPINGS)
    return made


@pytest.fixture
def taken(profile):
    """An import of four rows of which three are refused."""
    rows = ("1,acme,A-100,2026-03-01,2,200", "2,acne,A-100,2026-03-01,2,200", "3,acne,A-100,2026-03-01,2,200")
    job = imports.upload(
        profile=profile,
        file=a_file(*rows, "4,acme,A-100,2026-03-01,two,200"),
        name="march.csv",
        at=timezone.now(),
    )
    return imports.take_now(job=job, at=timezone.now())


def posted_mapping(**changes):
    """What the mapping page sends for the mappings above, with changes by field-part."""
    data = {}
    for field in ("other_partner", "document", "document_line", "unit", "list_amount", "sold_into", "customer"):
        data |= {f"{field}-conversion": "none", f"{field}-sign": "keep"}
    for field in ("outlet", "returns", "returns_line", "reverses", "reverses_line", *MAPPINGS):
        parts = MAPPINGS.get(field, {})
        data |= {f"{field}-conversion": "none", f"{field}-sign": "keep"}
        data |= {f"{field}-columns": parts.get("columns", []), f"{field}-default": parts.get("default", "")}
    return {**data, **changes}


def test_a_file_is_uploaded_and_its_columns_are_shown_with_three_real_values(as_staff, staff, profile):
    rows = [f"{number},acme,A-100,2026-03-0{number},2,200" for number in range(1, 6)]

    response = as_staff.post(
        reverse("admin:core_importjob_upload"), {"profile": profile.pk, "file": a_file(*rows)}, follow=True
    )

    job = ImportJob.objects.get()
    assert (job.requested_by, job.columns) == (staff, HEADER.split(","))
    assert response.redirect_chain == [(page(job, "map"), 302)]
    shown = {field.name: samples for field, _form, samples, _more in response.context["rows"]}
    assert (shown["external_id"], shown["booked_on"]) == (
        ["1", "2", "3"],
        ["2026-03-01", "2026-03-02", "2026-03-03"],
    )


def test_a_file_that_is_no_table_is_refused_above_the_form(as_staff, profile):
    response = as_staff.post(
        reverse("admin:core_importjob_upload"),
        {"profile": profile.pk, "file": SimpleUploadedFile("x.csv", b"")},
    )

    assert response.status_code == 200
    assert ImportJob.objects.count() == 0


def test_a_mapping_is_kept_and_its_history_says_what_changed(as_staff, profile):
    address = reverse("admin:core_mappingprofile_columns", args=[profile.pk])
    changed = posted_mapping(
        **{"quantity-conversion": "decimal_comma", "quantity-sign": "turn", "quantity-factor": "12"}
    )

    response = as_staff.post(address, changed)

    assert response.status_code == 302
    mapping = FieldMapping.objects.get(profile=profile, field="quantity")
    assert (mapping.columns, mapping.conversion, mapping.sign, mapping.factor) == (["qty"], "decimal_comma", "turn", 12)
    assert profile.mappings.count() == len(MAPPINGS)


def test_a_second_lookup_without_a_first_is_said_at_its_place(as_staff, profile):
    address = reverse("admin:core_mappingprofile_columns", args=[profile.pk])
    lookup = LookupTable.objects.create(profile=profile, name="ids", key_column="k", value_column="v")

    response = as_staff.post(address, posted_mapping(**{"partner-then_lookup": lookup.pk}))

    errors = {field.name: form.errors for field, form, _samples, _more in response.context["rows"] if form.errors}
    assert errors == {"partner": {"then_lookup": ["A second lookup follows a first."]}}


def test_a_check_says_what_would_be_taken_and_the_take_button_names_it(as_staff, profile):
    job = imports.upload(
        profile=profile,
        file=a_file("1,acme,A-100,2026-03-01,2,200", "2,acne,A-100,2026-03-01,2,200"),
        name="march.csv",
        at=timezone.now(),
    )
    as_staff.post(page(job, "check"))
    assert ImportJob.objects.get().status == ImportStatus.CHECKING
    assert b'hx-trigger="every 2s"' in as_staff.get(page(job)).content

    imports.work_on(job_id=job.pk, at=timezone.now())

    response = as_staff.get(page(job))
    assert b"Take 1 good rows" in response.content
    assert [(group.field, group.rule, group.rows) for group, _label, _why in response.context["groups"]] == [
        ("partner", "unknown_code", 1),
    ]
    as_staff.post(page(job, "take"))
    assert ImportJob.objects.get().status == ImportStatus.TAKING


def test_errors_are_grouped_by_field_and_rule_and_open_their_rows(as_staff, taken):
    groups = as_staff.get(page(taken)).context["groups"]
    of_quantity = as_staff.get(page(taken), {"field": "quantity", "rule": "not_a_number"}).context["rows"]

    assert [(group.field, group.rule, group.rows, group.samples) for group, _label, _why in groups] == [
        ("partner", "unknown_code", 2, (("acne", 2),)),
        ("quantity", "not_a_number", 1, (("two", 1),)),
    ]
    assert [(row.row_no, [error[0] for error in errors]) for row, errors in of_quantity] == [(5, ["quantity"])]


def test_a_value_is_used_in_all_rows_that_have_the_wrong_one(as_staff, taken):
    response = as_staff.post(page(taken, "use"), {"field": "partner", "value": "acne", "by": "acme"}, follow=True)

    assert [str(message) for message in response.context["messages"]] == ["2 rows are in."]
    assert sorted(SalesLine.objects.values_list("external_id", flat=True)) == ["1", "2", "3"]


def test_a_row_is_mended_on_the_screen_and_the_import_is_whole(as_staff, taken):
    as_staff.post(page(taken, "use"), {"field": "partner", "value": "acne", "by": "acme"})
    row = ImportRow.objects.get(job=taken, row_no=5)

    as_staff.post(page(taken, "mend"), {f"row-{row.pk}-quantity": "2"})

    taken.refresh_from_db()
    assert (SalesLine.objects.count(), taken.status) == (4, ImportStatus.TAKEN)


def test_a_row_that_is_still_wrong_stays_with_its_new_error(as_staff, taken):
    row = ImportRow.objects.get(job=taken, row_no=5)

    response = as_staff.post(page(taken, "mend"), {f"row-{row.pk}-quantity": "three"}, follow=True)

    row.refresh_from_db()
    assert (row.status, row.fields["quantity"]) == ("open", "three")
    assert [str(message) for message in response.context["messages"]] == ["0 rows are in. 1 is still refused."]


def test_rows_are_left_out(as_staff, taken):
    rows = list(ImportRow.objects.filter(job=taken).values_list("pk", flat=True))

    as_staff.post(page(taken, "ignore"), {"row": rows})

    taken.refresh_from_db()
    assert (taken.status, ImportRow.objects.filter(status="ignored").count()) == (ImportStatus.TAKEN, 3)


def test_the_same_file_again_is_nothing_new(as_staff, profile, taken):
    again = imports.upload(
        profile=profile, file=a_file("1,acme,A-100,2026-03-01,2,200"), name="again.csv", at=timezone.now()
    )
    imports.check_now(job=again, at=timezone.now())

    assert b"Nothing new" in as_staff.get(page(again)).content


def test_an_import_is_given_up(as_staff, profile):
    job = imports.upload(profile=profile, file=a_file("1,acme,A-100,2026-03-01,2,200"), name="a.csv", at=timezone.now())

    as_staff.post(page(job, "cancel"))

    job.refresh_from_db()
    assert job.status == ImportStatus.CANCELLED


def test_a_reader_of_imports_changes_nothing(taken):
    client = logged_in(make_staff(role="reader", permissions=["core.view_importjob"]))
    row = ImportRow.objects.get(job=taken, row_no=5)

    assert client.get(page(taken)).status_code == 200
    for name in ("check", "take", "cancel", "mend", "use", "ignore"):
        assert client.post(page(taken, name), {f"row-{row.pk}-quantity": "2"}).status_code == 403
    assert SalesLine.objects.count() == 1


def test_a_profile_is_made_with_a_feed_of_its_own_and_a_lookup_table(as_staff):
    as_staff.post(
        reverse("admin:core_mappingprofile_new"), {"code": "sap", "name": "SAP", "importer_name": "sales", "feed": ""}
    )
    profile = MappingProfile.objects.get()
    assert profile.feed.code == "sap"

    as_staff.post(
        reverse("admin:core_mappingprofile_add_lookup", args=[profile.pk]),
        {
            "name": "customers",
            "key_column": "id",
            "value_column": "code",
            "file": SimpleUploadedFile("customers.csv", b"id,code\n1,acme\n2,beta\n"),
        },
    )

    lookup = profile.lookups.get()
    assert sorted(lookup.values.values_list("key", "value")) == [("1", "acme"), ("2", "beta")]
