"""How figures are written for people: one place, the same on every page."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from channelhub.lib.money import NO_MINOR_UNITS, minor_units
from channelhub.lib.periods import business_zone, last_day

NO_DATA = "–"
SIGNS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "HKD": "HK$", "TWD": "NT$"}


def _grouped(value: Decimal, digits: int) -> str:
    return f"{abs(value):,.{digits}f}"


def money_text(amount: Decimal | None, currency: str, *, iso: bool = False) -> str:
    """¥1,284,500.00; −¥1,284,500.00; with ``iso`` (where currencies meet) CNY 1,284,500.00. None: no data."""
    if amount is None:
        return NO_DATA
    digits = 2 if currency in NO_MINOR_UNITS else minor_units(currency)
    text = _grouped(amount, digits)
    sign = "−" if amount < 0 and float(text.replace(",", "")) else ""
    if iso or currency not in SIGNS:
        return f"{sign}{currency} {text}"
    return f"{sign}{SIGNS[currency]}{text}"


def quantity_text(quantity: Decimal | int | None, unit: str = "") -> str:
    """4,200 pcs: no more digits after the point than there are."""
    if quantity is None:
        return NO_DATA
    plain = Decimal(quantity).normalize()
    exponent = plain.as_tuple().exponent
    digits = max(-exponent, 0) if isinstance(exponent, int) else 0
    text = ("−" if quantity < 0 else "") + _grouped(plain, digits)
    return f"{text} {unit}".strip()


def signed_quantity_text(quantity: Decimal | None, unit: str = "") -> str:
    """A change: +4,200 pcs; its sign always shown, nothing for no change."""
    text = quantity_text(quantity, unit)
    return f"+{text}" if quantity is not None and quantity > 0 else text


def percent_text(rate: Decimal | None) -> str:
    """0.125 as 12.5%."""
    return NO_DATA if rate is None else f"{quantity_text(rate * 100)}%"


def day_text(day: date | None) -> str:
    return NO_DATA if day is None else day.isoformat()


def instant_text(at: datetime | None) -> str:
    """2026-03-31 14:05 in the business zone."""
    return NO_DATA if at is None else at.astimezone(business_zone()).strftime("%Y-%m-%d %H:%M")


def range_days(valid_during: Any) -> tuple[str, str]:
    """First day and last day included of a stored period; an open end is the empty text."""
    end = last_day(valid_during)
    return (valid_during.lower.isoformat() if valid_during.lower else "", end.isoformat() if end else "")
