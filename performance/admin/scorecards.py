from django.contrib import admin
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display

from channelhub.core.admin import actions, cells
from channelhub.core.admin.actions import ActionPage, Preview
from channelhub.core.admin.base import AppendOnlyAdmin, ReadOnlyInline
from channelhub.core.templatetags.figures import name_of
from channelhub.lib import formats
from channelhub.lib.periods import add_months
from performance.admin.kpis import MonthFilter
from performance.enums import KpiCode
from performance.forms import scorecards as forms
from performance.models import Score, Scorecard, ScorecardVersion
from performance.rules.kpis import REGISTRY, Unit
from performance.selectors import openings
from performance.selectors import scorecards as cards
from performance.services import scorecards
from performance.templatetags.kpi_figures import kpi_text

MAY_CHANGE = ["performance.change_scorecard"]


def curve_text(kpi, points, currency):
    """80% → 60 · 100% → 100."""
    return " · ".join(f"{kpi_text(x, kpi, currency)} → {formats.quantity_text(y)}" for x, y in points)


def criterion_text(criterion, currency):
    over = f" ({criterion.months} m)" if criterion.months > 1 else ""
    curve = curve_text(criterion.kpi, criterion.curve.points, currency)
    return f"{KpiCode(criterion.kpi).label}{over} × {formats.quantity_text(criterion.weight)}: {curve}"


def as_typed(card):
    """A version's criteria and grades as the form takes them, so that new terms start from the old."""
    lines = []
    for criterion in card.terms.criteria:
        percent = REGISTRY[criterion.kpi].unit is Unit.SHARE
        points = " ".join(
            f"{formats.quantity_text(x * 100).replace('−', '-')}%:{y.normalize():f}"
            if percent
            else f"{x.normalize():f}:{y.normalize():f}"
            for x, y in criterion.curve.points
        )
        lines.append(
            f"{criterion.kpi} {criterion.weight.normalize():f} {criterion.months}m {criterion.curve.shape} {points}"
        )
    grades = [f"{grade.letter} {grade.starts_at.normalize():f}" for grade in card.terms.grades]
    return {
        "criteria": "\n".join(lines),
        "grades": "\n".join(grades),
        "currency": card.version.currency,
        "min_coverage": (card.terms.min_coverage * 100).normalize(),
    }


class VersionInline(ReadOnlyInline):
    model = ScorecardVersion
    fields = readonly_fields = ("valid_from", "state", "currency", "criteria_text", "grades_text", "min_coverage")
    ordering = ("-valid_from", "-known_from")
    verbose_name_plural = gettext_lazy("Terms")

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("criteria")

    @display(description=gettext_lazy("state"))
    def state(self, version):
        return cells.label(_("superseded")) if version.known_until else cells.label(_("known"), "green")

    @display(description=gettext_lazy("criteria"))
    def criteria_text(self, version):
        card = cards.card_of(version)
        return "; ".join(criterion_text(criterion, version.currency) for criterion in card.terms.criteria)

    @display(description=gettext_lazy("grades"))
    def grades_text(self, version):
        return " · ".join(f"{letter} ≥ {starts_at}" for letter, starts_at in version.grades) or formats.NO_DATA


@admin.register(Scorecard)
class ScorecardAdmin(AppendOnlyAdmin):
    """By what partners are scored: criteria in versions, never edited; a change is a new version."""

    list_display = ("code", "name", "name_en", "for_whom", "scores")
    list_filter = ("partner_type",)
    search_fields = ("code", "name", "name_en")
    ordering = ("code",)
    fields = (("code", "partner_type"), ("name", "name_en"))
    inlines = (VersionInline,)
    actions_list = ("new",)
    actions_detail = ("new_version",)
    list_select_related = ("partner_type",)
    export_fields = ("code", "name", "name_en", "partner_type__code")
    empty_hint = gettext_lazy("Press “New scorecard”: for whom, then criteria with weights and curves.")

    @display(description=gettext_lazy("for"))
    def for_whom(self, card):
        return name_of(card.partner_type) if card.partner_type else _("all partners")

    @display(description=gettext_lazy("scores"))
    def scores(self, card):
        return cells.link(_("Show"), "admin:performance_score_changelist", scorecard__id__exact=card.pk)

    @action(description=gettext_lazy("New scorecard"), icon="add", permissions=["performance.add_scorecard"])
    def new(self, request):
        made = {}

        def act(data):
            made["pk"] = scorecards.create_scorecard(**data).pk
            return _("The scorecard is made; give it terms.")

        page = ActionPage(
            title=_("New scorecard"),
            form=forms.CardForm,
            act=act,
            then=lambda _said: HttpResponseRedirect(reverse("admin:performance_scorecard_change", args=[made["pk"]])),
            back=reverse("admin:performance_scorecard_changelist"),
            button=_("Make the scorecard"),
        )
        return actions.answer(self, request, None, page)

    @action(description=gettext_lazy("New terms"), icon="tune", permissions=MAY_CHANGE)
    def new_version(self, request, object_id):
        scorecard = self.get_object_or_deny(request, object_id)
        known = cards.cards_known().get(scorecard.pk, [])

        def act(data):
            scorecards.publish_version(
                scorecard=scorecard,
                valid_from=data["valid_from"],
                currency=data["currency"],
                terms=_terms(data),
                at=timezone.now(),
            )
            return _("The terms are published; the next night scores with them.")

        page = ActionPage(
            title=_("New terms"),
            form=forms.VersionForm,
            initial=as_typed(known[0]) if known else {},
            preview=lambda data: _preview(known, data),
            act=act,
            back=reverse("admin:performance_scorecard_change", args=[scorecard.pk]),
        )
        return actions.answer(self, request, scorecard, page)


def _terms(data):
    """The terms as typed; what means nothing is refused here already."""
    return scorecards.terms(criteria=data["criteria"], grades=data["grades"], min_coverage=data["min_coverage"])


def _preview(known, data):
    """Each criterion as it is and as it would be."""
    made, old = _terms(data), cards.in_force(known, data["valid_from"])
    before = {each.kpi: criterion_text(each, data["currency"]) for each in (old.terms.criteria if old else ())}
    after = {each.kpi: criterion_text(each, data["currency"]) for each in made.criteria}
    grades = " · ".join(f"{grade.letter} ≥ {grade.starts_at}" for grade in made.grades)
    return Preview(
        changes=[
            (KpiCode(kpi).label, before.get(kpi, formats.NO_DATA), after.get(kpi, formats.NO_DATA))
            for kpi in dict.fromkeys([*before, *after])
        ],
        facts=[(_("from"), f"{data['valid_from']:%Y-%m}"), (_("grades"), grades or formats.NO_DATA)],
        warnings=[_("Every month from then on is scored again by the next night.")],
        button=_("Publish the terms from %(month)s") % {"month": f"{data['valid_from']:%Y-%m}"},
    )


class GradeFilter(admin.SimpleListFilter):
    """The grades that are given, and no score."""

    title = gettext_lazy("grade")
    parameter_name = "grade"

    def lookups(self, request, model_admin):
        letters = Score.objects.order_by("grade").values_list("grade", flat=True).distinct()
        return [(letter, letter) for letter in letters if letter] + [("none", _("no score"))]

    def queryset(self, request, queryset):
        if self.value() == "none":
            return queryset.filter(score__isnull=True)
        return queryset.filter(grade=self.value()) if self.value() else queryset


@admin.register(Score)
class ScoreAdmin(AppendOnlyAdmin):
    """Who stands where, and why: each score opens its explanation."""

    list_display = ("who", "card", "month_text", "score_figure", "grade_label", "rank_figure", "trend_figure", "why")
    on_phones = ("who", "month_text", "score_figure", "grade_label")
    list_filter = (("partner", AutocompleteSelectFilter), "scorecard", MonthFilter, GradeFilter)
    list_select_related = ("partner", "scorecard")
    search_fields = ("partner__code", "partner__name")
    search_help_text = gettext_lazy("Code or name of the partner")
    ordering = ("-month", "rank", "-pk")
    sortable_by = ()
    export_fields = (
        "partner__code",
        "partner__name",
        "scorecard__code",
        "month",
        "score",
        "grade",
        "rank",
        "ranked",
        "coverage",
        "lacks",
    )
    empty_hint = gettext_lazy("The night scores every partner once a scorecard has terms.")

    @display(description=gettext_lazy("partner"))
    def who(self, score):
        return name_of(score.partner)

    @display(description=gettext_lazy("scorecard"))
    def card(self, score):
        return name_of(score.scorecard)

    @display(description=gettext_lazy("month"))
    def month_text(self, score):
        return f"{score.month:%Y-%m}"

    @display(description=gettext_lazy("score"))
    def score_figure(self, score):
        return formats.quantity_text(score.score)

    @display(description=gettext_lazy("grade"))
    def grade_label(self, score):
        return cells.label(score.grade, "blue") if score.grade else score.get_lacks_display() or formats.NO_DATA

    @display(description=gettext_lazy("rank"))
    def rank_figure(self, score):
        return f"{score.rank} / {score.ranked}" if score.rank else formats.NO_DATA

    @display(description=gettext_lazy("to last month"))
    def trend_figure(self, score):
        return trend_text(score.score, score.before)

    @display(description=gettext_lazy("why"))
    def why(self, score):
        return cells.link(_("why?"), "admin:performance_score_change", score.pk)

    def decorate(self, rows, request):
        """Last month's scores of the page's rows."""
        months = {add_months(row.month, -1) for row in rows}
        found = Score.objects.filter(partner_id__in={row.partner_id for row in rows}, month__in=months)
        before = {(s.partner_id, s.scorecard_id, s.month): s.score for s in found}
        for row in rows:
            row.before = before.get((row.partner_id, row.scorecard_id, add_months(row.month, -1)))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Why this score: every point, what a grade more takes, and the months before."""
        score = self.get_object_or_deny(request, object_id)
        past = Score.objects.filter(
            partner_id=score.partner_id, scorecard_id=score.scorecard_id, month__lte=score.month
        )
        context = {
            **self.admin_site.each_context(request),
            "title": _("Why this score"),
            "opts": self.opts,
            "score": score,
            "explained": cards.explain(score),
            "version": score.scorecard_version,
            "openings": {
                each.kpi: _address(each, score) for each in score.scorecard_version.criteria.order_by("position")
            },
            "past": list(past.order_by("-month")[:12]),
        }
        return TemplateResponse(request, "admin/performance/score.html", context)


def _address(criterion, score):
    name, query = openings.rows_behind(
        kpi=criterion.kpi, partner_id=score.partner_id, month=score.month, months=criterion.months
    )
    return cells.link(_("rows"), name, **query)


def trend_text(now, before):
    """The change in points, with its sign and arrow; no data: a dash."""
    if now is None or before is None:
        return formats.NO_DATA
    change = now - before
    arrow = "↑" if change > 0 else "↓" if change < 0 else "→"
    sign = "+" if change > 0 else ""
    return f"{arrow} {sign}{formats.quantity_text(change)}"
