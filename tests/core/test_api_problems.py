"""Every refusal under /api/ is problem+json, whoever makes it."""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.urls import path
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.settings import api_settings

from channelhub import urls
from channelhub.core.api.problems import problem_handler
from channelhub.core.api.viewsets import ApiViewSet
from channelhub.core.services.fence import unfenced
from channelhub.lib.errors import DomainError
from partners.models import Partner
from tests.factories.api import erp
from tests.factories.partners import make_partner

pytestmark = pytest.mark.django_db
PARTNERS = "/api/v1/partners/partners/"
MEMBERS = {"type", "title", "status", "code", "detail", "instance"}


class Closed(DomainError):
    code = "shop_closed"


class WritesThenFails(ApiViewSet):
    """Writes in a service and then goes wrong, in the way that the address names."""

    queryset = Partner.objects.none()

    def list(self, request, how):
        with unfenced():
            Partner.objects.create(code="left-over", name="Left over")
        if how == "refused":
            raise Closed("Come back tomorrow.")
        if how == "crashed":
            raise LookupError("nobody expected this")
        return Response({}, status=409)


class Routes:
    handler400, handler403 = urls.handler400, urls.handler403
    handler404, handler500 = urls.handler404, urls.handler500
    urlpatterns = [path("api/v1/fails/<how>/", WritesThenFails.as_view({"get": "list"})), *urls.urlpatterns]


@pytest.fixture
def quiet(settings):
    settings.ROOT_URLCONF = Routes


def problem_of(answer):
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert (MEMBERS - set(body), body["status"]) == (set(), answer.status_code)
    assert {type(body[member]) for member in MEMBERS - {"status"}} == {str}
    return body


@pytest.mark.parametrize(
    ("method", "url", "status", "code"),
    [
        ("get", "/api/v1/nothing/", 404, "not_found"),
        ("post", "/api/v1/nothing/", 404, "not_found"),
        ("get", "/api/", 404, "not_found"),
        ("get", PARTNERS + "999999999/", 404, "not_found"),
        ("get", PARTNERS + "999999999999999999999999/", 404, "not_found"),
        ("get", PARTNERS + "-1/", 404, "not_found"),
        ("delete", PARTNERS, 405, "method_not_allowed"),
        ("options", PARTNERS, 405, "method_not_allowed"),
        ("get", PARTNERS + "?cursor=x", 400, "invalid"),
    ],
)
def test_a_refusal_is_a_problem(method, url, status, code):
    answer = getattr(erp(), method)(url)

    assert (answer.status_code, problem_of(answer)["code"]) == (status, code)


@pytest.mark.parametrize("accept", ["text/html", "application/json; version=2"])
def test_only_json_of_this_version_is_spoken(accept):
    answer = erp().get(PARTNERS, headers={"Accept": accept})

    assert (answer.status_code, problem_of(answer)["code"]) == (406, "not_acceptable")


@pytest.mark.parametrize("accept", ["application/json", "application/json; version=1", "*/*", "text/html, */*;q=0.1"])
def test_json_is_given_to_whoever_takes_it(accept):
    assert erp().get(PARTNERS, headers={"Accept": accept})["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        ("{", "application/json", 400, "malformed_json"),
        ("[" * 100_000, "application/json", 400, "malformed_json"),
        ('{"phone": NaN}', "application/json", 400, "malformed_json"),
        (b"\xff\xfe", "application/json", 400, "malformed_json"),
        ("[]", "application/json", 400, "invalid"),
        ('{"phone": "\\u0000"}', "application/json", 400, "invalid"),
        ('{"phone": "\\ud800"}', "application/json", 400, "invalid"),
        ("phone=1", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
    ],
)
def test_a_body_that_is_no_change_is_refused(body, kind, status, code, acme):
    answer = erp().patch(f"{PARTNERS}{acme.pk}/", body, content_type=kind, headers={"If-Match": "*"})

    assert (answer.status_code, problem_of(answer)["code"]) == (status, code)


def test_errors_point_into_the_body(acme):
    change = {"name": "", "phone": "1" * 41, "a/b~": 1}

    answer = erp().patch(f"{PARTNERS}{acme.pk}/", change, content_type="application/json", headers={"If-Match": "*"})

    assert problem_of(answer)["errors"] == [
        {"pointer": "#/a~1b~0", "code": "unknown_field", "detail": "There is no such field."},
    ]
    del change["a/b~"]
    answer = erp().patch(f"{PARTNERS}{acme.pk}/", change, content_type="application/json", headers={"If-Match": "*"})
    assert [(e["pointer"], e["code"]) for e in problem_of(answer)["errors"]] == [
        ("#/name", "blank"),
        ("#/phone", "max_length"),
    ]


def test_errors_name_the_query_parameter():
    answer = erp().get("/api/v1/partners/products/?life_cycle=never")

    assert [(e["parameter"], "pointer" in e) for e in problem_of(answer)["errors"]] == [("life_cycle", False)]


def test_a_session_needs_the_csrf_token(staff, acme):
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff)

    answer = client.patch(f"{PARTNERS}{acme.pk}/", "{}", content_type="application/json")

    assert (answer.status_code, problem_of(answer)["code"]) == (403, "forbidden")


@pytest.mark.parametrize(("how", "status", "code"), [("refused", 409, "shop_closed"), ("answered", 409, None)])
def test_what_a_refused_request_wrote_is_gone(quiet, how, status, code, acme):
    for caller in (erp(), erp(partner=acme)):
        answer = caller.get(f"/api/v1/fails/{how}/")

        assert (answer.status_code, answer.json().get("code")) == (status, code)
    assert not Partner.objects.filter(code="left-over").exists()


def test_a_crash_is_a_problem_without_any_detail_and_asks_nothing(quiet, acme, django_assert_num_queries):
    for caller in (erp(), erp(partner=acme)):
        caller.raise_request_exception = False
        answer = caller.get("/api/v1/fails/crashed/")

        assert (answer.status_code, problem_of(answer)["detail"]) == (500, "")
        assert not Partner.objects.filter(code="left-over").exists()
    with django_assert_num_queries(0), connection.execute_wrapper(lambda *args: pytest.fail("a query")):
        urls.handler500(answer.wsgi_request)


def test_every_answer_says_the_request_that_the_problem_names():
    answer = erp().get("/api/v1/nothing/")

    assert answer.json()["instance"] == f"urn:uuid:{answer['X-Request-ID']}"
    assert Client().get("/account/login/")["X-Request-ID"] != answer["X-Request-ID"]


def test_answers_are_private():
    answer = erp().get(PARTNERS)

    assert answer["Cache-Control"] == "private, no-cache"
    assert {"Accept", "Authorization", "Cookie"} <= set(answer["Vary"].split(", "))


def test_a_missing_page_outside_the_api_is_a_page():
    assert Client().get("/nowhere/")["Content-Type"].startswith("text/html")


def test_a_client_is_told_its_limit_and_stopped_at_it(settings):
    settings.API_REQUESTS_PER_MINUTE = 2
    caller, other = erp(), erp()

    answers = [caller.get(PARTNERS) for _ in range(3)]

    assert [a.status_code for a in answers] == [200, 200, 429]
    assert [a["RateLimit"].split(";t=")[0] for a in answers] == ['"client";r=1', '"client";r=0', '"client";r=0']
    assert answers[0]["RateLimit-Policy"] == '"client";q=2;w=60'
    assert problem_of(answers[2])["code"] == "too_many_requests"
    assert 0 < int(answers[2]["Retry-After"]) <= 60
    assert other.get(PARTNERS).status_code == 200


def test_without_redis_nobody_is_stopped(settings, monkeypatch):
    from channelhub.core.api import limits

    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    settings.API_REQUESTS_PER_MINUTE = 0
    limits._redis.cache_clear()
    try:
        answer = erp().get(PARTNERS)
    finally:
        limits._redis.cache_clear()

    assert (answer.status_code, "RateLimit" in answer.headers) == (200, False)


def test_every_view_uses_the_projects_defaults():
    assert api_settings.EXCEPTION_HANDLER.__name__ == "problem_handler"


def test_a_scope_is_asked_of_every_action():
    make_partner("acme")

    answer = erp(scopes=["partners:read"]).patch(f"{PARTNERS}1/", "{}", content_type="application/json")

    assert (answer.status_code, problem_of(answer)["code"]) == (403, "insufficient_scope")


def test_pointers_are_those_of_rfc_9457():
    """Its example of a validation problem: an age that is no positive integer, a colour that is none of three."""
    refused = ValidationError({"age": ["must be a positive integer"], "profile": {"color": ["must be 'green'"]}})
    request = SimpleNamespace(_request=SimpleNamespace())

    answer = problem_handler(refused, {"request": request})

    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")
    assert [(e["pointer"], e["detail"]) for e in answer.data["errors"]] == [
        ("#/age", "must be a positive integer"),
        ("#/profile/color", "must be 'green'"),
    ]
    assert request._request.doomed is True
