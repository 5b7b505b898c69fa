from django import forms
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from channelhub.core.api.problems import InvalidParameters
from channelhub.core.services import external_codes


class FilterBackend(filters.DjangoFilterBackend):
    """django-filter whose complaints name the query parameter, not a field of the body."""

    raise_exception = False

    def filter_queryset(self, request, queryset, view):
        filterset = self.get_filterset(request, queryset, view)
        if filterset is None:
            return queryset
        if not filterset.is_valid():
            raise InvalidParameters({name: list(errors) for name, errors in filterset.errors.items()})
        return filterset.qs


@extend_schema_field(OpenApiTypes.INT64)
class NumberOf(filters.NumberFilter):
    """The number of a record."""

    field_class = forms.IntegerField

    def __init__(self, *args, **kwargs):
        super().__init__(*args, min_value=1, max_value=2**63 - 1, **kwargs)


class CodeFilter(filters.CharFilter):
    """A record by its code: what the client's own feed calls it, else its own code.

    ``CodeFilter("partner", ExternalCode.Kind.PARTNER, "code")``: the relation, the kind, the record's code field.
    """

    def __init__(self, relation, kind, code, **kwargs):
        super().__init__(field_name=f"{relation}__{code}", max_length=120, **kwargs)
        self.relation, self.kind = relation, kind

    def filter(self, qs, value):
        client = getattr(self.parent.request.auth, "application", None)
        if not value or client is None:
            return super().filter(qs, value)
        target = external_codes.target_of(feed_id=client.feed_id, kind=self.kind, code=value)
        return super().filter(qs, value) if target is None else qs.filter(**{f"{self.relation}_id": target})
