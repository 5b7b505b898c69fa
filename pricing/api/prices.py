from decimal import Decimal, InvalidOperation

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.response import Response

from channelhub.core.api.idempotency import idempotent
from channelhub.core.api.viewsets import ApiViewSet, ReadViewSet, VersionedRetrieveMixin
from channelhub.core.errors import ClientRequired
from channelhub.core.models import ExternalCode
from channelhub.core.services import external_codes, staging
from channelhub.lib.periods import business_day
from partners.models import Partner, Product
from pricing.api import filters, price_examples
from pricing.api import price_serializers as serializers
from pricing.enums import PriceRefusal
from pricing.models import PriceList, PriceRow
from pricing.rules.price_disclosure import disclosed
from pricing.services import price_row_import
from pricing.services.price_answers import Line, answer_prices
from pricing.services.price_offers import BoughtFor


@extend_schema(tags=["pricing"])
class PriceAnswerViewSet(ApiViewSet):
    """What a partner pays, and why. Asking writes nothing, so it needs no Idempotency-Key."""

    queryset = PriceList.objects.none()
    serializer_class = serializers.PriceAnswersOut
    pagination_class = None
    filter_backends = ()
    required_scopes = ["prices:read"]
    reading_actions = ("create",)

    @extend_schema(
        request=serializers.PriceQuestionIn,
        responses={200: OpenApiResponse(serializers.PriceAnswersOut, "Every line is answered, also with a refusal.")},
        examples=price_examples.ANSWERS,
    )
    def create(self, request, *args, **kwargs):
        """The price of every line for a partner on a day, as it is known; a line without one says why."""
        sent = serializers.PriceQuestionIn(data=request.data)
        sent.is_valid(raise_exception=True)
        asked, now = sent.validated_data, timezone.now()
        partner, of_dealer = _partner(request, asked.get("partner"))
        on = asked.get("on") or business_day(now)
        known_at = now if of_dealer else asked.get("known_at", now)
        answers = answer_prices(
            partner=partner,
            on=on,
            known_at=known_at,
            lines=_lines(request, asked["lines"]),
            currency=asked["currency"],
            bought_for=BoughtFor(asked["customer"], asked["project"]),
            ladder=asked["ladder"],
            reasons=asked["reasons"],
        )
        results = [
            _result(row.get("product") or "", disclosed(answer) if of_dealer else answer)
            for row, answer in zip(asked["lines"], answers, strict=True)
        ]
        body = {"partner": partner.code, "on": on, "known_at": known_at, "results": results}
        return Response(serializers.PriceAnswersOut(body).data)


@extend_schema(tags=["pricing"])
class PriceListViewSet(VersionedRetrieveMixin, ReadViewSet):
    """Price lists: for the maker's systems only."""

    queryset = PriceList.objects.none()
    serializer_class = serializers.PriceListOut
    filterset_class = filters.PriceListFilter
    required_scopes = ["prices:write"]

    def get_queryset(self):
        return PriceList.objects.visible_to(self.request.user)


@extend_schema(tags=["pricing"])
class PriceRowViewSet(ReadViewSet):
    """Prices on lists, also what was known before and what starts later: for the maker's systems only."""

    queryset = PriceRow.objects.none()
    serializer_class = serializers.PriceRowOut
    filterset_class = filters.PriceRowFilter
    changed_field = "known_from"
    required_scopes = ["prices:write"]

    def get_queryset(self):
        return PriceRow.objects.visible_to(self.request.user).select_related("price_list", "product")

    @extend_schema(
        request=serializers.PricesIn,
        responses={
            201: OpenApiResponse(serializers.PriceReceiptOut, "Prices were recorded."),
            200: OpenApiResponse(serializers.PriceReceiptOut, "Nothing was new."),
        },
        examples=price_examples.PRICES,
        filters=False,
    )
    @idempotent
    def create(self, request, *args, **kwargs):
        """Record prices, each line for itself; a price known for the same day is superseded, never edited."""
        if request.auth is None:
            raise ClientRequired("Prices are written by an API client; send its token.")
        sent = serializers.PricesIn(data=request.data)
        sent.is_valid(raise_exception=True)
        receipt = price_row_import.record_prices(
            feed=request.auth.application.feed, rows=sent.validated_data["lines"], at=timezone.now()
        )
        body = serializers.PriceReceiptOut(receipt).data
        return Response(body, status=201 if receipt.taken else 200)


def _partner(request, code):
    """The partner that is asked about, and whether it asks itself: a dealer asks for its own prices only."""
    own = request.acting.partner_id
    if request.acting.standing is not None:
        partner = Partner.objects.visible_to(request.user).filter(pk=own).first()
        if partner is None or code not in (None, partner.code):
            raise _no_partner("There is no such partner.", "unknown_code")
        return partner, True
    if code is None:
        raise _no_partner("Whose prices?", "required")
    target = None
    if request.auth is not None:
        kind = ExternalCode.Kind.PARTNER
        target = external_codes.target_of(feed_id=request.auth.application.feed_id, kind=kind, code=code)
    found = Partner.objects.visible_to(request.user).filter(**({"code": code} if target is None else {"pk": target}))
    partner = found.first()
    if partner is None:
        raise _no_partner("There is no such partner.", "unknown_code")
    return partner, False


def _no_partner(text, code):
    """The same refusal for a partner that is not and for one that is not yours."""
    return ValidationError({"partner": [ErrorDetail(text, code=code)]})


def _lines(request, rows):
    """The lines with our own codes; a quantity that is none is refused as one, line by line."""
    codes = {_code(row): _code(row) for row in rows if _code(row)}
    if request.auth is not None:
        kind = ExternalCode.Kind.PRODUCT
        own = external_codes.targets_of(feed_id=request.auth.application.feed_id, kind=kind, codes=codes)
        skus = dict(Product.objects.filter(pk__in=own.values()).values_list("pk", "sku")) if own else {}
        codes |= {code: skus[target] for code, target in own.items()}
    return [Line(codes.get(_code(row), ""), _quantity(row.get("quantity"))) for row in rows]


def _code(row):
    return staging.as_text(row.get("product"))


def _quantity(sent):
    """The number that was sent; what is none, or beyond what we keep, is asked for as nothing."""
    try:
        number = Decimal(1 if sent is None else str(sent))
    except InvalidOperation:
        return Decimal(0)
    return number if number.is_finite() and number < Decimal("1e13") else Decimal(0)


def _result(product, answer):
    shown = answer._asdict()
    refusal = answer.refusal or None
    message = str(PriceRefusal(refusal).label) if refusal else ""
    return shown | {"product": str(product), "refusal": refusal, "message": message}
