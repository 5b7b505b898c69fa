"""The queue of partners that may be the same: side by side with the evidence, decided, merged, undone."""

from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display

from channelhub.core.admin import actions, cells
from channelhub.core.admin.actions import ActionPage, Preview
from channelhub.core.admin.base import AppendOnlyAdmin, ChannelAdmin
from channelhub.core.admin.finding import FoundByIndex
from channelhub.core.admin.scope import visible
from channelhub.core.enums.duplicates import DuplicateDecision
from channelhub.core.models import DuplicateUse, SuspectedPair
from channelhub.core.services.duplicates import pairs
from partners.admin.evidence import side_by_side
from partners.forms.partners import Nothing
from partners.models import Partner
from partners.services import duplicates

MAY_DECIDE = ["partners.change_partner"]
TONES = {"": "orange", DuplicateDecision.SAME: "blue", DuplicateDecision.DIFFERENT: "grey"}


class OpenFilter(admin.SimpleListFilter):
    title = gettext_lazy("decision")
    parameter_name = "decision"

    def lookups(self, request, model_admin):
        return [("open", _("open")), *DuplicateDecision.choices]

    def queryset(self, request, queryset):
        wanted = {"open": "", **{code: code for code in DuplicateDecision.values}}
        return queryset.filter(decision=wanted[self.value()]) if self.value() in wanted else queryset


@admin.register(SuspectedPair)
class SuspectedPairAdmin(FoundByIndex, AppendOnlyAdmin):
    """Found in the background; nobody adds or edits a pair, it is decided."""

    list_display = ("left", "right", "score_figure", "found", "state")
    list_filter = (OpenFilter,)
    search_fields = ("pk",)  # found by the index
    found_by = {"left_id": "partners.partner", "right_id": "partners.partner"}
    search_help_text = gettext_lazy("Code, name or pinyin of one of the two")
    ordering = ("decision", "-score", "pk")
    exclude = ("kind", "left_id", "right_id", "steps")
    change_form_outer_before_template = "admin/partners/pair.html"
    actions_detail = ("keep_older", "keep_newer", "different", "undo")
    empty_hint = gettext_lazy("No two partners look like the same company.")
    export_fields = ("left_id", "right_id", "score", "found_at", "decision", "decided_at")

    def get_queryset(self, request):
        seen = visible(Partner, request).values("pk")
        return super().get_queryset(request).filter(kind=duplicates.KIND, left_id__in=seen, right_id__in=seen)

    def decorate(self, rows, request):
        ids = {row.left_id for row in rows} | {row.right_id for row in rows}
        partners = visible(Partner, request).in_bulk(ids)
        for row in rows:
            row.left_partner, row.right_partner = partners.get(row.left_id), partners.get(row.right_id)

    @display(description=gettext_lazy("older"))
    def left(self, row):
        return str(row.left_partner)

    @display(description=gettext_lazy("newer"))
    def right(self, row):
        return str(row.right_partner)

    @display(description=gettext_lazy("score"), ordering="score")
    def score_figure(self, row):
        return f"{row.score:.0f}"

    @display(description=gettext_lazy("found at"), ordering="found_at")
    def found(self, row):
        return cells.instant(row.found_at)

    @display(description=gettext_lazy("decision"), ordering="decision")
    def state(self, row):
        return cells.label(row.get_decision_display() if row.decision else _("open"), TONES[row.decision])

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        pair = self.get_object(request, object_id) if object_id else None
        extra = dict(extra_context or {})
        if pair is not None:
            self.decorate([pair], request)
            extra["pair"] = side_by_side([pair.left_partner, pair.right_partner], pair.steps)
        return super().changeform_view(request, object_id, form_url, extra)

    def _two(self, request, object_id):
        pair = self.get_object_or_deny(request, object_id)
        self.decorate([pair], request)
        return pair, pair.left_partner, pair.right_partner

    def _merge(self, request, object_id, *, keep_older):
        pair, older, newer = self._two(request, object_id)
        kept, gone = (older, newer) if keep_older else (newer, older)

        def preview(_data):
            return Preview(
                changes=[(gone.name, _("stands for itself"), _("merged into %(partner)s") % {"partner": kept})],
                facts=[(_("what stays"), _("All rows of both records stay where they are; a merge can be undone."))],
                button=_("Merge into %(partner)s") % {"partner": kept.name},
            )

        def act(_data):
            duplicates.merge(partner=gone, into=kept, by=request.user, at=timezone.now())
            return _("%(partner)s was merged into %(into)s.") % {"partner": gone.name, "into": kept.name}

        back = reverse("admin:core_suspectedpair_change", args=[pair.pk])
        page = ActionPage(title=_("Merge"), form=Nothing, preview=preview, act=act, back=back)
        return actions.answer(self, request, pair, page)

    @action(description=gettext_lazy("The same: keep the older"), icon="merge", permissions=MAY_DECIDE)
    def keep_older(self, request, object_id):
        return self._merge(request, object_id, keep_older=True)

    @action(description=gettext_lazy("The same: keep the newer"), icon="call_merge", permissions=MAY_DECIDE)
    def keep_newer(self, request, object_id):
        return self._merge(request, object_id, keep_older=False)

    @action(description=gettext_lazy("Different"), icon="call_split", permissions=MAY_DECIDE)
    def different(self, request, object_id):
        pair, older, newer = self._two(request, object_id)

        def act(_data):
            pairs.decide(pair=pair, decision=DuplicateDecision.DIFFERENT, by=request.user, at=timezone.now())
            return _("%(one)s and %(other)s are different companies.") % {"one": older.name, "other": newer.name}

        back = reverse("admin:core_suspectedpair_changelist") + "?decision=open"
        page = ActionPage(title=_("Different"), form=Nothing, act=act, back=back, button=_("They are different"))
        return actions.answer(self, request, pair, page)

    @action(description=gettext_lazy("Undo"), icon="undo", permissions=MAY_DECIDE)
    def undo(self, request, object_id):
        pair, older, newer = self._two(request, object_id)

        def act(_data):
            merged = next((row for row in (older, newer) if row.merged_into_id in (older.pk, newer.pk)), None)
            if merged is not None:
                duplicates.unmerge(partner=merged, at=timezone.now())
            else:
                pairs.reopen(kind=pair.kind, left_id=pair.left_id, right_id=pair.right_id)
            return _("The pair stands in the queue again.")

        back = reverse("admin:core_suspectedpair_change", args=[pair.pk])
        page = ActionPage(title=_("Undo"), form=Nothing, act=act, back=back, button=_("Undo the decision"))
        return actions.answer(self, request, pair, page)


@admin.register(DuplicateUse)
class DuplicateUseAdmin(ChannelAdmin):
    """How strict each use of the duplicate check is."""

    staff_wide_only = True
    list_display = ("code", "suspected_from", "same_from")
    search_fields = ("code",)
    ordering = ("code",)
    fields = ("code", "suspected_from", "same_from", "points")
    export_fields = ("code", "suspected_from", "same_from", "points")

    def has_add_permission(self, request):
        return False

    def get_readonly_fields(self, request, obj=None):
        return ("code",)
