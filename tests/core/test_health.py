"""What a monitoring system asks, and the request's id in every answer and line."""

import logging
import re
from datetime import UTC, date, datetime

import pytest
import structlog
from django.core.files.base import ContentFile
from django.utils import timezone

from channelhub.core.enums.night import RunStatus
from channelhub.core.models import JobRun
from channelhub.core.services import counters, dispatch, documents, heartbeats, outbox
from tests.factories.partners import make_partner

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_counters(monkeypatch):
    monkeypatch.setattr(counters, "KEY", "channelhub:answers:test")
    with counters.redis() as server:
        server.delete(counters.KEY)
        yield
        server.delete(counters.KEY)


def test_a_living_process_says_so_without_a_query(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok")


def test_without_worker_and_scheduler_it_is_not_ready(client):
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json() == {
        "ready": False,
        "database": "ok",
        "redis": "ok",
        "worker": "not seen lately",
        "beat": "not seen lately",
    }


def test_it_is_ready_when_both_were_seen(client):
    for kind in ("beat", "worker"):
        heartbeats.beat(kind=kind, at=timezone.now())

    assert client.get("/readyz").status_code == 200


def test_a_redis_that_is_away_is_named_and_breaks_no_answer(client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    alive, ready = client.get("/healthz"), client.get("/readyz")

    assert (alive.status_code, ready.status_code, ready.json()["redis"]) == (200, 503, "ConnectionError")


def test_the_figures_count_nights_events_and_answers(client):
    JobRun.objects.create(business_day=date(2026, 3, 1), opened_at=NOON, ended_at=NOON, status=RunStatus.DONE)
    outbox.publish("core.task.opened", occurred_at=NOON, task_id=1)
    client.get("/healthz")

    page = client.get("/metrics").content.decode()

    assert 'channelhub_night_runs{status="done"} 1\n' in page
    assert "channelhub_outbox_waiting 1\n" in page
    assert re.search(r'channelhub_requests_total\{method="GET",status="200"\} \d+\n', page)


def test_the_lag_is_nothing_when_nothing_waits():
    assert dispatch.lag(at=NOON) == (0, 0.0)


def test_the_figures_ask_for_the_token_when_one_is_set(client, settings):
    settings.METRICS_TOKEN = "open sesame"

    answers = [
        client.get("/metrics"),
        client.get("/metrics", headers={"Authorization": "Bearer wrong"}),
        client.get("/metrics", headers={"Authorization": "Bearer open sesame"}),
    ]

    assert [answer.status_code for answer in answers] == [401, 401, 200]


@pytest.mark.parametrize("path", ["/healthz", "/no/such/page", "/admin/"])
def test_every_answer_carries_its_requests_id(client, path):
    first, second = client.get(path)["X-Request-ID"], client.get(path)["X-Request-ID"]

    assert re.fullmatch(r"[0-9a-f-]{36}", first)
    assert first != second


def test_every_line_of_the_log_carries_the_id(capsys):
    formatter = logging.getLogger().handlers
    handler = next(h for h in formatter if type(h.formatter) is structlog.stdlib.ProcessorFormatter)

    with structlog.contextvars.bound_contextvars(request_id="one-two"):
        record = logging.LogRecord("a.library", logging.WARNING, "", 0, "something", None, None)
        line = handler.formatter.format(record)

    assert re.search(r"something\s.*request_id=one-two", line)


def test_a_document_is_given_to_its_partner_only(anna, client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    acme = anna.memberships.get().partner
    own = documents.store_document(file=ContentFile(b"%PDF"), name="own.pdf", at=NOON, partner_id=acme.pk)
    foreign = documents.store_document(
        file=ContentFile(b"%PDF-"), name="f.pdf", at=NOON, partner_id=make_partner(code="foreign").pk
    )
    client.force_login(anna)

    answer = client.get(f"/documents/{own.pk}/")

    assert b"".join(answer.streaming_content) == b"%PDF"
    assert answer["Content-Disposition"] == 'attachment; filename="own.pdf"'
    assert client.get(f"/documents/{foreign.pk}/").status_code == 404
