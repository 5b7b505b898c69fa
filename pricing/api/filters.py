from django_filters import rest_framework as filters

from channelhub.core.api.filters import CodeFilter, NumberOf
from channelhub.core.models import ExternalCode
from pricing.enums import SALES_KINDS, ListKind

KINDS = [(name, kind.label) for name, kind in SALES_KINDS.items()]


class SalesLineFilter(filters.FilterSet):
    partner = CodeFilter("partner", ExternalCode.Kind.PARTNER, "code", help_text="Your code or ours.")
    product = CodeFilter("product", ExternalCode.Kind.PRODUCT, "sku", help_text="Your code or ours.")
    kind = filters.ChoiceFilter(choices=KINDS, method="of_kind")
    booked_from = filters.DateFilter(field_name="booked_on", lookup_expr="gte", help_text="First day.")
    booked_through = filters.DateFilter(field_name="booked_on", lookup_expr="lte", help_text="Last day, included.")
    batch = NumberOf(field_name="batch_id", help_text="The number on a receipt.")

    def of_kind(self, queryset, name, value):
        return queryset.filter(kind=SALES_KINDS[value])


class RebatePostingFilter(filters.FilterSet):
    partner = CodeFilter("partner", ExternalCode.Kind.PARTNER, "code", help_text="Your code or ours.")
    known_from = filters.DateFilter(field_name="known_in", lookup_expr="gte", help_text="First accounting month.")
    known_through = filters.DateFilter(field_name="known_in", lookup_expr="lte", help_text="Last accounting month.")
    booked_from = filters.DateFilter(field_name="booked_in", lookup_expr="gte", help_text="First accounting month.")
    booked_through = filters.DateFilter(field_name="booked_in", lookup_expr="lte", help_text="Last accounting month.")
    period_on = filters.DateFilter(field_name="account__period_on", help_text="First day of the earned period.")


class PriceListFilter(filters.FilterSet):
    code = filters.CharFilter(max_length=40)
    kind = filters.ChoiceFilter(choices=ListKind.choices)
    currency = filters.CharFilter(max_length=3)


class PriceRowFilter(filters.FilterSet):
    price_list = filters.CharFilter("price_list__code", max_length=40, help_text="Its code.")
    product = CodeFilter("product", ExternalCode.Kind.PRODUCT, "sku", help_text="Your code or ours.")
    starts_from = filters.DateFilter("valid_from", "gte", help_text="First day.")
    starts_through = filters.DateFilter("valid_from", "lte", help_text="Last day, included.")
    known = filters.BooleanFilter("known_until", "isnull", help_text="true: only what is still known.")
