"""Deposits over the API: what is due and there, and every entry; the maker's systems book payments."""

from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from channelhub.core.api.fields import Instant, Number
from channelhub.core.api.filters import CodeFilter, NumberOf
from channelhub.core.api.idempotency import idempotent
from channelhub.core.api.serializers import Input
from channelhub.core.api.viewsets import ReadViewSet
from channelhub.core.errors import ClientRequired
from channelhub.core.models import ExternalCode
from partners.api.named import partner_of
from partners.enums import DepositKind
from partners.models import DepositAccount, DepositEntry
from partners.services import deposits
from partners.services.deposits import Wanted

ENTRY_IN = {
    "partner": "acme",
    "currency": "CNY",
    "kind": "paid",
    "amount": "50000",
    "value_on": "2026-03-16",
    "reference": "BANK-20260316-17",
}
ENTRY = {
    "id": 4711,
    "deposit": 12,
    "partner": "acme",
    "number": 2,
    "kind": "paid",
    "currency": "CNY",
    "amount": "50000",
    "due_change": "0",
    "free_change": "50000",
    "frozen_change": "0",
    "value_on": "2026-03-16",
    "booked_in": "2026-03-01",
    "reference": "BANK-20260316-17",
    "note": "",
    "reverses": None,
    "recorded_at": "2026-03-16T02:00:00.000000Z",
}
EXAMPLES = [
    OpenApiExample("A payment", ENTRY_IN, request_only=True),
    OpenApiExample("As it was booked", ENTRY, response_only=True, status_codes=["201"]),
]


class DepositOut(serializers.Serializer):
    id = serializers.IntegerField()
    partner = serializers.CharField(source="partner.code")
    currency = serializers.CharField()
    due = Number()
    free = Number()
    frozen = Number(help_text="Held back for a case; still there.")
    missing = Number(help_text="Due minus free and frozen; never below zero.")
    pay_by = serializers.DateField(allow_null=True, help_text="Until when what is missing is to be paid.")
    updated_at = Instant()


class DepositEntryOut(serializers.Serializer):
    id = serializers.IntegerField()
    deposit = serializers.IntegerField(source="account_id")
    partner = serializers.CharField(source="partner.code")
    number = serializers.IntegerField(help_text="Counted from 1 in each deposit.")
    kind = serializers.CharField(help_text=", ".join(DepositKind.values))
    currency = serializers.CharField()
    amount = Number(help_text="Positive; negative in an entry that takes another one back.")
    due_change = Number()
    free_change = Number()
    frozen_change = Number()
    value_on = serializers.DateField()
    booked_in = serializers.DateField(help_text="The first day of its accounting month.")
    reference = serializers.CharField()
    note = serializers.CharField()
    reverses = serializers.IntegerField(source="reverses_id", allow_null=True)
    recorded_at = Instant()


class DepositEntryIn(Input):
    partner = serializers.CharField(max_length=120, help_text="Your code or ours.")
    currency = serializers.RegexField(r"^[A-Z]{3}$")
    kind = serializers.RegexField(f"^({'|'.join(DepositKind.values)})$", help_text=", ".join(DepositKind.values))
    amount = serializers.DecimalField(max_digits=15, decimal_places=4)
    value_on = serializers.DateField(required=False, help_text="Today without it.")
    reference = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    from_frozen = serializers.BooleanField(required=False, default=False, help_text="A deduction takes what is frozen.")


class DepositFilter(filters.FilterSet):
    partner = CodeFilter("partner", ExternalCode.Kind.PARTNER, "code", help_text="Your code or ours.")
    currency = filters.CharFilter(max_length=3)


class DepositEntryFilter(filters.FilterSet):
    partner = CodeFilter("partner", ExternalCode.Kind.PARTNER, "code", help_text="Your code or ours.")
    deposit = NumberOf(field_name="account_id", help_text="The number of a deposit.")
    kind = filters.ChoiceFilter(choices=DepositKind.choices)
    booked_from = filters.DateFilter(field_name="booked_in", lookup_expr="gte", help_text="First accounting month.")
    booked_through = filters.DateFilter(field_name="booked_in", lookup_expr="lte", help_text="Last accounting month.")


@extend_schema(tags=["partners"])
class DepositViewSet(ReadViewSet):
    """Deposits: of the maker all, of a partner its own."""

    queryset = DepositAccount.objects.none()
    serializer_class = DepositOut
    filterset_class = DepositFilter
    required_scopes = ["contracts:read"]

    def get_queryset(self):
        return DepositAccount.objects.visible_to(self.request.user).select_related("partner")


@extend_schema(tags=["partners"])
class DepositEntryViewSet(ReadViewSet):
    """The ledger of deposits: of the maker all entries, of a partner its own. What was booked never changes."""

    queryset = DepositEntry.objects.none()
    serializer_class = DepositEntryOut
    filterset_class = DepositEntryFilter
    changed_field = "recorded_at"
    required_scopes = {"list": ["contracts:read"], "retrieve": ["contracts:read"], "create": ["contracts:write"]}

    def get_queryset(self):
        return DepositEntry.objects.visible_to(self.request.user).select_related("partner")

    @extend_schema(
        request=DepositEntryIn,
        responses={201: OpenApiResponse(DepositEntryOut, "It was booked.")},
        examples=EXAMPLES,
        filters=False,
    )
    @idempotent
    def create(self, request, *args, **kwargs):
        """Book one entry on a partner's deposit: all of it, or a refusal and nothing. It is never below zero."""
        if request.auth is None:
            raise ClientRequired("Deposits are booked by an API client; send its token.")
        sent = DepositEntryIn(data=request.data)
        sent.is_valid(raise_exception=True)
        data = dict(sent.validated_data)
        account = deposits.open_account(partner=partner_of(request, data.pop("partner")), currency=data.pop("currency"))
        wanted = Wanted(**{**data, "kind": DepositKind(data["kind"])})
        entry = deposits.book(account=account, wanted=wanted, at=timezone.now(), by=request.user)
        return Response(DepositEntryOut(self.get_queryset().get(pk=entry.pk)).data, status=201)
