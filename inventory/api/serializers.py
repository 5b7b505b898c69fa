from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from channelhub.core.api.fields import Instant, Number
from channelhub.core.api.serializers import Input
from channelhub.core.enums.imports import RowRule
from inventory.enums import Band, StockRule
from inventory.rules.availability import available
from inventory.services.stock_checks import FIELDS
from pricing.api.rows import Rows
from pricing.api.serializers import NumberIn

MOST_LINES = 10_000
RULES = {**dict(RowRule.choices), **dict(StockRule.choices)}


class StockLevelIn(serializers.Serializer):
    """How much of a product lies at a location: absolute quantities. Codes are your own where registered, else ours."""

    location = serializers.CharField(help_text="Its code.")
    product = serializers.CharField(help_text="Its code.")
    on_hand = NumberIn()
    reserved = NumberIn(required=False, help_text="Left out: as it was.")
    in_transit = NumberIn(required=False, help_text="Left out: as it was.")
    unit = serializers.CharField(required=False, help_text="Empty: the product's base unit.")
    counted_at = serializers.CharField(
        help_text="Your system's time of the figures (ISO 8601; without a zone: the maker's). An older one never"
        " overwrites a newer one.",
    )


@extend_schema_field(StockLevelIn(many=True))
class StockRows(Rows):
    """Documented by StockLevelIn, read by Rows."""


class StockIn(Input):
    reference = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    snapshot = serializers.BooleanField(
        required=False,
        default=False,
        help_text="true: the lines are everything that their locations hold; what they do not name is zero.",
    )
    lines = StockRows(names=FIELDS, most=MOST_LINES, help_text=f"1 to {MOST_LINES:,} lines.")


class StockRejection(serializers.Serializer):
    row = serializers.IntegerField(help_text="From 1, in the order sent.")
    field = serializers.CharField()
    rule = serializers.CharField(help_text="The broken rule's code.")
    message = serializers.SerializerMethodField()
    value = serializers.CharField(allow_blank=True, help_text="What was sent.")

    def get_message(self, rejection) -> str:
        return str(RULES.get(rejection.rule, rejection.rule))


class AbsentLevelOut(serializers.Serializer):
    location = serializers.CharField()
    product = serializers.CharField()
    on_hand = Number(help_text="What was known before.")


class StockReceiptOut(serializers.Serializer):
    batch = serializers.IntegerField(source="batch_id")
    taken = serializers.IntegerField(help_text="Lines newer than what was known.")
    changed = serializers.IntegerField(help_text="Of these: a figure changed, and a movement was recorded.")
    unchanged = serializers.IntegerField(help_text="Lines that were known already.")
    outdated = serializers.IntegerField(help_text="Lines older than what is known: they change nothing.")
    rejected = StockRejection(many=True, help_text="Every broken rule; these lines were not taken.")
    absent = serializers.IntegerField(help_text="Snapshot: levels set to zero.")
    absent_levels = AbsentLevelOut(many=True, help_text="Snapshot: the first thousand of them.")
    not_reconciled = serializers.ListField(
        child=serializers.CharField(),
        help_text="Snapshot: locations left as they were, because a line of theirs was refused.",
    )


class StockLevelOut(serializers.Serializer):
    id = serializers.IntegerField()
    location = serializers.CharField(source="location.code")
    partner = serializers.CharField(source="partner.code", default=None, allow_null=True, help_text="null: the maker.")
    product = serializers.CharField(source="product.sku")
    on_hand = Number(help_text="In base units.")
    reserved = Number()
    in_transit = Number()
    available = serializers.SerializerMethodField()
    counted_at = Instant(help_text="The source's time of the figures.")
    updated_at = Instant(help_text="When a figure last changed.")

    @extend_schema_field(Number(help_text="On hand and not reserved; never below zero."))
    def get_available(self, level):
        return Number().to_representation(available(on_hand=level.on_hand, reserved=level.reserved))


class LocationOut(serializers.Serializer):
    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    kind = serializers.CharField(help_text="warehouse, shop or consignment.")
    partner = serializers.CharField(source="partner.code", default=None, allow_null=True, help_text="null: the maker.")
    territory = serializers.CharField(source="territory.code", default=None, allow_null=True)
    ends_on = serializers.DateField(allow_null=True, help_text="Last day; null: open.")
    version = serializers.IntegerField()
    updated_at = Instant()


class PlaceOut(serializers.Serializer):
    location = serializers.CharField(source="code")
    quantity = Number(allow_null=True, help_text="null: only the band is told.")
    band = serializers.ChoiceField(choices=Band.choices)
    counted_at = Instant(allow_null=True)


class AvailabilityOut(serializers.Serializer):
    product = serializers.CharField(source="sku")
    own = Number(help_text="Available at your own locations.")
    shown = serializers.BooleanField(help_text="false: nobody shows you stock of this product.")
    quantity = Number(allow_null=True, help_text="What others have for you; null: only the band is told.")
    band = serializers.ChoiceField(choices=Band.choices, allow_null=True)
    places = PlaceOut(many=True, help_text="Locations that have some, the fullest first.")


@extend_schema_serializer(many=False)
class AvailabilityListOut(serializers.Serializer):
    results = AvailabilityOut(many=True)
