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
