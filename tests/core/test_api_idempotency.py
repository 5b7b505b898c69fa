"""Idempotency-Key: one effect and one answer, however often and however fast a request is repeated."""

import json
import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from oauth2_provider.models import get_access_token_model

from channelhub.core.models import IdempotentAnswer
from channelhub.core.services import idempotency
from channelhub.core.tasks import forget_expired
from pricing.models import SalesBatch, SalesLine
from tests.factories.api import erp
from tests.factories.partners import make_partner
from tests.factories.sales import sales_row

URL = "/api/v1/pricing/sales-lines/"


def row(**fields):
    return {name: str(value) for name, value in sales_row(**fields).items()}


def post(caller, rows, key, url=URL):
    headers = {} if key is None else {"Idempotency-Key": key}
    return caller.post(url, json.dumps({"lines": rows}), content_type="application/json", headers=headers)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("key", "status", "code"),
    [
        (None, 400, "idempotency_key_missing"),
        ("", 400, "idempotency_key_missing"),
        ('""', 400, "idempotency_key_malformed"),
        ("é", 400, "idempotency_key_malformed"),
        ('"half', 400, "idempotency_key_malformed"),
        ("x" * 201, 400, "idempotency_key_malformed"),
        ('"8e03978e-40d5-43e8-bc93-6894a57f9324"', 201, None),
        ("8e03978e-40d5-43e8-bc93-6894a57f9324", 201, None),
    ],
)
def test_the_key_is_a_string_of_a_structured_field(acme, key, status, code):
    answer = post(erp(), [row(partner=acme)], key)

    assert (answer.status_code, answer.json().get("code")) == (status, code)


@pytest.mark.django_db
def test_the_same_request_gets_the_stored_answer_and_has_no_second_effect(acme):
    caller, rows = erp(), [row(partner=acme), row(partner="nobody")]

    first = post(caller, rows, '"again"')
    second = post(caller, rows, "again")

    assert (first.status_code, second.status_code, first.json()) == (201, 201, second.json())
    assert ("Idempotent-Replayed" in first.headers, second["Idempotent-Replayed"]) == (False, "true")
    assert (SalesBatch.objects.count(), SalesLine.objects.count(), IdempotentAnswer.objects.count()) == (1, 1, 1)


@pytest.mark.django_db
def test_an_answer_is_stored_for_a_partners_client_too(acme):
    caller, rows = erp(partner=acme), [row(partner=acme, kind="sell_out")]

    answers = [post(caller, rows, "again") for _ in range(2)]

    assert [a.status_code for a in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()


@pytest.mark.django_db
def test_a_key_used_for_another_request_is_refused(acme):
    caller = erp()
    post(caller, [row(partner=acme)], "used")

    for url in (URL, URL + "?x=1"):
        answer = post(caller, [row(partner=acme)], "used", url)
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert SalesLine.objects.count() == 1


@pytest.mark.django_db
def test_keys_of_different_clients_have_nothing_to_do_with_each_other(acme):
    answers = [post(erp(), [row(partner=acme)], "same") for _ in range(2)]

    assert [a.status_code for a in answers] == [201, 201]


@pytest.mark.django_db
def test_a_refusal_is_not_stored_so_the_corrected_request_may_use_the_key(acme):
    caller = erp()

    refused = post(caller, [], "mine")
    corrected = post(caller, [row(partner=acme)], "mine")

    assert (refused.status_code, corrected.status_code) == (400, 201)


@pytest.mark.django_db
def test_an_answer_is_kept_for_seven_days(acme):
    caller, rows = erp(), [row(partner=acme)]
    post(caller, rows, "old")

    IdempotentAnswer.objects.update(answered_at=timezone.now() - idempotency.KEPT + timedelta(minutes=1))
    kept = post(caller, rows, "old")
    IdempotentAnswer.objects.update(answered_at=timezone.now() - idempotency.KEPT)
    new = post(caller, rows, "old")

    assert (kept.json()["taken"], new.json()["taken"], new.json()["unchanged"]) == (1, 0, 1)
    assert IdempotentAnswer.objects.count() == 1


@pytest.mark.django_db
def test_expired_answers_are_forgotten_and_no_others(acme):
    caller = erp()
    for key in ("old", "new"):
        post(caller, [row(partner=acme)], key)
    IdempotentAnswer.objects.filter(key="old").update(answered_at=timezone.now() - idempotency.KEPT)

    assert forget_expired() == 1
    assert [answer.key for answer in IdempotentAnswer.objects.all()] == ["new"]
    assert caller.get(URL).status_code == 200


@pytest.mark.django_db
def test_tokens_that_ended_are_forgotten(acme):
    erp()
    get_access_token_model().objects.update(expires=timezone.now() - timedelta(seconds=1))
    caller = erp()

    assert forget_expired() == 1
    assert caller.get(URL).status_code == 200


@pytest.mark.django_db
def test_a_form_instead_of_json_is_refused(as_staff):
    answer = as_staff.post(URL, {"lines": "x"}, headers={"Idempotency-Key": "form"})

    assert answer.status_code == 403
    answer = erp().post(URL, {"lines": "x"}, headers={"Idempotency-Key": "form"})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_has_the_effect_and_the_others_its_answer_or_wait():
    acme, caller = make_partner("acme"), erp()
    rows, answers = [row(partner=acme) for _ in range(300)], []

    def send():
        answers.append(post(caller, rows, "race"))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {a.status_code for a in answers} <= {201, 409}
    assert {a.json()["code"] for a in answers if a.status_code == 409} <= {"idempotency_key_in_progress"}
    assert len({a.content for a in answers if a.status_code == 201}) == 1
    assert (SalesBatch.objects.count(), SalesLine.objects.count()) == (1, 300)


@pytest.mark.django_db(transaction=True)
def test_while_the_first_request_runs_the_second_is_told_so_at_once():
    acme, caller = make_partner("acme"), erp()
    holding, release = threading.Event(), threading.Event()
    asked = {"user_id": caller.system.user_id, "key": "held", "fingerprint": "f", "at": timezone.now()}

    def hold():
        with transaction.atomic():
            idempotency.recall(**asked)
            holding.set()
            release.wait(20)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    holding.wait(20)
    try:
        answer = post(caller, [row(partner=acme)], "held")
    finally:
        release.set()
        holder.join()

    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_in_progress")
    assert post(caller, [row(partner=acme)], "held").status_code == 201
