from django import template
from django.utils.translation import gettext as _

from channelhub.lib import formats

register = template.Library()


@register.filter
def money(amount, currency):
    """``{{ amount|money:currency }}``: ¥1,284,500.00."""
    return formats.money_text(amount, currency)


@register.filter
def iso_money(amount, currency):
    """Where currencies meet: CNY 1,284,500.00."""
    return formats.money_text(amount, currency, iso=True)


@register.filter
def quantity(value, unit=""):
    return formats.quantity_text(value, unit)


@register.filter
def percent(rate):
    return formats.percent_text(rate)


@register.filter
def day(value):
    return formats.day_text(value)


@register.filter
def instant(value):
    return formats.instant_text(value)


@register.filter
def period(valid_during):
    """2026-01-01 to 2026-03-31; open: from 2026-01-01."""
    return period_text(valid_during)


def period_text(valid_during):
    """A stored period as people read it, with its last day included."""
    if valid_during is None:
        return formats.NO_DATA
    first, last = formats.range_days(valid_during)
    if not last:
        return _("from %(first)s") % {"first": first} if first else _("always")
    if not first:
        return _("to %(last)s") % {"last": last}
    return _("%(first)s to %(last)s") % {"first": first, "last": last}
