"""Pages of a list by its sort key: equally fast on every page, and nothing is shown twice or left out."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

SIZE = 25


class BadCursor(ValueError):
    """The address names no place in this list."""


@dataclass(frozen=True)
class Page:
    """Some rows in order, and the cursor of those after them; empty: these are the last."""

    rows: list[Any]
    next_cursor: str


def keyset_page(queryset: QuerySet, *, key: Sequence[str], cursor: str = "", size: int = SIZE) -> Page:
    """The rows after the cursor by the unique ``key``: all names ascending, or all with a minus.

    A row comparison, so that one index on the key's columns answers it. Refuses a cursor of another list.
    """
    descending = key[0].startswith("-")
    names = [name.lstrip("-") for name in key]
    rows = queryset.order_by(*key)
    if cursor:
        compare = TupleLessThan if descending else TupleGreaterThan
        rows = rows.filter(compare(Tuple(*names), _values(queryset, names, cursor)))
    found = list(rows[: size + 1])
    more = len(found) > size
    return Page(found[:size], _cursor(found[size - 1], names) if more else "")


def _cursor(row: Any, names: Sequence[str]) -> str:
    values = [row[name] if isinstance(row, dict) else getattr(row, name) for name in names]
    return urlsafe_b64encode(json.dumps(values, cls=DjangoJSONEncoder).encode()).decode().rstrip("=")


def _values(queryset: QuerySet, names: Sequence[str], cursor: str) -> tuple[Any, ...]:
    try:
        values = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        fields = [queryset.model._meta.get_field(name) for name in names]
        return tuple(field.to_python(value) for field, value in zip(fields, values, strict=True))
    except Exception as error:
        raise BadCursor(cursor) from error
