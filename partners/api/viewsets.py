from drf_spectacular.utils import OpenApiExample, extend_schema

from channelhub.core.api import etags
from channelhub.core.api.viewsets import ReadViewSet, VersionedRetrieveMixin
from partners.api import filters, serializers
from partners.models import Partner, Product, Territory
from partners.services import details

ACME = {
    "id": 17,
    "code": "acme",
    "name": "Acme",
    "name_en": "Acme Ltd",
    "country": "CN",
    "address": "1 Example Road",
    "phone": "+86 21 5550 0100",
    "suspended_at": None,
    "updated_at": "2026-03-16T02:00:00.000000Z",
}


@extend_schema(tags=["partners"])
class PartnerViewSet(VersionedRetrieveMixin, ReadViewSet):
    """Partners: of the maker all, of a partner itself and those under it today."""

    queryset = Partner.objects.none()
    serializer_class = serializers.PartnerOut
    filterset_class = filters.PartnerFilter
    http_method_names = ["get", "head", "patch"]
    required_scopes = {
        "list": ["partners:read"],
        "retrieve": ["partners:read"],
        "partial_update": ["partners:write"],
    }

    def get_queryset(self):
        return Partner.objects.visible_to(self.request.user)

    @extend_schema(examples=[OpenApiExample("A partner", ACME, response_only=True)])
    def retrieve(self, request, *args, **kwargs):
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        request=serializers.PartnerChange,
        responses=serializers.PartnerOut,
        examples=[OpenApiExample("A new telephone number", {"phone": "+86 21 5550 0199"}, request_only=True)],
    )
    def partial_update(self, request, *args, **kwargs):
        """Change a partner's name, address or telephone number, in the version named by If-Match."""
        partner = self.get_object()
        versions = etags.versions_to_match(request)
        change = serializers.PartnerChange(data=request.data)
        change.is_valid(raise_exception=True)
        return self.answer(details.change_details(partner=partner, versions=versions, **change.validated_data))


@extend_schema(tags=["partners"])
class ProductViewSet(ReadViewSet):
    """Products: what may be sold, for everybody."""

    queryset = Product.objects.select_related("line")
    serializer_class = serializers.ProductOut
    filterset_class = filters.ProductFilter
    required_scopes = ["partners:read"]


@extend_schema(tags=["partners"])
class TerritoryViewSet(ReadViewSet):
    """Territories: the tree of places, for everybody."""

    queryset = Territory.objects.all()
    serializer_class = serializers.TerritoryOut
    filterset_class = filters.TerritoryFilter
    required_scopes = ["partners:read"]
