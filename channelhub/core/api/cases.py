from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.routers import SimpleRouter

from channelhub.core.api.fields import Instant
from channelhub.core.api.filters import NumberOf
from channelhub.core.api.viewsets import ReadViewSet
from channelhub.core.enums.workflow import CaseState, Party
from channelhub.core.models import WorkflowCase
from channelhub.core.services.workflow import waiting


class CaseFilter(filters.FilterSet):
    state = filters.ChoiceFilter(choices=CaseState.choices)
    record_type = filters.CharFilter(max_length=80, help_text="What it is about, such as pricing.rebateprogramme.")
    record_id = NumberOf()


class CaseWaitOut(serializers.Serializer):
    step = serializers.CharField(source="step.code")
    name = serializers.CharField(source="step.name")
    name_en = serializers.CharField(source="step.name_en")
    waits_for = serializers.ChoiceField(source="party", choices=Party.choices)
    roles = serializers.ListField(child=serializers.CharField())
    since = Instant()
    due_on = serializers.DateField(allow_null=True)


class CaseOut(serializers.Serializer):
    id = serializers.IntegerField()
    process = serializers.CharField(help_text="The code of the process.")
    version = serializers.IntegerField(source="number", help_text="The version of the process it runs on.")
    subject = serializers.CharField()
    record_type = serializers.CharField(help_text="Empty: it is about nothing but itself.")
    record_id = serializers.IntegerField(allow_null=True)
    partner_id = serializers.IntegerField(allow_null=True)
    state = serializers.ChoiceField(choices=CaseState.choices)
    waits = CaseWaitOut(many=True, help_text="Who is waited for; a partner reads only its own.")
    opened_at = Instant()
    ended_at = Instant(allow_null=True)
    updated_at = Instant()


@extend_schema(tags=["workflow"])
class CaseViewSet(ReadViewSet):
    """Cases of processes: of the maker all, of a partner those that are shared with it. Read only."""

    queryset = WorkflowCase.objects.none()
    serializer_class = CaseOut
    filterset_class = CaseFilter
    required_scopes = ["cases:read"]

    def get_queryset(self):
        return WorkflowCase.objects.visible_to(self.request.user)

    def paginate_queryset(self, queryset):
        return self._described(super().paginate_queryset(queryset))

    def get_object(self):
        return self._described([super().get_object()])[0]

    def _described(self, cases):
        standing = self.request.user.acting.standing
        return waiting.described(cases, partner_id=None if standing is None else standing.partner_id)


router = SimpleRouter(use_regex_path=False)
router.register("cases", CaseViewSet, basename="api_case")
