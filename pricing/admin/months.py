import pghistory
from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from channelhub.core.admin import actions, cells
from channelhub.core.admin.actions import ActionPage, Preview
from channelhub.core.admin.base import AppendOnlyAdmin
from channelhub.core.models import AccountingMonth
from channelhub.core.selectors.months import BEGINNING, first_open_month
from channelhub.lib.periods import add_months, business_day, month_of
from pricing.models import RebatePosting, SalesBatch
from pricing.services import months


def closable():
    """Months that are over and open, the earliest first; two years at most are offered."""
    this_month = month_of(business_day(timezone.now()))
    first = first_open_month()
    if first == BEGINNING:
        first = min(RebatePosting.objects.order_by("booked_in").values_list("booked_in", flat=True)[:1], default=None)
        first = first or add_months(this_month, -1)
    found = []
    while first < this_month and len(found) < 24:
        found.append(first)
        first = add_months(first, 1)
    return found


class CloseForm(forms.Form):
    month = forms.TypedChoiceField(
        label=gettext_lazy("month"),
        widget=UnfoldAdminSelectWidget,
        help_text=gettext_lazy("It and every month before it are closed."),
    )
    reason = forms.CharField(
        label=gettext_lazy("reason"),
        max_length=300,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text=gettext_lazy("Closing cannot be undone; the reason stands in the history."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["month"].choices = [(month.isoformat(), f"{month:%Y-%m}") for month in closable()]
        self.fields["month"].coerce = lambda text: next(m for m in closable() if m.isoformat() == text)


@admin.register(AccountingMonth)
class AccountingMonthAdmin(AppendOnlyAdmin):
    """The months of the books; a closed one is never opened again."""

    list_display = ("name", "state", "closed", "closed_by", "postings")
    list_select_related = ("closed_by",)
    ordering = ("-month",)
    actions_list = ("close",)
    empty_hint = gettext_lazy("A month gets its row when something is first booked in it.")

    @display(description=gettext_lazy("month"), ordering="month")
    def name(self, month):
        return str(month)

    @display(description=gettext_lazy("state"))
    def state(self, month):
        return cells.label(_("closed")) if month.is_closed else cells.label(_("open"), "green")

    @display(description=gettext_lazy("closed at"), ordering="closed_at")
    def closed(self, month):
        return cells.instant(month.closed_at)

    @display(description=gettext_lazy("postings"))
    def postings(self, month):
        return cells.link(_("Show"), "admin:pricing_rebateposting_changelist", booked_in=month.month.isoformat())

    @action(description=gettext_lazy("Close a month"), icon="lock", permissions=["core.change_accountingmonth"])
    def close(self, request):
        def preview(data):
            waiting = SalesBatch.objects.filter(taken_in__isnull=True).count()
            closed = [month for month in closable() if month <= data["month"]]
            return Preview(
                changes=[(f"{month:%Y-%m}", _("open"), _("closed")) for month in closed],
                facts=[(_("sales batches that wait and are settled first"), str(waiting))],
                warnings=[_("A closed month is never rewritten: later facts are corrections in the first open month.")],
                button=_("Close until %(month)s") % {"month": f"{data['month']:%Y-%m}"},
            )

        def act(data):
            with pghistory.context(reason=data["reason"]):
                months.close_month(month=data["month"], at=timezone.now(), by=request.user)
            return _("Closed until %(month)s.") % {"month": f"{data['month']:%Y-%m}"}

        page = ActionPage(
            title=_("Close an accounting month"),
            form=CloseForm,
            preview=preview,
            act=act,
            back=reverse("admin:core_accountingmonth_changelist"),
        )
        return actions.answer(self, request, None, page)
