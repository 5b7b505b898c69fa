"""Unit prices as they are: no fewer digits than the currency has, no more than there are."""

from decimal import Decimal

from django import template

from channelhub.lib import formats
from channelhub.lib.money import NO_MINOR_UNITS, minor_units
from pricing.enums import StepReason, TargetKind

register = template.Library()


@register.filter
def exact_money(amount, currency):
    """¥1,079.10, but $5.0136 and ¥0.172884."""
    if amount is None:
        return formats.NO_DATA
    text = formats.money_text(amount, currency)
    digits = 2 if currency in NO_MINOR_UNITS or not currency else minor_units(currency)
    exact = f"{abs(Decimal(amount)).normalize():,f}"
    if len(exact.partition(".")[2]) <= digits:
        return text
    rounded = formats.money_text(abs(amount), currency).lstrip("−")
    number = rounded.lstrip("".join(set(rounded) - set("0123456789.,")))
    return f"{'−' if amount < 0 else ''}{rounded.removesuffix(number)}{exact}"


@register.filter
def change_money(amount, currency):
    """A change of a unit price: its sign always shown."""
    text = exact_money(amount, currency)
    return f"+{text}" if amount is not None and amount > 0 else text


@register.filter
def step_reason(code):
    """Why a step did not fire."""
    return StepReason(code).label if code in StepReason.values else code


@register.filter
def target_kind(code):
    """What kind of target a list was assigned to."""
    return TargetKind(code).label if code in TargetKind.values else code


@register.filter
def plain(number):
    """A number as fields and addresses take it."""
    return f"{Decimal(number).normalize():f}"


@register.filter
def change_share(share):
    """A relative change of a price, its sign always shown: +3%."""
    text = margin(share)
    return f"+{text}" if share is not None and share > 0 else text


@register.filter
def margin(share):
    """A share as a percentage with at most two digits."""
    return formats.NO_DATA if share is None else formats.percent_text(round(share, 4))
