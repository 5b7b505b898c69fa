"""Attacks on the fence, with an own and a foreign row in every scoped table, in both test modes."""

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client

from channelhub.core.enums.fence import FenceClass
from channelhub.core.services import acting, fence, fence_setup
from partners.models import Partner
from tests.core import attack_urls, scoped_rows

pytestmark = pytest.mark.urls("tests.core.attack_urls")

SCOPED = {FenceClass.OWN, FenceClass.SUBTREE, FenceClass.PARTIES}
both_modes = pytest.mark.parametrize(
    "mode",
    [
        pytest.param("rollback", marks=pytest.mark.django_db),
        pytest.param("commit", marks=pytest.mark.django_db(transaction=True)),
    ],
)


@pytest.fixture
def world(db):
    return scoped_rows.World()


def scoped_tables():
    return {table: columns for table, (kind, columns) in fence_setup.classes().items() if kind in SCOPED}


def rows_of(table):
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def test_every_scoped_table_has_rows_to_attack():
    assert {model._meta.db_table for model in scoped_rows.ROWS} == set(scoped_tables())


@pytest.mark.django_db
def test_a_raw_select_on_every_scoped_table_answers_own_rows_only(world):
    wrong = {}
    for table, columns in scoped_tables().items():
        everything = rows_of(table)
        with fence.fenced(world.standing):
            seen = rows_of(table)
        mine = [row for row in everything if world.own.pk in {row[column] for column in columns}]
        if seen != mine or not mine or len(mine) == len(everything):
            wrong[table] = (len(everything), len(mine), len(seen))

    assert wrong == {}


@pytest.mark.django_db
def test_a_raw_select_on_every_staff_table_is_denied(world):
    readable = []
    for table, (kind, _) in fence_setup.classes().items():
        if kind is FenceClass.STAFF:
            with fence.fenced(world.standing):
                try:
                    with transaction.atomic():
                        rows_of(table)
                    readable.append(table)
                except ProgrammingError as error:
                    if "permission denied" not in str(error):
                        readable.append(table)

    assert readable == []


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["INSERT", "UPDATE", "DELETE", "TRUNCATE"])
def test_a_dealer_writes_to_no_table(world, statement):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.table_privileges"
            " WHERE grantee IN (%s, 'PUBLIC') AND table_schema = 'public' AND privilege_type = %s",
            [fence.ROLE, statement],
        )
        assert cursor.fetchall() == []


@both_modes
@pytest.mark.parametrize("name", ["everything", "export", "cursor"])
def test_a_page_without_a_filter_shows_own_rows_only(world, mode, name):
    answers = [world.client(partner).get(f"/attack/{name}/").content.decode() for partner in (world.own, world.foreign)]

    assert answers == ["acme ", "carla "]


@both_modes
def test_the_anonymous_see_nothing(world, mode):
    assert Client().get("/attack/everything/").content == b""


@both_modes
def test_staff_see_all(world, as_staff, mode):
    assert as_staff.get("/attack/everything/").content.decode() == "above acme carla "


@both_modes
def test_a_dealers_answer_never_streams_from_the_database(world, mode):
    assert world.client().get("/attack/stream/").status_code == 500


@both_modes
def test_a_reused_connection_on_which_nothing_was_set_stands_nowhere(world, mode):
    world.client().get("/attack/everything/")

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user = session_user, coalesce(current_setting('channelhub.partners', true), '') IN ('')",
        )
        assert (cursor.fetchone(), fence.fence()) == ((True, True), None)
    assert Client().get("/attack/everything/").content == b""


@both_modes
@pytest.mark.parametrize("name", ["raise", "refuse", "domain-error"])
def test_what_raises_or_refuses_after_its_first_write_leaves_nothing(world, mode, name):
    status = world.client().get(f"/attack/{name}/").status_code

    assert (status >= 400, Partner.objects.filter(code="written").count(), fence.fence()) == (True, 0, None)


@both_modes
def test_what_answers_well_keeps_its_write(world, mode):
    world.client().get("/attack/write/")

    assert Partner.objects.filter(code="written").count() == 1


@both_modes
def test_a_bearer_token_sent_to_a_page_means_nothing(world, mode):
    answer = Client().get("/attack/everything/", HTTP_AUTHORIZATION="Bearer whatever")

    assert answer.content == b""


@pytest.mark.django_db
def test_a_celery_job_for_a_dealer_sees_own_rows_only(world):
    codes = attack_urls.codes_for(partner_id=world.own.pk, subtree=[world.own.pk])

    assert codes == ["acme"]


@both_modes
@pytest.mark.parametrize("address", ["/attack/no-such-page/", "/attack/raise/"])
def test_the_404_and_500_pages_name_nobody_elses_partner(world, mode, address):
    answer = world.client().get(address)

    assert (answer.status_code in (404, 500), b"carla" in answer.content.lower()) == (True, False)


@pytest.mark.django_db(transaction=True)
def test_a_manager_who_views_as_a_dealer_sees_its_rows_and_changes_nothing(world, as_staff):
    as_staff.raise_request_exception = False
    session = as_staff.session
    session[acting.VIEW_AS_KEY] = world.own.pk
    session.save()

    seen = as_staff.get("/attack/everything/").content.decode()
    statuses = [as_staff.post("/attack/write/").status_code, as_staff.get("/attack/write/").status_code]

    assert (seen, statuses, Partner.objects.filter(code="written").count()) == ("acme ", [403, 500], 0)
