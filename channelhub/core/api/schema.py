"""The OpenAPI document: what every operation has in common is written here once."""

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from channelhub.core.api import problems
from channelhub.core.api.permissions import scopes_of
from channelhub.lib.errors import DomainError

READ = (401, 403, 406, 429)
ENDPOINT = "/api/o/token/"
MEANINGS = {
    304: "Not modified: the version named by If-None-Match is the current one.",
    400: "The request cannot be understood or is not valid; `errors` says where.",
    401: "No token, or one that is unknown, expired or revoked.",
    403: "The token lacks a scope of this operation.",
    404: "No such record, or none that you may see.",
    406: "Only JSON is spoken, in version 1.",
    409: "A request with this Idempotency-Key is being worked on.",
    412: "The record has changed since the version that If-Match names.",
    413: "The request's body is too large.",
    415: "Only JSON is read.",
    422: "This Idempotency-Key was used for another request.",
    428: "If-Match is missing.",
    429: "Too many requests; Retry-After says when to go on.",
}


class ErrorEntry(serializers.Serializer):
    pointer = serializers.CharField(required=False, help_text="JSON pointer into the body, as a fragment.")
    parameter = serializers.CharField(required=False, help_text="Name of the query parameter.")
    code = serializers.CharField()
    detail = serializers.CharField()


class Problem(serializers.Serializer):
    """RFC 9457. `code` is what programs read; `title` and `detail` are for people."""

    type = serializers.CharField(help_text="A name of the problem's kind; about:blank when the status says it all.")
    title = serializers.CharField()
    status = serializers.IntegerField(min_value=400, max_value=599)
    code = serializers.CharField()
    detail = serializers.CharField(allow_blank=True)
    instance = serializers.CharField(required=False, help_text="This occurrence: the request's id.")
    errors = ErrorEntry(many=True, required=False)


class BearerScheme(OpenApiAuthenticationExtension):
    target_class = "channelhub.core.api.authentication.BearerAuthentication"
    name = "oauth2"

    def get_security_definition(self, auto_schema):
        return {
            "type": "oauth2",
            "description": "Client credentials; a token lasts an hour.",
            "flows": {
                "clientCredentials": {
                    "tokenUrl": ENDPOINT,
                    "scopes": {name: str(text) for name, text in settings.API_SCOPES.items()},
                },
            },
        }

    def get_security_requirement(self, auto_schema):
        return {self.name: scopes_of(auto_schema.view)}


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = "channelhub.core.api.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema):
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": "A person signed in to portal or admin; a dealer reads only.",
        }


def _header(name, description, statuses, **more):
    return OpenApiParameter(
        name,
        OpenApiTypes.STR,
        OpenApiParameter.HEADER,
        description=description,
        response=statuses,
        **more,
    )


class ApiSchema(AutoSchema):
    """Adds to each operation its headers and every refusal it may answer."""

    @property
    def _action(self):
        return getattr(self.view, self.view.action, None)

    @property
    def _is_change(self):
        return self.method in ("PUT", "PATCH", "DELETE")

    def get_override_parameters(self):
        parameters = [
            _header("X-Request-ID", "The request's id, also in our log.", True),
            _header("RateLimit", "Requests left in this window and seconds until the next.", True),
            _header("RateLimit-Policy", "Requests allowed in a window and its seconds.", True),
        ]
        if getattr(self._action, "idempotent", False):
            parameters += [
                _header("Idempotency-Key", "New for each request, the same to repeat it.", None, required=True),
                _header("Idempotent-Replayed", "`true`: the kept answer of the first request.", [200, 201]),
            ]
        if getattr(self.view, "versioned", False) and self.view.action != "list":
            parameters.append(_header("ETag", "The record's version.", [200]))
            if self._is_change:
                parameters.append(_header("If-Match", "The ETag of the version to change.", None, required=True))
            else:
                parameters.append(_header("If-None-Match", "The ETag you have.", None))
        return parameters

    def _statuses(self) -> set[int]:
        statuses = set(READ)
        if self.view.action == "list" or self.method != "GET":
            statuses.add(400)
        if self._is_a_single_record():
            statuses.add(404)
        if self.method in ("POST", "PUT", "PATCH"):
            statuses |= {413, 415}
        if getattr(self._action, "idempotent", False):
            statuses |= {409, 422}
        if getattr(self.view, "versioned", False) and self._is_change:
            statuses |= {412, 428}
        return statuses

    def _is_a_single_record(self) -> bool:
        return "{" in self.path

    def _get_response_bodies(self, direction="response"):
        bodies = super()._get_response_bodies(direction)
        for body in bodies.values():
            body["description"] = body["description"] or "Success."
        for status in sorted(self._statuses()):
            bodies.setdefault(
                str(status),
                self._get_response_for_code(
                    OpenApiResponse(Problem, MEANINGS[status]),
                    str(status),
                    media_types=[problems.CONTENT_TYPE],
                ),
            )
        if getattr(self.view, "versioned", False) and self.view.action == "retrieve":
            bodies["304"] = {"description": MEANINGS[304]}
        return bodies


def complete(result, **_asked):
    """What no view can say: how to get a token, and every code of a refusal."""
    result["info"]["description"] += _refusals()
    result["paths"] = {ENDPOINT: {"post": _token_operation()}, **result["paths"]}
    result["components"]["securitySchemes"]["client"] = {
        "type": "http",
        "scheme": "basic",
        "description": "A client's id and secret.",
    }
    return result


def _subclasses(kind: type) -> set[type]:
    direct = set(kind.__subclasses__())
    return direct.union(*(_subclasses(child) for child in direct))


def _refusals() -> str:
    """A table of every refusal of the system, by code; its docstring says what was refused."""
    refusals = sorted((e.code, e.http_status, (e.__doc__ or "").split("\n\n")[0]) for e in _subclasses(DomainError))
    rows = "\n".join(f"| `{code}` | {status} | {' '.join(text.split())} |" for code, status, text in refusals)
    return f"\n\n## Codes of refusals\n\n| code | status | meaning |\n|---|---|---|\n{rows}\n"


def _token_operation() -> dict[str, Any]:
    text = {"type": "string"}
    failure = {"type": "object", "required": ["error"], "properties": {"error": text, "error_description": text}}
    token = {
        "type": "object",
        "required": ["access_token", "expires_in", "token_type", "scope"],
        "properties": {"access_token": text, "expires_in": {"type": "integer"}, "token_type": text, "scope": text},
    }
    asked = {
        "type": "object",
        "required": ["grant_type"],
        "properties": {
            "grant_type": {"const": "client_credentials"},
            "scope": {**text, "description": "Some of the client's scopes; none: all of them."},
        },
    }
    return {
        "operationId": "token",
        "tags": ["token"],
        "description": "Get a token (RFC 6749, client credentials).",
        "security": [{"client": []}],
        "requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": asked}}},
        "responses": {
            "200": _json("A token; it lasts an hour.", token),
            "400": _json("Not this grant, or not this scope.", failure),
            "401": _json("Not a client, or not its secret.", failure),
        },
    }


def _json(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}
