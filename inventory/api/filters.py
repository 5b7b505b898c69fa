from django_filters import rest_framework as filters

from channelhub.core.api.filters import CodeFilter
from channelhub.core.models import ExternalCode


class StockLevelFilter(filters.FilterSet):
    location = CodeFilter("location", ExternalCode.Kind.LOCATION, "code", help_text="Your code or ours.")
    product = CodeFilter("product", ExternalCode.Kind.PRODUCT, "sku", help_text="Your code or ours.")
    partner = CodeFilter("partner", ExternalCode.Kind.PARTNER, "code", help_text="Your code or ours.")


class LocationFilter(filters.FilterSet):
    partner = CodeFilter("partner", ExternalCode.Kind.PARTNER, "code", help_text="Your code or ours.")
