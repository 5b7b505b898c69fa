"""What the demo's channel sold: lines with season, growth, sizes like Zipf's, late reports, returns and troubles.

Every partner and month has dice of its own, so that the lines are the same however they are cut into batches.
"""

import itertools
import random
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from performance.rules.demo.heads import DemoPartner, DemoProduct
from performance.rules.demo.places import CITIES
from performance.rules.demo.prices import Price, price_on
from performance.rules.demo.scales import Scale
from performance.rules.demo.troubles import Planted, Trouble

COLUMNS = (
    *("external_id", "kind", "partner", "other_partner", "product", "document", "document_line", "booked_on"),
    *("quantity", "currency", "list_amount", "net_amount", "sold_into", "customer", "returns"),
)
Row = tuple[str, ...]
# January to December: quiet at the Spring Festival, busy for 6.18 and Double-11.
SEASON = (0.9, 0.55, 0.9, 1.0, 1.0, 1.45, 0.9, 0.9, 1.1, 1.1, 2.1, 1.1)
PEAKS = {6: (18, 0.25), 11: (11, 0.35)}
GROWTH_A_MONTH = 1.009
SHARE_SELL_IN, SHARE_SELL_THROUGH = 0.25, 0.08
SHARE_RETURNED, SHARE_NOT_SAID, SHARE_COARSE = 0.02, 0.05, 0.03
SHARE_TROUBLED = 0.3
DECLINE_A_MONTH, DIP = 0.9, 0.35
SELL_IN_PIECES, SELL_OUT_PIECES = (4, 5, 8, 10, 10, 15, 20), (1, 1, 1, 2, 2, 3, 5, 10)
TOP_UP = "TOP"


@dataclass
class Sales:
    """The lines of a channel of a ``scale`` from ``first`` to the day before ``until``; ``brackets``: of a quarter's
    purchases, in CNY. ``planted`` is filled while the lines are made.
    """

    scale: Scale
    seed: int
    first: date
    until: date
    partners: Sequence[DemoPartner]
    products: Sequence[DemoProduct]
    troubles: Sequence[Trouble] = ()
    brackets: Sequence[int] = ()
    planted: Planted = field(default_factory=Planted)

    def __post_init__(self) -> None:
        self.all_months = self._months()
        self.by_code = {partner.code: partner for partner in self.partners}
        self.trouble = {trouble.partner: trouble for trouble in self.troubles}
        ranked = random.Random(f"{self.seed} ranks").sample(list(self.products), len(self.products))  # noqa: S311
        self.ranked = ranked
        self.popular = list(itertools.accumulate(1 / rank for rank in range(1, len(ranked) + 1)))
        self.weights = sum(partner.weight for partner in self.partners)
        self.cities: dict[str, list[str]] = {}
        for city in CITIES:
            self.cities.setdefault(city.province, []).append(city.code)

    def months(self) -> list[tuple[date, date]]:
        """First day of each month, and the day after its last (or the day the channel ends)."""
        return self.all_months

    def _months(self) -> list[tuple[date, date]]:
        found, day = [], self.first
        while day < self.until:
            after = (day + timedelta(days=32)).replace(day=1)
            found.append((day, min(after, self.until)))
            day = after
        return found

    def sell_in(self, partner: DemoPartner, month: int) -> Iterator[Row]:
        """What the maker sold to a partner in a month."""
        pen = _Pen(self, partner, month, "I")
        yield from pen.purchases()
        trouble = self.trouble.get(partner.code)
        if trouble and trouble.kind in ("just_missed", "just_reached") and month == self._quarters_last_month():
            yield from self._top_up(pen, month, exactly=trouble.kind == "just_reached")

    def reported(self, partner: DemoPartner, month: int) -> Iterator[Row]:
        """What a partner reports of a month: sold on to those under it, sold to end customers, taken back."""
        pen = _Pen(self, partner, month, "O")
        if partner.parent:
            seller = self.by_code[partner.parent]
            through = _Pen(self, partner, month, "T")
            for _ in range(through.about(SHARE_SELL_THROUGH)):
                yield through.line("sell_through", through.dice.randint(3, 12), 0.12, seller=seller)
        for _ in range(pen.about(1 - SHARE_SELL_IN - SHARE_SELL_THROUGH)):
            line = pen.sell_out(self.trouble.get(partner.code))
            yield line
            if pen.dice.random() < SHARE_RETURNED:
                yield pen.taken_back(line)

    def _quarters_last_month(self) -> int:
        """The last month of the last quarter that has ended."""
        months = self.months()
        full = len(months) - (1 if months[-1][1] == self.until else 0)
        return next(number for number in range(full - 1, -1, -1) if months[number][0].month % 3 == 0)

    def _top_up(self, pen: "_Pen", month: int, *, exactly: bool) -> Iterator[Row]:
        """One more purchase that ends the quarter at a bracket, or 0.4 % under it."""
        quarter = (past for past in range(month - 2, month + 1) if past >= 0)
        pens = (_Pen(self, pen.partner, past, "I") for past in quarter)
        bought = sum(Decimal(row[COLUMNS.index("net_amount")]) for each in pens for row in each.purchases())
        bracket = next((Decimal(limit) for limit in self.brackets if limit > bought * Decimal("1.01")), None)
        if bracket is None:
            return
        wanted = (bracket if exactly else bracket * Decimal("0.996")) - bought
        if wanted > 0:
            self.planted.partners.setdefault("just_reached" if exactly else "just_missed", []).append(pen.partner.code)
            yield pen.top_up(wanted)


class _Pen:
    """Writes the lines of one partner and month, of one kind, in their order."""

    def __init__(self, sales: Sales, partner: DemoPartner, month: int, mark: str) -> None:
        self.sales, self.partner, self.month, self.mark = sales, partner, month, mark
        self.day, self.after = sales.months()[month]
        self.dice = random.Random(f"{sales.seed} {partner.code} {month} {mark}")  # noqa: S311
        self.number = 0

    def about(self, share: float) -> int:
        """How many lines, by size, season, growth and what ails the partner."""
        sales, partner = self.sales, self.partner
        part = (self.after - self.day).days / 30
        much = sales.scale.lines / sales.scale.months * partner.weight / sales.weights * share * part
        much *= SEASON[self.day.month - 1] * GROWTH_A_MONTH**self.month * 0.9
        trouble = sales.trouble.get(partner.code)
        if trouble and trouble.kind == "decline" and self.month >= trouble.first:
            much *= DECLINE_A_MONTH ** (self.month - trouble.first + 1)
        if trouble and trouble.kind == "seasonal_dip" and self.day.month in (8, 9, 10):
            much *= DIP
        return max(0, round(self.dice.gauss(much, much / 6)))

    def purchases(self) -> Iterator[Row]:
        """What the maker sold to the partner, apart from top-ups."""
        for _ in range(self.about(SHARE_SELL_IN)):
            yield self.line("sell_in", self.dice.choice(SELL_IN_PIECES), self.dice.uniform(0.14, 0.22))

    def line(
        self, kind: str, pieces: int, discount: float, *, seller: DemoPartner | None = None, sold_into: str = ""
    ) -> Row:
        price = self._product()
        return self._row(kind, price, pieces, round(price.list * pieces * (1 - discount)), seller, sold_into)

    def sell_out(self, trouble: Trouble | None) -> Row:
        """One sale to an end customer; what is planted shows in where, or at which price."""
        price, pieces = self._product(), self.dice.choice(SELL_OUT_PIECES)
        net, place = round(price.list * pieces * (1 - self.dice.uniform(0, 0.09))), self._place()
        kind = trouble.kind if trouble and self.dice.random() < SHARE_TROUBLED else ""
        guilty = ""
        if kind in ("diversion", "second_province", "expired") and trouble:
            place, guilty = self._elsewhere(trouble, place)
        elif kind == "undercutting" and trouble and trouble.holds(self.month):
            net, guilty = round(price.list * pieces * (1 - self.dice.uniform(0.19, 0.3))), kind
        elif kind == "at_the_minimum" and trouble and trouble.holds(self.month):
            net = price.minimum * pieces
        row = self._row("sell_out", price, pieces, net, None, place)
        if guilty:
            self.sales.planted.add_line(guilty, row[0])
        return row

    def _elsewhere(self, trouble: Trouble, place: str) -> tuple[str, str]:
        """Where it was sold, and under which trouble it falls: none where the partner was authorised."""
        if trouble.kind == "second_province":
            return trouble.place, ""
        if trouble.holds(self.month):
            return trouble.place, trouble.kind
        return (trouble.place, "") if trouble.kind == "expired" and self.month < trouble.first else (place, "")

    def taken_back(self, line: Row) -> Row:
        """The return of a line, some days later but within what is reported of the month."""
        values = dict(zip(COLUMNS, line, strict=True))
        booked = date.fromisoformat(values["booked_on"])
        back = min(booked + timedelta(days=self.dice.randint(1, 20)), self.after - timedelta(days=1))
        minus = {name: f"-{values[name]}" for name in ("quantity", "list_amount", "net_amount")}
        named = {"external_id": f"{line[0]}-R", "booked_on": back.isoformat(), "returns": line[0]}
        return tuple({**values, **minus, **named}.values())

    def top_up(self, wanted: Decimal) -> Row:
        price = self._product()
        pieces = max(1, round(wanted * 100 / Decimal(price.list * 0.82)))
        row = self._row("sell_in", price, pieces, int(wanted * 100), None, "")
        return (f"{row[0]}-{TOP_UP}", *row[1:])

    def _product(self) -> Price:
        sales = self.sales
        product = sales.ranked[bisect(sales.popular, self.dice.random() * sales.popular[-1])]
        self.booked = self._booked()
        return price_on(product, self.booked, first=sales.first, currency=self.partner.currency)

    def _booked(self) -> date:
        days = (self.after - self.day).days
        peak, share = PEAKS.get(self.day.month, (0, 0.0))
        if peak and days >= peak and self.dice.random() < share:
            return self.day.replace(day=peak)
        return self.day + timedelta(days=int(self.dice.random() * days))

    def _place(self) -> str:
        """Mostly the home town, sometimes another of the province, said coarsely or not at all."""
        home, chance = self.partner.home, self.dice.random()
        if self.partner.is_online:
            return self.dice.choice(CITIES).code
        if not home.startswith("CN-") or chance > SHARE_NOT_SAID + SHARE_COARSE + 0.15:
            return home
        if chance < SHARE_NOT_SAID:
            return ""
        return home[:5] if chance < SHARE_NOT_SAID + SHARE_COARSE else self.dice.choice(self.sales.cities[home[:5]])

    def _row(self, kind: str, price: Price, pieces: int, net: int, seller: DemoPartner | None, sold_into: str) -> Row:
        self.number += 1
        name = f"{self.partner.code}-{self.day:%y%m}-{self.mark}{self.number}"
        asked = price.list * pieces
        return (
            name,
            kind,
            (seller or self.partner).code,
            self.partner.code if seller else "",
            price.sku,
            f"{self.mark}{self.partner.code[-5:]}{self.day:%y%m}{self.number // 3:03d}",
            str(self.number % 3 + 1),
            self.booked.isoformat(),
            str(pieces),
            (seller or self.partner).currency,
            f"{asked // 100}.{asked % 100:02d}",
            f"{net // 100}.{net % 100:02d}",
            sold_into,
            f"C{int(self.dice.random() * 40_000):05d}" if kind == "sell_out" else "",
            "",
        )
