"""How criteria of tiers are written: the metric, its window, have and need in the metric's unit."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from channelhub.lib import formats
from performance.enums import Comparison, Lack, TierWindow
from performance.rules.kpis import Unit
from performance.selectors.tier_metrics import METRICS
from performance.templatetags.kpi_figures import share_text

register = template.Library()
TONES = {"met": "green", "missed": "red", "unknown": "grey", "withheld": "grey"}


@register.filter
def metric_name(code):
    """What a metric is called; the bare code of one that is gone."""
    known = METRICS.get(code)
    return str(known.label) if known else code


def metric_text(value, code, currency=""):
    """A value in its metric's unit; yes or no for what is so or not."""
    known = METRICS.get(code)
    if value is None:
        return formats.NO_DATA
    if known is not None and known.yes_no:
        return _("yes") if value else _("no")
    if known is not None and known.unit is Unit.SHARE:
        return share_text(value)
    return formats.money_text(value, currency, iso=True) if currency else formats.quantity_text(value)


@register.filter
def window_text(criterion):
    """Over what time it is read."""
    if criterion.window == TierWindow.TRAILING:
        return ngettext("last %(count)s month", "last %(count)s months", criterion.months) % {"count": criterion.months}
    return str(TierWindow(criterion.window).label)


@register.filter
def need_text(criterion):
    """What is asked: at least CNY 400."""
    known = METRICS.get(criterion.metric)
    asked = metric_text(criterion.threshold, criterion.metric, criterion.currency)
    return asked if known and known.yes_no else f"{Comparison(criterion.comparison).label} {asked}"


@register.filter
def have_text(judged):
    """What is there, or why there is nothing."""
    if judged.have is None:
        return str(Lack(judged.lacks).label) if judged.lacks in Lack.values else formats.NO_DATA
    return metric_text(judged.have, judged.criterion.metric, judged.criterion.currency)


@register.filter
def missing_text(judged):
    """How far it is to what is asked; empty when nothing is missing."""
    known = METRICS.get(judged.criterion.metric)
    if judged.missing is None or (known and known.yes_no):
        return ""
    return metric_text(judged.missing, judged.criterion.metric, judged.criterion.currency)


@register.filter
def outcome_tone(outcome):
    return TONES[str(outcome)]


@register.filter
def outcome_text(outcome):
    words = {"met": _("met"), "missed": _("missed"), "unknown": _("no data"), "withheld": _("looked at by us")}
    return words[str(outcome)]
