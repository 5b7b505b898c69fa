"""The pure oracle of settling money: T computed from raw lines by its definition, sharing no code with the product.

Slow and plain on purpose. Everything is a list of facts, each with the month in which it became known.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

ORDER = ("moves", "sales", "late", "returns")
ZERO = Decimal(0)


def first_of(day):
    return date(day.year, day.month, 1)


def period_start(day, kind):
    months = {"month": 1, "quarter": 3, "year": 12}[kind]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


@dataclass(frozen=True)
class Line:
    key: int
    partner: str
    kind: int
    product_line: str
    booked_on: date
    counts_on: date
    currency: str
    amount: Decimal
    quantity: Decimal
    is_return: bool
    known_in: date

    @property
    def cause(self):
        if self.is_return:
            return "returns"
        return "late" if self.known_in > first_of(self.counts_on) else "sales"


@dataclass(frozen=True)
class Terms:
    key: int
    valid_from: date
    known_in: date
    ends: bool
    method: str = ""
    qualifier: str = ""
    pays: str = ""
    bands: tuple = ()
    cap: Decimal | None = None
    floor: Decimal | None = None
    kinds: tuple = ()
    product_line: str | None = None
    subtree: bool = False


@dataclass
class Programme:
    code: str
    currency: str
    period: str
    versions: list = field(default_factory=list)
    members: dict = field(default_factory=dict)  # partner → known_in
    openings: dict = field(default_factory=dict)  # first day → known_in
    manuals: list = field(default_factory=list)  # (partner, first day, amount, known_in)


@dataclass
class Book:
    """All facts taken. ``trees``: (known_in, {partner: [(from, until, parent)]}) in the order of recording."""

    lines: list = field(default_factory=list)
    rates: list = field(default_factory=list)  # (currency, to, month, rate, known_in) in the order of recording
    trees: list = field(default_factory=list)
    line_parents: dict = field(default_factory=dict)
    programmes: dict = field(default_factory=dict)

    def tree(self, month, *, before):
        found = {}
        for known_in, placements in self.trees:
            if known_in < month or (known_in == month and not before):
                found = placements
        return found

    def rate(self, currency, to, month, known_by):
        known = [
            (rate_month, number, rate)
            for number, (from_currency, into, rate_month, rate, known_in) in enumerate(self.rates)
            if (from_currency, into) == (currency, to) and rate_month <= month and known_in <= known_by
        ]
        return max(known)[2] if known else None

    def months(self):
        months = {line.known_in for line in self.lines} | {rate[4] for rate in self.rates}
        months |= {known_in for known_in, _ in self.trees}
        for programme in self.programmes.values():
            months |= {v.known_in for v in programme.versions} | set(programme.members.values())
            months |= set(programme.openings.values()) | {m[3] for m in programme.manuals}
        return sorted(months)


def above(partner, day, placements):
    """Everyone above a partner on a day."""
    found = set()
    while True:
        parents = [p for start, until, p in placements.get(partner, ()) if start <= day < until]
        if not parents:
            return found
        partner = parents[0]
        found.add(partner)


def under(line, wanted, parents):
    while line is not None:
        if line == wanted:
            return True
        line = parents.get(line)
    return False


def slices(terms, chooser, base):
    """(part of the base, rate) pairs that earn."""
    if terms.method == "retrospective":
        return [(base, rate) for start, rate in terms.bands if chooser >= start][-1:]
    ends = [start for start, _ in terms.bands[1:]] + [chooser]
    inside = [(min(chooser, end) - start, rate) for (start, rate), end in zip(terms.bands, ends, strict=True)]
    return [(part if base == chooser else base * part / chooser, rate) for part, rate in inside if part > 0]


def formula(terms, amount, quantity):
    """The rebate of a turnover, written once more."""
    chooser = amount if terms.qualifier == "amount" else quantity
    base = amount if terms.pays == "percent" else quantity
    earned = ZERO
    if chooser > 0 and base > 0:
        earned = sum((part * rate for part, rate in slices(terms, chooser, base)), ZERO)
    earned = min([earned, *([terms.cap] if terms.cap is not None else [])])
    earned = max([earned, *([terms.floor] if terms.floor is not None else [])])
    return earned.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def in_force(programme, start, known_by):
    ruled = [t for t in programme.versions if t.valid_from <= start and t.known_in <= known_by]
    return max(ruled, key=lambda terms: (terms.valid_from, terms.key), default=None)


def counting(book, programme, terms, earner, start, lines, placements):
    """The lines among these that count for an account under some terms, by some tree."""
    return [
        line
        for line in lines
        if period_start(line.counts_on, programme.period) == start
        and line.kind in terms.kinds
        and (terms.product_line is None or under(line.product_line, terms.product_line, book.line_parents))
        and (line.partner == earner or (terms.subtree and earner in above(line.partner, line.counts_on, placements)))
    ]


def worth(book, programme, terms, lines, *, rates_by):
    """What some lines earn under some terms, by the rates known at the end of a month."""
    if terms is None or terms.ends:
        return ZERO
    total = ZERO
    for line in lines:
        rate = Decimal(1)
        if line.currency != programme.currency:
            rate = book.rate(line.currency, programme.currency, first_of(line.counts_on), rates_by) or ZERO
        total += line.amount * rate
    return formula(terms, total, sum((line.quantity for line in lines), ZERO))


def ruling(programme, earner, start, month):
    member, opened = programme.members.get(earner), programme.openings.get(start)
    if member is None or opened is None or max(member, opened) > month:
        return None
    return in_force(programme, start, month)


def values_of_month(book, programme, account, month, before):
    """The formula's value after each cause but the last, from what was known before a month to what was known in it."""
    earner, start = account
    terms = ruling(programme, earner, start, month)

    def count(lines, placements):
        if terms is None or terms.ends:
            return []
        return counting(book, programme, terms, earner, start, lines, placements)

    old = [line for line in book.lines if line.known_in < month]
    have = count(old, book.tree(month, before=True))
    yield "version", worth(book, programme, terms, have, rates_by=before)
    yield "rates", worth(book, programme, terms, have, rates_by=month)
    now = book.tree(month, before=False)
    have = count(old, now)
    yield "moves", worth(book, programme, terms, have, rates_by=month)
    for cause in ORDER[1:]:
        added = [line for line in book.lines if line.known_in == month and line.cause == cause]
        have = have + count(added, now)
        yield cause, worth(book, programme, terms, have, rates_by=month)


def account_parts(book, programme, earner, start):
    """T of one account: {(known_in, cause): amount}, by walking every month and evaluating after every cause."""
    found = {}
    value, before = ZERO, date.min
    for month in book.months():
        for cause, after in values_of_month(book, programme, (earner, start), month, before):
            if after != value:
                found[month, cause] = after - value
            value = after
        given = [a for p, s, a, known_in in programme.manuals if (p, s, known_in) == (earner, start, month)]
        if sum(given, ZERO):
            found[month, "manual"] = sum(given, ZERO)
        before = month
    return found


def all_parts(book):
    """{(programme, earner, first day of the period, known_in, cause): amount} of everything that differs from zero."""
    found = defaultdict(Decimal)
    for programme in book.programmes.values():
        starts = set(programme.openings)
        for earner in programme.members:
            manual_starts = {s for p, s, _, _ in programme.manuals if p == earner}
            for start in starts | manual_starts:
                for (month, cause), amount in account_parts(book, programme, earner, start).items():
                    found[programme.code, earner, start, month, cause] += amount
    return {key: amount for key, amount in found.items() if amount}
