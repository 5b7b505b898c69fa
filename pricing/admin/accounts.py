from django.contrib import admin
from django.db.models import Sum
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from channelhub.core.admin import cells
from channelhub.core.admin.base import AppendOnlyAdmin
from channelhub.core.templatetags.figures import name_of
from channelhub.lib import formats
from channelhub.lib.periods import Period
from pricing.admin.filters import RunningFilter
from pricing.enums import Cause
from pricing.models import RebateAccount, RebatePosting
from pricing.models.settlement import PARTS
from pricing.rules.settling import CAUSES
from pricing.selectors import accounts, statements
from pricing.services import answers

CAUSE_OF = dict(zip(CAUSES, Cause, strict=True))
LINES_SHOWN = 500
PERIODS_SHOWN = 40


def _period(account):
    return Period(account.period_on, account.period_ends).name


class PeriodFilter(admin.SimpleListFilter):
    """Earned periods that have begun, the latest first."""

    title = gettext_lazy("period")
    parameter_name = "period"

    def lookups(self, request, model_admin):
        periods = accounts.earned_periods(PERIODS_SHOWN)
        return [(f"{period.starts_on}_{period.ends_before}", period.name) for period in periods]

    def queryset(self, request, queryset):
        first, _underline, end = (self.value() or "").partition("_")
        return queryset.filter(period_on=first, period_ends=end) if end else queryset


@admin.register(RebateAccount)
class RebateAccountAdmin(AppendOnlyAdmin):
    """What a partner earns under a programme in a period; its page says why."""

    list_display = ("name", "who", "period", "amount_figure", "postings")
    list_filter = (("partner", AutocompleteSelectFilter), "programme", PeriodFilter)
    list_select_related = ("partner", "programme")
    ordering = ("-period_on", "programme__code", "partner__sort_key", "pk")
    sortable_by = ()
    empty_hint = gettext_lazy("Accounts appear with the first night after a programme is active.")

    @display(description=gettext_lazy("programme"))
    def name(self, account):
        return name_of(account.programme)

    @display(description=gettext_lazy("partner"))
    def who(self, account):
        return cells.link(account.partner.name, "admin:partners_partner_change", account.partner_id)

    @display(description=gettext_lazy("period"))
    def period(self, account):
        return _period(account)

    @display(description=gettext_lazy("amount"))
    def amount_figure(self, account):
        return cells.money(account.posted, account.currency)

    @display(description=gettext_lazy("postings"))
    def postings(self, account):
        return cells.link(_("Show"), "admin:pricing_rebateposting_changelist", account__id__exact=account.pk)

    def decorate(self, rows, request):
        """The sum of each account's postings, for the page at once."""
        sums = RebatePosting.objects.filter(account__in=[row.pk for row in rows]).order_by().values("account_id")
        posted = {row["account_id"]: row["total"] for row in sums.annotate(total=Sum("amount"))}
        for row in rows:
            row.posted = posted.get(row.pk, 0)

    def sum_of(self, changelist):
        accounts = changelist.queryset.order_by().values("pk")
        sums = RebatePosting.objects.filter(account__in=accounts).order_by().values("currency")
        rows = sums.annotate(total=Sum("amount")).order_by("currency")
        return [(_("amount"), formats.money_text(row["total"], row["currency"], iso=True)) for row in rows]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Why this amount: the steps that lead to it, what was posted, and the lines behind it."""
        account = self.get_object_or_deny(request, object_id)
        lines = statements.lines_behind(account)
        months = statements.months_of(account)
        explained = statements.why(account)
        used = [cause for cause in CAUSES if any(month.parts[cause] for month in months)]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Why this amount"),
            "opts": self.opts,
            "account": account,
            "programme": account.programme,
            "period": _period(account),
            "explained": explained,
            "outlook": answers.outlooks([account])[0],
            "changes": [(step, CAUSE_OF[step.cause].label) for step in explained.steps if step.code == "changed"],
            "posted": sum(month.amount for month in months),
            "causes": [CAUSE_OF[cause].label for cause in used],
            "months": [(month, [month.parts[cause] for cause in used]) for month in months],
            "lines": lines[:LINES_SHOWN],
            "line_count": len(lines),
            "shares": sum(line.share for line in lines),
        }
        return TemplateResponse(request, "admin/pricing/account.html", context)


@admin.register(RebatePosting)
class RebatePostingAdmin(AppendOnlyAdmin):
    """Every change of an account, by cause: the ledger of rebates."""

    list_display = ("name", "who", "period", "known", "booked", "causes", "amount_figure", "why")
    list_filter = (
        ("partner", AutocompleteSelectFilter),
        "account__programme",
        "booked_in",
        "run_on",
        RunningFilter,
    )
    export_fields = (
        "account__programme__code",
        "partner__code",
        "account__period_on",
        "number",
        "known_in",
        "booked_in",
        "run_on",
        "currency",
        *PARTS,
        "amount",
    )
    on_phones = ("name", "who", "causes", "amount_figure")
    list_select_related = ("partner", "account__programme")
    ordering = ("-recorded_at", "-pk")
    sortable_by = ()
    empty_hint = gettext_lazy("The night posts what active programmes earn.")

    def lookup_allowed(self, lookup, value, request=None):
        return lookup == "account__id__exact" or super().lookup_allowed(lookup, value, request)

    @display(description=gettext_lazy("programme"))
    def name(self, posting):
        return name_of(posting.account.programme)

    @display(description=gettext_lazy("partner"))
    def who(self, posting):
        return cells.link(posting.partner.name, "admin:partners_partner_change", posting.partner_id)

    @display(description=gettext_lazy("period"))
    def period(self, posting):
        return _period(posting.account)

    @display(description=gettext_lazy("known in"))
    def known(self, posting):
        return f"{posting.known_in:%Y-%m}"

    @display(description=gettext_lazy("booked in"))
    def booked(self, posting):
        return f"{posting.booked_in:%Y-%m}"

    @display(description=gettext_lazy("cause"))
    def causes(self, posting):
        parts = [(part, getattr(posting, part)) for part in PARTS]
        return ", ".join(str(self.opts.get_field(part).verbose_name) for part, amount in parts if amount) or "–"

    @display(description=gettext_lazy("amount"))
    def amount_figure(self, posting):
        return cells.money(posting.amount, posting.currency)

    @display(description=gettext_lazy("why"))
    def why(self, posting):
        return cells.link(_("why?"), "admin:pricing_rebateaccount_change", posting.account_id)

    def sum_of(self, changelist):
        rows = changelist.queryset.order_by().values("currency").annotate(total=Sum("amount")).order_by("currency")
        return [(_("amount"), formats.money_text(row["total"], row["currency"], iso=True)) for row in rows]
