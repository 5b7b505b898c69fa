from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail


class Input(serializers.Serializer):
    """What a client sends: a field that nobody reads is a mistake, and said so."""

    def to_internal_value(self, data):
        unknown = sorted(set(data) - set(self.fields)) if isinstance(data, dict) else []
        if unknown:
            message = ErrorDetail("There is no such field.", code="unknown_field")
            raise serializers.ValidationError({name: [message] for name in unknown})
        return super().to_internal_value(data)
