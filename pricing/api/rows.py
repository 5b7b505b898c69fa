"""The rows of a bulk request: looked at once, as they are; what they mean is checked by the ledger in one statement."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

MOST_DIGITS = 40


class Rows(serializers.Field):
    """A list of flat objects with known fields; texts, numbers and null. 10,000 of them in milliseconds."""

    default_error_messages = {
        "not_a_list": "Expected a list of lines.",
        "empty": "There is no line.",
        "too_many": "At most {most} lines a request.",
    }

    def __init__(self, *, names: tuple[str, ...], most: int, **kwargs: Any):
        super().__init__(**kwargs)
        self.names, self.most = frozenset(names), most

    def to_internal_value(self, data):
        if not isinstance(data, list):
            self.fail("not_a_list")
        if not data:
            self.fail("empty")
        if len(data) > self.most:
            self.fail("too_many", most=self.most)
        errors = {index: wrong for index, row in enumerate(data) if (wrong := dict(self._wrong(row)))}
        if errors:
            raise serializers.ValidationError(errors)
        return [{name: _plain(value) for name, value in row.items()} for row in data]

    def _wrong(self, row: Any) -> Iterator[tuple[str, list[ErrorDetail]]]:
        if not isinstance(row, dict):
            yield "non_field_errors", [ErrorDetail("A line is an object.", code="not_an_object")]
            return
        for name, value in row.items():
            if name not in self.names:
                yield name, [ErrorDetail("There is no such field.", code="unknown_field")]
            elif isinstance(value, bool) or not isinstance(value, (str, int, Decimal, type(None))):
                yield name, [ErrorDetail("A text, a number or null.", code="not_a_value")]
            elif isinstance(value, str) and not value.isascii() and not _encodable(value):
                yield name, [ErrorDetail("Half a character.", code="not_readable")]


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _plain(value: Any) -> Any:
    """A number that nobody can write out stays as it was sent, and is refused as one."""
    if isinstance(value, Decimal) and (
        abs(value.adjusted()) > MOST_DIGITS or len(value.as_tuple().digits) > MOST_DIGITS
    ):
        return str(value)
    return value
