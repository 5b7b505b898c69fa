"""Icons drawn into the page: no font to fetch, and they take the colour of their text."""

import re
from functools import lru_cache

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
ICONS = settings.NODE_MODULES / "@tabler" / "icons" / "icons" / "outline"


@lru_cache(maxsize=256)
def _paths(name: str) -> SafeString:
    """The drawing of one icon; nothing where front-end files were never fetched; an unknown name is an error."""
    if not ICONS.exists():
        return mark_safe("")
    svg = (ICONS / f"{name}.svg").read_text()
    inner = re.sub(r"<path stroke=\"none\"[^>]*/>", "", svg.partition(">")[2].rpartition("</svg>")[0])
    return mark_safe(" ".join(inner.split()))  # noqa: S308 - a file of the package, never of a person


@register.simple_tag
def icon(name, extra=""):
    """Decoration beside a word, so hidden from screen readers."""
    return format_html(
        '<svg class="icon {}" width="24" height="24" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
        ' stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{}</svg>',
        extra,
        _paths(name),
    )
