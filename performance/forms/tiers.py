"""The designer of tiers as one table: a line for each criterion, a column for each tier."""

from decimal import Decimal, InvalidOperation

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from performance.enums import Comparison, TierWindow
from performance.rules.kpis import Unit
from performance.rules.tiers import Criterion
from performance.selectors.tier_metrics import METRICS
from performance.services import tiers
from pricing.forms.programmes import CURRENCY

EMPTY_LINES = 3
MOST_LINES = 40


def typed(value, metric):
    """A threshold as it is typed: a share in percent."""
    if METRICS[metric].unit is Unit.SHARE:
        return f"{(value * 100).normalize():f}%"
    return f"{value.normalize():f}"


def read_threshold(text, metric):
    """A threshold from what was typed; None: not asked of this tier. Refused: what is no number."""
    text = text.strip().replace(",", "").replace("−", "-")
    if not text:
        return None
    try:
        value = Decimal(text.removesuffix("%"))
    except InvalidOperation:
        raise forms.ValidationError(_("%(text)s is not a number.") % {"text": text}) from None
    if not value.is_finite() or abs(value) >= Decimal(10) ** 14:
        raise forms.ValidationError(_("%(text)s is not a number.") % {"text": text})
    known = METRICS.get(metric)
    return value / 100 if text.endswith("%") and known and known.unit is Unit.SHARE else value


def lines_of(rungs):
    """The criteria of all tiers, those that ask for the same under one another: (criterion, thresholds by tier)."""
    found = {}
    for rung in rungs:
        for each in rung.terms.criteria:
            key = (each.key, each.comparison, each.mandatory)
            found.setdefault(key, (each, {}))[1][rung.terms.tier_id] = each.threshold
    return list(found.values())


class DesignForm(forms.Form):
    """All tiers' criteria, and per tier how many of several are needed, the days of grace and of standing."""

    valid_from = forms.DateField(label=gettext_lazy("from"), widget=UnfoldAdminSingleDateWidget)
    currency = forms.CharField(
        label=gettext_lazy("currency"), validators=[CURRENCY], initial="CNY", widget=UnfoldAdminTextInputWidget
    )

    def __init__(self, *args, tiers, rungs, lines=0, **kwargs):
        self.tiers, old = tiers, lines_of(rungs)
        self.count = min(lines or len(old) + EMPTY_LINES, MOST_LINES)
        initial = kwargs.pop("initial", None) or {}
        super().__init__(*args, initial={**initial, **_initial(rungs, old)}, **kwargs)
        for line in range(self.count):
            self._add_line(line)
        for tier in tiers:
            for name, most in (("needed", 20), ("grace", 730), ("settled", 1830)):
                self.fields[f"{name}_{tier.pk}"] = forms.IntegerField(
                    min_value=0, max_value=most, required=False, widget=UnfoldAdminTextInputWidget
                )

    def _add_line(self, line):
        metrics = [("", "–"), *((code, metric.label) for code, metric in METRICS.items())]
        select, text = UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget
        self.fields[f"metric_{line}"] = forms.ChoiceField(choices=metrics, required=False, widget=select)
        self.fields[f"window_{line}"] = forms.ChoiceField(choices=TierWindow.choices, required=False, widget=select)
        self.fields[f"months_{line}"] = forms.IntegerField(min_value=0, max_value=24, required=False, widget=text)
        self.fields[f"comparison_{line}"] = forms.ChoiceField(choices=Comparison.choices, required=False, widget=select)
        duty = [("yes", _("mandatory")), ("no", _("one of several"))]
        self.fields[f"mandatory_{line}"] = forms.ChoiceField(choices=duty, required=False, widget=select)
        for tier in self.tiers:
            self.fields[f"t_{line}_{tier.pk}"] = forms.CharField(max_length=30, required=False, widget=text)

    def rows(self):
        """The fields of each line: what is asked, and the thresholds by tier."""
        heads = ("metric", "window", "months", "comparison", "mandatory")
        return [
            ([self[f"{name}_{line}"] for name in heads], [self[f"t_{line}_{tier.pk}"] for tier in self.tiers])
            for line in range(self.count)
        ]

    def keeping(self):
        """What stands under the columns: how many are needed, the days of grace and of standing."""
        names = (("needed", _("so many of several")), ("grace", _("days of grace")), ("settled", _("days before loss")))
        return [(label, [self[f"{name}_{tier.pk}"] for tier in self.tiers]) for name, label in names]

    def clean(self):
        data = super().clean()
        self.criteria = {tier.pk: [] for tier in self.tiers}
        for line in range(self.count):
            self._read_line(line, data)
        return data

    def _read_line(self, line, data):
        metric = data.get(f"metric_{line}")
        if not metric:
            if any((data.get(f"t_{line}_{tier.pk}") or "").strip() for tier in self.tiers):
                self.add_error(f"metric_{line}", _("Say what is asked for."))
            return
        known = METRICS[metric]
        window = TierWindow.NOW if known.is_state else data.get(f"window_{line}") or TierWindow.TRAILING
        months = (data.get(f"months_{line}") or 12) if window == TierWindow.TRAILING else 0
        currency = data.get("currency", "") if known.in_currency else ""
        for tier in self.tiers:
            name = f"t_{line}_{tier.pk}"
            try:
                threshold = read_threshold(data.get(name) or "", metric)
            except forms.ValidationError as error:
                self.add_error(name, error)
                continue
            if threshold is not None:
                mandatory = data.get(f"mandatory_{line}") != "no"
                comparison = data.get(f"comparison_{line}") or Comparison.AT_LEAST
                made = Criterion(metric, window, comparison, threshold, mandatory, months, currency)
                self.criteria[tier.pk].append(made)

    def ladder(self):
        """The terms as typed, of the tiers that ask something and of the lowest; refused when they mean nothing."""
        lowest = self.tiers[-1].pk
        return [self._terms(tier) for tier in self.tiers if self.criteria[tier.pk] or tier.pk == lowest]

    def _terms(self, tier):
        data = self.cleaned_data
        fields = {"needed": data.get(f"needed_{tier.pk}") or 0}
        for name, key in (("grace_days", "grace"), ("settled_days", "settled")):
            value = data.get(f"{key}_{tier.pk}")
            if value is not None:
                fields[name] = value
        return tiers.terms(tier=tier, criteria=self.criteria[tier.pk], **fields)


def _initial(rungs, lines):
    """What is in force, as it is typed."""
    found = {}
    for number, (each, thresholds) in enumerate(lines):
        found[f"metric_{number}"], found[f"window_{number}"] = each.metric, each.window
        found[f"months_{number}"] = each.months or ""
        found[f"comparison_{number}"] = each.comparison
        found[f"mandatory_{number}"] = "yes" if each.mandatory else "no"
        if each.currency:
            found["currency"] = each.currency
        for tier_id, value in thresholds.items():
            found[f"t_{number}_{tier_id}"] = typed(value, each.metric)
    for rung in rungs:
        tier_id = rung.terms.tier_id
        found[f"needed_{tier_id}"] = rung.terms.needed or ""
        found[f"grace_{tier_id}"], found[f"settled_{tier_id}"] = rung.terms.grace_days, rung.terms.settled_days
    return found


class AcceptForm(forms.Form):
    first_day = forms.DateField(
        label=gettext_lazy("takes effect on"),
        required=False,
        widget=UnfoldAdminSingleDateWidget,
        help_text=gettext_lazy("Empty: today, or the day on which the grace is over."),
    )
    reason = forms.CharField(
        label=gettext_lazy("note"),
        required=False,
        max_length=1000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )
