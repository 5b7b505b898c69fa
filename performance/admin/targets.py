from django import forms
from django.contrib import admin
from django.db.models import Q
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminSingleDateWidget, UnfoldAdminTextInputWidget

from channelhub.core.admin import actions, cells
from channelhub.core.admin.actions import ActionPage, Preview
from channelhub.core.admin.base import AppendOnlyAdmin
from channelhub.core.admin.exports import PERIOD
from channelhub.core.admin.scope import visible
from channelhub.core.templatetags.figures import name_of
from channelhub.lib import formats
from channelhub.lib.periods import business_day, date_range, last_day
from partners.models import Partner, ProductLine, Territory
from performance.enums import KpiCode
from performance.models import Target
from performance.rules.kpis import REGISTRY
from performance.rules.targets import Pace
from performance.selectors import attainment, openings
from performance.services import targets
from performance.services.targets import Subject
from performance.templatetags.kpi_figures import share_text
from pricing.forms.programmes import CURRENCY, searched

PACE = {
    Pace.NOT_BEGUN: ("grey", gettext_lazy("not begun")),
    Pace.REACHED: ("green", gettext_lazy("reached")),
    Pace.ON_TRACK: ("blue", gettext_lazy("on track")),
    Pace.BEHIND: ("orange", gettext_lazy("behind")),
    Pace.MISSED: ("red", gettext_lazy("missed")),
}


class TargetForm(forms.Form):
    partner = forms.ModelChoiceField(Partner.objects.none(), label=gettext_lazy("partner"), required=False)
    territory = forms.ModelChoiceField(
        Territory.objects.none(),
        label=gettext_lazy("territory"),
        required=False,
        help_text=gettext_lazy("Either a partner or a territory."),
    )
    product_line = forms.ModelChoiceField(
        ProductLine.objects.all(),
        label=gettext_lazy("product line"),
        required=False,
        help_text=gettext_lazy("With all beneath it; empty: everything."),
    )
    kpi = forms.ChoiceField(
        label=gettext_lazy("KPI"), choices=Target._meta.get_field("kpi").choices, widget=UnfoldAdminSelectWidget
    )
    first = forms.DateField(label=gettext_lazy("first day"), widget=UnfoldAdminSingleDateWidget)
    last = forms.DateField(label=gettext_lazy("last day"), widget=UnfoldAdminSingleDateWidget)
    currency = forms.CharField(
        label=gettext_lazy("currency"), validators=[CURRENCY], initial="CNY", widget=UnfoldAdminTextInputWidget
    )
    amount = forms.DecimalField(
        label=gettext_lazy("target"),
        max_digits=19,
        decimal_places=4,
        min_value=0,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("Empty: from now on there is no such target."),
    )
    weight = forms.DecimalField(
        label=gettext_lazy("weight"),
        max_digits=7,
        decimal_places=2,
        min_value=0,
        initial=1,
        widget=UnfoldAdminTextInputWidget,
    )

    def __init__(self, *args, partners, territories, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = partners
        self.fields["territory"].queryset = territories
        for name in ("partner", "territory", "product_line"):
            searched(self, name, Target, name)

    def clean(self):
        cleaned = super().clean()
        if (cleaned.get("partner") is None) == (cleaned.get("territory") is None):
            self.add_error("territory", _("A target is for a partner or for a territory: fill exactly one."))
        if cleaned.get("first") and cleaned.get("last") and cleaned["last"] < cleaned["first"]:
            self.add_error("last", _("The last day lies before the first one."))
        if cleaned.get("last") and cleaned["last"] >= targets.LAST:
            self.add_error("last", _("The last day lies beyond the calendar."))
        return cleaned


class KnownFilter(admin.SimpleListFilter):
    """As known now, or also what was corrected."""

    title = gettext_lazy("recorded")
    parameter_name = "recorded"

    def lookups(self, request, model_admin):
        return [("all", _("with what was superseded"))]

    def queryset(self, request, queryset):
        return queryset if self.value() == "all" else queryset.known()


class RunsFilter(admin.SimpleListFilter):
    """Whether the period runs today."""

    title = gettext_lazy("runs")
    parameter_name = "runs"

    def lookups(self, request, model_admin):
        return [("now", _("now")), ("past", _("over")), ("later", _("later"))]

    def queryset(self, request, queryset):
        today = business_day(timezone.now())
        chosen = {
            "now": {"valid_during__contains": today},
            "past": {"valid_during__fully_lt": date_range(today)},
            "later": {"valid_during__startswith__gt": today},
        }.get(self.value())
        return queryset.filter(**chosen) if chosen else queryset


def _territories(request):
    """Those the person is responsible for: all, or its own with all beneath them."""
    paths = request.acting.territories
    if paths is None:
        return Territory.objects.all()
    inside = Q(pk__in=[])
    for path in paths:
        inside |= Q(path__startswith=path)
    return Territory.objects.filter(inside)


def figure_link(target, text):
    """The reached amount, opening the lines that add up to it; territories open the whole ledger's days."""
    first, last = target.valid_during.lower, last_day(target.valid_during)
    query = openings.lines_query(
        source=REGISTRY[target.kpi].source, partner_id=target.partner_id, first=first, last=last
    )
    if target.partner_id is None:
        return text
    return cells.link(text, openings.SALES_LINES, **query)


@admin.register(Target)
class TargetAdmin(AppendOnlyAdmin):
    """What is to be reached by whom; how far it is, at this moment."""

    list_display = ("subject", "name", "period_text", "target_figure", "reached_figure", "bar", "run_figure", "pace")
    on_phones = ("subject", "period_text", "bar", "pace")
    list_filter = (
        ("partner", AutocompleteSelectFilter),
        ("territory", AutocompleteSelectFilter),
        "kpi",
        "period",
        RunsFilter,
        KnownFilter,
    )
    search_fields = ("partner__code", "partner__name")
    search_help_text = gettext_lazy("Code or name of the partner")
    list_select_related = ("partner", "territory", "product_line")
    ordering = ("-valid_during", "-pk")
    sortable_by = ()
    export_fields = (
        "partner__code",
        "territory__code",
        "product_line__code",
        "kpi",
        "valid_from",
        "valid_through",
        "currency",
        "amount",
        "weight",
        "known_from",
        "known_until",
    )
    export_annotations = PERIOD
    actions_list = ("set_target", "bring_in")
    empty_hint = gettext_lazy("Press “Set a target”, or bring many in as a file.")

    @display(description=gettext_lazy("for"))
    def subject(self, target):
        who = name_of(target.territory if target.partner_id is None else target.partner)
        return who if target.product_line is None else f"{who} · {name_of(target.product_line)}"

    @display(description=gettext_lazy("KPI"))
    def name(self, target):
        return KpiCode(target.kpi).label

    @display(description=gettext_lazy("period"))
    def period_text(self, target):
        return cells.link(cells.period(target.valid_during), "admin:performance_target_change", target.pk)

    @display(description=gettext_lazy("target"))
    def target_figure(self, target):
        return cells.money(target.amount, target.currency)

    @display(description=gettext_lazy("reached"))
    def reached_figure(self, target):
        if target.progress is None:
            return formats.NO_DATA
        return figure_link(target, cells.money(target.progress.attainment.actual, target.currency))

    @display(description=gettext_lazy("attainment"))
    def bar(self, target):
        if target.progress is None:
            return formats.NO_DATA
        text = share_text(target.progress.attainment.share)
        return format_html(
            '{} <progress class="ch-bar" max="100" value="{}" aria-label="{}"></progress>',
            text,
            target.progress.percent,
            text,
        )

    @display(description=gettext_lazy("at this pace"))
    def run_figure(self, target):
        rate = target.progress and target.progress.attainment.run_rate
        return formats.NO_DATA if rate is None else cells.money(rate, target.currency)

    @display(description=gettext_lazy("pace"))
    def pace(self, target):
        if target.progress is None:
            return cells.label(_("superseded") if target.known_until else _("taken back"))
        tone, text = PACE[target.progress.attainment.pace]
        return cells.label(text, tone)

    def decorate(self, rows, request):
        today = business_day(timezone.now())
        found = {each.target.pk: each for each in attainment.progress(rows, today=today)}
        for row in rows:
            row.progress = None if row.known_until else found.get(row.pk)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """One target: how far, at which pace, what is needed, and what was known before."""
        target = self.get_object_or_deny(request, object_id)
        found = attainment.progress([target], today=business_day(timezone.now()))
        same = {"partner": target.partner, "territory": target.territory, "product_line": target.product_line}
        older = Target.objects.filter(
            **{name if value else f"{name}__isnull": value or True for name, value in same.items()},
            kpi=target.kpi,
            valid_during=target.valid_during,
            currency=target.currency,
        ).order_by("-known_from", "-pk")
        progress = found[0] if found else None
        context = {
            **self.admin_site.each_context(request),
            "title": _("Target"),
            "opts": self.opts,
            "target": target,
            "subject": self.subject(target),
            "progress": progress,
            "pace": cells.label(PACE[progress.attainment.pace][1], PACE[progress.attainment.pace][0])
            if progress
            else cells.label(_("taken back")),
            "reached": figure_link(target, cells.money(progress.attainment.actual, target.currency))
            if progress
            else "",
            "older": list(older),
        }
        return TemplateResponse(request, "admin/performance/target.html", context)

    @action(description=gettext_lazy("Set a target"), icon="add", permissions=["performance.add_target"])
    def set_target(self, request):
        def act(data):
            targets.set_target(
                subject=Subject(data["partner"], data["territory"], data["product_line"]),
                days=date_range(data["first"], data["last"]),
                at=timezone.now(),
                **{name: data[name] for name in ("kpi", "currency", "amount", "weight")},
            )
            return _("The target is recorded.")

        page = ActionPage(
            title=_("Set a target"),
            form=TargetForm,
            form_options={"partners": visible(Partner, request), "territories": _territories(request)},
            preview=_preview,
            act=act,
            back=reverse("admin:performance_target_changelist"),
        )
        return actions.answer(self, request, None, page)

    @action(description=gettext_lazy("Bring in a file"), icon="upload_file", permissions=["performance.add_target"])
    def bring_in(self, request):
        return HttpResponseRedirect(reverse("admin:core_importjob_changelist"))


def _preview(data):
    """The target known for the same key, and the new one."""
    days = date_range(data["first"], data["last"])
    key = {name: data[name] for name in ("partner", "territory", "product_line", "kpi", "currency")}
    key = {
        name if value is not None else f"{name}__isnull": True if value is None else value
        for name, value in key.items()
    }
    old = Target.objects.known().filter(**key, valid_during=days).first()
    return Preview(
        changes=[
            (
                f"{data['partner'] or data['territory']} · {cells.period(days)}",
                cells.money(old.amount, old.currency) if old else formats.NO_DATA,
                cells.money(data["amount"], data["currency"]),
            ),
        ],
        facts=[(_("kind of period"), str(targets.kind_of(days).label)), (_("weight"), str(data["weight"]))],
        button=_("Set the target"),
    )
