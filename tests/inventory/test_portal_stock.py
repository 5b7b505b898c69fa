"""The dealer's stock pages: what it holds, what it is shown, and how it reports its own."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from channelhub.core.models import ExportJob, Feed, ImportJob
from channelhub.core.services import exports
from inventory.enums import Shows
from inventory.models import StockBatch, StockLevel, StockVisibility
from inventory.selectors import stock_page
from tests.factories.partners import make_partner, make_product
from tests.factories.stock import make_level, make_location

pytestmark = pytest.mark.django_db
URL, REPORT = "/portal/stock/", "/portal/stock/report/"


def rows(response):
    return [
        (row.product.sku, row.told.told and row.told.told.quantity, row.own.on_hand) for row in response.context["rows"]
    ]


@pytest.fixture
def shelf(acme):
    return make_location("shelf", partner=acme)


@pytest.fixture
def east(db):
    """The maker's warehouse, shown to everybody."""
    StockVisibility.objects.create(shows=Shows.EXACT)
    return make_location("east")


@pytest.fixture
def stocked(shelf, east):
    """A-1 here and at the maker's, A-2 only here, B-1 only there, B-2 nowhere."""
    a1, a2, b1 = (make_product(sku) for sku in ("A-1", "A-2", "B-1"))
    make_product("B-2")
    make_level(shelf, a1, 3)
    make_level(shelf, a2, 7)
    make_level(east, a1, 42)
    make_level(east, b1, 5, reserved="1")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, [("A-1", 42, 3), ("A-2", 0, 7), ("B-1", 4, 0)]),
        ({"where": "own"}, [("A-1", 42, 3), ("A-2", 0, 7)]),
        ({"where": "others"}, [("A-1", 42, 3), ("B-1", 4, 0)]),
        ({"where": "all", "q": "b"}, [("B-1", 4, 0), ("B-2", 0, 0)]),
        ({"q": "zzz"}, []),
        ({"where": "nonsense", "q": "A-2"}, [("A-2", 0, 7)]),
    ],
)
@pytest.mark.parametrize("few", [0, 50])
def test_a_dealer_finds_what_it_holds_and_what_it_could_order(few, stocked, as_anna, query, found, monkeypatch):
    monkeypatch.setattr(stock_page, "FEW_PARTNERS", few)  # more are asked for another way

    assert rows(as_anna.get(URL, query)) == found


def test_others_stock_is_not_on_the_page(acme, shelf, as_anna, other_partner):
    product = make_product("A-1")
    make_level(make_location("theirs", partner=other_partner), product, 98765)
    make_level(make_location("makers"), product, 98765)

    response = as_anna.get(URL, {"where": "all"})

    assert rows(response) == [("A-1", None, 0)]
    assert "98,765" not in response.content.decode()


def test_a_distributor_sees_the_stock_of_those_under_it(acme, shelf, as_anna):
    product = make_product("A-1")
    make_level(shelf, product, 3)
    make_level(make_location("branch", partner=make_partner(parent=acme)), product, 4)

    assert rows(as_anna.get(URL)) == [("A-1", None, 7)]


def test_of_many_locations_the_fullest_are_named_and_all_are_counted(acme, shelf, as_anna):
    product = make_product("A-1")
    for number in range(1, 8):
        make_level(make_location(f"L{number}", partner=acme), product, number, reserved="2")

    response = as_anna.get(URL)

    [row] = response.context["rows"]
    assert [level.location.code for level in row.own.levels] == ["L3", "L4", "L5", "L6", "L7"]
    assert (row.own.on_hand, row.own.free, row.own.others) == (28, 15, 2)
    assert "2 locations more" in response.content.decode()


def test_a_long_list_is_read_to_its_end_without_gap_or_repeat(shelf, as_anna):
    for number in range(60):
        make_level(shelf, make_product(f"P{number:02}"), 1)

    seen, cursor = [], ""
    while cursor is not None:
        response = as_anna.get(URL, {"after": cursor} if cursor else {}, headers={"HX-Request": "true"})
        seen += [row.product.sku for row in response.context["rows"]]
        cursor = response.context["next_cursor"] or None

    assert seen == [f"P{number:02}" for number in range(60)]


def test_a_cursor_of_another_list_names_nothing(as_anna):
    assert as_anna.get(URL, {"after": "bm90aGluZw"}).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_however_many_products(count, shelf, east, as_anna, django_assert_num_queries):
    for _ in range(count):
        product = make_product()
        make_level(shelf, product, 1)
        make_level(east, product, 1)

    with django_assert_num_queries(21):
        assert len(rows(as_anna.get(URL))) == count


def test_a_level_tells_how_it_came_about(shelf, as_anna, as_carla):
    product = make_product("A-1")
    make_level(shelf, product, 3)
    level = make_level(shelf, product, 8, counted_at=timezone.now() - timedelta(minutes=1))

    page = as_anna.get(f"{URL}levels/{level.pk}/")

    assert [movement.balance for movement in page.context["movements"]] == [8, 3]
    assert as_carla.get(f"{URL}levels/{level.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("filters", "found"),
    [({}, {"A-1", "A-2"}), ({"where": "own", "q": "a-2"}, {"A-2"}), ({"q": "b-1"}, set()), ({"q": "A1"}, {"A-1"})],
)
def test_own_stock_is_exported_as_the_page_is_narrowed(stocked, acme, as_anna, filters, found):
    as_anna.post("/portal/exports/new/", {"list": "stock_levels", "file_format": "csv", **filters})

    exports.work_on_next_export(at=timezone.now())

    job = ExportJob.objects.get()
    lines = b"".join(as_anna.get(f"/portal/exports/{job.pk}/file/").streaming_content).decode("utf-8-sig").splitlines()
    assert {line.split(",")[3] for line in lines[1:]} == found


def test_an_empty_page_says_why_and_what_to_do(as_anna):
    assert "Report own stock" in as_anna.get(URL).content.decode()


# Reporting


def send(client, *lines, name="stock.csv", **options):
    content = "\n".join(["location,product,on_hand,counted_at", *lines]).encode()
    return client.post(REPORT, {"file": SimpleUploadedFile(name, content), **options})


def just_now(minutes=5):
    return (timezone.now() - timedelta(minutes=minutes)).isoformat(timespec="seconds")


def test_a_dealer_reports_its_stock_by_file_and_is_told_what_was_refused(acme, shelf, other_partner, as_anna):
    make_product("A-1"), make_location("theirs", partner=other_partner)

    answer = send(as_anna, f"shelf,A-1,12,{just_now()}", f"theirs,A-1,1,{just_now()}", f"shelf,A-1O,1,{just_now()}")

    job = ImportJob.objects.get()
    page = as_anna.get(answer.url)
    assert (answer.status_code, answer.url) == (302, f"{REPORT}{job.pk}/")
    assert (job.partner_id, job.taken, job.rejected, StockLevel.objects.get().on_hand) == (acme.pk, 1, 2, 12)
    assert [(row.row_no, errors[0][:2]) for row, errors in page.context["rows"]] == [
        (3, ("location", "theirs")),
        (4, ("product", "A-1O")),
    ]


def test_a_complete_report_sets_what_it_does_not_name_to_zero(shelf, as_anna):
    gone = make_level(shelf, make_product("A-1"), 5)
    make_product("A-2")

    send(as_anna, f"shelf,A-2,12,{just_now()}", complete="on")

    gone.refresh_from_db()
    assert (gone.on_hand, StockBatch.objects.order_by("pk").last().absent) == (0, 1)


def test_both_kinds_of_report_come_from_one_feed_that_speaks_for_the_partner(acme, shelf, as_anna):
    make_product("A-1")
    send(as_anna, f"shelf,A-1,1,{just_now(9)}")
    send(as_anna, f"shelf,A-1,2,{just_now(7)}", complete="on")
    send(as_anna, f"shelf,A-1,3,{just_now(5)}")

    [feed] = Feed.objects.filter(stock_batches__isnull=False).distinct()
    assert (feed.partner_id, StockLevel.objects.get().on_hand) == (acme.pk, 3)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"place,thing\n1,2\n"])
def test_what_is_no_report_is_refused_and_said_so(shelf, as_anna, content):
    answer = as_anna.post(REPORT, {"file": SimpleUploadedFile("stock.csv", content)})

    failed = answer.status_code == 422 or "alert-danger" in as_anna.get(answer.url).content.decode()
    assert (failed, StockLevel.objects.count()) == (True, 0)


def test_a_viewer_may_look_and_not_report(shelf, as_ben):
    assert [as_ben.get(URL).status_code, as_ben.get(REPORT).status_code, send(as_ben, "x").status_code] == [
        200,
        403,
        403,
    ]


def test_the_file_to_fill_in_holds_what_is_known(shelf, as_anna):
    make_level(shelf, make_product("A-1"), 5)

    lines = as_anna.get(f"{REPORT}template/").content.decode().lstrip("\ufeff").splitlines()

    assert lines[0] == "location,product,on_hand,counted_at"
    assert lines[1].startswith("shelf,A-1,5,")


def test_the_file_as_it_was_downloaded_is_a_good_report(shelf, as_anna):
    make_level(shelf, make_product("A-1"), 5)
    content = as_anna.get(f"{REPORT}template/").content

    as_anna.post(REPORT, {"file": SimpleUploadedFile("stock.csv", content)})

    job = ImportJob.objects.get()
    assert (job.taken, job.rejected, job.error) == (1, 0, "")


def test_without_a_location_one_is_told_whom_to_ask(as_anna):
    assert "channel manager" in as_anna.get(REPORT).content.decode()
