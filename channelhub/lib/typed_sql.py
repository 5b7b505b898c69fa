"""SQL expressions that read text as typed values, and NULL where it is none: many rows are checked without one error.

Regular expressions cost several times as much; a format check in WHERE makes the planner expect no rows. So these
stand in select lists.
"""

from dataclasses import dataclass

MOST_DIGITS = 400  # PostgreSQL refuses a number of very many digits with an error


def decimal_of(text: str) -> str:
    """The text as a plain decimal number (a sign, digits, one point); NULL otherwise, also for one without end."""
    signs = "('', '.', '-', '-.')"
    return (
        f"CASE WHEN translate({text}, '0123456789', '') IN {signs} AND {text} NOT IN {signs}"
        f" AND strpos({text}, '-') < 2 AND octet_length({text}) <= {MOST_DIGITS} THEN {text}::numeric END"
    )


def date_of(text: str) -> str:
    """The text as a day written YYYY-MM-DD; NULL otherwise, also for a day that is in no calendar."""
    month, day = f"substr({text}, 6, 2)", f"substr({text}, 9, 2)"
    return (
        f"CASE WHEN length({text}) = 10 AND translate({text}, '0123456789', '') = '--'"
        f" AND substr({text}, 5, 1) = '-' AND substr({text}, 8, 1) = '-'"
        f" THEN CASE WHEN substr({text}, 1, 4) <> '0000' AND {month}::int BETWEEN 1 AND 12"
        f" AND {day}::int BETWEEN 1 AND {_days_in(text, month)} THEN {text}::date END END"
    )


INSTANT = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?"
    r"(Z|[+-](0[0-9]|1[0-4]):?[0-5][0-9])?)?$"
)


def instant_of(text: str, zone: str) -> str:
    """The text as an instant written in ISO 8601; NULL otherwise. Without a zone of its own it is read in ``zone``.

    By a regular expression, so over the distinct texts only; a day alone is its beginning.
    """
    own_zone = f"{text} ~ 'Z$|[+-][0-9][0-9]:?[0-9][0-9]$' AND length({text}) > 10"
    return (
        f"CASE WHEN {text} ~ '{INSTANT}' AND {date_of(f'substr({text}, 1, 10)')} IS NOT NULL"
        f" THEN CASE WHEN {own_zone} THEN {text}::timestamptz ELSE {text}::timestamp AT TIME ZONE {zone} END END"
    )


def _days_in(text: str, month: str) -> str:
    year = f"substr({text}, 1, 4)::int"
    leap = f"(mod({year}, 4) = 0 AND mod({year}, 100) <> 0) OR mod({year}, 400) = 0"
    return (
        f"CASE WHEN {month} IN ('04', '06', '09', '11') THEN 30"
        f" WHEN {month} <> '02' THEN 31 WHEN {leap} THEN 29 ELSE 28 END"
    )


def gtin_is_valid(text: str) -> str:
    """Whether the text is a GTIN of 8, 12, 13 or 14 digits whose last one is the check digit."""
    digits = (f"mod({text}::bigint / {10**place}, 10)" for place in range(14))  # whole numbers cost less than texts
    total = " + ".join(f"{digit} * {3 if place % 2 else 1}" for place, digit in enumerate(digits))
    return (
        f"CASE WHEN length({text}) IN (8, 12, 13, 14) AND translate({text}, '0123456789', '') = ''"
        f" THEN mod({total}, 10) = 0 ELSE false END"
    )


@dataclass(frozen=True)
class Check:
    """One rule of one field: ``broken`` is a condition over the checked row ``t``; where it is true, refused."""

    field: str
    rule: str
    broken: str


def required(*fields: str) -> tuple[Check, ...]:
    """The fields must not be empty."""
    return tuple(Check(field, "required", f"t.{field} = ''") for field in fields)


def at_most(**lengths: int) -> tuple[Check, ...]:
    """The fields have at most so many characters."""
    return tuple(Check(field, "too_long", f"length(t.{field}) > {length}") for field, length in lengths.items())


def known(field: str, found: str, rule: str = "unknown_code") -> Check:
    """What the field names was found: its typed column is not NULL."""
    return Check(field, rule, f"t.{field} <> '' AND t.{found} IS NULL")


def decimal(field: str, typed: str, *, digits: int, places: int) -> tuple[Check, ...]:
    """The field is a number with at most so many digits before and after the point."""
    return (
        Check(field, "not_a_number", f"t.{field} <> '' AND t.{typed} IS NULL"),
        Check(field, "too_many_decimals", f"scale(t.{typed}) > {places} AND min_scale(t.{typed}) > {places}"),
        Check(field, "too_large", f"length(t.{field}) > {digits} AND abs(t.{typed}) >= 1e{digits}"),
    )


def accepted(checks: tuple[Check, ...]) -> str:
    """The condition that no check is broken."""
    return "(" + " OR ".join(f"({check.broken})" for check in checks) + ") IS NOT TRUE"


def broken_checks(checks: tuple[Check, ...]) -> str:
    """A LATERAL table ``e`` (field, rule, value, broken) of a checked row ``t``."""
    rows = ", ".join(f"('{c.field}', '{c.rule}', t.{c.field}, {c.broken})" for c in checks)
    return f"(VALUES {rows}) AS e (field, rule, value, broken)"
