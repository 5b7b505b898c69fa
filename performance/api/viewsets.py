from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.response import Response

from channelhub.core.api.idempotency import idempotent
from channelhub.core.api.viewsets import ReadViewSet
from channelhub.core.errors import ClientRequired
from performance.api import filters, serializers
from performance.enums import KpiCode
from performance.models import Finding, FindingLine, KpiValue, Score, Target
from performance.services import answers, target_import

TARGET = {
    "partner": "acme",
    "kpi": "sales",
    "first_day": "2026-01-01",
    "last_day": "2026-03-31",
    "currency": "CNY",
    "amount": "1500000",
}
BAD = {"row": 2, "field": "partner", "rule": "unknown_code", "message": "No record has this code.", "value": "acm"}
EXAMPLES = [
    OpenApiExample("Two targets", {"lines": [TARGET, {**TARGET, "partner": "acm"}]}, request_only=True),
    OpenApiExample(
        "One taken, one refused",
        {"taken": 1, "unchanged": 0, "rejected": [BAD]},
        response_only=True,
        status_codes=["201"],
    ),
]


@extend_schema(tags=["performance"])
class TargetViewSet(ReadViewSet):
    """Targets, also those superseded: of the maker all, of a partner its own and of those under it today."""

    queryset = Target.objects.none()
    serializer_class = serializers.TargetOut
    filterset_class = filters.TargetFilter
    changed_field = "known_from"
    required_scopes = {
        "list": ["performance:read"],
        "retrieve": ["performance:read"],
        "create": ["performance:write"],
    }

    def get_queryset(self):
        related = ("partner", "territory", "product_line")
        return Target.objects.visible_to(self.request.user).select_related(*related)

    @extend_schema(
        request=serializers.TargetsIn,
        responses={
            201: OpenApiResponse(serializers.TargetReceiptOut, "Targets were recorded."),
            200: OpenApiResponse(serializers.TargetReceiptOut, "Nothing was new."),
        },
        examples=EXAMPLES,
        filters=False,
    )
    @idempotent
    def create(self, request, *args, **kwargs):
        """Record targets, each line for itself; one known for the same key is superseded, never edited."""
        if request.auth is None:
            raise ClientRequired("Targets are written by an API client; send its token.")
        sent = serializers.TargetsIn(data=request.data)
        sent.is_valid(raise_exception=True)
        receipt = target_import.record_targets(
            feed=request.auth.application.feed, rows=sent.validated_data["lines"], at=timezone.now()
        )
        body = serializers.TargetReceiptOut(receipt).data
        return Response(body, status=201 if receipt.taken else 200)


@extend_schema(tags=["performance"])
class KpiValueViewSet(ReadViewSet):
    """What the night measured: of the maker all, of a partner its own and of those under it today."""

    queryset = KpiValue.objects.none()
    serializer_class = serializers.KpiValueOut
    filterset_class = filters.KpiValueFilter
    required_scopes = ["performance:read"]

    def get_queryset(self):
        values = KpiValue.objects.visible_to(self.request.user).select_related("partner")
        if self.request.acting.standing is not None:  # what is suspected of a dealer is not told to it
            values = values.exclude(kpi=KpiCode.CONFLICTS)
        return values


@extend_schema(tags=["performance"])
class ScoreViewSet(ReadViewSet):
    """Scores, grades and ranks by month: of the maker all, of a partner its own and of those under it today."""

    queryset = Score.objects.none()
    serializer_class = serializers.ScoreOut
    filterset_class = filters.ScoreFilter
    required_scopes = ["performance:read"]

    def get_queryset(self):
        return Score.objects.visible_to(self.request.user).select_related("partner")

    def paginate_queryset(self, queryset):
        return answers.with_cards(super().paginate_queryset(queryset))

    def get_object(self):
        return answers.with_cards([super().get_object()])[0]


@extend_schema(tags=["performance"])
class FindingViewSet(ReadViewSet):
    """What the night found wrong, with its lines as evidence: for the maker's systems only."""

    queryset = Finding.objects.none()
    serializer_class = serializers.FindingOut
    filterset_class = filters.FindingFilter
    required_scopes = ["findings:read"]

    def get_queryset(self):
        related = ("partner", "other_partner", "sold_into", "product_line", "product")
        return Finding.objects.visible_to(self.request.user).select_related(*related)

    def paginate_queryset(self, queryset):
        return _with_lines(super().paginate_queryset(queryset))

    def get_object(self):
        return _with_lines([super().get_object()])[0]


def _with_lines(findings):
    """The evidence of a page of findings, at once."""
    rows = FindingLine.objects.filter(finding__in=[finding.pk for finding in findings]).order_by()
    found = rows.values("finding_id").annotate(
        ids=ArrayAgg("line_id", filter=Q(cleared_at__isnull=True), order_by="line_id", default=[])
    )
    by_finding = {row["finding_id"]: row["ids"] for row in found}
    for finding in findings:
        finding.line_ids = by_finding.get(finding.pk, [])
    return findings
