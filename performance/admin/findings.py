from django.contrib import admin
from django.db.models import Sum
from django.template.response import TemplateResponse
from django.urls import reverse
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
from performance.admin.kpis import MonthFilter
from performance.enums import FindingKind, FindingState
from performance.forms.scorecards import DecisionForm
from performance.models import Finding
from performance.selectors import findings as evidence
from performance.services import findings

TONE = {
    FindingState.OPEN: "orange",
    FindingState.CONFIRMED: "red",
    FindingState.DISMISSED: "grey",
    FindingState.WITHDRAWN: "grey",
}
MAY_DECIDE = ["performance.change_finding"]


@admin.register(Finding)
class FindingAdmin(AppendOnlyAdmin):
    """What the night found wrong, the greatest damage first; a person confirms or dismisses it with a reason."""

    list_display = ("name", "who", "where", "month_text", "damage_figure", "lines_figure", "state_label", "seen")
    on_phones = ("name", "who", "damage_figure", "state_label")
    list_filter = (
        ("partner", AutocompleteSelectFilter),
        "kind",
        "state",
        MonthFilter,
        ("sold_into", AutocompleteSelectFilter),
        ("product", AutocompleteSelectFilter),
    )
    list_select_related = ("partner", "sold_into", "product_line", "product")
    search_fields = ("partner__code", "partner__name", "product__sku")
    search_help_text = gettext_lazy("Code or name of the partner, or a sku")
    ordering = ("-damage", "-pk")
    sortable_by = ("damage_figure", "seen")
    export_fields = (
        "kind",
        "partner__code",
        "partner__name",
        "other_partner__code",
        "month",
        "sold_into__code",
        "product_line__code",
        "product__sku",
        "currency",
        "damage",
        "lines",
        "state",
        "reason",
        "first_seen_at",
    )
    actions_detail = ("confirm", "dismiss")
    empty_hint = gettext_lazy("Nothing looks wrong. The night looks at every new line.")

    @display(description=gettext_lazy("finding"))
    def name(self, finding):
        return finding.get_kind_display()

    @display(description=gettext_lazy("partner"))
    def who(self, finding):
        return cells.link(name_of(finding.partner), "admin:partners_partner_change", finding.partner_id)

    @display(description=gettext_lazy("where, what"))
    def where(self, finding):
        return subject_text(finding)

    @display(description=gettext_lazy("month"))
    def month_text(self, finding):
        return f"{finding.month:%Y-%m}"

    @display(description=gettext_lazy("estimated damage"), ordering="damage")
    def damage_figure(self, finding):
        return cells.money(finding.damage, finding.currency)

    @display(description=gettext_lazy("lines"))
    def lines_figure(self, finding):
        return f"{finding.lines:,}"

    @display(description=gettext_lazy("state"))
    def state_label(self, finding):
        return cells.label(finding.get_state_display(), TONE[finding.state])

    @display(description=gettext_lazy("first seen"), ordering="first_seen_at")
    def seen(self, finding):
        return cells.instant(finding.first_seen_at)

    def sum_of(self, changelist):
        rows = changelist.queryset.order_by().values("currency").annotate(total=Sum("damage")).order_by("currency")
        return [(_("estimated damage"), formats.money_text(row["total"], row["currency"], iso=True)) for row in rows]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """One finding: what happened, why each line is wrong, whose business it was, what was decided."""
        finding = self.get_object_or_deny(request, object_id)
        found = evidence.evidence_of(finding)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Finding"),
            "opts": self.opts,
            "finding": finding,
            "subject": subject_text(finding),
            "state": self.state_label(finding),
            "outside": finding.kind == FindingKind.OUTSIDE_TERRITORY,
            "evidence": found,
            "shown_damage": sum(each.row.damage for each in found if each.row.cleared_at is None),
            "authorisations": evidence.authorisations_of(finding),
            "others": evidence.authorised_there(finding),
            "may_decide": finding.state == FindingState.OPEN and request.user.has_perm(MAY_DECIDE[0]),
        }
        return TemplateResponse(request, "admin/performance/finding.html", context)

    def _decide(self, request, object_id, *, confirmed):
        finding = self.get_object_or_deny(request, object_id)
        state = FindingState.CONFIRMED if confirmed else FindingState.DISMISSED
        title = _("Confirm the finding") if confirmed else _("Dismiss the finding")

        def preview(data):
            return Preview(
                changes=[(_("state"), finding.get_state_display(), str(state.label))],
                facts=[
                    (_("estimated damage"), cells.money(finding.damage, finding.currency)),
                    (_("reason"), data["reason"]),
                ],
                button=title,
            )

        def act(data):
            findings.decide(
                finding=finding, confirmed=confirmed, reason=data["reason"], by=request.user, at=timezone.now()
            )
            return _("The decision is recorded.")

        page = ActionPage(
            title=title,
            hint=_("A decision is not changed; new lines open another finding."),
            form=DecisionForm,
            preview=preview,
            act=act,
            back=reverse("admin:performance_finding_change", args=[finding.pk]),
        )
        return actions.answer(self, request, finding, page)

    @action(description=gettext_lazy("Confirm"), icon="gavel", permissions=MAY_DECIDE)
    def confirm(self, request, object_id):
        return self._decide(request, object_id, confirmed=True)

    @action(description=gettext_lazy("Dismiss"), icon="do_not_disturb_on", permissions=MAY_DECIDE)
    def dismiss(self, request, object_id):
        return self._decide(request, object_id, confirmed=False)


def subject_text(finding):
    """Where it was sold and which line, or which product."""
    if finding.kind == FindingKind.BELOW_MAP:
        return f"{finding.product.sku} {name_of(finding.product)}"
    return f"{name_of(finding.sold_into)} · {name_of(finding.product_line)}"
