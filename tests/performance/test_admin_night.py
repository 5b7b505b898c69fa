from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from channelhub.core.enums.night import RunStatus
from channelhub.core.models import Feed, JobRun
from channelhub.core.services.night import chunks, runs, steps
from channelhub.core.services.night.steps import Part, Step
from tests.conftest import logged_in
from tests.factories.partners import make_staff

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
DAY = date(2026, 3, 1)


class Clock:
    def __init__(self):
        self.now = NOON

    def __call__(self):
        self.now += timedelta(minutes=1)
        return self.now


def write(*, business_day, code):
    Feed.objects.create(code=code, name=str(business_day))
    return {"written": 1}


def fail(*, business_day, code):
    raise LookupError(f"no {code}")


def parts(*codes):
    return lambda: [Part(f"part {code}", {"code": code}) for code in codes]


@pytest.fixture
def open_with(monkeypatch):
    def open_with(*some):
        monkeypatch.setattr(steps, "_steps", {step.code: step for step in some})
        return runs.open_run(business_day=DAY, steps=some, at=NOON)

    return open_with


def page(run, name="change"):
    return reverse(f"admin:core_jobrun_{name}", args=[run.pk])


def test_an_open_night_shows_how_far_it_is_and_asks_again_every_two_seconds(open_with, as_staff):
    run = open_with(Step("first", "First", write, parts("a", "b")), Step("second", "Second", write, parts("c", "d")))
    chunks.work_on_next_chunk(run=run, clock=Clock(), worker="here")

    response = as_staff.get(page(run))

    assert response.context["progress"].percent == 25
    assert [(title, step.done, step.total) for step, title in response.context["steps"]] == [
        ("First", 1, 2),
        ("Second", 0, 2),
    ]
    assert response.context["running"].code == "first"
    assert f'hx-get="{page(run, "panel")}" hx-trigger="every 2s"'.encode() in response.content
    assert as_staff.get(page(run, "panel")).context["progress"].percent == 25


def test_without_a_worker_the_page_says_that_nothing_is_lost(open_with, as_staff):
    run = open_with(Step("first", "First", write, parts("a")))

    assert b"No worker has been seen yet. Nothing is lost" in as_staff.get(page(run)).content


def test_what_was_set_aside_is_named_and_tried_again(open_with, as_staff):
    run = open_with(Step("failing", "Failing", fail, parts("x", "y")))
    chunks.work_through(run=run, clock=Clock(), worker="here")
    shown = as_staff.get(page(run)).context["aside"]
    assert [(chunk.part, chunk.error) for chunk in shown] == [
        ("part x", "LookupError: no x"),
        ("part y", "LookupError: no y"),
    ]

    as_staff.post(page(run, "again"), {"chunk": shown[0].pk})

    run.refresh_from_db()
    assert (run.status, run.chunks.set_aside().count()) == (RunStatus.OPEN, 1)


def test_all_that_was_set_aside_is_tried_again_at_once(open_with, as_staff):
    run = open_with(Step("failing", "Failing", fail, parts("x", "y")))
    chunks.work_through(run=run, clock=Clock(), worker="here")

    as_staff.post(page(run, "again"))

    assert run.chunks.set_aside().count() == 0


def test_a_night_is_cancelled_and_a_second_time_refused_with_the_reason(open_with, as_staff):
    run = open_with(Step("first", "First", write, parts("a")))

    as_staff.post(page(run, "cancel"))
    second = as_staff.post(page(run, "cancel"), follow=True)

    run.refresh_from_db()
    assert run.status == RunStatus.CANCELLED
    assert [str(message) for message in second.context["messages"]][-1:] == ["This run has ended."]


def test_a_reader_of_nights_changes_none(open_with):
    run = open_with(Step("first", "First", write, parts("a")))
    client = logged_in(make_staff(role="reader", permissions=["core.view_jobrun"]))

    assert client.get(page(run)).status_code == 200
    assert client.post(page(run, "cancel")).status_code == 403
    assert client.get(reverse("admin:core_jobrun_start")).status_code == 403
    assert JobRun.objects.get().status == RunStatus.OPEN


def test_a_night_and_a_step_alone_are_opened_by_hand(as_staff, staff):
    address = reverse("admin:core_jobrun_start")

    night = as_staff.post(address, {"day": "2026-03-01", "step": ""})
    as_staff.post(address, {"day": "2026-03-02", "step": "rollup"})

    opened = JobRun.objects.order_by("pk").values_list("kind", "business_day", "ordered_by")
    assert list(opened) == [("night", date(2026, 3, 1), staff.pk), ("alone", date(2026, 3, 2), staff.pk)]
    assert night["Location"] == page(JobRun.objects.order_by("pk").first())
