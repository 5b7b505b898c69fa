from django import forms
from django.contrib import admin
from django.core.validators import RegexValidator
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminSingleDateWidget, UnfoldAdminTextInputWidget

from channelhub.core.admin import actions, cells
from channelhub.core.admin.actions import ActionPage, Preview
from channelhub.core.admin.base import AppendOnlyAdmin
from channelhub.lib.periods import month_of
from pricing.models import ExchangeRate
from pricing.services import rates

CODE = RegexValidator(r"^[A-Z]{3}$", gettext_lazy("A code of ISO 4217: three capital letters."))


class RateForm(forms.Form):
    currency = forms.CharField(label=gettext_lazy("currency"), validators=[CODE], widget=UnfoldAdminTextInputWidget)
    to_currency = forms.CharField(
        label=gettext_lazy("into currency"), validators=[CODE], widget=UnfoldAdminTextInputWidget
    )
    month = forms.DateField(
        label=gettext_lazy("from the month of"),
        widget=UnfoldAdminSingleDateWidget,
        help_text=gettext_lazy("Until a later month has a rate of its own."),
    )
    rate = forms.DecimalField(
        label=gettext_lazy("rate"),
        max_digits=19,
        decimal_places=8,
        min_value=0,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("One unit of the first is so many units of the second."),
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("currency") and cleaned["currency"] == cleaned.get("to_currency"):
            self.add_error("to_currency", _("Two different currencies are needed."))
        if cleaned.get("rate") == 0:
            self.add_error("rate", _("A rate is greater than zero."))
        return cleaned


@admin.register(ExchangeRate)
class ExchangeRateAdmin(AppendOnlyAdmin):
    """Rates by month; a correction is a new row, the old one stays readable."""

    list_display = ("pair", "since", "rate_figure", "state", "recorded", "taken")
    list_filter = ("currency", "to_currency")
    ordering = ("currency", "to_currency", "-month", "-known_from")
    actions_list = ("set_rate",)
    empty_hint = gettext_lazy("Press “Set a rate” before sales in another currency are to count.")

    @display(description=gettext_lazy("currencies"), ordering="currency")
    def pair(self, rate):
        return f"{rate.currency} → {rate.to_currency}"

    @display(description=gettext_lazy("from"), ordering="month")
    def since(self, rate):
        return f"{rate.month:%Y-%m}"

    @display(description=gettext_lazy("rate"))
    def rate_figure(self, rate):
        return cells.quantity(rate.rate)

    @display(description=gettext_lazy("state"))
    def state(self, rate):
        return cells.label(_("corrected")) if rate.known_until else cells.label(_("in force"), "green")

    @display(description=gettext_lazy("recorded"), ordering="known_from")
    def recorded(self, rate):
        return cells.instant(rate.known_from)

    @display(description=gettext_lazy("known in"))
    def taken(self, rate):
        return f"{rate.known_in:%Y-%m}" if rate.known_in else cells.label(_("waits for the night"), "blue")

    @action(description=gettext_lazy("Set a rate"), icon="add", permissions=["pricing.add_exchangerate"])
    def set_rate(self, request):
        def preview(data):
            month = month_of(data["month"])
            pair = {"currency": data["currency"], "to_currency": data["to_currency"]}
            known = ExchangeRate.objects.filter(**pair, month__lte=month, known_until__isnull=True)
            old = known.order_by("-month").first()
            return Preview(
                changes=[(f"{pair['currency']} → {pair['to_currency']}", _was(old), cells.quantity(data["rate"]))],
                facts=[(_("from"), f"{month:%Y-%m}")],
                button=_("Set the rate from %(month)s") % {"month": f"{month:%Y-%m}"},
            )

        def act(data):
            rates.set_rate(**data, at=timezone.now())
            return _("The rate is recorded; the next night takes it.")

        back = reverse("admin:pricing_exchangerate_changelist")
        page = ActionPage(title=_("Set an exchange rate"), form=RateForm, preview=preview, act=act, back=back)
        return actions.answer(self, request, None, page)


def _was(rate):
    return f"{cells.quantity(rate.rate)} ({rate.month:%Y-%m})" if rate else "–"
