"""The first fence, route by route and role by role: who sees whose rows, before PostgreSQL has its say."""

from datetime import UTC, datetime

import pytest
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse

from channelhub.core.models import Role, User
from channelhub.core.services.acting import Acting
from channelhub.core.services.fence import NOBODY
from partners.models import HomeTerritory, Partner
from partners.services.reference import load_reference
from tests.core import scoped_rows
from tests.factories.partners import make_staff, make_territory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
SCOPED = sorted(scoped_rows.ROWS, key=lambda model: model._meta.label)
by_model = pytest.mark.parametrize("model", SCOPED, ids=lambda model: model._meta.label)
# Shown to the person they are for and to nobody else.
PERSONAL = {"core.ExportJob"}
ADDRESSED = {"core.Notification", *PERSONAL}


@pytest.fixture
def world(db):
    """Acme at home in the north, Carla's in the south."""
    world = scoped_rows.World()
    world.north, world.south = make_territory("north"), make_territory("south")
    HomeTerritory.objects.filter(partner=world.own).update(territory=world.north)
    HomeTerritory.objects.filter(partner=world.foreign).update(territory=world.south)
    return world


def seen(model, **acting):
    """The rows that somebody acting so is shown, as the partners they belong to."""
    user = acting.pop("user", None) or User(pk=0)
    user.acting = Acting(user, **acting)
    rows = model.objects.visible_to(user)
    return {row.pk if model is Partner else row.partner_id for row in rows}


@by_model
def test_a_dealer_sees_its_own_rows_only(world, model):
    expected = set() if model._meta.label in PERSONAL else {world.own.pk}
    assert seen(model, standing=world.standing) == expected


@by_model
def test_nobody_sees_nothing(world, model):
    assert seen(model, standing=NOBODY) == set()
    assert seen(model, user=AnonymousUser(), standing=NOBODY) == set()


@by_model
def test_who_was_never_asked_who_acts_sees_nothing(world, model):
    assert list(model.objects.visible_to(User(pk=0))) == []


@by_model
def test_a_manager_of_an_area_sees_the_partners_of_that_area(world, model):
    shown = seen(model, standing=None, territories=(world.north.path,))

    assert shown == (set() if model._meta.label in ADDRESSED else {world.own.pk})


@by_model
def test_a_manager_without_limits_sees_all(world, model):
    shown = seen(model, standing=None, territories=None)

    expected = set() if model._meta.label in ADDRESSED else {world.own.pk, world.foreign.pk}
    assert expected <= shown


def admins():
    """Every list of the admin, by its name."""
    return sorted(admin.site._registry.values(), key=lambda one: one.opts.label)


def test_lists_of_partners_rows_start_at_visible_to_or_are_not_for_people_of_an_area():
    open_lists = [
        one.opts.label
        for one in admins()
        if any(field.column == "partner_id" for field in one.opts.concrete_fields)
        and not hasattr(one.model.objects.all(), "visible_to")
        and not one.staff_wide_only
    ]

    assert open_lists == []


@pytest.fixture
def as_northerner(world):
    client = Client()
    client.force_login(make_staff(permissions=("*",), territories=[world.north]))
    return client


def scoped_admins():
    """Lists of partners' rows that people of an area open; what is addressed to a person is shown to that one only."""
    return [
        one
        for one in admins()
        if one.model in scoped_rows.ROWS and not one.staff_wide_only and one.opts.label not in ADDRESSED
    ]


def pages(one, row):
    name = f"admin:{one.opts.app_label}_{one.opts.model_name}"
    return [reverse(f"{name}_{page}", args=[row.pk]) for page in ("change", "history")]


def test_a_manager_of_an_area_opens_the_records_of_that_area_only(world, as_northerner):
    answers = {
        (one.opts.label, whose): [as_northerner.get(page).status_code for page in pages(one, rows[one.model])]
        for one in scoped_admins()
        for whose, rows in (("own", world.own_rows), ("foreign", world.foreign_rows))
    }

    expected = {key: [200, 200] if key[1] == "own" else [404, 404] for key in answers}
    assert answers == expected


def test_a_manager_of_an_area_is_listed_the_records_of_that_area_only(world, as_northerner):
    listed = {}
    for one in scoped_admins():
        response = as_northerner.get(reverse(f"admin:{one.opts.app_label}_{one.opts.model_name}_changelist"))
        listed[one.opts.label] = {
            row.pk if one.model is Partner else row.partner_id for row in response.context["cl"].result_list
        }

    assert listed == {one.opts.label: {world.own.pk} for one in scoped_admins()}


@pytest.fixture
def reference(db):
    load_reference()


STAFF_ROLES = [
    "administrator",
    "management",
    "channel_manager",
    "key_account_manager",
    "direct_sales",
    "telesales",
    "assistant",
    "finance",
    "legal",
    "after_sales",
    "analyst",
    "auditor",
]


def test_every_staff_role_is_walked(reference):
    assert sorted(Role.objects.filter(kind=Role.Kind.STAFF).values_list("code", flat=True)) == sorted(STAFF_ROLES)


@pytest.mark.parametrize("role", STAFF_ROLES)
def test_a_role_opens_the_lists_it_may_view_and_no_others(reference, role):
    user, client = make_staff(role=role), Client()
    client.force_login(user)

    wrong = {}
    for one in admins():
        name = f"{one.opts.app_label}_{one.opts.model_name}"
        status = client.get(reverse(f"admin:{name}_changelist")).status_code
        may = user.has_perm(f"{one.opts.app_label}.view_{one.opts.model_name}")
        if status != (200 if may else 403):
            wrong[name] = (may, status)

    assert wrong == {}


@pytest.mark.parametrize("role", ["auditor", "analyst"])
def test_who_only_reads_is_shown_no_form_to_add(reference, role):
    client = Client()
    client.force_login(make_staff(role=role))

    statuses = {
        one.opts.label: client.get(reverse(f"admin:{one.opts.app_label}_{one.opts.model_name}_add")).status_code
        for one in admins()
    }

    assert {label: status for label, status in statuses.items() if status != 403} == {}
