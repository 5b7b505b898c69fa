from datetime import timedelta

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from channelhub.core.api.fields import Instant, Number
from channelhub.core.api.serializers import Input
from channelhub.core.enums.imports import RowRule
from pricing.api.rows import Rows
from pricing.enums import SALES_KINDS, Cause, SalesRule
from pricing.services.sales_checks import FIELDS

MOST_LINES = 10_000
ONE_DAY = timedelta(days=1)
KINDS = {kind.value: code for code, kind in SALES_KINDS.items()}
RULES = {**dict(RowRule.choices), **dict(SalesRule.choices)}


@extend_schema_field({"type": ["string", "number", "integer"], "examples": ["12.5"]})
class NumberIn(serializers.Field):
    """A number, or a number as text."""


class SalesLineIn(serializers.Serializer):
    """One sold line. Codes are your own where you have registered them, else ours."""

    external_id = serializers.CharField(max_length=120, help_text="Your key of the line; what is sent again is known.")
    kind = serializers.ChoiceField(choices=list(SALES_KINDS))
    partner = serializers.CharField(help_text="Whose figure it is: the buyer of sell-in, else the seller.")
    other_partner = serializers.CharField(required=False, help_text="The buyer of sell-through.")
    product = serializers.CharField(help_text="Its code.")
    document = serializers.CharField(max_length=60, required=False)
    document_line = serializers.CharField(max_length=20, required=False)
    booked_on = serializers.DateField()
    quantity = NumberIn(help_text="Negative: a return.")
    unit = serializers.CharField(required=False, help_text="Empty: the product's base unit.")
    currency = serializers.CharField(help_text="ISO 4217.")
    list_amount = NumberIn(required=False, help_text="For the whole line.")
    net_amount = NumberIn(help_text="For the whole line.")
    sold_into = serializers.CharField(required=False, help_text="Code of the territory sold into.")
    customer = serializers.CharField(max_length=60, required=False, help_text="A reference; no name of a person.")
    outlet = serializers.CharField(max_length=60, required=False)
    returns = serializers.CharField(required=False, help_text="Your external id of the line that is returned.")
    returns_line = NumberIn(required=False, help_text="Our id of the line that is returned.")
    reverses = serializers.CharField(required=False, help_text="Your external id of the line that was wrong.")
    reverses_line = NumberIn(required=False, help_text="Our id of the line that was wrong.")


@extend_schema_field(SalesLineIn(many=True))
class Lines(Rows):
    """Documented by SalesLineIn, read by Rows."""


class SalesIn(Input):
    reference = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    lines = Lines(names=FIELDS, most=MOST_LINES, help_text=f"1 to {MOST_LINES:,} lines.")


class Rejection(serializers.Serializer):
    row = serializers.IntegerField(help_text="From 1, in the order sent.")
    field = serializers.CharField()
    rule = serializers.CharField(help_text="The broken rule's code.")
    message = serializers.SerializerMethodField()
    value = serializers.CharField(allow_blank=True, help_text="What was sent.")

    def get_message(self, rejection) -> str:
        return str(RULES.get(rejection.rule, rejection.rule))


class SalesReceiptOut(serializers.Serializer):
    batch = serializers.IntegerField(source="batch_id", allow_null=True, help_text="null: nothing was new.")
    taken = serializers.IntegerField(help_text="Lines that are new in the ledger.")
    unchanged = serializers.IntegerField(help_text="Lines that stood there already, with the same content.")
    rejected = Rejection(many=True, help_text="Every broken rule; these lines were not taken.")


@extend_schema_field(serializers.ChoiceField(choices=list(SALES_KINDS)))
class Kind(serializers.Field):
    """A kind of sales by its name."""

    def to_representation(self, value):
        return KINDS[value]


class SalesLineOut(serializers.Serializer):
    id = serializers.IntegerField()
    external_id = serializers.CharField()
    batch = serializers.IntegerField(source="batch_id")
    kind = Kind(read_only=True)
    partner = serializers.CharField(source="partner.code")
    other_partner = serializers.CharField(source="other_partner.code", default=None, allow_null=True)
    product = serializers.CharField(source="product.sku")
    product_line = serializers.CharField(source="product_line.code", help_text="At entry.")
    home_territory = serializers.CharField(source="home_territory.code", default=None, allow_null=True)
    sold_into = serializers.CharField(source="sold_into.code", default=None, allow_null=True)
    document = serializers.CharField()
    document_line = serializers.CharField()
    booked_on = serializers.DateField()
    counts_on = serializers.DateField(help_text="The day that decides period, tree and rate.")
    quantity = Number(help_text="In base units.")
    entered_quantity = Number()
    entered_unit = serializers.CharField(help_text="Empty: the base unit.")
    currency = serializers.CharField()
    list_amount = Number(allow_null=True)
    net_amount = Number()
    customer = serializers.CharField()
    outlet = serializers.CharField()
    returns_line = serializers.IntegerField(source="returns_id", allow_null=True)
    reverses_line = serializers.IntegerField(source="reverses_id", allow_null=True)
    recorded_at = Instant()


class PostingParts(serializers.Serializer):
    """What the amount came from; the parts add up to it."""

    def get_fields(self):
        return {cause.name.lower(): Number(source=f"by_{cause.name.lower()}") for cause in Cause}


class RebatePostingOut(serializers.Serializer):
    id = serializers.IntegerField()
    programme = serializers.CharField(source="programme.code")
    partner = serializers.CharField(source="partner.code")
    period_on = serializers.DateField(source="account.period_on", help_text="First day of the earned period.")
    period_through = serializers.SerializerMethodField()
    number = serializers.IntegerField(help_text="Of the account's postings, from 1.")
    known_in = serializers.DateField(help_text="Accounting month, its first day: when the facts became known.")
    booked_in = serializers.DateField(help_text="Accounting month, its first day: where it is booked.")
    run_on = serializers.DateField(help_text="The night that posted it.")
    currency = serializers.CharField()
    amount = Number()
    parts = PostingParts(source="*")
    recorded_at = Instant()

    @extend_schema_field(serializers.DateField(help_text="Last day of the earned period."))
    def get_period_through(self, posting):
        return (posting.account.period_ends - ONE_DAY).isoformat()
