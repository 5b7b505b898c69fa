from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminSingleDateWidget, UnfoldAdminTextInputWidget

from channelhub.core.admin import actions, cells
from channelhub.core.admin.actions import ActionPage, Preview
from channelhub.core.admin.base import AppendOnlyAdmin
from channelhub.core.admin.exports import PERIOD
from channelhub.core.admin.scope import visible
from channelhub.core.templatetags.figures import name_of
from channelhub.lib.periods import add_months, month_of
from partners.models import Partner
from performance.admin.kpis import MonthFilter
from performance.models import ReportDuty, SalesReport
from performance.services import reports
from pricing.forms.programmes import searched


class DutyForm(forms.Form):
    partner = forms.ModelChoiceField(Partner.objects.none(), label=gettext_lazy("partner"))
    due_day = forms.IntegerField(
        label=gettext_lazy("day of the next month"),
        min_value=1,
        max_value=28,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("By this day a month's sell-out is to be reported; empty: no report is due any more."),
    )
    since = forms.DateField(label=gettext_lazy("for months from"), widget=UnfoldAdminSingleDateWidget)

    def __init__(self, *args, partners, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = partners
        searched(self, "partner", ReportDuty, "partner")


@admin.register(ReportDuty)
class ReportDutyAdmin(AppendOnlyAdmin):
    """Who owes a report of its sell-out, by which day of the next month."""

    list_display = ("who", "due", "period")
    list_filter = (("partner", AutocompleteSelectFilter), "due_day")
    list_select_related = ("partner",)
    ordering = ("partner__sort_key", "partner_id", "-pk")
    export_fields = ("partner__code", "partner__name", "due_day", "valid_from", "valid_through")
    export_annotations = PERIOD
    actions_list = ("set_due_day",)
    empty_hint = gettext_lazy("Press “Set a due day”: from then on late reports are counted.")

    @display(description=gettext_lazy("partner"))
    def who(self, duty):
        return name_of(duty.partner)

    @display(description=gettext_lazy("due on the day of the next month"))
    def due(self, duty):
        return str(duty.due_day)

    @display(description=gettext_lazy("period"))
    def period(self, duty):
        return cells.period(duty.valid_during)

    @action(description=gettext_lazy("Set a due day"), icon="add", permissions=["performance.add_reportduty"])
    def set_due_day(self, request):
        def preview(data):
            old = ReportDuty.objects.filter(partner=data["partner"], valid_during__contains=data["since"]).first()
            new = str(data["due_day"]) if data["due_day"] else _("no report")
            return Preview(
                changes=[(data["partner"].name, str(old.due_day) if old else _("no report"), new)],
                facts=[(_("for months from"), f"{data['since']:%Y-%m}")],
                button=_("Set the due day"),
            )

        def act(data):
            reports.set_due_day(**{**data, "since": month_of(data["since"])}, at=timezone.now())
            return _("The due day is set; the next night counts with it.")

        page = ActionPage(
            title=_("Set the due day of reports"),
            form=DutyForm,
            form_options={"partners": visible(Partner, request)},
            preview=preview,
            act=act,
            back=reverse("admin:performance_reportduty_changelist"),
        )
        return actions.answer(self, request, None, page)


@admin.register(SalesReport)
class SalesReportAdmin(AppendOnlyAdmin):
    """When the sell-out of a month came in first; the batch opens its lines."""

    list_display = ("who", "month_text", "received", "state", "batch")
    list_filter = (("partner", AutocompleteSelectFilter), MonthFilter)
    list_select_related = ("partner",)
    ordering = ("-month", "-pk")
    sortable_by = ()
    export_fields = ("partner__code", "partner__name", "month", "received_on", "batch_number")
    empty_hint = gettext_lazy("The night notes when the first sell-out lines of a month came in.")

    @display(description=gettext_lazy("partner"))
    def who(self, report):
        return name_of(report.partner)

    @display(description=gettext_lazy("month"))
    def month_text(self, report):
        return f"{report.month:%Y-%m}"

    @display(description=gettext_lazy("received on"))
    def received(self, report):
        return cells.day(report.received_on)

    @display(description=gettext_lazy("state"))
    def state(self, report):
        if report.due_day is None:
            return cells.label(_("no report was due"))
        due = add_months(report.month, 1).replace(day=report.due_day)
        late = (report.received_on - due).days
        return (
            cells.label(_("%(days)d days late") % {"days": late}, "red")
            if late > 0
            else cells.label(_("on time"), "green")
        )

    @display(description=gettext_lazy("batch"))
    def batch(self, report):
        return cells.link(
            str(report.batch_number),
            "admin:pricing_salesline_changelist",
            batch__id__exact=report.batch_number,
            partner__id__exact=report.partner_id,
        )

    def decorate(self, rows, request):
        """The due day that ruled each report, for the page at once."""
        duties = list(ReportDuty.objects.filter(partner_id__in={row.partner_id for row in rows}))
        for row in rows:
            row.due_day = next(
                (d.due_day for d in duties if d.partner_id == row.partner_id and _rules(d, row.month)), None
            )


def _rules(duty, month):
    lower, upper = duty.valid_during.lower, duty.valid_during.upper
    return (lower is None or lower <= month) and (upper is None or month < upper)
