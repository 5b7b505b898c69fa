from datetime import timedelta

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from channelhub.core.api.fields import Instant, Number
from channelhub.core.api.serializers import Input
from channelhub.core.enums.imports import RowRule
from performance.enums import FindingState, KpiCode, Lack, TargetPeriod, TargetRule
from performance.services.target_import import FIELDS
from pricing.api.rows import Rows
from pricing.api.serializers import NumberIn
from pricing.enums import SalesRule

MOST_LINES = 10_000
ONE_DAY = timedelta(days=1)
RULES = {**dict(RowRule.choices), **dict(SalesRule.choices), **dict(TargetRule.choices)}


class TargetLineIn(serializers.Serializer):
    """One target, for a partner or a territory. Codes are your own where you have registered them, else ours."""

    partner = serializers.CharField(required=False)
    territory = serializers.CharField(required=False)
    product_line = serializers.CharField(required=False, help_text="With all beneath it; empty: everything.")
    kpi = serializers.CharField(help_text="sales or sell_out.")
    first_day = serializers.DateField()
    last_day = serializers.DateField(help_text="Included.")
    currency = serializers.CharField(help_text="ISO 4217.")
    amount = NumberIn(help_text="Greater than zero.")
    weight = NumberIn(required=False, help_text="1 if left out.")


@extend_schema_field(TargetLineIn(many=True))
class TargetLines(Rows):
    """Documented by TargetLineIn, read by Rows."""


class TargetsIn(Input):
    lines = TargetLines(names=FIELDS, most=MOST_LINES, help_text=f"1 to {MOST_LINES:,} lines.")


class TargetRejection(serializers.Serializer):
    row = serializers.IntegerField(help_text="From 1, in the order sent.")
    field = serializers.CharField()
    rule = serializers.CharField(help_text="The broken rule's code.")
    message = serializers.SerializerMethodField()
    value = serializers.CharField(allow_blank=True, help_text="What was sent.")

    def get_message(self, rejection) -> str:
        return str(RULES.get(rejection.rule, rejection.rule))


class TargetReceiptOut(serializers.Serializer):
    taken = serializers.IntegerField(help_text="Lines that say something new.")
    unchanged = serializers.IntegerField(help_text="Lines that were known already.")
    rejected = TargetRejection(many=True, help_text="Every broken rule; these lines were not taken.")


class TargetOut(serializers.Serializer):
    id = serializers.IntegerField()
    partner = serializers.CharField(source="partner.code", default=None, allow_null=True)
    territory = serializers.CharField(source="territory.code", default=None, allow_null=True)
    product_line = serializers.CharField(source="product_line.code", default=None, allow_null=True)
    kpi = serializers.CharField(help_text="sales or sell_out.")
    period = serializers.ChoiceField(choices=TargetPeriod.choices)
    first_day = serializers.DateField(source="valid_during.lower")
    last_day = serializers.SerializerMethodField()
    currency = serializers.CharField()
    amount = Number(allow_null=True, help_text="null: there is no such target any more.")
    weight = Number()
    known_from = Instant()
    known_until = Instant(allow_null=True, help_text="null: as known now.")

    @extend_schema_field(serializers.DateField(help_text="Included."))
    def get_last_day(self, target):
        return (target.valid_during.upper - ONE_DAY).isoformat()


class KpiValueOut(serializers.Serializer):
    id = serializers.IntegerField()
    partner = serializers.CharField(source="partner.code")
    kpi = serializers.ChoiceField(choices=KpiCode.choices)
    month = serializers.DateField(help_text="Its first day.")
    currency = serializers.CharField(allow_blank=True, help_text="Empty: not money, or no data.")
    value = Number(allow_null=True, help_text="A share of 0.5 is 50 percent. null: no data.")
    amount = Number(allow_null=True, help_text="What the value is made of; add these up over months.")
    base = Number(allow_null=True, help_text="What the amount is compared with.")
    lacks = serializers.ChoiceField(choices=Lack.choices, allow_blank=True, help_text="Why there is no data.")
    updated_at = Instant()


class ScoreOut(serializers.Serializer):
    id = serializers.IntegerField()
    partner = serializers.CharField(source="partner.code")
    scorecard = serializers.CharField(source="card.code")
    month = serializers.DateField(help_text="Its first day.")
    score = Number(allow_null=True, help_text="0 to 100; null: too little data.")
    grade = serializers.CharField(allow_blank=True)
    rank = serializers.IntegerField(allow_null=True, help_text="Ties share the better rank.")
    ranked = serializers.IntegerField(allow_null=True, help_text="Partners with a score on the card in the month.")
    coverage = Number(help_text="Share of the weights with data.")
    lacks = serializers.ChoiceField(choices=Lack.choices, allow_blank=True, help_text="Why there is no score.")
    updated_at = Instant()


class FindingOut(serializers.Serializer):
    id = serializers.IntegerField()
    kind = serializers.CharField(help_text="outside_territory or below_map.")
    partner = serializers.CharField(source="partner.code")
    other_partner = serializers.CharField(source="other_partner.code", default=None, allow_null=True)
    month = serializers.DateField(help_text="Its first day.")
    sold_into = serializers.CharField(source="sold_into.code", default=None, allow_null=True)
    product_line = serializers.CharField(source="product_line.code", default=None, allow_null=True)
    product = serializers.CharField(source="product.sku", default=None, allow_null=True)
    currency = serializers.CharField()
    damage = Number(help_text="Estimated; the sum of its lines that still stand.")
    lines = serializers.IntegerField()
    line_ids = serializers.SerializerMethodField(help_text="Sales lines that still stand as evidence, at most 1,000.")
    state = serializers.ChoiceField(choices=FindingState.choices)
    reason = serializers.CharField(allow_blank=True)
    first_seen_at = Instant()
    updated_at = Instant()

    def get_line_ids(self, finding) -> list[int]:
        return finding.line_ids[:1000]
