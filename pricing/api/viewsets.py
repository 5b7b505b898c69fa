from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.response import Response

from channelhub.core.api.idempotency import idempotent
from channelhub.core.api.values import ValuesListMixin
from channelhub.core.api.viewsets import ReadViewSet
from channelhub.core.errors import ClientRequired
from pricing.api import examples, filters, serializers
from pricing.models import RebatePosting, SalesLine
from pricing.services import answers, sales


@extend_schema(tags=["pricing"])
class SalesLineViewSet(ValuesListMixin, ReadViewSet):
    """The sales ledger: of the maker all lines, of a partner its own and those of the partners under it today."""

    queryset = SalesLine.objects.none()
    serializer_class = serializers.SalesLineOut
    filterset_class = filters.SalesLineFilter
    changed_field = "recorded_at"
    required_scopes = {"list": ["sales:read"], "retrieve": ["sales:read"], "create": ["sales:write"]}

    def get_queryset(self):
        related = ("partner", "other_partner", "product", "product_line", "home_territory", "sold_into")
        return SalesLine.objects.visible_to(self.request.user).select_related(*related)

    @extend_schema(
        request=serializers.SalesIn,
        responses={
            201: OpenApiResponse(serializers.SalesReceiptOut, "Lines were taken."),
            200: OpenApiResponse(serializers.SalesReceiptOut, "Nothing was new."),
        },
        examples=examples.SALES,
        filters=False,
    )
    @idempotent
    def create(self, request, *args, **kwargs):
        """Enter sold lines, each for itself: the good ones are taken, the others named by row, field and rule.

        The ledger is never changed. A line sent again is unchanged; with other content under the same external id
        it is refused. A correction is a line that reverses the wrong one, and a new one.
        """
        if request.auth is None:
            raise ClientRequired("Lines are entered by an API client; send its token.")
        sent = serializers.SalesIn(data=request.data)
        sent.is_valid(raise_exception=True)
        receipt = sales.record_sales(
            feed=request.auth.application.feed,
            rows=sent.validated_data["lines"],
            reference=sent.validated_data["reference"],
            at=timezone.now(),
        )
        body = serializers.SalesReceiptOut(receipt).data
        return Response(body, status=200 if receipt.batch_id is None else 201)


@extend_schema(tags=["pricing"])
class RebatePostingViewSet(ReadViewSet):
    """Rebate postings: of the maker all, of a partner its own. What was posted never changes."""

    queryset = RebatePosting.objects.none()
    serializer_class = serializers.RebatePostingOut
    filterset_class = filters.RebatePostingFilter
    changed_field = "recorded_at"
    required_scopes = ["rebates:read"]

    def get_queryset(self):
        return RebatePosting.objects.visible_to(self.request.user).select_related("account", "partner")

    def paginate_queryset(self, queryset):
        return _with_programmes(super().paginate_queryset(queryset))

    def get_object(self):
        return _with_programmes([super().get_object()])[0]


def _with_programmes(postings):
    """The programmes' codes: their terms are not for partners, so they are asked of a service."""
    programmes = answers.programmes_of(posting.account for posting in postings)
    for posting in postings:
        posting.programme = programmes[posting.account.programme_id]
    return postings
