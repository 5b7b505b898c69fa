from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any

from django.core import signing
from django.db.models import DateTimeField, F, Func, Value
from django.db.models.lookups import GreaterThan
from django.utils.dateparse import parse_datetime
from rest_framework.pagination import BasePagination
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from channelhub.core.api.problems import InvalidParameters
from channelhub.core.services import changes

PAGE_SIZE, MAX_PAGE_SIZE = 100, 1000
_signer = signing.Signer(salt="api.cursor")


class Row(Func):
    """ROW(a, b): two rows are compared column by column, by an index."""

    function = "ROW"
    arity = 2
    output_field = DateTimeField()


class KeysetPagination(BasePagination):
    """Pages over (``changed_field``, id): stable under writes, endless loops impossible on equal times.

    ``updated_since`` starts at a moment; every page says ``next_since``, the moment to ask from the next time. It is
    fixed before the first page's rows are read and travels unchanged in the cursor: repeats are possible, gaps not.
    """

    def paginate_queryset(self, queryset, request, view=None):
        self.request, self.field = request, view.changed_field
        self.size = _page_size(request.query_params.get("page_size"))
        cursor = request.query_params.get("cursor")
        if cursor is not None:
            at, pk, self.next_since = _opened(cursor)
            queryset = queryset.filter(GreaterThan(Row(F(self.field), F("pk")), Row(_instant(at), Value(pk))))
        else:
            since = _since(request.query_params.get("updated_since"))
            self.next_since = _written(changes.next_since())
            if since is not None:
                queryset = queryset.filter(**{f"{self.field}__gte": since})
        rows = list(queryset.order_by(self.field, "pk")[: self.size + 1])
        self.more, page = len(rows) > self.size, rows[: self.size]
        self.last = page[-1] if page else None
        return page

    def get_paginated_response(self, data):
        return Response({"results": data, "next": self._next_link(), "next_since": self.next_since})

    def _next_link(self) -> str | None:
        if not self.more:
            return None
        cursor = _sealed(getattr(self.last, self.field), self.last.pk, self.next_since)
        return replace_query_param(self.request.build_absolute_uri(), "cursor", cursor)

    def get_paginated_response_schema(self, schema):
        instant = {"type": "string", "format": "date-time"}
        return {
            "type": "object",
            "required": ["results", "next", "next_since"],
            "properties": {
                "results": schema,
                "next": {
                    "type": ["string", "null"],
                    "format": "uri",
                    "description": "The next page; null on the last one.",
                },
                "next_since": {
                    **instant,
                    "description": "Send it as updated_since the next time: nothing is missed, something may repeat.",
                },
            },
        }

    def get_schema_operation_parameters(self, view):
        return [
            _parameter("cursor", {"type": "string"}, "Where the next page starts; opaque, taken from `next`."),
            _parameter(
                "page_size",
                {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": PAGE_SIZE},
                "Rows a page.",
            ),
            _parameter(
                "updated_since",
                {"type": "string", "format": "date-time"},
                "Only rows that are new or changed since then: the `next_since` of the last run.",
            ),
        ]


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description}


def _instant(at: str) -> Value:
    return Value(datetime.fromisoformat(at), output_field=DateTimeField())


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _sealed(at: datetime, pk: int, next_since: str) -> str:
    return urlsafe_b64encode(_signer.sign_object([_written(at), pk, next_since]).encode()).decode()


def _opened(cursor: str) -> list[Any]:
    try:
        return _signer.unsign_object(urlsafe_b64decode(cursor.encode()).decode())
    except (signing.BadSignature, ValueError) as error:
        raise InvalidParameters({"cursor": ["This is not a cursor of ours."]}) from error


def _page_size(text: str | None) -> int:
    if text is None:
        return PAGE_SIZE
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MAX_PAGE_SIZE):
        raise InvalidParameters({"page_size": [f"A whole number from 1 to {MAX_PAGE_SIZE}."]})
    return int(text)


def _since(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        since = parse_datetime(text.replace(" ", "+"))  # an unescaped plus sign of the zone arrives as a space
        if since is not None and since.tzinfo is not None:
            return since.astimezone(UTC)  # PostgreSQL does not take every zone that Python takes
    except (ValueError, OverflowError):
        pass
    raise InvalidParameters({"updated_since": ["An instant with its zone, such as 2026-03-31T16:00:00Z."]})
