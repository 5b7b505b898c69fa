from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display

from channelhub.core.admin import actions, cells
from channelhub.core.admin.actions import ActionPage, Preview
from channelhub.core.admin.base import AppendOnlyAdmin
from channelhub.core.templatetags.figures import name_of
from channelhub.lib import formats
from channelhub.lib.errors import DomainError
from channelhub.lib.periods import business_day
from performance.enums import ProposalKind, ProposalState
from performance.forms.scorecards import DecisionForm
from performance.forms.tiers import AcceptForm, DesignForm
from performance.models import TierProposal, TierRules
from performance.rules import tier_design
from performance.rules.tiers import steps_from
from performance.selectors import tiers as selectors
from performance.services import tiers
from performance.templatetags.tier_words import metric_name, need_text, window_text

MAY_DECIDE = ["performance.change_tierproposal"]
MAY_DESIGN = "performance.change_tierrules"
TONE = {
    ProposalState.OPEN: "orange",
    ProposalState.ACCEPTED: "green",
    ProposalState.DECLINED: "grey",
    ProposalState.WITHDRAWN: "grey",
    ProposalState.EXPIRED: "grey",
}
KIND_TONE = {ProposalKind.PROMOTION: "green", ProposalKind.DEMOTION: "orange", ProposalKind.EXIT: "red"}


def _tier(tier):
    return name_of(tier) if tier else formats.NO_DATA


class RipeFilter(admin.SimpleListFilter):
    """Whether a proposal can be carried out today, or its grace still runs."""

    title = gettext_lazy("grace")
    parameter_name = "grace"

    def lookups(self, request, model_admin):
        return [("over", _("none, or over")), ("runs", _("still runs"))]

    def queryset(self, request, queryset):
        today = business_day(timezone.now())
        if self.value() == "runs":
            return queryset.filter(grace_until__gt=today)
        return queryset.exclude(grace_until__gt=today) if self.value() == "over" else queryset


@admin.register(TierProposal)
class TierProposalAdmin(AppendOnlyAdmin):
    """What the night proposes for partners' tiers, what waits longest first; a person accepts or declines."""

    list_display = ("who", "kind_label", "change_text", "why_text", "grace", "state_label", "opened")
    on_phones = ("who", "kind_label", "change_text", "state_label")
    list_filter = (
        "state",
        "kind",
        RipeFilter,
        ("from_tier", AutocompleteSelectFilter),
        ("to_tier", AutocompleteSelectFilter),
        ("partner", AutocompleteSelectFilter),
    )
    list_select_related = ("partner", "from_tier", "to_tier")
    search_fields = ("partner__code", "partner__name", "partner__name_en")
    search_help_text = gettext_lazy("Code or name of the partner")
    ordering = ("opened_on", "pk")
    sortable_by = ("grace", "opened")
    actions_list = ("to_rules", "to_benefits")
    actions_detail = ("accept", "decline")
    empty_hint = gettext_lazy("Nothing is proposed. The night compares every partner with what its tier asks.")
    export_fields = (
        "partner__code",
        "partner__name",
        "kind",
        "from_tier__code",
        "to_tier__code",
        "opened_on",
        "reviewed_on",
        "grace_until",
        "state",
        "first_day",
        "reason",
        "decided_by__email",
        "decided_at",
    )

    @display(description=gettext_lazy("partner"))
    def who(self, proposal):
        return name_of(proposal.partner)

    @display(description=gettext_lazy("proposal"))
    def kind_label(self, proposal):
        return cells.label(proposal.get_kind_display(), KIND_TONE[proposal.kind])

    @display(description=gettext_lazy("tier"))
    def change_text(self, proposal):
        return f"{_tier(proposal.from_tier)} → {_tier(proposal.to_tier)}"

    @display(description=gettext_lazy("because of"))
    def why_text(self, proposal):
        wanted = "met" if proposal.kind == ProposalKind.PROMOTION else "missed"
        found = [each for each in steps_from(proposal.reasons) if each.outcome.value == wanted]
        return ", ".join(metric_name(each.criterion.metric) for each in found) or formats.NO_DATA

    @display(description=gettext_lazy("grace until"), ordering="grace_until")
    def grace(self, proposal):
        return cells.day(proposal.grace_until)

    @display(description=gettext_lazy("state"))
    def state_label(self, proposal):
        return cells.label(proposal.get_state_display(), TONE[proposal.state])

    @display(description=gettext_lazy("opened"), ordering="opened_on")
    def opened(self, proposal):
        return cells.day(proposal.opened_on)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """One proposal: have and need of every criterion, its grace, and what was decided by whom."""
        proposal = self.get_object_or_deny(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Tier proposal"),
            "opts": self.opts,
            "proposal": proposal,
            "state": self.state_label(proposal),
            "change": self.change_text(proposal),
            "steps": steps_from(proposal.reasons),
            "rules": proposal.rules,
            "rules_tier": name_of(proposal.rules.tier),
            "benefits": selectors.benefits_by_tier([t for t in (proposal.from_tier_id, proposal.to_tier_id) if t]),
            "may_decide": proposal.state == ProposalState.OPEN and request.user.has_perm(MAY_DECIDE[0]),
            "grace_runs": proposal.grace_until and proposal.grace_until > business_day(timezone.now()),
        }
        return TemplateResponse(request, "admin/performance/tier_proposal.html", context)

    @action(description=gettext_lazy("What tiers ask"), icon="stairs", permissions=["performance.view_tierrules"])
    def to_rules(self, request):
        return HttpResponseRedirect(reverse("admin:performance_tierrules_changelist"))

    @action(description=gettext_lazy("What tiers bring"), icon="redeem", permissions=["partners.view_tierbenefit"])
    def to_benefits(self, request):
        return HttpResponseRedirect(reverse("admin:partners_tierbenefit_changelist"))

    @action(description=gettext_lazy("Accept"), icon="check_circle", permissions=MAY_DECIDE)
    def accept(self, request, object_id):
        proposal = self.get_object_or_deny(request, object_id)
        earliest = max(business_day(timezone.now()), proposal.grace_until or business_day(timezone.now()))

        def preview(data):
            return Preview(
                changes=[(_("tier"), _tier(proposal.from_tier), _tier(proposal.to_tier))],
                facts=[
                    (_("partner"), name_of(proposal.partner)),
                    (_("takes effect on"), str(data["first_day"] or earliest)),
                ],
                warnings=[_("The partner and its people are told; its benefits change with the tier.")],
                button=_("Accept: %(change)s") % {"change": self.change_text(proposal)},
            )

        def act(data):
            tiers.accept(proposal=proposal, by=request.user, at=timezone.now(), **data)
            return _("The tier changes, and the partner is told.")

        return self._answer(request, proposal, _("Accept the proposal"), AcceptForm, preview, act)

    @action(description=gettext_lazy("Decline"), icon="do_not_disturb_on", permissions=MAY_DECIDE)
    def decline(self, request, object_id):
        proposal = self.get_object_or_deny(request, object_id)

        def preview(data):
            return Preview(
                changes=[(_("state"), proposal.get_state_display(), str(ProposalState.DECLINED.label))],
                facts=[(_("reason"), data["reason"])],
                button=_("Decline the proposal"),
            )

        def act(data):
            tiers.decline(proposal=proposal, reason=data["reason"], by=request.user, at=timezone.now())
            return _("The tier stays as it is; the same is not proposed again for a quarter.")

        return self._answer(request, proposal, _("Decline the proposal"), DecisionForm, preview, act)

    def _answer(self, request, proposal, title, form, preview, act):
        back = reverse("admin:performance_tierproposal_change", args=[proposal.pk])
        page = ActionPage(title=title, form=form, preview=preview, act=act, back=back)
        return actions.answer(self, request, proposal, page)


@admin.register(TierRules)
class TierRulesAdmin(AppendOnlyAdmin):
    """What each tier asks, by version: recorded, never edited; new rules are made in the designer."""

    list_display = ("tier_name", "valid_from", "state_label", "asks", "needed", "grace_days", "settled_days")
    on_phones = ("tier_name", "valid_from", "state_label", "asks")
    list_filter = (("tier", AutocompleteSelectFilter), "valid_from")
    list_select_related = ("tier",)
    search_fields = ("tier__code", "tier__name", "tier__name_en")
    ordering = ("tier__rank", "-valid_from", "-known_from")
    actions_list = ("design",)
    empty_hint = gettext_lazy("Press “Design”: what does each tier ask?")
    export_fields = (
        "tier__code",
        "valid_from",
        "needed",
        "grace_days",
        "settled_days",
        "known_from",
        "known_until",
    )

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("criteria")

    @display(description=gettext_lazy("tier"))
    def tier_name(self, rules):
        return name_of(rules.tier)

    @display(description=gettext_lazy("state"))
    def state_label(self, rules):
        return cells.label(_("superseded")) if rules.known_until else cells.label(_("known"), "green")

    @display(description=gettext_lazy("asks"))
    def asks(self, rules):
        criteria = selectors.terms_of(rules).criteria
        texts = (f"{metric_name(each.metric)} ({window_text(each)}) {need_text(each)}" for each in criteria)
        return "; ".join(texts) or _("nothing")

    def get_urls(self):
        view = self.admin_site.admin_view(self.design_view)
        return [path("design/", view, name="performance_tierrules_designer"), *super().get_urls()]

    @action(description=gettext_lazy("Design"), icon="tune", permissions=[MAY_DESIGN])
    def design(self, request):
        return HttpResponseRedirect(reverse("admin:performance_tierrules_designer"))

    def design_view(self, request):
        """All tiers in one table; warnings and how many would stand where follow what is typed; then publish."""
        if not request.user.has_perm(MAY_DESIGN):
            raise PermissionDenied
        today = business_day(timezone.now())
        tiers_known, rungs = selectors.tiers_by_rank(), selectors.ladder_on(today)
        posted = request.method == "POST"
        lines = int(request.POST.get("lines", "0") or 0) if posted and request.POST.get("lines", "").isdigit() else 0
        data = (request.POST,) if posted else ()
        form = DesignForm(*data, tiers=tiers_known, rungs=rungs, lines=lines, initial={"valid_from": today})
        checked = self._checked(form, rungs, tiers_known, today) if tiers_known else None
        if posted and request.POST.get("do") == "publish" and checked and not checked["refused"]:
            try:
                made = tiers.publish_rules(
                    ladder=checked["ladder"], valid_from=form.cleaned_data["valid_from"], at=timezone.now()
                )
            except DomainError as refusal:
                checked["refused"] = str(refusal)
            else:
                said = _("The rules are published; the next night reviews by them.") if made else _("Nothing changes.")
                messages.success(request, said)
                return HttpResponseRedirect(reverse("admin:performance_tierrules_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Design the tiers"),
            "opts": self.opts,
            "form": form,
            "tiers": tiers_known,
            "checked": checked,
            "media": self.media + form.media,
        }
        part = "admin/performance/tier_checked.html"
        whole = "admin/performance/tier_design.html"
        return TemplateResponse(request, part if request.headers.get("HX-Request") and posted else whole, context)

    def _checked(self, form, rungs, tiers_known, today):
        """What is odd about the ladder as typed, and how many partners would stand where; or why it means nothing."""
        if form.is_bound:
            if not form.is_valid():
                return {"refused": _("Some fields need mending."), "ladder": [], "warnings": [], "spread": []}
            try:
                ladder = form.ladder()
            except DomainError as refusal:
                return {"refused": str(refusal), "ladder": [], "warnings": [], "spread": []}
        else:
            ladder = [rung.terms for rung in rungs]
        spread = selectors.spread(ladder, day=today)
        names = {tier.pk: name_of(tier) for tier in tiers_known}
        found = tier_design.warnings(
            [tier.pk for tier in tiers_known],
            ladder,
            reaching={row.tier.pk: row.reaching for row in spread},
            partners=sum(row.today for row in spread),
        )
        shown = [(each, names[each.tier_id], names.get(each.other_tier, "")) for each in found]
        return {"refused": "", "ladder": ladder, "warnings": shown, "spread": spread}
