from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers

from channelhub.core.api.fields import Instant, Number
from channelhub.core.api.filters import CodeFilter
from channelhub.core.api.viewsets import ReadViewSet
from channelhub.core.models import ExternalCode
from pricing.models import MapPrice


class MapPriceOut(serializers.Serializer):
    id = serializers.IntegerField()
    product = serializers.CharField(source="product.sku")
    currency = serializers.CharField()
    price = Number(allow_null=True, help_text="Per base unit; null: from that day on there is none.")
    valid_from = serializers.DateField()
    known_from = Instant()
    known_until = Instant(allow_null=True, help_text="null: as known now.")


class MapPriceFilter(filters.FilterSet):
    product = CodeFilter("product", ExternalCode.Kind.PRODUCT, "sku", help_text="Your code or ours.")
    currency = filters.CharFilter(max_length=3)


@extend_schema(tags=["pricing"])
class MapPriceViewSet(ReadViewSet):
    """Minimum advertised prices, also those superseded: for the maker's systems only."""

    queryset = MapPrice.objects.none()
    serializer_class = MapPriceOut
    filterset_class = MapPriceFilter
    changed_field = "known_from"
    required_scopes = ["findings:read"]

    def get_queryset(self):
        if self.request.user.acting.standing is not None:  # a dealer's session: the table is for staff
            return MapPrice.objects.none()
        return MapPrice.objects.select_related("product")
