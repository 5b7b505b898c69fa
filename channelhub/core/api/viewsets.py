from django.utils.cache import patch_vary_headers
from rest_framework import mixins, viewsets
from rest_framework.response import Response

from channelhub.core.api import etags, limits


class ApiViewSet(viewsets.GenericViewSet):
    """What every resource is: scoped, limited, private. A view names its queryset, serializers and scopes.

    ``changed_field``: the column by which changes are read; the model needs an index over it and the id.
    ``reading_actions``: those that write nothing although they are asked by POST.
    """

    required_scopes: list[str] | dict[str, list[str]] = []
    reading_actions: tuple[str, ...] = ()
    changed_field = "updated_at"
    lookup_value_converter = "int"

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        response.setdefault("Cache-Control", "private, no-cache")
        patch_vary_headers(response, ("Accept", "Authorization", "Cookie"))
        rate = getattr(getattr(request, "_request", request), "rate", None)
        if rate is not None:
            for name, value in limits.headers(rate).items():
                response[name] = value
        return response


class ReadViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ApiViewSet):
    """A resource that is listed and read."""


class VersionedRetrieveMixin:
    """One record with its ETag; 304 for a client that has this version."""

    versioned = True

    def retrieve(self, request, *args, **kwargs):
        return self.answer(self.get_object())

    def answer(self, record):
        """The record with its ETag, as it stands in the database (the version is the database's to set)."""
        headers = {"ETag": etags.etag(record)}
        if self.request.method in ("GET", "HEAD") and etags.not_modified(self.request, record):
            return Response(status=304, headers=headers)
        return Response(self.get_serializer(record).data, headers=headers)
