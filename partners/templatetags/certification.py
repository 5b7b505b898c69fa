from django import template
from django.utils.translation import get_language

from partners.services import exams

register = template.Library()


@register.filter
def in_language(record, field):
    """A text that there is in two scripts, of a record or of what was kept of one: the reader's language chooses."""
    read = record.get if isinstance(record, dict) else lambda name: getattr(record, name)
    english = (get_language() or "en").startswith("en")
    return (read(f"{field}_en") if english else "") or read(field)


@register.filter
def refusal_text(refusal):
    """Why an exam may not begin, in words."""
    return exams.said(refusal)
