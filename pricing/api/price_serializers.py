from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from channelhub.core.api.fields import Instant, Number
from channelhub.core.api.serializers import Input
from channelhub.core.enums.imports import RowRule
from channelhub.lib.currencies import known_currencies
from pricing.api.rows import Rows
from pricing.api.serializers import MOST_LINES, NumberIn
from pricing.enums import BreakMode, ListKind, PriceRefusal, PriceRule, PriceStepKind, RoundingMode
from pricing.rules.price_questions import FIRST_YEAR, LAST_YEAR
from pricing.services.price_row_import import FIELDS

MOST_PRICED = 1_000
RULES = {**dict(RowRule.choices), **dict(PriceRule.choices)}


def _of_our_time(value):
    """A day or instant for which there may be prices."""
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise serializers.ValidationError(f"From {FIRST_YEAR} to {LAST_YEAR}.", code="out_of_range")
    return value


class PricedLineIn(serializers.Serializer):
    """A product and how much of it. The code is your own where you have registered it, else ours."""

    product = serializers.CharField(help_text="Its code.")
    quantity = NumberIn(required=False, help_text="In base units; left out: 1.")


@extend_schema_field(PricedLineIn(many=True))
class PricedLines(Rows):
    """Documented by PricedLineIn, read by Rows."""


class PriceQuestionIn(Input):
    partner = serializers.CharField(
        max_length=120, required=False, help_text="Code of the partner. A partner's own client leaves it out."
    )
    customer = serializers.CharField(
        max_length=60, required=False, default="", help_text="Code of the end customer, where an agreement names it."
    )
    project = serializers.CharField(
        max_length=60, required=False, default="", help_text="Code of the project, where an agreement names it."
    )
    currency = serializers.CharField(max_length=3, required=False, default="", help_text="Left out: the list's own.")
    on = serializers.DateField(required=False, help_text="The day asked about; left out: today.")
    known_at = serializers.DateTimeField(
        required=False, help_text="As it was known then; left out: now. For the maker's clients only."
    )
    ladder = serializers.BooleanField(required=False, default=False, help_text="true: the prices of all quantities.")
    reasons = serializers.BooleanField(
        required=False, default=True, help_text="false: neither steps nor ladder nor next break, and much faster."
    )
    lines = PricedLines(names=("product", "quantity"), most=MOST_PRICED, help_text=f"1 to {MOST_PRICED:,} lines.")

    def validate_currency(self, currency):
        if currency and currency not in known_currencies():
            raise serializers.ValidationError("Not a currency of ISO 4217.", code="unknown_currency")
        return currency

    def validate_on(self, day):
        return _of_our_time(day)

    def validate_known_at(self, at):
        return _of_our_time(at)


class NextBreakOut(serializers.Serializer):
    quantity = Number()
    more = Number(help_text="So many more to buy.")
    unit_price = Number(help_text="What a piece costs then.")
    saves = Number(help_text="Per piece.")


class RungOut(serializers.Serializer):
    quantity = Number(help_text="From this quantity.")
    unit_price = Number(help_text="Of a piece; with band totals, of the line.")
    promotion = serializers.CharField(help_text="Its code; may be empty.")


class PriceStepOut(serializers.Serializer):
    kind = serializers.CharField(help_text=f"One of {', '.join(PriceStepKind.values)}.")
    code = serializers.CharField(help_text="Of the list or promotion; empty where it is not told.")
    fired = serializers.BooleanField()
    reason = serializers.CharField(help_text="Why not; empty: it fired.")
    amount = Number(allow_null=True, help_text="The list price, or the change of the unit price (last: of the amount).")
    values = serializers.DictField(child=serializers.CharField(), help_text="On which figures.")


class PriceAnswerOut(serializers.Serializer):
    product = serializers.CharField(help_text="As you sent it.")
    quantity = Number()
    refusal = serializers.ChoiceField(
        choices=PriceRefusal.choices, allow_null=True, help_text="null: there is a price."
    )
    message = serializers.CharField(help_text="What the refusal says to a person.")
    currency = serializers.CharField()
    price_list = serializers.CharField(source="list_code", help_text="Its code; empty for a partner's client.")
    list_price = Number(allow_null=True)
    unit_price = Number(allow_null=True)
    amount = Number(allow_null=True)
    promotion = serializers.CharField(help_text="Its code; may be empty.")
    agreement = serializers.CharField(help_text="Its code; may be empty, and is for a partner's client.")
    line_discount = Number(help_text="Share that is taken off the amount: 0.02 is two percent.")
    valid_until = serializers.DateField(allow_null=True, help_text="Last day on which the same rules hold.")
    break_mode = serializers.CharField(help_text=f"How the list's breaks add up: {', '.join(BreakMode.values)}.")
    next_break = NextBreakOut(allow_null=True)
    ladder = RungOut(many=True)
    steps = PriceStepOut(many=True, help_text="From list to net; the amounts add up to the unit price.")


class PriceAnswersOut(serializers.Serializer):
    partner = serializers.CharField()
    on = serializers.DateField()
    known_at = Instant()
    results = PriceAnswerOut(many=True, help_text="In the order of the lines.")


class PriceListOut(serializers.Serializer):
    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    kind = serializers.CharField(help_text=f"One of {', '.join(ListKind.values)}.")
    break_mode = serializers.CharField(help_text=f"One of {', '.join(BreakMode.values)}.")
    currency = serializers.CharField()
    rounding = serializers.CharField(help_text=f"One of {', '.join(RoundingMode.values)}.")
    rounding_step = Number(allow_null=True, help_text="null: the currency's smallest unit.")
    amount_step = Number(allow_null=True, help_text="null: the currency's smallest unit.")
    updated_at = Instant()


class PriceRowOut(serializers.Serializer):
    id = serializers.IntegerField()
    price_list = serializers.CharField(source="price_list.code")
    product = serializers.CharField(source="product.sku")
    min_quantity = Number()
    unit_price = Number(allow_null=True, help_text="null: from this day on there is no price.")
    valid_from = serializers.DateField()
    known_from = Instant()
    known_until = Instant(allow_null=True, help_text="null: still known.")


class PriceRowIn(serializers.Serializer):
    """From a day on a product costs so much, until a later row starts. Superseded rows stay readable."""

    price_list = serializers.CharField(help_text="Its code; a list of fixed prices.")
    product = serializers.CharField(help_text="Its code, yours or ours.")
    min_quantity = NumberIn(required=False, help_text="From this quantity upwards; left out: 1.")
    unit_price = NumberIn(required=False, help_text="Per base unit; left out or null: the price ends.")
    valid_from = serializers.DateField()
    valid_through = serializers.DateField(required=False, help_text="Last day; left out: until a later row starts.")


@extend_schema_field(PriceRowIn(many=True))
class PriceRows(Rows):
    """Documented by PriceRowIn, read by Rows."""


class PricesIn(Input):
    lines = PriceRows(names=FIELDS, most=MOST_LINES, help_text=f"1 to {MOST_LINES:,} lines.")


class PriceRejection(serializers.Serializer):
    row = serializers.IntegerField(help_text="From 1, in the order sent.")
    field = serializers.CharField()
    rule = serializers.CharField(help_text="The broken rule's code.")
    message = serializers.SerializerMethodField()
    value = serializers.CharField(allow_blank=True, help_text="What was sent.")

    def get_message(self, rejection) -> str:
        return str(RULES.get(rejection.rule, rejection.rule))


class PriceReceiptOut(serializers.Serializer):
    taken = serializers.IntegerField(help_text="Lines that say something new.")
    unchanged = serializers.IntegerField(help_text="Lines that were known already.")
    rejected = PriceRejection(many=True, help_text="Every broken rule; these lines were not taken.")
