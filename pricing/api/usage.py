from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.response import Response

from channelhub.core.api.fields import Instant, Number
from channelhub.core.api.idempotency import idempotent
from channelhub.core.api.serializers import Input
from channelhub.core.api.viewsets import ReadViewSet, VersionedRetrieveMixin
from channelhub.core.errors import ClientRequired
from partners.models import Partner
from pricing.enums import UsageMeasure, UsageVerb
from pricing.models import Agreement, Promotion, UsageEntry, UsageLimit
from pricing.services import usage

DOES = ("reserve", "consume", "release")
ASKED = {"promotion": "SPRING", "does": "reserve", "reference": "order 4711", "quantity": "20"}
ENTERED = {
    "id": 12,
    "promotion": "SPRING",
    "agreement": None,
    "reference": "order 4711",
    "verb": "reserved",
    "quantity": "20",
    "beyond": False,
    "partner": None,
    "at": "2026-03-16T02:00:00.000000Z",
}
EXAMPLES = [
    OpenApiExample("Keep 20 pieces for an order", ASKED, request_only=True),
    OpenApiExample("Kept", ENTERED, response_only=True, status_codes=["200", "201"]),
]


class UsageLimitOut(serializers.Serializer):
    id = serializers.IntegerField()
    promotion = serializers.CharField(source="promotion.code", default=None, allow_null=True)
    agreement = serializers.CharField(source="agreement.code", default=None, allow_null=True)
    measure = serializers.CharField(help_text=f"What is counted: {', '.join(UsageMeasure.values)}.")
    cap = Number()
    used = Number(help_text="Reserved and consumed.")
    left = Number()
    updated_at = Instant()


class UsageEntryOut(serializers.Serializer):
    id = serializers.IntegerField()
    promotion = serializers.CharField(source="limit.promotion.code", default=None, allow_null=True)
    agreement = serializers.CharField(source="limit.agreement.code", default=None, allow_null=True)
    reference = serializers.CharField()
    verb = serializers.CharField(help_text=f"One of {', '.join(UsageVerb.values)}.")
    quantity = Number(help_text="By how much it moved what is used.")
    beyond = serializers.BooleanField(help_text="true: reported, and beyond the cap.")
    partner = serializers.CharField(source="partner.code", default=None, allow_null=True)
    at = Instant()


class UsageIn(Input):
    promotion = serializers.CharField(max_length=40, required=False, help_text="Its code; or name an agreement.")
    agreement = serializers.CharField(max_length=40, required=False, help_text="Its code; or name a promotion.")
    does = serializers.ChoiceField(choices=[(verb, verb) for verb in DOES])
    reference = serializers.CharField(max_length=120, help_text="Yours, used once: an order, a ledger line.")
    quantity = serializers.DecimalField(
        max_digits=19,
        decimal_places=6,
        min_value=0,
        required=False,
        help_text="In what the limit counts; left out: what is reserved, else 1.",
    )
    partner = serializers.CharField(max_length=40, required=False, help_text="Code of the partner that uses it.")
    reported = serializers.BooleanField(
        required=False, default=False, help_text="true: it happened already; beyond the cap it is marked, not refused."
    )

    def validate(self, sent):
        if ("promotion" in sent) == ("agreement" in sent):
            raise serializers.ValidationError({"promotion": ["Name a promotion or an agreement."]}, code="one_of_two")
        return sent


class UsageLimitFilter(filters.FilterSet):
    promotion = filters.CharFilter(field_name="promotion__code", max_length=40)
    agreement = filters.CharFilter(field_name="agreement__code", max_length=40)


class UsageEntryFilter(filters.FilterSet):
    promotion = filters.CharFilter(field_name="limit__promotion__code", max_length=40)
    agreement = filters.CharFilter(field_name="limit__agreement__code", max_length=40)
    reference = filters.CharFilter(max_length=120)


@extend_schema(tags=["pricing"])
class UsageLimitViewSet(VersionedRetrieveMixin, ReadViewSet):
    """Budgets of promotions and volumes of agreements, and what is left: for the maker's systems only."""

    queryset = UsageLimit.objects.none()
    serializer_class = UsageLimitOut
    filterset_class = UsageLimitFilter
    required_scopes = ["prices:write"]

    def get_queryset(self):
        return UsageLimit.objects.visible_to(self.request.user).select_related("promotion", "agreement")


@extend_schema(tags=["pricing"])
class UsageEntryViewSet(ReadViewSet):
    """Uses of limits, each once per reference: for the maker's systems only."""

    queryset = UsageEntry.objects.none()
    serializer_class = UsageEntryOut
    filterset_class = UsageEntryFilter
    changed_field = "at"
    required_scopes = ["prices:write"]

    def get_queryset(self):
        rows = UsageEntry.objects.visible_to(self.request.user)
        return rows.select_related("limit__promotion", "limit__agreement", "partner")

    @extend_schema(
        request=UsageIn,
        responses={201: OpenApiResponse(UsageEntryOut, "Entered, or entered before by the same reference.")},
        examples=EXAMPLES,
        filters=False,
    )
    @idempotent
    def create(self, request, *args, **kwargs):
        """Reserve, consume or release; of many clients at once exactly the cap gets through."""
        if request.auth is None:
            raise ClientRequired("Limits are used by an API client; send its token.")
        sent = UsageIn(data=request.data)
        sent.is_valid(raise_exception=True)
        asked = sent.validated_data
        entry = _used(asked, _limited(asked), _partner(request, asked))
        return Response(UsageEntryOut(entry).data, status=201)


def _used(asked, of, partner):
    what = {"of": of, "reference": asked["reference"], "at": timezone.now()}
    if asked["does"] == "release":
        return usage.release(**what)
    if asked["does"] == "reserve":
        return usage.reserve(**what, quantity=asked.get("quantity", 1), partner=partner)
    return usage.consume(**what, quantity=asked.get("quantity"), partner=partner, reported=asked["reported"])


def _limited(asked):
    field, model = ("promotion", Promotion) if "promotion" in asked else ("agreement", Agreement)
    found = model.objects.filter(code=asked[field]).first()
    if found is None:
        raise ValidationError({field: [ErrorDetail("There is none with this code.", code="unknown_code")]})
    return found


def _partner(request, asked):
    if "partner" not in asked:
        return None
    found = Partner.objects.visible_to(request.user).filter(code=asked["partner"]).first()
    if found is None:
        raise ValidationError({"partner": [ErrorDetail("There is no such partner.", code="unknown_code")]})
    return found
