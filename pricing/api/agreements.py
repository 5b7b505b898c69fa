from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.response import Response

from channelhub.core.api.fields import Instant, Number
from channelhub.core.api.filters import CodeFilter
from channelhub.core.api.idempotency import idempotent
from channelhub.core.api.serializers import Input
from channelhub.core.api.viewsets import ReadViewSet, VersionedRetrieveMixin
from channelhub.core.errors import ClientRequired
from channelhub.core.models import ExternalCode
from partners.models import Partner, Product, ProductLine
from pricing.enums import IN_MONEY, AgreementEffect
from pricing.models import Agreement, AgreementLine
from pricing.services import agreements
from pricing.services.agreements import Agreed

NEW = {"code": "AG-2026-7", "name": "Hospital framework", "partner": "acme", "with_subtree": True, "customer": "H-12"}
SAID = {"agreement": "AG-2026-7", "product_line": "NOTEBOOKS", "effect": "percent_off", "value": "0.05"}
SAID |= {"valid_from": "2026-04-01", "valid_through": "2026-12-31"}


class AgreementOut(serializers.Serializer):
    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    partner = serializers.CharField(source="partner.code")
    with_subtree = serializers.BooleanField(help_text="true: also for all under the partner.")
    customer = serializers.CharField(help_text="Code of the end customer it is for; empty: any.")
    project = serializers.CharField(help_text="Code of the project it is for; empty: any.")
    updated_at = Instant()


class AgreementIn(Input):
    code = serializers.CharField(max_length=40)
    name = serializers.CharField(max_length=120)
    name_en = serializers.CharField(max_length=120, required=False, default="")
    partner = serializers.CharField(max_length=40, help_text="Its code.")
    with_subtree = serializers.BooleanField(required=False, default=False)
    customer = serializers.CharField(max_length=60, required=False, default="")
    project = serializers.CharField(max_length=60, required=False, default="")


class AgreementLineOut(serializers.Serializer):
    id = serializers.IntegerField()
    agreement = serializers.CharField(source="agreement.code")
    product = serializers.CharField(source="product.sku", default=None, allow_null=True)
    product_line = serializers.CharField(source="product_line.code", default=None, allow_null=True)
    effect = serializers.CharField(help_text=f"One of {', '.join(AgreementEffect.values)}.")
    value = Number(help_text="A net price, an amount or share off the price, or a factor.")
    currency = serializers.CharField(help_text="Of a net price or an amount off; else empty.")
    min_quantity = Number()
    valid_from = serializers.DateField()
    valid_through = serializers.DateField(allow_null=True)
    known_from = Instant()
    known_until = Instant(allow_null=True, help_text="null: still known.")


class AgreementLineIn(Input):
    agreement = serializers.CharField(max_length=40, help_text="Its code.")
    product = serializers.CharField(max_length=60, required=False, help_text="Our code; or name a product line.")
    product_line = serializers.CharField(max_length=40, required=False, help_text="With all beneath it.")
    effect = serializers.ChoiceField(choices=AgreementEffect.choices)
    value = serializers.DecimalField(max_digits=19, decimal_places=6, min_value=0)
    currency = serializers.CharField(
        max_length=3, required=False, allow_blank=True, default="", help_text="Of a net price or an amount off only."
    )
    min_quantity = serializers.DecimalField(
        max_digits=19, decimal_places=6, min_value=0, required=False, default=0, help_text="From this quantity on."
    )
    valid_from = serializers.DateField()
    valid_through = serializers.DateField(required=False, default=None, allow_null=True, help_text="Last day.")

    def validate(self, sent):
        problem = _problem(sent)
        if problem:
            field, text, code = problem
            raise serializers.ValidationError({field: [ErrorDetail(text, code=code)]})
        return sent


def _problem(sent):
    """The first rule that the line breaks, with its field and code."""
    last = sent["valid_through"]
    rules = (
        (("product" in sent) == ("product_line" in sent), "product", "Name one of the two.", "one_of_two"),
        (
            (sent["effect"] in IN_MONEY) != bool(sent["currency"]),
            "currency",
            "Money has a currency, a share or factor has none.",
            "required" if not sent["currency"] else "not_allowed",
        ),
        (sent["effect"] == AgreementEffect.DISCOUNT and sent["value"] > 1, "value", "At most 1.", "too_large"),
        (sent["effect"] == AgreementEffect.FORMULA and sent["value"] == 0, "value", "Above zero.", "not_positive"),
        (
            last is not None and last < sent["valid_from"],
            "valid_through",
            "Lies before the first day.",
            "ends_before_it_starts",
        ),
    )
    return next((rule[1:] for rule in rules if rule[0]), None)


class AgreementFilter(filters.FilterSet):
    partner = CodeFilter("partner", ExternalCode.Kind.PARTNER, "code", help_text="Your code or ours.")
    customer = filters.CharFilter(max_length=60)
    project = filters.CharFilter(max_length=60)


class AgreementLineFilter(filters.FilterSet):
    agreement = filters.CharFilter(field_name="agreement__code", max_length=40)
    product = CodeFilter("product", ExternalCode.Kind.PRODUCT, "sku", help_text="Your code or ours.")


class MakersOnly:
    """Read by the maker's people and systems, written by its systems."""

    required_scopes = ["prices:write"]

    def asked(self, serializer):
        """What was sent, checked; refuses a person: agreements are made in the admin by people."""
        if self.request.auth is None:
            raise ClientRequired("Agreements are written by an API client; send its token.")
        sent = serializer(data=self.request.data)
        sent.is_valid(raise_exception=True)
        return dict(sent.validated_data)


@extend_schema(tags=["pricing"])
class AgreementViewSet(MakersOnly, VersionedRetrieveMixin, ReadViewSet):
    """Price agreements: for the maker's systems only; a partner's client gets its prices with them."""

    queryset = Agreement.objects.none()
    serializer_class = AgreementOut
    filterset_class = AgreementFilter

    def get_queryset(self):
        rows = Agreement.objects.visible_to(self.request.user).select_related("partner")
        return rows.filter(partner__in=Partner.objects.visible_to(self.request.user))

    @extend_schema(
        request=AgreementIn,
        responses={201: OpenApiResponse(AgreementOut, "Made.")},
        examples=[OpenApiExample("For one end customer", NEW, request_only=True)],
        filters=False,
    )
    @idempotent
    def create(self, request, *args, **kwargs):
        """Make an agreement; it says nothing until it has lines."""
        asked = self.asked(AgreementIn)
        if Agreement.objects.filter(code=asked["code"]).exists():
            raise _refused("code", "This code is in use.", "unique")
        partner = Partner.objects.visible_to(request.user).filter(code=asked["partner"]).first()
        if partner is None:
            raise _refused("partner", "There is no such partner.", "unknown_code")
        made = agreements.create_agreement(**{**asked, "partner": partner})
        return Response(AgreementOut(made).data, status=201)


@extend_schema(tags=["pricing"])
class AgreementLineViewSet(MakersOnly, ReadViewSet):
    """What agreements say, also what was known before: for the maker's systems only."""

    queryset = AgreementLine.objects.none()
    serializer_class = AgreementLineOut
    filterset_class = AgreementLineFilter
    changed_field = "known_from"

    def get_queryset(self):
        rows = AgreementLine.objects.visible_to(self.request.user)
        partners = Partner.objects.visible_to(self.request.user)
        return rows.filter(agreement__partner__in=partners).select_related("agreement", "product", "product_line")

    @extend_schema(
        request=AgreementLineIn,
        responses={201: OpenApiResponse(AgreementLineOut, "Recorded, or known already.")},
        examples=[OpenApiExample("Five percent off a product line", SAID, request_only=True)],
        filters=False,
    )
    @idempotent
    def create(self, request, *args, **kwargs):
        """Say what is agreed; what was known for the same item, quantity and day is superseded, never edited."""
        asked = self.asked(AgreementLineIn)
        mine = Agreement.objects.filter(partner__in=Partner.objects.visible_to(request.user))
        agreement = _named(mine, "agreement", code=asked.pop("agreement"))
        if "product" in asked:
            item = _named(Product.objects.all(), "product", sku=asked.pop("product"))
        else:
            item = _named(ProductLine.objects.all(), "product_line", code=asked.pop("product_line"))
        line = agreements.agree(agreement=agreement, agreed=Agreed(item=item, **asked), at=timezone.now())
        line.refresh_from_db()  # defaults of the model are plain numbers until then
        return Response(AgreementLineOut(line).data, status=201)


def _named(rows, field, **code):
    found = rows.filter(**code).first()
    if found is None:
        raise _refused(field, "There is none with this code.", "unknown_code")
    return found


def _refused(field, text, code):
    return ValidationError({field: [ErrorDetail(text, code=code)]})
