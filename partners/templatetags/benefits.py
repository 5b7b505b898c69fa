"""How benefits of tiers are written."""

from django import template

from channelhub.core.templatetags.figures import name_of
from channelhub.lib import formats
from partners.enums import BenefitKind

register = template.Library()


@register.filter
def benefit_text(benefit):
    """What a benefit is, after its kind: 0.8, 2%, 12, or its words in the reader's language."""
    if benefit.value is None:
        return name_of(_Named(benefit.text, benefit.text_en))
    if benefit.kind == BenefitKind.MARKETING_SHARE:
        return formats.percent_text(benefit.value)
    return formats.quantity_text(benefit.value)


class _Named:
    """Words in both scripts, as ``name_of`` reads them."""

    def __init__(self, name, name_en):
        self.name, self.name_en = name, name_en
