from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from channelhub.core.api.fields import Instant
from channelhub.core.api.idempotency import idempotent
from channelhub.core.api.serializers import Input
from channelhub.core.api.viewsets import ReadViewSet
from partners.enums import ApplicationState
from partners.models import PartnerApplication
from partners.services.onboarding import checks, journey

WAITS = [
    {
        "step": "credit_check",
        "name": "信用审查",
        "kind": "check",
        "since": "2026-03-16T02:00:00.000000Z",
        "due_on": "2026-03-23",
    }
]
NORTHWIND = {
    "id": 12,
    "state": "running",
    "partner_type": "distributor",
    "company": "Northwind",
    "company_en": "Northwind Ltd",
    "company_number": "91310000MA1FL0000A",
    "country": "CN",
    "territory": "CN-SH",
    "address": "1 Example Road",
    "phone": "+86 21 5550 0100",
    "website": "",
    "contact_name": "Nora",
    "contact_email": "nora@northwind.example",
    "credit": "600000.0000",
    "expected_sales": "2000000.0000",
    "currency": "CNY",
    "case_id": 71,
    "partner_id": None,
    "waits": WAITS,
    "sent_at": "2026-03-16T02:00:00.000000Z",
    "ended_at": None,
    "updated_at": "2026-03-16T02:00:00.000000Z",
}


class ApplicationFilter(filters.FilterSet):
    state = filters.ChoiceFilter(choices=ApplicationState.choices)
    partner_type = filters.CharFilter(field_name="type__code", max_length=40, help_text="The partner type's code.")
    company_number = filters.CharFilter(max_length=40)


class ApplicationWaitOut(serializers.Serializer):
    step = serializers.CharField(source="step.code", help_text="The step's code in its track.")
    name = serializers.CharField(source="step.name")
    kind = serializers.CharField(source="step.kind")
    since = Instant()
    due_on = serializers.DateField(allow_null=True)


class ApplicationOut(serializers.Serializer):
    id = serializers.IntegerField()
    state = serializers.ChoiceField(choices=ApplicationState.choices)
    partner_type = serializers.CharField(source="type.code")
    company = serializers.CharField()
    company_en = serializers.CharField()
    company_number = serializers.CharField()
    country = serializers.CharField(help_text="ISO 3166-1 alpha-2; may be empty.")
    territory = serializers.CharField(source="territory.code", allow_null=True, default=None)
    address = serializers.CharField()
    phone = serializers.CharField()
    website = serializers.CharField()
    contact_name = serializers.CharField()
    contact_email = serializers.CharField()
    credit = serializers.DecimalField(max_digits=20, decimal_places=4, allow_null=True)
    expected_sales = serializers.DecimalField(max_digits=20, decimal_places=4, allow_null=True)
    currency = serializers.CharField()
    case_id = serializers.IntegerField(allow_null=True, help_text="Its case; null: a draft.")
    partner_id = serializers.IntegerField(allow_null=True, help_text="The partner it became.")
    waits = ApplicationWaitOut(many=True, help_text="The steps that wait now.")
    sent_at = Instant(allow_null=True)
    ended_at = Instant(allow_null=True)
    updated_at = Instant()


class CheckResult(Input):
    step = serializers.CharField(max_length=60, help_text="The code of a check that waits.")
    passed = serializers.BooleanField()
    comment = serializers.CharField(
        max_length=1000, required=False, allow_blank=True, default="", help_text="Needed when it failed."
    )


@extend_schema(tags=["partners"])
class ApplicationViewSet(ReadViewSet):
    """Applications of companies: of the maker all, of a partner the one it came from."""

    queryset = PartnerApplication.objects.none()
    serializer_class = ApplicationOut
    filterset_class = ApplicationFilter
    required_scopes = {
        "list": ["partners:read"],
        "retrieve": ["partners:read"],
        "check_results": ["partners:write"],
    }

    def get_queryset(self):
        return PartnerApplication.objects.visible_to(self.request.user).select_related("type", "territory")

    def paginate_queryset(self, queryset):
        return journey.described(super().paginate_queryset(queryset))

    def get_object(self):
        return journey.described([super().get_object()])[0]

    @extend_schema(examples=[OpenApiExample("An application", NORTHWIND, response_only=True)])
    def retrieve(self, request, *args, **kwargs):
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        request=CheckResult,
        responses={201: ApplicationOut},
        examples=[
            OpenApiExample("Passed", {"step": "credit_check", "passed": True}, request_only=True),
            OpenApiExample(
                "Failed",
                {"step": "credit_check", "passed": False, "comment": "Two unpaid judgments."},
                request_only=True,
            ),
        ],
    )
    @action(detail=True, methods=["post"], url_path="check-results")
    @idempotent
    def check_results(self, request, pk):
        """Report the result of a check that waits: passed goes on, failed goes back where the track says so."""
        application = self.get_object()
        result = CheckResult(data=request.data)
        result.is_valid(raise_exception=True)
        checks.report(application=application, by=request.user, at=timezone.now(), **result.validated_data)
        return Response(ApplicationOut(self.get_object()).data, status=201)
