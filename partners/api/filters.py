from django_filters import rest_framework as filters

from partners.enums import LifeCycle


class PartnerFilter(filters.FilterSet):
    code = filters.CharFilter(max_length=40, help_text="The partner's code.")
    country = filters.CharFilter(max_length=2, help_text="ISO 3166-1 alpha-2.")


class ProductFilter(filters.FilterSet):
    sku = filters.CharFilter(max_length=60)
    product_line = filters.CharFilter(field_name="line__code", max_length=40, help_text="The product line's code.")
    gtin = filters.CharFilter(max_length=14)
    life_cycle = filters.ChoiceFilter(choices=LifeCycle.choices)


class TerritoryFilter(filters.FilterSet):
    code = filters.CharFilter(max_length=40)
    depth = filters.NumberFilter(min_value=1, max_value=99)


class PartFilter(filters.FilterSet):
    partner = filters.NumberFilter(field_name="partner_id", min_value=1, max_value=2**63 - 1, help_text="Its id.")
