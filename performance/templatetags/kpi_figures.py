"""How KPI values, weights and attainments are written; no data is a dash with its reason."""

from decimal import ROUND_HALF_UP, Decimal

from django import template

from channelhub.lib import formats
from performance.enums import KpiCode, Lack
from performance.rules.kpis import REGISTRY, Unit

register = template.Library()
TENTH = Decimal("0.001")


def kpi_text(value, kpi, currency=""):
    """A value in its KPI's unit: money, a share as percent, a count."""
    if value is None:
        return formats.NO_DATA
    unit = REGISTRY[kpi].unit
    if unit is Unit.MONEY:
        return formats.money_text(value, currency, iso=True) if currency else formats.quantity_text(value)
    if unit is Unit.SHARE:
        return share_text(value)
    return formats.quantity_text(value)


@register.filter
def share_text(value):
    """0.58064 as 58.1%."""
    return formats.percent_text(None if value is None else value.quantize(TENTH, rounding=ROUND_HALF_UP))


@register.simple_tag
def kpi_value(value, kpi, currency=""):
    return kpi_text(value, kpi, currency)


@register.filter
def kpi_name(code):
    return KpiCode(code).label


@register.filter
def lack_text(code):
    """Why there is no data, in words."""
    return Lack(code).label if code else ""


@register.filter
def points_text(value):
    """Points with at most two digits after the point."""
    return formats.quantity_text(None if value is None else value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))


@register.filter
def bar(share):
    """A share as whole percent from 0 to 100, for a progress element."""
    return 0 if share is None else int(min(max(share * 100, Decimal(0)), Decimal(100)))
