"""How pages that are only read show plain values: decimals without empty places, periods in words."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from django.contrib.postgres.fields import DateRangeField
from django.db.models import DecimalField

from channelhub.core.admin import cells
from channelhub.lib.periods import DateRange

RANGE = re.compile(r"^\[(\S+), (\S+)\)$")


def plain_texts(opts):
    """Field → what turns its text as Django writes it into ours."""
    found = {}
    for field in opts.concrete_fields:
        if isinstance(field, DecimalField):
            found[field.name] = decimal
        elif isinstance(field, DateRangeField):
            found[field.name] = period
    return found


def decimal(text):
    """``5.000000`` → ``5``; what is no number stays."""
    try:
        return cells.quantity(Decimal(text.replace(",", "")))
    except InvalidOperation:
        return text


def period(text):
    """``[2026-01-01, None)`` → "from 2026-01-01"; what is no range stays."""
    match = RANGE.match(text)
    if match is None:
        return text
    first, end = (None if day == "None" else date.fromisoformat(day) for day in match.groups())
    return cells.period(DateRange(first, end))
