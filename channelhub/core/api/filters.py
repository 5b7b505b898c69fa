from django_filters import rest_framework as filters

from channelhub.core.api.problems import InvalidParameters


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
