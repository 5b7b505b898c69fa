"""Cells of lists: figures right-aligned, states as words in a tone, links that open the rows behind a figure."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html

from channelhub.core.templatetags.formats import period_text
from channelhub.lib import formats

TONES = ("grey", "blue", "orange", "green", "red")


def money(amount, currency):
    """Columns named ``…_figure`` are right-aligned by the sheet."""
    return formats.money_text(amount, currency, iso=True)


def quantity(value, unit=""):
    return formats.quantity_text(value, unit)


def label(text, tone="grey"):
    """A state as a word in a tone; colour never alone."""
    return format_html('<span class="ch-label ch-{}">{}</span>', tone, text)


def link(text, name, *args, **query):
    """A figure or name that opens the list or record behind it."""
    address = reverse(name, args=args)
    return format_html(
        '<a class="ch-link" href="{}">{}</a>', f"{address}?{urlencode(query)}" if query else address, text
    )


def day(value):
    return formats.day_text(value)


def instant(value):
    return formats.instant_text(value)


def period(valid_during):
    return period_text(valid_during)
