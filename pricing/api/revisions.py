from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.response import Response

from channelhub.core.api.fields import Instant
from channelhub.core.api.idempotency import idempotent
from channelhub.core.api.serializers import Input
from channelhub.core.api.viewsets import ReadViewSet, VersionedRetrieveMixin
from pricing.api.agreements import MakersOnly
from pricing.api.price_serializers import MOST_LINES, PriceReceiptOut, PriceRows
from pricing.enums import ConsentState, RevisionStatus
from pricing.models import PriceList, PriceRevision, RevisionNotice
from pricing.services import (
    price_revisions,
    revision_announcing,
    revision_approval,
    revision_import,
    revision_publishing,
)

NAMES = ("product", "min_quantity", "unit", "unit_price", "valid_from")
NEW = {"price_list": "DEALER", "title": "Spring prices", "effective_on": "2026-04-01", "reason": "Dearer copper"}
ROWS = {"lines": [{"product": "A-100", "unit_price": "1249.00"}, {"product": "A-200", "unit_price": None}]}


class RevisionOut(serializers.Serializer):
    id = serializers.IntegerField()
    code = serializers.CharField()
    title = serializers.CharField()
    price_list = serializers.CharField(source="price_list.code")
    effective_on = serializers.DateField(help_text="From midnight of this business day on.")
    status = serializers.CharField(help_text=f"One of {', '.join(RevisionStatus.values)}.")
    reason = serializers.CharField()
    announced_at = Instant(allow_null=True)
    published_at = Instant(allow_null=True)
    ended_at = Instant(allow_null=True, help_text="When it was reverted or withdrawn.")
    reverted_from = serializers.DateField(allow_null=True, help_text="The old prices hold again from here on.")
    updated_at = Instant()


class RevisionIn(Input):
    price_list = serializers.CharField(max_length=40, help_text="Its code; a list of fixed prices.")
    title = serializers.CharField(max_length=120, help_text="Partners read it.")
    effective_on = serializers.DateField(help_text="A day that has not begun.")
    reason = serializers.CharField(max_length=300, required=False, default="")


class RevisedRowsIn(Input):
    lines = PriceRows(names=NAMES, most=MOST_LINES, help_text=f"1 to {MOST_LINES:,} lines.")


class PublishIn(Input):
    despite_changes = serializers.BooleanField(
        required=False, default=False, help_text="true: also where the list has changed since the draft."
    )


class RevertIn(Input):
    reason = serializers.CharField(max_length=300)
    valid_from = serializers.DateField(
        required=False, default=None, allow_null=True, help_text="Once in effect; empty: today."
    )


class ReasonIn(Input):
    reason = serializers.CharField(max_length=300)


class NothingIn(Input):
    pass


class NoticeOut(serializers.Serializer):
    id = serializers.IntegerField()
    revision = serializers.CharField(source="revision.code")
    title = serializers.CharField(source="revision.title")
    effective_on = serializers.DateField(source="revision.effective_on")
    partner = serializers.CharField(source="partner.code")
    announced_on = serializers.DateField()
    notice_days = serializers.IntegerField()
    earliest_on = serializers.DateField(help_text="The first day that keeps the contract's notice.")
    consent = serializers.CharField(help_text=f"One of {', '.join(ConsentState.values)}.")
    person = serializers.CharField(help_text="Who answered.")
    decided_at = Instant(allow_null=True)
    comment = serializers.CharField()
    updated_at = Instant()


class RevisionFilter(filters.FilterSet):
    price_list = filters.CharFilter("price_list__code", max_length=40)
    status = filters.ChoiceFilter(choices=RevisionStatus.choices)


class NoticeFilter(filters.FilterSet):
    revision = filters.CharFilter("revision__code", max_length=60)
    consent = filters.ChoiceFilter(choices=ConsentState.choices)


def _answers(serializer, text):
    return {201: OpenApiResponse(serializer, text)}


@extend_schema(tags=["pricing"])
class PriceRevisionViewSet(MakersOnly, VersionedRetrieveMixin, ReadViewSet):
    """Planned new prices of a list: for the maker's systems only. People approve them in the admin."""

    queryset = PriceRevision.objects.none()
    serializer_class = RevisionOut
    filterset_class = RevisionFilter

    def get_queryset(self):
        return PriceRevision.objects.visible_to(self.request.user).select_related("price_list")

    def _now(self, revision):
        revision = self.get_queryset().get(pk=revision.pk)
        return Response(RevisionOut(revision).data, status=201)

    @extend_schema(
        request=RevisionIn,
        responses=_answers(RevisionOut, "Drafted, with every price of the list."),
        examples=[OpenApiExample("New prices from April on", NEW, request_only=True)],
        filters=False,
    )
    @idempotent
    def create(self, request, *args, **kwargs):
        """Draft a revision: it begins with every price that the list will have on that day."""
        asked = self.asked(RevisionIn)
        listed = PriceList.objects.visible_to(request.user).filter(code=asked["price_list"]).first()
        if listed is None:
            error = ErrorDetail("There is none with this code.", code="unknown_code")
            raise ValidationError({"price_list": [error]})
        made = price_revisions.draft_from_list(
            **{**asked, "price_list": listed}, author=request.user, at=timezone.now()
        )
        return self._now(made)

    @extend_schema(
        request=RevisedRowsIn,
        responses=_answers(PriceReceiptOut, "The good lines were taken, the others are named."),
        examples=[OpenApiExample("One price changes, one ends", ROWS, request_only=True)],
        filters=False,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def rows(self, request, pk):
        """Set new prices of a draft, each line for itself; without ``unit_price`` the product's price ends."""
        revision, asked = self.get_object(), self.asked(RevisedRowsIn)
        feed = request.auth.application.feed
        receipt = revision_import.record_revised(feed=feed, revision=revision, rows=asked["lines"])
        return Response(PriceReceiptOut(receipt).data, status=201)

    @extend_schema(request=NothingIn, responses=_answers(RevisionOut, "Submitted."), filters=False)
    @action(detail=True, methods=["post"])
    @idempotent
    def submit(self, request, pk):
        """Submit a draft for approval; people approve it, never its author."""
        self.asked(NothingIn)
        revision = self.get_object()
        revision_approval.submit(revision=revision, by=request.user, at=timezone.now())
        return self._now(revision)

    @extend_schema(request=NothingIn, responses=_answers(RevisionOut, "Announced."), filters=False)
    @action(detail=True, methods=["post"])
    @idempotent
    def announce(self, request, pk):
        """Tell the partners concerned; too early for some contract's notice is refused with the first day."""
        self.asked(NothingIn)
        revision = self.get_object()
        revision_announcing.announce(revision=revision, at=timezone.now())
        return self._now(revision)

    @extend_schema(request=PublishIn, responses=_answers(RevisionOut, "Published."), filters=False)
    @action(detail=True, methods=["post"])
    @idempotent
    def publish(self, request, pk):
        """Enter the new prices in the list; they hold from midnight of their day on by themselves."""
        revision, asked = self.get_object(), self.asked(PublishIn)
        revision_publishing.publish(revision=revision, at=timezone.now(), **asked)
        return self._now(revision)

    @extend_schema(request=RevertIn, responses=_answers(RevisionOut, "Reverted."), filters=False)
    @action(detail=True, methods=["post"])
    @idempotent
    def revert(self, request, pk):
        """Give back the old prices of a published revision."""
        revision, asked = self.get_object(), self.asked(RevertIn)
        revision_publishing.revert(revision=revision, by=request.user, at=timezone.now(), **asked)
        return self._now(revision)

    @extend_schema(request=ReasonIn, responses=_answers(RevisionOut, "Withdrawn."), filters=False)
    @action(detail=True, methods=["post"])
    @idempotent
    def withdraw(self, request, pk):
        """Give up a revision that is not published."""
        revision, asked = self.get_object(), self.asked(ReasonIn)
        revision_publishing.withdraw(revision=revision, by=request.user, at=timezone.now(), **asked)
        return self._now(revision)


class SettleIn(Input):
    comment = serializers.CharField(max_length=300, help_text="How it was settled.")


@extend_schema(tags=["pricing"])
class RevisionNoticeViewSet(MakersOnly, VersionedRetrieveMixin, ReadViewSet):
    """Who was told of new prices and what was answered: for the maker's systems. Partners answer in the portal."""

    queryset = RevisionNotice.objects.none()
    serializer_class = NoticeOut
    filterset_class = NoticeFilter

    def get_queryset(self):
        rows = RevisionNotice.objects.visible_to(self.request.user).select_related("revision", "partner")
        of_dealer = self.request.user.acting.standing is not None
        return rows.none() if of_dealer else rows

    @extend_schema(
        request=SettleIn,
        responses=_answers(NoticeOut, "Settled."),
        examples=[OpenApiExample("Signed on paper", {"comment": "Signed on paper"}, request_only=True)],
        filters=False,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def settle(self, request, pk):
        """Record that the consent of a partner was given or settled outside the portal."""
        notice, asked = self.get_object(), self.asked(SettleIn)
        settled = revision_announcing.settle(notice=notice, by=request.user, at=timezone.now(), **asked)
        return Response(NoticeOut(self.get_queryset().get(pk=settled.pk)).data, status=201)
