"""What pages add to the formats: signs, deadlines, names, addresses."""

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from channelhub.core.selectors.names import name_of
from channelhub.lib import formats
from channelhub.lib.periods import business_day

register = template.Library()


@register.filter
def signed_money(amount, currency):
    """A change: its sign always shown."""
    text = formats.money_text(amount, currency)
    return f"+{text}" if amount is not None and amount > 0 else text


@register.filter
def signed_quantity(value, unit=""):
    """A change of a quantity: its sign always shown."""
    return formats.signed_quantity_text(value, unit)


@register.filter
def days_left(day):
    """How long a deadline still is; a past one says how late."""
    left = (day - business_day(timezone.now())).days
    if left == 0:
        return _("today")
    if left < 0:
        return ngettext("%(count)d day late", "%(count)d days late", -left) % {"count": -left}
    return ngettext("%(count)d day left", "%(count)d days left", left) % {"count": left}


@register.filter
def month(day):
    return formats.NO_DATA if day is None else f"{day:%Y-%m}"


register.filter("name_of", name_of)


@register.simple_tag(takes_context=True)
def url_with(context, **changes):
    """The address of the page shown with some parameters changed; None removes one. The address is the view."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None or value == "":
            query.pop(name, None)
        else:
            query[name] = value
    return f"?{query.urlencode()}" if query else context["request"].path
