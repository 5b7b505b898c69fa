from rest_framework import serializers

from channelhub.core.api.fields import Instant
from channelhub.core.api.serializers import Input
from partners.enums import LifeCycle


class PartnerOut(serializers.Serializer):
    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    country = serializers.CharField(help_text="ISO 3166-1 alpha-2; may be empty.")
    address = serializers.CharField()
    phone = serializers.CharField()
    suspended_at = Instant(allow_null=True)
    updated_at = Instant()


class PartnerNew(Input):
    code = serializers.CharField(max_length=40)
    name = serializers.CharField(max_length=200)
    name_en = serializers.CharField(max_length=200, required=False, allow_blank=True)
    country = serializers.RegexField("^[A-Z]{2}$", required=False, help_text="ISO 3166-1 alpha-2.")
    address = serializers.CharField(max_length=300, required=False, allow_blank=True)
    phone = serializers.CharField(max_length=40, required=False, allow_blank=True)
    number = serializers.CharField(max_length=40, required=False, help_text="Company number, checked by the country.")
    apart_from = serializers.ListField(
        child=serializers.IntegerField(min_value=1),
        required=False,
        max_length=50,
        help_text="Ids of partners that are like this one and that it is not; ask for them by the duplicates resource.",
    )


class LikenessAsked(Input):
    name = serializers.CharField(max_length=200)
    name_en = serializers.CharField(max_length=200, required=False, allow_blank=True)
    country = serializers.RegexField("^[A-Z]{2}$", required=False)
    address = serializers.CharField(max_length=300, required=False, allow_blank=True)
    phone = serializers.CharField(max_length=40, required=False, allow_blank=True)
    number = serializers.CharField(max_length=40, required=False)


class StepOut(serializers.Serializer):
    code = serializers.CharField(help_text="The kind of evidence, such as name_alike or phone_same.")
    points = serializers.FloatField()
    ours = serializers.CharField()
    theirs = serializers.CharField()


class MatchOut(serializers.Serializer):
    partner = serializers.IntegerField(source="record_id")
    score = serializers.FloatField(help_text="0 to 100.")
    same = serializers.BooleanField(help_text="So much is taken to be the same company.")
    steps = StepOut(many=True, source="verdict.steps")


class LikenessOut(serializers.Serializer):
    matches = MatchOut(many=True)


class PartnerChange(Input):
    name = serializers.CharField(max_length=200, required=False)
    name_en = serializers.CharField(max_length=200, required=False, allow_blank=True)
    address = serializers.CharField(max_length=300, required=False, allow_blank=True)
    phone = serializers.CharField(max_length=40, required=False, allow_blank=True)


class ProductOut(serializers.Serializer):
    id = serializers.IntegerField()
    sku = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    product_line = serializers.CharField(source="line.code", help_text="The product line's code.")
    unit = serializers.CharField(help_text="Base unit.")
    gtin = serializers.CharField(help_text="May be empty.")
    life_cycle = serializers.ChoiceField(choices=LifeCycle.choices)
    updated_at = Instant()


class TerritoryOut(serializers.Serializer):
    id = serializers.IntegerField()
    code = serializers.CharField(help_text="ISO 3166-1 or 3166-2 where there is one.")
    name = serializers.CharField()
    name_en = serializers.CharField()
    depth = serializers.IntegerField(help_text="1: a country.")
    path = serializers.CharField(help_text="Begins with the path of the territory above it.")
    ends_on = serializers.DateField(allow_null=True, help_text="Last day; null: still in use.")
    updated_at = Instant()
