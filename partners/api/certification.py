"""Certification over the API: programmes, requirements and certificates; the maker's systems issue and withdraw."""

from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from channelhub.core.api.fields import Instant
from channelhub.core.api.filters import CodeFilter
from channelhub.core.api.idempotency import idempotent
from channelhub.core.api.serializers import Input
from channelhub.core.api.viewsets import ReadViewSet
from channelhub.core.errors import ClientRequired
from channelhub.core.models import ExternalCode, User
from channelhub.lib.periods import business_day, last_day
from partners.api.named import one_of, partner_of
from partners.enums import Certified
from partners.models import (
    Certificate,
    CertificationLevel,
    CertificationProgramme,
    CertificationRequirement,
)
from partners.services import certification
from partners.services.certification import Grounds, Holder

CERTIFICATE_IN = {
    "partner": "acme",
    "programme": "authorised-shop",
    "rank": 1,
    "shop_name": "Acme on the Bund",
    "shop_address": "18 Zhongshan East Road, Shanghai",
    "first_day": "2026-03-16",
}
CERTIFICATE = {
    "id": 81,
    "number": "7K2M-QX9D-4RTC",
    "partner": "acme",
    "programme": "authorised-shop",
    "rank": 1,
    "certified": "shop",
    "person": "",
    "shop_name": "Acme on the Bund",
    "shop_address": "18 Zhongshan East Road, Shanghai",
    "first_day": "2026-03-16",
    "last_day": "2027-03-15",
    "issued_at": "2026-03-16T02:00:00.000000Z",
    "renews": None,
    "withdrawn_at": None,
    "withdrawn_reason": "",
    "updated_at": "2026-03-16T02:00:00.000000Z",
}
READ, WRITE = ["partners:read"], ["partners:write"]


class LevelOut(serializers.Serializer):
    rank = serializers.IntegerField(help_text="The highest number is the highest level.")
    name = serializers.CharField()
    name_en = serializers.CharField()
    validity_months = serializers.IntegerField()
    questions = serializers.IntegerField(help_text="Drawn for each try.")
    pass_mark = serializers.IntegerField(help_text="Per cent.")
    tries = serializers.IntegerField()
    pause_days = serializers.IntegerField()
    minutes = serializers.IntegerField()


class ProgrammeOut(serializers.Serializer):
    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    certified = serializers.CharField(help_text=", ".join(Certified.values))
    product_line = serializers.CharField(source="product_line.code", default=None, allow_null=True)
    is_open = serializers.BooleanField()
    levels = LevelOut(source="levels.all", many=True)
    updated_at = Instant()


class RequirementOut(serializers.Serializer):
    id = serializers.IntegerField()
    tier = serializers.CharField(source="tier.code", default=None, allow_null=True)
    product_line = serializers.CharField(source="product_line.code", default=None, allow_null=True)
    programme = serializers.CharField(source="level.programme.code")
    rank = serializers.IntegerField(source="level.rank", help_text="This level or above.")
    needed = serializers.IntegerField(help_text="So many people or shops, or the partner itself.")
    updated_at = Instant()


class CertificateOut(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.CharField(help_text="What the public page is asked for.")
    partner = serializers.CharField(source="partner.code")
    programme = serializers.CharField(source="level.programme.code")
    rank = serializers.IntegerField(source="level.rank")
    certified = serializers.CharField(help_text=", ".join(Certified.values))
    person = serializers.CharField(help_text="The name as it was then; empty for partners and shops.")
    shop_name = serializers.CharField()
    shop_address = serializers.CharField()
    first_day = serializers.DateField(source="valid_during.lower")
    last_day = serializers.SerializerMethodField()
    issued_at = Instant()
    renews = serializers.CharField(source="renews.number", default=None, allow_null=True)
    withdrawn_at = Instant(allow_null=True)
    withdrawn_reason = serializers.CharField()
    updated_at = Instant()

    def get_last_day(self, certificate) -> str:
        return last_day(certificate.valid_during).isoformat()


class CertificateIn(Input):
    partner = serializers.CharField(max_length=120, help_text="Your code or ours.")
    programme = serializers.SlugField(max_length=40)
    rank = serializers.IntegerField(min_value=1, max_value=32000)
    person = serializers.EmailField(required=False, help_text="Of a person who acts for the partner.")
    shop_name = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    shop_address = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    first_day = serializers.DateField(required=False, help_text="Today without it.")
    audit = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")


class WithdrawalIn(Input):
    reason = serializers.CharField(max_length=300)


class CertificateFilter(filters.FilterSet):
    partner = CodeFilter("partner", ExternalCode.Kind.PARTNER, "code", help_text="Your code or ours.")
    number = filters.CharFilter(max_length=16)
    programme = filters.CharFilter(field_name="level__programme__code", max_length=40)
    certified = filters.ChoiceFilter(choices=Certified.choices)
    valid_on = filters.DateFilter(method="valid", help_text="Neither withdrawn nor out of its period on that day.")

    def valid(self, rows, _name, day):
        return rows.in_force(day)


class ProgrammeFilter(filters.FilterSet):
    code = filters.CharFilter(max_length=40)
    certified = filters.ChoiceFilter(choices=Certified.choices)


class RequirementFilter(filters.FilterSet):
    tier = filters.CharFilter(field_name="tier__code", max_length=40)
    product_line = filters.CharFilter(field_name="product_line__code", max_length=40)


@extend_schema(tags=["partners"])
class ProgrammeViewSet(ReadViewSet):
    """What somebody can be certified for, with levels; the same for everybody."""

    queryset = CertificationProgramme.objects.none()
    serializer_class = ProgrammeOut
    filterset_class = ProgrammeFilter
    required_scopes = READ

    def get_queryset(self):
        return CertificationProgramme.objects.select_related("product_line").prefetch_related("levels")


@extend_schema(tags=["partners"])
class RequirementViewSet(ReadViewSet):
    """What a tier or a product line asks of its partners; the same for everybody."""

    queryset = CertificationRequirement.objects.none()
    serializer_class = RequirementOut
    filterset_class = RequirementFilter
    required_scopes = READ

    def get_queryset(self):
        return CertificationRequirement.objects.select_related("tier", "product_line", "level__programme")


@extend_schema(tags=["partners"])
class CertificateViewSet(ReadViewSet):
    """Certificates of people, partners and shops: of the maker all, of a partner its own."""

    queryset = Certificate.objects.none()
    serializer_class = CertificateOut
    filterset_class = CertificateFilter
    required_scopes = {"list": READ, "retrieve": READ, "create": WRITE, "withdraw": WRITE}

    def get_queryset(self):
        rows = Certificate.objects.visible_to(self.request.user)
        return rows.select_related("partner", "level__programme", "renews")

    @extend_schema(
        request=CertificateIn,
        responses={201: OpenApiResponse(CertificateOut, "It was issued.")},
        examples=[
            OpenApiExample("A shop", CERTIFICATE_IN, request_only=True),
            OpenApiExample("As it was issued", CERTIFICATE, response_only=True, status_codes=["201"]),
        ],
        filters=False,
    )
    @idempotent
    def create(self, request, *args, **kwargs):
        """Certify a person, a shop, or with neither the partner itself, for as long as the level says."""
        if request.auth is None:
            raise ClientRequired("Certificates are issued by an API client; send its token.")
        sent = CertificateIn(data=request.data)
        sent.is_valid(raise_exception=True)
        data = sent.validated_data
        at = timezone.now()
        partner = partner_of(request, data["partner"])
        certificate = certification.issue(
            level=one_of(
                CertificationLevel.objects.filter(programme__code=data["programme"], rank=data["rank"]), "programme"
            ),
            partner=partner,
            holder=Holder(_person(partner, data.get("person")), data["shop_name"], data["shop_address"]),
            first=data.get("first_day") or business_day(at),
            at=at,
            grounds=Grounds(by=request.user, audit=data["audit"]),
        )
        return Response(CertificateOut(self.get_queryset().get(pk=certificate.pk)).data, status=201)

    @extend_schema(
        request=WithdrawalIn,
        responses={200: CertificateOut},
        examples=[OpenApiExample("Withdraw", {"reason": "The shop was closed."}, request_only=True)],
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def withdraw(self, request, pk):
        """Take a certificate back for good; a second time is `certificate_is_withdrawn`."""
        row = self.get_object()
        sent = WithdrawalIn(data=request.data)
        sent.is_valid(raise_exception=True)
        certification.withdraw(certificate=row, at=timezone.now(), by=request.user, **sent.validated_data)
        return Response(CertificateOut(self.get_object()).data)


def _person(partner, email):
    """Only who acts for the partner is found; the service says on which day."""
    if not email:
        return None
    return one_of(User.objects.filter(memberships__partner=partner, email__iexact=email).order_by("pk"), "person")
