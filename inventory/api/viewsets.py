from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.response import Response

from channelhub.core.api.idempotency import idempotent
from channelhub.core.api.problems import InvalidParameters
from channelhub.core.api.viewsets import ApiViewSet, ReadViewSet, VersionedRetrieveMixin
from channelhub.core.errors import ClientRequired
from channelhub.lib.periods import business_day
from inventory.api import examples, filters, serializers
from inventory.models import Location, StockLevel
from inventory.services import answers, stock_sync
from partners.models import Product

MOST_PRODUCTS = 100


@extend_schema(tags=["inventory"])
class StockLevelViewSet(ReadViewSet):
    """Stock levels: of the maker all, of a partner those of its own locations and of the partners under it today."""

    queryset = StockLevel.objects.none()
    serializer_class = serializers.StockLevelOut
    filterset_class = filters.StockLevelFilter
    required_scopes = {"list": ["stock:read"], "retrieve": ["stock:read"], "create": ["stock:write"]}

    def get_queryset(self):
        return StockLevel.objects.visible_to(self.request.user).select_related("location", "partner", "product")

    @extend_schema(
        request=serializers.StockIn,
        responses={
            201: OpenApiResponse(serializers.StockReceiptOut, "Lines were taken, or levels set to zero."),
            200: OpenApiResponse(serializers.StockReceiptOut, "Nothing was new."),
        },
        examples=examples.STOCK,
        filters=False,
    )
    @idempotent
    def create(self, request, *args, **kwargs):
        """Report absolute quantities, each line for itself, in any order and as often as you like.

        A line older than what is known changes nothing; another quantity for the same time is refused. Each change
        is recorded as a movement.
        """
        if request.auth is None:
            raise ClientRequired("Stock is reported by an API client; send its token.")
        sent = serializers.StockIn(data=request.data)
        sent.is_valid(raise_exception=True)
        receipt = stock_sync.record_stock(
            feed=request.auth.application.feed,
            rows=sent.validated_data["lines"],
            reference=sent.validated_data["reference"],
            snapshot=sent.validated_data["snapshot"],
            at=timezone.now(),
        )
        body = serializers.StockReceiptOut(receipt).data
        return Response(body, status=201 if receipt.taken or receipt.absent else 200)


@extend_schema(tags=["inventory"])
class LocationViewSet(VersionedRetrieveMixin, ReadViewSet):
    """Locations: of the maker all, of a partner its own and those of the partners under it today."""

    queryset = Location.objects.none()
    serializer_class = serializers.LocationOut
    filterset_class = filters.LocationFilter
    required_scopes = ["stock:read"]

    def get_queryset(self):
        return Location.objects.visible_to(self.request.user).select_related("partner", "territory")


@extend_schema(tags=["inventory"])
class AvailabilityViewSet(ApiViewSet):
    """What a partner may be told of the stock of the maker and of others, by the rules of visibility."""

    queryset = Product.objects.none()
    serializer_class = serializers.AvailabilityListOut
    pagination_class = None
    filter_backends = ()
    required_scopes = ["stock:read"]

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "products",
                str,
                required=True,
                description=f"Up to {MOST_PRODUCTS} skus, separated by commas. Unknown ones are left out.",
            ),
        ],
    )
    def list(self, request, *args, **kwargs):
        """Available to promise: own, and what others show; as a quantity or as a band."""
        asked = request.query_params.get("products", "")
        skus = [sku.strip() for sku in asked.split(",") if sku.strip()]
        if not 1 <= len(skus) <= MOST_PRODUCTS or "\x00" in asked:
            raise InvalidParameters({"products": [f"1 to {MOST_PRODUCTS} skus, separated by commas."]})
        partner_id = request.acting.partner_id
        if partner_id is None:
            raise ClientRequired("What a partner is told is asked by a client of that partner.")
        products = {product.pk: product for product in Product.objects.filter(sku__in=skus).order_by("sku")}
        found = answers.available_to(partner_id, products, business_day(timezone.now()))
        rows = [_row(product, found[pk]) for pk, product in products.items()]
        return Response(serializers.AvailabilityListOut({"results": rows}).data)


def _row(product, answer):
    told = answer.told
    return {
        "sku": product.sku,
        "own": answer.own,
        "shown": told is not None,
        "quantity": told and told.quantity,
        "band": told and told.band,
        "places": answer.places,
    }
