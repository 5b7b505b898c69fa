"""Notifications and tasks: for whom they are, and how they end."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django.db import IntegrityError
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums import messages
from channelhub.core.errors import TaskAlreadyClosed, TaskNeedsResult
from channelhub.core.models import Notification, OutboxEvent, Task, User
from channelhub.core.services import attention, fence
from channelhub.core.services.fence import Standing
from partners.models import Partner

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
GREETING = messages.declare("test.greeting", _("{count} parts wait since {day}."), count=int, day=date)
VALUES = {"count": 3, "day": date(2026, 3, 1)}


@pytest.fixture
def acme():
    return Partner.objects.create(code="acme", name="Acme")


@pytest.fixture
def person():
    return User.objects.create_user("anna@acme.test")


def standing_at(user, partner):
    user.acting = SimpleNamespace(standing=Standing(partner.pk, (partner.pk,)), territories=(), partner_id=partner.pk)
    return user


def test_a_notification_is_rendered_in_the_language_of_its_reader(person):
    note = attention.notify(GREETING, user=person, at=NOON, **VALUES)
    note.refresh_from_db()

    with translation.override("en"):
        english = note.text

    assert english == "3 parts wait since 2026-03-01."


def test_a_notification_without_addressee_is_refused():
    with pytest.raises(IntegrityError, match="core_notification_has_an_addressee"):
        attention.notify(GREETING, at=NOON, **VALUES)


@pytest.mark.parametrize("values", [{}, {"count": "3", "day": date(2026, 3, 1)}])
def test_values_that_the_message_does_not_declare_are_refused(person, values):
    with pytest.raises(TypeError):
        attention.notify(GREETING, user=person, at=NOON, **values)


def test_a_dealer_sees_its_partners_notifications_and_its_own_only(acme, person):
    ben = User.objects.create_user("ben@acme.test")
    carla = Partner.objects.create(code="carla", name="Carla")
    for_all = attention.notify(GREETING, partner_id=acme.pk, at=NOON, **VALUES)
    for_her = attention.notify(GREETING, partner_id=acme.pk, user=person, at=NOON, **VALUES)
    attention.notify(GREETING, partner_id=acme.pk, user=ben, at=NOON, **VALUES)
    attention.notify(GREETING, partner_id=carla.pk, at=NOON, **VALUES)
    standing_at(person, acme)

    with fence.fenced(person.acting.standing):
        seen = list(Notification.objects.visible_to(person).order_by("pk"))

    assert seen == [for_all, for_her]


def test_a_dealer_marks_what_it_has_read_from_inside_the_fence(acme, person):
    note = attention.notify(GREETING, partner_id=acme.pk, at=NOON, **VALUES)
    standing_at(person, acme)

    with fence.fenced(person.acting.standing):
        attention.mark_read(notification=note, at=NOON)
        count = attention.mark_all_read(user=person, at=NOON)

    assert (Notification.objects.get().read_at, count) == (NOON, 0)


def test_the_same_thing_opens_one_task_only(person):
    first = attention.open_task(kind=GREETING, key="thing", role="administrator", at=NOON, **VALUES)
    second = attention.open_task(kind=GREETING, key="thing", role="administrator", at=NOON, **VALUES)

    assert (first, Task.objects.count(), OutboxEvent.objects.count()) == (second, 1, 1)


def test_a_closed_task_lets_a_new_one_be_opened(person):
    task = attention.open_task(kind=GREETING, key="thing", user=person, at=NOON, **VALUES)
    attention.close_task(task=task, by=person, result=" seen to ", at=NOON)

    again = attention.open_task(kind=GREETING, key="thing", user=person, at=NOON, **VALUES)

    assert (task.result, task.closed_by, again.pk != task.pk) == ("seen to", person, True)


def test_a_task_is_closed_once_and_with_a_result(person):
    task = attention.open_task(kind=GREETING, key="thing", user=person, at=NOON, **VALUES)

    with pytest.raises(TaskNeedsResult):
        attention.close_task(task=task, by=person, result="  ", at=NOON)
    attention.close_task(task=task, by=person, result="done", at=NOON)
    with pytest.raises(TaskAlreadyClosed):
        attention.close_task(task=task, by=person, result="done", at=NOON)


def test_a_task_for_nobody_is_refused():
    with pytest.raises(IntegrityError, match="core_task_is_for_somebody"):
        attention.open_task(kind=GREETING, key="thing", at=NOON, **VALUES)


def test_a_task_without_result_is_not_closed_in_the_database(person):
    attention.open_task(kind=GREETING, key="thing", user=person, at=NOON, **VALUES)

    with pytest.raises(IntegrityError, match="core_task_is_closed_with_a_result"):
        Task.objects.update(closed_at=NOON)


def test_a_dealer_sees_its_own_tasks_only(acme):
    carla = Partner.objects.create(code="carla", name="Carla")
    own = attention.open_task(kind=GREETING, key="own", partner_id=acme.pk, at=NOON, **VALUES)
    attention.open_task(kind=GREETING, key="foreign", partner_id=carla.pk, at=NOON, **VALUES)
    attention.open_task(kind=GREETING, key="staff", role="administrator", at=NOON, **VALUES)

    with fence.fenced(Standing(acme.pk, (acme.pk,))):
        seen = list(Task.objects.all())

    assert seen == [own]
