from datetime import UTC

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers


class Instant(serializers.DateTimeField):
    """An instant in UTC, to the microsecond, ending in Z."""

    def __init__(self, **kwargs):
        super().__init__(default_timezone=UTC, **kwargs)


@extend_schema_field({"type": "string", "format": "decimal", "pattern": r"^-?\d+(\.\d+)?$", "examples": ["1250.5"]})
class Number(serializers.Field):
    """A decimal number as text, so that no reader rounds it; without trailing zeros."""

    def to_representation(self, value):
        return f"{value.normalize():f}"
