"""What is asked when something is booked on a deposit, and how its entries are narrowed and downloaded."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from channelhub.core.enums.rights import PortalRight
from channelhub.core.errors import ExportFilterUnknown
from channelhub.core.services.exports import Column, ExportKind
from channelhub.lib.periods import business_day
from partners.enums import DepositKind
from partners.models import DepositEntry

PARTS = [("due", gettext_lazy("Due")), ("free", gettext_lazy("Free")), ("frozen", gettext_lazy("Frozen"))]


def today():
    return business_day(timezone.now())


def money_field(label, **options):
    return forms.DecimalField(
        label=label,
        min_value=Decimal("0.0001"),
        max_digits=19,
        decimal_places=4,
        widget=UnfoldAdminDecimalFieldWidget,
        **options,
    )


class EntryForm(forms.Form):
    """One entry of a deposit."""

    kind = forms.ChoiceField(label=gettext_lazy("kind"), choices=DepositKind, widget=UnfoldAdminSelectWidget)
    amount = money_field(gettext_lazy("amount"))
    value_on = forms.DateField(label=gettext_lazy("day"), initial=today, widget=UnfoldAdminSingleDateWidget)
    reference = forms.CharField(
        label=gettext_lazy("reference"),
        required=False,
        max_length=80,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("The payment, or the case a deduction belongs to."),
    )
    note = forms.CharField(
        label=gettext_lazy("note"), required=False, max_length=300, widget=UnfoldAdminTextInputWidget
    )
    from_frozen = forms.BooleanField(
        label=gettext_lazy("take what is frozen"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text=gettext_lazy("For a deduction only."),
    )


class OpenDepositForm(forms.Form):
    """A deposit that is asked for: by the rule, or an amount of one's own."""

    currency = forms.CharField(
        label=gettext_lazy("currency"), min_length=3, max_length=3, widget=UnfoldAdminTextInputWidget
    )
    amount = money_field(gettext_lazy("amount due"))
    note = forms.CharField(
        label=gettext_lazy("note"), required=False, max_length=300, widget=UnfoldAdminTextInputWidget
    )

    def clean_currency(self):
        return self.cleaned_data["currency"].upper()


class DepositTermsForm(forms.Form):
    """How long there is to pay, and when orders stop."""

    topup_days = forms.IntegerField(
        label=gettext_lazy("days to pay"), min_value=0, max_value=365, widget=UnfoldAdminIntegerFieldWidget
    )
    stop_after_days = forms.IntegerField(
        label=gettext_lazy("orders stop after days"),
        min_value=0,
        max_value=365,
        required=False,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=gettext_lazy("Counted from the day of payment; empty: orders never stop."),
    )


class ReverseForm(forms.Form):
    """Why an entry is taken back."""

    reason = forms.CharField(label=gettext_lazy("reason"), max_length=300, widget=UnfoldAdminTextInputWidget)


class EntryFilter(forms.Form):
    """Which entries of one's deposits: of a kind, of a sum, with a reference, booked in a month."""

    q = forms.CharField(label=gettext_lazy("Reference or note"), required=False, max_length=60)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), required=False, choices=[("", gettext_lazy("All kinds")), *DepositKind.choices]
    )
    part = forms.ChoiceField(
        label=gettext_lazy("Sum"), required=False, choices=[("", gettext_lazy("All sums")), *PARTS]
    )
    month = forms.DateField(label=gettext_lazy("Booked in"), required=False)
    account = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)

    def narrow(self, entries):
        """The entries that fit."""
        wanted = self.cleaned_data
        if wanted.get("q"):
            entries = entries.filter(Q(reference__icontains=wanted["q"]) | Q(note__icontains=wanted["q"]))
        if wanted.get("part"):
            entries = entries.exclude(**{f"{wanted['part']}_change": 0})
        same = {"kind": wanted.get("kind"), "booked_in": wanted.get("month"), "account_id": wanted.get("account")}
        return entries.filter(**{name: value for name, value in same.items() if value})


def _clean(data: Mapping[str, Any]) -> dict[str, Any]:
    form = EntryFilter(data)
    if not form.is_valid():
        raise ExportFilterUnknown(_("These filters cannot be read: %(fields)s") % {"fields": ", ".join(form.errors)})
    return {name: str(value) for name, value in form.cleaned_data.items() if value}


def _rows(user: Any, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    form = EntryFilter(params)
    form.is_valid()
    entries = form.narrow(DepositEntry.objects.visible_to(user)).order_by("-value_on", "-pk")
    return [
        (
            entry.value_on,
            entry.get_kind_display(),
            entry.reference,
            entry.note,
            entry.currency,
            entry.amount,
            entry.due_change,
            entry.free_change,
            entry.frozen_change,
            f"{entry.booked_in:%Y-%m}",
        )
        for entry in entries
    ]


DEPOSIT_ENTRIES = ExportKind(
    code="deposit_entries",
    title=gettext_lazy("Deposit entries"),
    right=PortalRight.MONEY,
    columns=(
        Column(gettext_lazy("Day"), "value_on"),
        Column(gettext_lazy("Kind"), "kind", is_text=True),
        Column(gettext_lazy("Reference"), "reference", is_text=True),
        Column(gettext_lazy("Note"), "note", is_text=True),
        Column(gettext_lazy("Currency"), "currency"),
        Column(gettext_lazy("Amount"), "amount"),
        Column(gettext_lazy("Due"), "due"),
        Column(gettext_lazy("Free"), "free"),
        Column(gettext_lazy("Frozen"), "frozen"),
        Column(gettext_lazy("Booked in"), "booked_in"),
    ),
    rows=_rows,
    clean=_clean,
)
