"""Pages over (updated_at, id): complete whatever the times are, and whoever commits when."""

import threading
import time
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection, transaction
from django.utils.dateparse import parse_datetime

from channelhub.core.services import changes
from channelhub.core.services.fence import Standing, fenced
from partners.models import Partner
from tests.factories.api import erp
from tests.factories.partners import make_partner, make_territory

PARTNERS = "/api/v1/partners/partners/"


def all_pages(caller, url):
    """Every page's rows, and the next_since of each."""
    rows, since = [], []
    while url is not None:
        page = caller.get(url).json()
        rows += page["results"]
        since.append(page["next_since"])
        url = page["next"]
    return rows, since


def make_many(count, **fields):
    Partner.objects.bulk_create(Partner(code=f"M{n:05}", name=f"M{n}", **fields) for n in range(count))


@pytest.mark.django_db
def test_five_thousand_rows_with_one_time_page_through_completely():
    make_many(5000)
    assert Partner.objects.values("updated_at").distinct().count() == 1

    rows, since = all_pages(erp(), PARTNERS + "?page_size=999")

    assert [row["code"] for row in rows] == [f"M{n:05}" for n in range(5000)]
    assert (len(since), len(set(since))) == (6, 1)


@pytest.mark.django_db
def test_a_partners_client_pages_through_its_own_rows_only(acme):
    make_many(3)
    below = make_partner("below", parent=acme)

    rows, _ = all_pages(erp(partner=acme), PARTNERS + "?page_size=1")

    assert sorted(row["code"] for row in rows) == ["acme", below.code]


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_listing_costs_the_same_however_many_rows(count, acme, django_assert_num_queries):
    for number in range(count - 1):
        make_partner(f"below{number}", parent=acme)
    make_partner("foreign")
    caller = erp(partner=acme)
    caller.get(PARTNERS)

    # token, subtree · begin, fence · next_since: savepoint, owner, clear, read, fence, release · rows · fence, commit
    with django_assert_num_queries(13):
        answer = caller.get(PARTNERS)

    assert len(answer.json()["results"]) == count


@pytest.mark.django_db
def test_anothers_record_is_not_found(acme, other_partner):
    caller = erp(partner=acme)

    assert [caller.get(f"{PARTNERS}{p.pk}/").status_code for p in (acme, other_partner)] == [200, 404]


@pytest.mark.django_db
@pytest.mark.parametrize("size", ["0", "1001", "-1", "x", "1.5", "٣", "9" * 100])
def test_a_page_has_a_size_in_bounds(size):
    assert erp().get(PARTNERS, {"page_size": size}).status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize(
    "since",
    ["yesterday", "2026-03-16", "2026-03-16T00:00:00", "2026-13-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "\0"],
)
def test_updated_since_is_an_instant_with_its_zone(since):
    assert erp().get(PARTNERS, {"updated_since": since}).status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize("since", ["2026-03-16T00:00:00Z", "2026-03-16T00:00:00+08:00", "1143-01-17T11:04:31-19:35"])
def test_updated_since_takes_any_zone(since, acme):
    for url in (f"{PARTNERS}?updated_since={since}", f"{PARTNERS}?updated_since={since.replace('+', '%2B')}"):
        assert [row["code"] for row in erp().get(url).json()["results"]] == ["acme"]


@pytest.mark.django_db
def test_a_cursor_that_was_tampered_with_is_refused(acme):
    make_partner("beta")
    caller = erp()
    cursor = parse_qs(urlsplit(caller.get(PARTNERS + "?page_size=1").json()["next"]).query)["cursor"][0]

    answers = [caller.get(PARTNERS, {"cursor": c}).status_code for c in (cursor, cursor[:-6] + "AAAAAA", "é", "")]

    assert answers == [200, 400, 400, 400]


@pytest.mark.django_db
def test_the_next_page_keeps_the_filters():
    make_many(3, country="CN")
    make_partner("abroad", country="DE")

    rows, _ = all_pages(erp(), PARTNERS + "?country=CN&page_size=1")

    assert len(rows) == 3


@pytest.mark.django_db
def test_a_dealers_page_knows_the_times_of_other_sessions(acme):
    with fenced(Standing(acme.pk, (acme.pk,))):
        fenced_since = changes.next_since()

    assert fenced_since == changes.next_since()


@pytest.mark.django_db
def test_products_and_territories_are_for_everybody(acme):
    make_territory("CN", name="中国", name_en="China")
    caller = erp(partner=acme)

    answers = [caller.get(f"/api/v1/partners/{name}/").json()["results"] for name in ("products", "territories")]

    assert ([len(rows) for rows in answers], answers[1][0]["code"]) == ([0, 1], "CN")


@pytest.mark.django_db(transaction=True)
def test_next_since_is_not_later_than_the_oldest_running_transaction():
    started, done = threading.Event(), threading.Event()
    began = []

    def write_slowly():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT now()")
            began.append(cursor.fetchone()[0])
            started.set()
            done.wait(20)
        connection.close()

    writer = threading.Thread(target=write_slowly)
    writer.start()
    started.wait(20)
    time.sleep(1.5)
    try:
        since = parse_datetime(erp().get(PARTNERS).json()["next_since"])
    finally:
        done.set()
        writer.join()
    after = parse_datetime(erp().get(PARTNERS).json()["next_since"])

    assert began[0] - timedelta(seconds=2) < since <= began[0]
    assert after > began[0]


def write_slowly(writer):
    """Twelve transactions of three rows; who began first does not commit first."""
    for number in range(12):
        with transaction.atomic():
            Partner.objects.bulk_create(Partner(code=f"W{writer}-{number}-{row}", name="W") for row in range(3))
            time.sleep((writer * 7 + number * 3) % 5 / 50)
    connection.close()


def poll(caller, seen, stop):
    since, last = "2000-01-01T00:00:00Z", False
    while not last:
        last = stop.is_set()
        rows, sinces = all_pages(caller, f"{PARTNERS}?page_size=7&updated_since={since}")
        seen.update(row["code"] for row in rows)
        since = sinces[-1]
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_who_polls_with_next_since_misses_nothing_while_writers_commit_out_of_order(settings):
    settings.API_REQUESTS_PER_MINUTE = 10_000
    seen, stop = set(), threading.Event()
    reader = threading.Thread(target=poll, args=(erp(), seen, stop))
    writers = [threading.Thread(target=write_slowly, args=(number,)) for number in range(4)]

    for thread in (reader, *writers):
        thread.start()
    for writer in writers:
        writer.join()
    stop.set()
    reader.join()

    assert seen == set(Partner.objects.values_list("code", flat=True))
    assert len(seen) == 4 * 12 * 3
