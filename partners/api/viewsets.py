from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from channelhub.core.api import etags
from channelhub.core.api.idempotency import idempotent
from channelhub.core.api.viewsets import ReadViewSet, VersionedRetrieveMixin
from partners.api import filters, serializers
from partners.models import Partner, Product, Territory
from partners.services import details, duplicates, entry

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
    http_method_names = ["get", "head", "post", "patch"]
    reading_actions = ("duplicates",)
    required_scopes = {
        "list": ["partners:read"],
        "retrieve": ["partners:read"],
        "create": ["partners:write"],
        "partial_update": ["partners:write"],
        "duplicates": ["partners:write"],
    }

    def get_queryset(self):
        return Partner.objects.visible_to(self.request.user)

    @extend_schema(examples=[OpenApiExample("A partner", ACME, response_only=True)])
    def retrieve(self, request, *args, **kwargs):
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        request=serializers.PartnerNew,
        responses={201: serializers.PartnerOut},
        filters=False,
        examples=[
            OpenApiExample("A new partner", {"code": "acme", "name": "Acme", "country": "CN"}, request_only=True)
        ],
    )
    @idempotent
    def create(self, request, *args, **kwargs):
        """Record a partner. Refused: one like a partner that is known and not named in ``apart_from``."""
        sent = serializers.PartnerNew(data=request.data)
        sent.is_valid(raise_exception=True)
        made = entry.enter_partner(**sent.validated_data, by=request.user, at=timezone.now())
        return Response(self.get_serializer(made).data, status=201, headers={"ETag": etags.etag(made)})

    @extend_schema(
        request=serializers.LikenessAsked,
        responses=serializers.LikenessOut,
        filters=False,
        examples=[OpenApiExample("A name", {"name": "Acme Trading Co., Ltd."}, request_only=True)],
    )
    @action(detail=False, methods=["post"])
    def duplicates(self, request):
        """The partners that a company with these details may be, the likest first, with the evidence."""
        sent = serializers.LikenessAsked(data=request.data)
        sent.is_valid(raise_exception=True)
        matches = duplicates.like(**sent.validated_data)
        return Response(serializers.LikenessOut({"matches": matches}).data)

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
