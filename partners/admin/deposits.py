from django.contrib import admin
from django.db.models import F, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display

from channelhub.core.admin import actions, cells
from channelhub.core.admin.actions import ActionPage, Preview
from channelhub.core.admin.base import AppendOnlyAdmin, ChannelAdmin
from channelhub.core.templatetags.figures import name_of
from channelhub.lib import formats
from channelhub.lib.periods import business_day
from partners.enums import DepositKind
from partners.forms.deposits import PARTS, DepositTermsForm, EntryForm, ReverseForm
from partners.models import DepositAccount, DepositEntry, DepositRule
from partners.rules.deposits import change_of
from partners.services import deposits
from partners.services.deposits import Wanted

MAY_BOOK = ["partners.change_depositaccount"]
SUMS = tuple(part for part, _label in PARTS)


class StateFilter(admin.SimpleListFilter):
    """Deposits by whether something is missing."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("short", _("short")), ("late", _("late")), ("covered", _("covered"))]

    def queryset(self, request, queryset):
        if self.value() == "covered":
            return queryset.exclude(due__gt=F("free") + F("frozen"))
        if self.value() in ("short", "late"):
            short = queryset.short()
            day = business_day(timezone.now())
            return short.filter(pay_by__lt=day) if self.value() == "late" else short
        return queryset


class PartFilter(admin.SimpleListFilter):
    """Entries that change one of the sums."""

    title = gettext_lazy("sum")
    parameter_name = "part"

    def lookups(self, request, model_admin):
        return PARTS

    def queryset(self, request, queryset):
        return queryset.exclude(**{f"{self.value()}_change": 0}) if self.value() in SUMS else queryset


@admin.register(DepositRule)
class DepositRuleAdmin(ChannelAdmin):
    """How much deposit the partners of a tier owe."""

    list_display = ("tier_name", "amount_figure", "topup_days", "stop_after_days")
    list_select_related = ("tier",)
    ordering = ("tier__rank", "currency", "pk")
    fieldsets = ((None, {"fields": ("tier", ("currency", "amount"), ("topup_days", "stop_after_days"))}),)
    export_fields = ("tier__code", "currency", "amount", "topup_days", "stop_after_days")
    empty_hint = gettext_lazy("Say how much deposit the partners of a tier owe.")
    staff_wide_only = True

    @display(description=gettext_lazy("tier"))
    def tier_name(self, rule):
        return name_of(rule.tier) if rule.tier else _("everybody else")

    @display(description=gettext_lazy("amount"))
    def amount_figure(self, rule):
        return cells.money(rule.amount, rule.currency)


@admin.register(DepositAccount)
class DepositAccountAdmin(AppendOnlyAdmin):
    """What each partner owes and has paid as a deposit; every figure opens the entries that make it."""

    list_display = ("who", "due_figure", "free_figure", "frozen_figure", "missing_figure", "pay_by", "state")
    on_phones = ("who", "free_figure", "missing_figure", "state")
    list_filter = (("partner", AutocompleteSelectFilter), StateFilter, "currency")
    list_select_related = ("partner",)
    search_fields = ("partner__code", "partner__name")
    search_help_text = gettext_lazy("Code or name of the partner")
    ordering = ("partner__sort_key", "currency", "pk")
    exclude = ("version", "updated_at")
    actions_detail = ("book", "change_terms")
    empty_hint = gettext_lazy("Open a partner and press “Ask for a deposit”.")
    export_fields = (
        "partner__code",
        "partner__name",
        "currency",
        "due",
        "free",
        "frozen",
        "short_since",
        "pay_by",
        "topup_days",
        "stop_after_days",
    )

    @display(description=gettext_lazy("partner"), ordering="partner__sort_key")
    def who(self, account):
        return account.partner.name

    def _figure(self, account, part):
        text = cells.money(getattr(account, part), account.currency)
        address = "admin:partners_depositentry_changelist"
        return cells.link(text, address, account__id__exact=account.pk, part=part)

    @display(description=gettext_lazy("due"))
    def due_figure(self, account):
        return self._figure(account, "due")

    @display(description=gettext_lazy("free"))
    def free_figure(self, account):
        return self._figure(account, "free")

    @display(description=gettext_lazy("frozen"))
    def frozen_figure(self, account):
        return self._figure(account, "frozen")

    @display(description=gettext_lazy("missing"))
    def missing_figure(self, account):
        text = cells.money(account.missing, account.currency)
        return cells.link(text, "admin:partners_depositentry_changelist", account__id__exact=account.pk)

    @display(description=gettext_lazy("state"))
    def state(self, account):
        day = business_day(timezone.now())
        if account.stops_orders(day):
            return cells.label(_("orders stopped"), "red")
        if account.missing == 0:
            return cells.label(_("covered"), "green") if account.due else cells.label(_("nothing due"))
        late = account.pay_by is not None and account.pay_by < day
        return cells.label(_("late"), "red") if late else cells.label(_("short"), "orange")

    def sum_of(self, changelist):
        sums = {part: Sum(part, default=0) for part in SUMS}
        rows = list(changelist.queryset.order_by().values("currency").annotate(**sums).order_by("currency"))
        return [
            (str(label), formats.money_text(row[part], row["currency"], iso=True))
            for part, label in PARTS
            for row in rows
        ]

    @action(description=gettext_lazy("Book"), icon="payments", permissions=MAY_BOOK)
    def book(self, request, object_id):
        """Paid, frozen, released, deducted with its case, topped up, returned: old and new sums before saving."""
        account = self.get_object_or_deny(request, object_id)
        back = reverse("admin:partners_depositaccount_change", args=[account.pk])

        def preview(data):
            change = change_of(data["kind"], data["amount"], from_frozen=data["from_frozen"])
            changes = [(account.due, change.due), (account.free, change.free), (account.frozen, change.frozen)]
            rows = [
                (str(label), cells.money(old, account.currency), cells.money(old + new, account.currency))
                for (_part, label), (old, new) in zip(PARTS, changes, strict=True)
                if new
            ]
            return Preview(changes=rows, button=_("Book: %(kind)s") % {"kind": DepositKind(data["kind"]).label})

        def act(data):
            wanted = Wanted(**{**data, "kind": DepositKind(data["kind"])})
            deposits.book(account=account, wanted=wanted, at=timezone.now(), by=request.user)
            return _("Booked.")

        page = ActionPage(title=_("Book on the deposit"), form=EntryForm, preview=preview, act=act, back=back)
        return actions.answer(self, request, account, page)

    @action(description=gettext_lazy("Change the terms"), icon="schedule", permissions=MAY_BOOK)
    def change_terms(self, request, object_id):
        account = self.get_object_or_deny(request, object_id)

        def act(data):
            deposits.change_terms(account=account, **data)
            return _("The terms of the deposit are changed.")

        page = ActionPage(
            title=_("Change the terms"),
            form=DepositTermsForm,
            act=act,
            back=reverse("admin:partners_depositaccount_change", args=[account.pk]),
            initial={"topup_days": account.topup_days, "stop_after_days": account.stop_after_days},
        )
        return actions.answer(self, request, account, page)


@admin.register(DepositEntry)
class DepositEntryAdmin(AppendOnlyAdmin):
    """The ledger of deposits."""

    list_display = ("value_on", "who", "kind", "reference", "amount_figure", "sums", "booked", "recorded_by")
    on_phones = ("value_on", "who", "kind", "amount_figure")
    list_filter = (("partner", AutocompleteSelectFilter), "kind", PartFilter, "booked_in", "currency")
    list_select_related = ("partner", "recorded_by")
    search_fields = ("reference", "note", "partner__code", "partner__name")
    search_help_text = gettext_lazy("Reference, note, code or name of the partner")
    ordering = ("-value_on", "-pk")
    actions_detail = ("reverse_entry",)
    empty_hint = gettext_lazy("What is booked on a deposit stands here.")
    export_fields = (
        "partner__code",
        "number",
        "kind",
        "value_on",
        "booked_in",
        "currency",
        "amount",
        "due_change",
        "free_change",
        "frozen_change",
        "reference",
        "note",
        "recorded_at",
    )

    def lookup_allowed(self, lookup, value, request=None):
        return lookup == "account__id__exact" or super().lookup_allowed(lookup, value, request)

    @display(description=gettext_lazy("partner"))
    def who(self, entry):
        return cells.link(entry.partner.name, "admin:partners_depositaccount_change", entry.account_id)

    @display(description=gettext_lazy("amount"))
    def amount_figure(self, entry):
        return cells.money(entry.amount, entry.currency)

    @display(description=gettext_lazy("sums"))
    def sums(self, entry):
        shown = [(label, getattr(entry, f"{part}_change")) for part, label in PARTS]
        return ", ".join(f"{label} {cells.money(change, entry.currency)}" for label, change in shown if change)

    @display(description=gettext_lazy("booked in"))
    def booked(self, entry):
        return f"{entry.booked_in:%Y-%m}"

    def sum_of(self, changelist):
        sums = {part: Sum(f"{part}_change", default=0) for part in SUMS}
        rows = list(changelist.queryset.order_by().values("currency").annotate(**sums).order_by("currency"))
        return [
            (str(label), formats.money_text(row[part], row["currency"], iso=True))
            for part, label in PARTS
            for row in rows
        ]

    @action(description=gettext_lazy("Take back"), icon="undo", permissions=MAY_BOOK)
    def reverse_entry(self, request, object_id):
        entry = self.get_object_or_deny(request, object_id)

        def act(data):
            deposits.reverse(entry=entry, reason=data["reason"], at=timezone.now(), by=request.user)
            return _("Taken back by an entry of the opposite sign.")

        page = ActionPage(
            title=_("Take an entry back"),
            form=ReverseForm,
            act=act,
            back=reverse("admin:partners_depositaccount_change", args=[entry.account_id]),
            button=_("Take it back"),
        )
        return actions.answer(self, request, entry, page)
