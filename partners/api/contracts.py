"""Contracts over the API: read only. They are signed by people, in the portal."""

from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field
from rest_framework import serializers

from channelhub.core.api.fields import Instant, Number
from channelhub.core.api.filters import CodeFilter
from channelhub.core.api.viewsets import ReadViewSet
from channelhub.core.models import ExternalCode
from channelhub.lib.periods import last_day
from partners.enums import ContractState
from partners.models import ContractVersion

CONTRACT = {
    "id": 31,
    "number": "C2026-0007",
    "version": 1,
    "partner": "acme",
    "kind": "original",
    "state": "signed",
    "first_day": "2026-01-01",
    "last_day": "2026-12-31",
    "in_force_from": "2026-01-01",
    "in_force_through": "2026-12-31",
    "currency": "CNY",
    "notice_days": 30,
    "price_consent": False,
    "deposit_amount": "50000",
    "scopes": [{"territory": "CN-SH", "product_line": "bikes", "sales_channel": None, "exclusive": True}],
    "commitments": [{"quarter_on": "2026-01-01", "product_line": None, "amount": "1500000"}],
    "sent_at": "2025-12-15T02:00:00.000000Z",
    "signed_at": "2025-12-16T02:00:00.000000Z",
    "signed_by": "王敏",
    "sha256": "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b",
    "updated_at": "2025-12-16T02:00:00.000000Z",
}


class ScopeOut(serializers.Serializer):
    territory = serializers.CharField(source="territory.code", default=None, allow_null=True)
    product_line = serializers.CharField(source="product_line.code", default=None, allow_null=True)
    sales_channel = serializers.CharField(source="sales_channel.code", default=None, allow_null=True)
    exclusive = serializers.BooleanField()


class CommitmentOut(serializers.Serializer):
    quarter_on = serializers.DateField(help_text="The first day of the quarter.")
    product_line = serializers.CharField(source="product_line.code", default=None, allow_null=True)
    amount = Number()


class ContractOut(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.CharField(source="contract.number")
    version = serializers.IntegerField(source="number", help_text="1: as it was made; later ones amend or renew it.")
    partner = serializers.CharField(source="partner.code")
    kind = serializers.CharField(help_text="original, amendment or renewal.")
    state = serializers.CharField(help_text=", ".join(ContractState.values))
    first_day = serializers.DateField(source="valid_during.lower")
    last_day = serializers.SerializerMethodField()
    in_force_from = serializers.DateField(source="in_force.lower", default=None, allow_null=True)
    in_force_through = serializers.SerializerMethodField()
    currency = serializers.CharField()
    notice_days = serializers.IntegerField()
    price_consent = serializers.BooleanField()
    deposit_amount = Number()
    scopes = ScopeOut(source="scopes.all", many=True)
    commitments = CommitmentOut(source="commitments.all", many=True)
    sent_at = Instant(allow_null=True)
    signed_at = Instant(source="signature.signed_at", default=None, allow_null=True)
    signed_by = serializers.CharField(source="signature.person", default=None, allow_null=True)
    sha256 = serializers.CharField(help_text="Of the paper; empty for a draft.")
    updated_at = Instant()

    @extend_schema_field(serializers.DateField(allow_null=True, help_text="Included; null: until terminated."))
    def get_last_day(self, version):
        return last_day(version.valid_during)

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_in_force_through(self, version):
        return last_day(version.in_force) if version.in_force else None


class ContractFilter(filters.FilterSet):
    partner = CodeFilter("partner", ExternalCode.Kind.PARTNER, "code", help_text="Your code or ours.")
    number = filters.CharFilter(field_name="contract__number", max_length=40)
    state = filters.ChoiceFilter(choices=ContractState.choices)
    in_force_on = filters.DateFilter(field_name="in_force", lookup_expr="contains")


@extend_schema(tags=["partners"])
class ContractViewSet(ReadViewSet):
    """Contracts, version by version: of the maker all, of a partner its own that were sent to it."""

    queryset = ContractVersion.objects.none()
    serializer_class = ContractOut
    filterset_class = ContractFilter
    required_scopes = ["contracts:read"]

    def get_queryset(self):
        versions = ContractVersion.objects.visible_to(self.request.user)
        if self.request.user.acting.standing is not None:
            versions = versions.readable()
        nodes = ("territory", "product_line", "sales_channel")
        lines = [*(f"scopes__{node}" for node in nodes), "commitments__product_line"]
        return versions.select_related("contract", "partner", "signature").prefetch_related(*lines)

    @extend_schema(examples=[OpenApiExample("A contract", CONTRACT, response_only=True)])
    def retrieve(self, request, *args, **kwargs):
        return super().retrieve(request, *args, **kwargs)
