"""Tiers over the API: what they ask and bring, where a partner stands, what is proposed, and deciding it."""

from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from channelhub.core.api.fields import Instant, Number
from channelhub.core.api.filters import CodeFilter
from channelhub.core.api.idempotency import idempotent
from channelhub.core.api.serializers import Input
from channelhub.core.api.viewsets import ReadViewSet
from channelhub.core.errors import ClientRequired
from channelhub.core.models import ExternalCode
from channelhub.lib.periods import business_day
from partners.models import Partner
from performance.enums import Comparison, ProposalKind, ProposalState, TierWindow
from performance.models import TierProposal, TierRules
from performance.rules.tiers import steps_from
from performance.services import tier_answers, tiers

STEP = {
    "metric": "sales",
    "window": "trailing",
    "months": 12,
    "comparison": "at_least",
    "threshold": "1000000",
    "currency": "CNY",
    "mandatory": True,
    "have": "640000",
    "lacks": "",
    "outcome": "missed",
    "missing": "360000",
    "by": "2026-03-31",
}
PROPOSAL = {
    "id": 17,
    "partner": "acme",
    "kind": "demotion",
    "from_tier": "gold",
    "to_tier": "silver",
    "reasons": [STEP],
    "opened_on": "2026-03-01",
    "reviewed_on": "2026-03-16",
    "grace_until": "2026-05-30",
    "state": "declined",
    "first_day": None,
    "reason": "A new shop opens in May.",
    "decided_at": "2026-03-16T02:00:00.000000Z",
    "updated_at": "2026-03-16T02:00:00.000000Z",
}
DECISION = {"verdict": "decline", "reason": "A new shop opens in May."}


class CriterionOut(serializers.Serializer):
    metric = serializers.CharField(help_text="A KPI's code, score, deposit_covered or contract_in_force.")
    window = serializers.ChoiceField(choices=TierWindow.choices)
    months = serializers.IntegerField(help_text="Of a trailing window; else 0.")
    comparison = serializers.ChoiceField(choices=Comparison.choices)
    threshold = Number(help_text="A share of 0.5 is 50 percent; 1: it must be so.")
    currency = serializers.CharField(allow_blank=True, help_text="Empty: not money.")
    mandatory = serializers.BooleanField(help_text="false: one of several.")


class BenefitOut(serializers.Serializer):
    kind = serializers.CharField()
    value = Number(allow_null=True)
    text = serializers.CharField(allow_blank=True)


class TierRulesOut(serializers.Serializer):
    id = serializers.IntegerField()
    tier = serializers.CharField(source="tier.code")
    rank = serializers.IntegerField(source="tier.rank", help_text="1: the highest tier.")
    valid_from = serializers.DateField()
    needed = serializers.IntegerField(help_text="So many of the criteria that are not mandatory.")
    grace_days = serializers.IntegerField()
    settled_days = serializers.IntegerField(help_text="So long in the tier before its loss is proposed.")
    criteria = CriterionOut(many=True)
    benefits = serializers.SerializerMethodField(help_text="What the tier brings now.")
    known_from = Instant()
    known_until = Instant(allow_null=True, help_text="null: as known now.")

    def get_benefits(self, rules) -> list[dict]:
        given = [each for each in rules.tier.benefits.all() if each.withdrawn_on is None]
        return BenefitOut(given, many=True).data


class JudgedOut(serializers.Serializer):
    metric = serializers.CharField(source="criterion.metric")
    window = serializers.CharField(source="criterion.window")
    months = serializers.IntegerField(source="criterion.months")
    comparison = serializers.CharField(source="criterion.comparison")
    threshold = Number(source="criterion.threshold")
    currency = serializers.CharField(source="criterion.currency", allow_blank=True)
    mandatory = serializers.BooleanField(source="criterion.mandatory")
    have = Number(allow_null=True, help_text="null: no data, or not told.")
    lacks = serializers.CharField(allow_blank=True, help_text="Why there is no data.")
    outcome = serializers.CharField(help_text="met, missed or unknown.")
    missing = Number(allow_null=True, help_text="How far it is to the threshold; null: nothing, or no data.")
    by = serializers.DateField(allow_null=True, help_text="The last day whose figures still change it.")


class TierProposalOut(serializers.Serializer):
    id = serializers.IntegerField()
    partner = serializers.CharField(source="partner.code")
    kind = serializers.ChoiceField(choices=ProposalKind.choices)
    from_tier = serializers.CharField(source="from_tier.code", default=None, allow_null=True)
    to_tier = serializers.CharField(source="to_tier.code", default=None, allow_null=True)
    reasons = serializers.SerializerMethodField()
    opened_on = serializers.DateField()
    reviewed_on = serializers.DateField(help_text="The day of the figures.")
    grace_until = serializers.DateField(allow_null=True, help_text="Before it a tier is not taken; null: at once.")
    state = serializers.ChoiceField(choices=ProposalState.choices)
    first_day = serializers.DateField(allow_null=True, help_text="From which day the decision counts.")
    reason = serializers.CharField(allow_blank=True)
    decided_at = Instant(allow_null=True)
    updated_at = Instant()

    def get_reasons(self, proposal) -> list[dict]:
        return JudgedOut(steps_from(proposal.reasons), many=True).data


class DecisionIn(Input):
    verdict = serializers.RegexField("^(accept|decline)$", help_text="accept or decline.")
    reason = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")
    first_day = serializers.DateField(required=False, allow_null=True, default=None, help_text="Of an acceptance.")


class SideOut(serializers.Serializer):
    tier = serializers.CharField(source="tier.code")
    needed = serializers.IntegerField(help_text="So many of the criteria that are not mandatory.")
    reach = serializers.CharField(help_text="reached, lost or unclear.")
    criteria = JudgedOut(many=True, source="judged")
    benefits = BenefitOut(many=True)


class TierStandingOut(serializers.Serializer):
    id = serializers.IntegerField(source="partner.pk")
    partner = serializers.CharField(source="partner.code")
    tier = serializers.CharField(source="answer.tier.code", default=None, allow_null=True)
    kept = SideOut(source="answer.kept", allow_null=True, help_text="What keeps the tier.")
    next = SideOut(source="answer.following", allow_null=True, help_text="What the next tier above asks.")
    at_risk_until = serializers.DateField(source="answer.at_risk.grace_until", default=None, allow_null=True)
    benefits = BenefitOut(source="answer.benefits", many=True, help_text="What the partner has today.")


class TierRulesFilter(filters.FilterSet):
    tier = filters.CharFilter(field_name="tier__code", max_length=40)


class TierProposalFilter(filters.FilterSet):
    partner = CodeFilter("partner", ExternalCode.Kind.PARTNER, "code", help_text="Your code or ours.")
    kind = filters.ChoiceFilter(choices=ProposalKind.choices)
    state = filters.ChoiceFilter(choices=ProposalState.choices)


class TierStandingFilter(filters.FilterSet):
    partner = filters.CharFilter(field_name="code", max_length=120, help_text="Our code.")


@extend_schema(tags=["performance"])
class TierRulesViewSet(ReadViewSet):
    """What each tier asks, by version, also those superseded, and what it brings now."""

    queryset = TierRules.objects.none()
    serializer_class = TierRulesOut
    filterset_class = TierRulesFilter
    changed_field = "known_from"
    required_scopes = ["performance:read"]

    def get_queryset(self):
        return TierRules.objects.select_related("tier").prefetch_related("criteria", "tier__benefits")


@extend_schema(tags=["performance"])
class TierProposalViewSet(ReadViewSet):
    """What the night proposes for partners' tiers, with have and need: for the maker's systems only."""

    queryset = TierProposal.objects.none()
    serializer_class = TierProposalOut
    filterset_class = TierProposalFilter
    required_scopes = {
        "list": ["findings:read"],
        "retrieve": ["findings:read"],
        "decide": ["performance:write"],
    }

    def get_queryset(self):
        related = ("partner", "from_tier", "to_tier")
        return TierProposal.objects.visible_to(self.request.user).select_related(*related)

    @extend_schema(
        request=DecisionIn,
        responses={200: OpenApiResponse(TierProposalOut, "It was decided.")},
        examples=[
            OpenApiExample("Declined", DECISION, request_only=True),
            OpenApiExample("As it was decided", PROPOSAL, response_only=True, status_codes=["200"]),
        ],
        filters=False,
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def decide(self, request, *args, **kwargs):
        """Accept or decline a proposal. Of several deciders one wins; the others get `proposal_decided`."""
        if request.auth is None:
            raise ClientRequired("Proposals are decided by an API client; send its token.")
        sent = DecisionIn(data=request.data)
        sent.is_valid(raise_exception=True)
        data, proposal = sent.validated_data, self.get_object()
        common = {"proposal": proposal, "by": request.user, "at": timezone.now(), "reason": data["reason"]}
        if data["verdict"] == "accept":
            tiers.accept(**common, first_day=data["first_day"])
        else:
            tiers.decline(**common)
        return Response(TierProposalOut(self.get_queryset().get(pk=proposal.pk)).data)


class Standing:
    """A partner with its answer, as the serializer reads it."""

    def __init__(self, partner, answer):
        self.partner, self.answer = partner, answer
        self.pk = partner.pk


@extend_schema(tags=["performance"])
class TierStandingViewSet(ReadViewSet):
    """Where a partner stands: its tier, what keeps it, the next one with have, need and by when, and its benefits."""

    queryset = Partner.objects.none()
    serializer_class = TierStandingOut
    filterset_class = TierStandingFilter
    required_scopes = ["performance:read"]

    def get_queryset(self):
        return Partner.objects.visible_to(self.request.user).filter(merged_into__isnull=True)

    def paginate_queryset(self, queryset):
        return self._answered(super().paginate_queryset(queryset))

    def get_object(self):
        return self._answered([super().get_object()])[0]

    def _answered(self, partners):
        today, staff = business_day(timezone.now()), self.request.acting.standing is None
        found = tier_answers.standings_of(partners, today=today, for_staff=staff)
        return [Standing(partner, found[partner.pk]) for partner in partners]
