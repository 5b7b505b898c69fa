from django_filters import rest_framework as filters

from channelhub.core.api.filters import CodeFilter
from channelhub.core.models import ExternalCode
from performance.enums import FindingKind, FindingState, KpiCode
from performance.models.targets import TARGETED

PARTNER = ("partner", ExternalCode.Kind.PARTNER, "code")
TARGETS = [(kpi.value, kpi.label) for kpi in TARGETED]


class TargetFilter(filters.FilterSet):
    partner = CodeFilter(*PARTNER, help_text="Your code or ours.")
    territory = CodeFilter("territory", ExternalCode.Kind.TERRITORY, "code", help_text="Your code or ours.")
    kpi = filters.ChoiceFilter(choices=TARGETS)
    on = filters.DateFilter(field_name="valid_during", lookup_expr="contains", help_text="Whose period has this day.")


class OfMonths(filters.FilterSet):
    partner = CodeFilter(*PARTNER, help_text="Your code or ours.")
    month_from = filters.DateFilter(field_name="month", lookup_expr="gte", help_text="First month, its first day.")
    month_through = filters.DateFilter(field_name="month", lookup_expr="lte", help_text="Last month, its first day.")


class KpiValueFilter(OfMonths):
    kpi = filters.ChoiceFilter(choices=KpiCode.choices)


class ScoreFilter(OfMonths):
    scorecard = filters.CharFilter(field_name="scorecard__code", max_length=40)


class FindingFilter(OfMonths):
    kind = filters.ChoiceFilter(choices=FindingKind.choices)
    state = filters.ChoiceFilter(choices=FindingState.choices)
