"""The only place where a refusal becomes an HTTP answer: problem+json (RFC 9457)."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, JsonResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.settings import api_settings

from channelhub.lib.errors import DomainError

CONTENT_TYPE = "application/problem+json"


class TooLarge(exceptions.APIException):
    status_code = 413
    default_code = "request_too_large"
    default_detail = "The request's body is too large."


class Malformed(exceptions.APIException):
    status_code = 400
    default_code = "bad_request"
    default_detail = "The request cannot be understood."


class InvalidParameters(exceptions.ValidationError):
    """Query parameters that cannot be read; ``detail`` is a dict by parameter."""

    place = "parameter"


def problem(status: int, code: str, detail: str = "", errors: list[dict[str, str]] | None = None) -> dict[str, Any]:
    """The body. ``type`` is a name of ours for what a client may act on, else about:blank as the RFC asks."""
    plain = code == HTTPStatus(status).name.lower()
    body: dict[str, Any] = {
        "type": "about:blank" if plain else f"urn:channelhub:problem:{code}",
        "title": HTTPStatus(status).phrase if plain else code.replace("_", " ").capitalize(),
        "status": status,
        "code": code,
        "detail": detail,
    }
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    if request_id:
        body["instance"] = f"urn:uuid:{request_id}"
    if errors:
        body["errors"] = errors
    return body


def plain_problem(status: int, detail: str = "") -> JsonResponse:
    """A problem outside of any API view; asks the database nothing."""
    body = problem(status, HTTPStatus(status).name.lower(), detail)
    return JsonResponse(body, status=status, content_type=CONTENT_TYPE)


def problem_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler; None for what nobody expected: that goes on to the 500 page."""
    context["request"]._request.doomed = True  # noqa: SLF001  # the fence's middleware only knows Django's request
    if isinstance(exc, DomainError):
        return _answer(problem(exc.http_status, exc.code, str(exc)))
    known = _known(exc)
    if known is None:
        return None
    return _answer(_problem_of(known), **_headers(known))


def _answer(body: dict[str, Any], **headers: str) -> Response:
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    headers["Content-Language"] = get_language() or "en"
    return Response(body, status=body["status"], headers=headers, content_type=CONTENT_TYPE)


def _known(exc: Exception) -> exceptions.APIException | None:
    if isinstance(exc, exceptions.APIException):
        return exc
    for raised, answered in (
        (Http404, exceptions.NotFound),
        (PermissionDenied, exceptions.PermissionDenied),
        (RequestDataTooBig, TooLarge),
        (SuspiciousOperation, Malformed),
    ):
        if isinstance(exc, raised):
            return answered()
    return None


def _problem_of(exc: exceptions.APIException) -> dict[str, Any]:
    if isinstance(exc, exceptions.ValidationError):
        errors = list(_flattened(exc.detail, getattr(exc, "place", "pointer")))
        return problem(exc.status_code, "invalid", _("The request is not valid."), errors)
    codes = exc.get_codes()
    code = codes if isinstance(codes, str) else "error"
    status_name = HTTPStatus(exc.status_code).name.lower()
    return problem(exc.status_code, _PLAIN_CODES.get(code, code) if code != "error" else status_name, str(exc.detail))


_PLAIN_CODES = {
    "parse_error": "malformed_json",
    "not_authenticated": "unauthorized",
    "authentication_failed": "unauthorized",
    "permission_denied": "forbidden",
    "throttled": "too_many_requests",
}


def _headers(exc: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if getattr(exc, "auth_header", None):
        headers["WWW_Authenticate"] = exc.auth_header
    if getattr(exc, "wait", None):
        headers["Retry_After"] = str(int(exc.wait))
    return headers


def _flattened(detail: Any, place: str, path: str = "") -> Iterator[dict[str, str]]:
    """One error each with a JSON pointer into the body (or the name of the query parameter)."""
    if isinstance(detail, dict):
        for key, inner in detail.items():
            at = path if key == api_settings.NON_FIELD_ERRORS_KEY else f"{path}/{_escaped(key)}"
            yield from _flattened(inner, place, at)
    elif isinstance(detail, list) and any(isinstance(item, (dict, list)) for item in detail):
        for index, inner in enumerate(detail):
            yield from _flattened(inner, place, f"{path}/{index}")
    elif isinstance(detail, list):
        for item in detail:
            yield from _flattened(item, place, path)
    else:
        where = path.removeprefix("/") if place == "parameter" else f"#{path}"
        yield {place: where, "code": getattr(detail, "code", "invalid"), "detail": str(detail)}


def _escaped(key: Any) -> str:
    return str(key).replace("~", "~0").replace("/", "~1")


@csrf_exempt
def api_not_found(_request):
    """Whatever under /api/ has no route."""
    return plain_problem(404, _("There is nothing here."))


def page_or_problem(status: int, page):
    """Django's handler for a status: a problem under /api/, else the given page."""

    def handler(request, exception=None):
        if request.path.startswith("/api/"):
            return plain_problem(status)
        return page(request) if exception is None else page(request, exception)

    return handler
