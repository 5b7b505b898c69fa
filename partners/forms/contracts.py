"""What is asked about contracts: when they are drafted and ended in the admin, when they are signed in the portal."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminEmailInputWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from channelhub.core.enums.rights import PortalRight
from channelhub.core.errors import ExportFilterUnknown
from channelhub.core.services.exports import Column, ExportKind
from channelhub.lib.periods import business_day, date_range, last_day
from partners.enums import ContractState
from partners.models import ContractTemplate, ContractVersion
from partners.services.contracts import Terms


def today():
    return business_day(timezone.now())


class PeriodForm(forms.Form):
    """First and last day of a contract; the last one is included and may be left open."""

    first_day = forms.DateField(label=_("first day"), initial=today, widget=UnfoldAdminSingleDateWidget)
    last = forms.DateField(
        label=_("last day"), required=False, widget=UnfoldAdminSingleDateWidget, help_text=_("Empty: until terminated.")
    )

    def clean(self):
        data = super().clean()
        first, last = data.get("first_day"), data.get("last")
        if first and last and last < first:
            self.add_error("last", _("A contract ends on or after its first day."))
        elif first:
            data["valid_during"] = date_range(first, last)
        return data


class DraftForm(PeriodForm):
    """The terms of a new contract; lines, places and commitments are added to the draft."""

    template = forms.ModelChoiceField(
        ContractTemplate.objects.none(), label=_("contract template"), widget=UnfoldAdminSelectWidget
    )
    number = forms.CharField(
        label=_("number"),
        required=False,
        max_length=40,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Empty: the next one of the year."),
    )
    currency = forms.CharField(
        label=_("currency"), initial="CNY", min_length=3, max_length=3, widget=UnfoldAdminTextInputWidget
    )
    deposit_amount = forms.DecimalField(
        label=_("deposit"),
        initial=0,
        min_value=0,
        max_digits=19,
        decimal_places=4,
        widget=UnfoldAdminDecimalFieldWidget,
    )
    deposit_days = forms.IntegerField(
        label=_("days to pay the deposit"), initial=15, min_value=0, max_value=365, widget=UnfoldAdminIntegerFieldWidget
    )
    notice_days = forms.IntegerField(
        label=_("days of notice"),
        initial=30,
        min_value=0,
        max_value=365,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=_("Before prices change."),
    )
    price_consent = forms.BooleanField(
        label=_("consent to price changes"), required=False, widget=UnfoldBooleanSwitchWidget
    )
    penalty = forms.CharField(label=_("penalties"), required=False, widget=UnfoldAdminTextareaWidget)
    renewal_days = forms.IntegerField(
        label=_("renewal asked for, days before"),
        initial=90,
        min_value=0,
        max_value=730,
        widget=UnfoldAdminIntegerFieldWidget,
    )
    signatory_name = forms.CharField(
        label=_("signatory"), required=False, max_length=120, widget=UnfoldAdminTextInputWidget
    )
    signatory_email = forms.EmailField(
        label=_("signatory's e-mail"),
        required=False,
        widget=UnfoldAdminEmailInputWidget,
        help_text=_("Empty: whoever of the partner may sign contracts."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        published = ContractTemplate.objects.filter(versions__published_at__isnull=False)
        self.fields["template"].queryset = published.distinct().order_by("code")

    def clean_currency(self):
        return self.cleaned_data["currency"].upper()

    @staticmethod
    def terms_of(data):
        """What the service takes, of cleaned input."""
        return Terms(**{name: data[name] for name in Terms.__dataclass_fields__ if name != "values"})


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("reason"), max_length=300, widget=UnfoldAdminTextInputWidget)


class TerminateForm(ReasonForm):
    """The last day, and why."""

    last = forms.DateField(label=_("last day"), initial=today, widget=UnfoldAdminSingleDateWidget)


class SignForm(forms.Form):
    """Accepting a contract: the paper that was read, named by its hash, and the will to be bound."""

    sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    agreed = forms.BooleanField(label=_("I have read the contract and accept it for my company."))


class DeclineForm(forms.Form):
    """Saying no, with a reason."""

    reason = forms.CharField(label=_("Why not?"), max_length=300)


class ContractFilter(forms.Form):
    """Which of one's contracts."""

    q = forms.CharField(label=_("Number"), required=False, max_length=40)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All states")), *((s.value, s.label) for s in ContractState if s != ContractState.DRAFT)],
    )

    def narrow(self, versions):
        """The versions that fit."""
        wanted = self.cleaned_data
        if wanted.get("q"):
            versions = versions.filter(contract__number__icontains=wanted["q"])
        return versions.filter(state=wanted["state"]) if wanted.get("state") else versions


class DraftChangeForm(forms.ModelForm):
    """The terms of a draft; its first and last day beside one another, its variables one a line."""

    first_day = forms.DateField(label=_("first day"), widget=UnfoldAdminSingleDateWidget)
    last = forms.DateField(
        label=_("last day"), required=False, widget=UnfoldAdminSingleDateWidget, help_text=_("Empty: until terminated.")
    )
    filled_places = forms.CharField(
        label=_("variables"),
        required=False,
        widget=UnfoldAdminTextareaWidget,
        help_text=_("One a line: name: value."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        version = self.instance
        if version.pk:
            self.initial["first_day"] = version.valid_during.lower
            self.initial["last"] = last_day(version.valid_during)
            asked = dict.fromkeys(version.template_version.places, "")
            self.initial["filled_places"] = "\n".join(
                f"{name}: {value}" for name, value in {**asked, **version.values}.items()
            )

    def clean(self):
        data = super().clean()
        first, last = data.get("first_day"), data.get("last")
        if first and last and last < first:
            self.add_error("last", _("A contract ends on or after its first day."))
        elif first:
            data["valid_during"] = self.instance.valid_during = date_range(first, last)
        lines = (line.partition(":") for line in data.get("filled_places", "").splitlines() if line.strip())
        self.instance.values = {name.strip(): value.strip() for name, _colon, value in lines}
        return data


def _clean(data):
    form = ContractFilter(data)
    if not form.is_valid():
        raise ExportFilterUnknown(
            gettext("These filters cannot be read: %(fields)s") % {"fields": ", ".join(form.errors)}
        )
    return {name: str(value) for name, value in form.cleaned_data.items() if value}


def _rows(user, params):
    form = ContractFilter(params)
    form.is_valid()
    versions = form.narrow(ContractVersion.objects.visible_to(user).readable()).select_related("contract")
    return [
        (
            row.contract.number,
            row.number,
            row.get_kind_display(),
            row.get_state_display(),
            row.valid_during.lower,
            last_day(row.valid_during),
            row.currency,
            row.deposit_amount,
            row.notice_days,
            row.sha256,
        )
        for row in versions.order_by("-sent_at", "-pk")
    ]


CONTRACTS = ExportKind(
    code="contracts",
    title=_("Contracts"),
    right=PortalRight.MONEY,
    columns=(
        Column(_("Number"), "number", is_text=True),
        Column(_("Version"), "version"),
        Column(_("Kind"), "kind", is_text=True),
        Column(_("State"), "state", is_text=True),
        Column(_("First day"), "first_day"),
        Column(_("Last day"), "last_day"),
        Column(_("Currency"), "currency"),
        Column(_("Deposit"), "deposit"),
        Column(_("Days of notice"), "notice_days"),
        Column(_("Hash of the paper (SHA-256)"), "sha256", is_text=True),
    ),
    rows=_rows,
    clean=_clean,
)
