"""What the demo's channel sold: lines with season, sizes like Zipf's, late ones and returns, all by a seed."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from performance.rules.demo_channel import DemoPartner, DemoProduct

Row = dict[str, object]
# January to December: quiet at the Spring Festival, busy in June and November.
SEASON = (0.9, 0.6, 0.9, 1.0, 1.0, 1.5, 0.9, 0.9, 1.1, 1.1, 2.0, 1.2)
CENT = Decimal("0.01")
# Units of a currency for which what costs one CNY at home is sold.
PER_CNY = {"CNY": Decimal(1), "SGD": Decimal("0.19")}
SHARE_LATE, SHARE_RETURNED = 0.02, 0.03
RETURNED_AFTER = (5, 45)


@dataclass(frozen=True)
class Month:
    """What was sent in for one month: the maker's own sales, and what partners reported, late lines included."""

    first_day: date
    after: date
    sell_in: list[Row]
    reported: list[Row]


@dataclass
class Sales:
    """Lines of sale from ``first`` to the day before ``until``; the same seed and days give the same lines."""

    first: date
    until: date
    partners: Sequence[DemoPartner]
    products: Sequence[DemoProduct]
    seed: int
    numbers: dict[str, int] = field(default_factory=dict)
    coming_back: list[Row] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)  # noqa: S311 - a demo, not a secret
        # A few products make most of the sales.
        self.popular = [1 / rank for rank in range(1, len(self.products) + 1)]
        self.ranked = self.dice.sample(list(self.products), len(self.products))

    def months(self) -> Iterator[Month]:
        """Month by month; a late line is sent with the next month, a return in the month it came back."""
        late: list[Row] = []
        day = self.first
        while day < self.until:
            after = min((day + timedelta(days=32)).replace(day=1), self.until)
            sell_in, reported = self._month(day, after)
            held_back = [row for row in reported if self.dice.random() < SHARE_LATE]
            unknown = {row["external_id"] for row in held_back}
            on_time = [row for row in reported if row["external_id"] not in unknown]
            yield Month(day, after, sell_in, late + on_time + self._came_back(after, unknown))
            late = held_back
            day = after

    def _came_back(self, after: date, unknown: set[object]) -> list[Row]:
        """The returns until a day, of lines that were sent."""
        ready = [
            row
            for row in self.coming_back
            if row["booked_on"] < after and row["returns"] not in unknown  # type: ignore[operator]
        ]
        self.coming_back = [row for row in self.coming_back if row not in ready]
        return ready

    def _month(self, day: date, after: date) -> tuple[list[Row], list[Row]]:
        sell_in: list[Row] = []
        reported: list[Row] = []
        part = (after - day).days / 30
        for partner in self.partners:
            much = part * SEASON[day.month - 1] * partner.weight**0.5
            sell_in += [self._sell_in(partner, day, after) for _ in range(self._about(6 * much))]
            if partner.parent and self.dice.random() < part:
                reported += [self._sell_through(partner, day, after) for _ in range(self._about(2 * much))]
            reported += [self._sell_out(partner, day, after) for _ in range(self._about(14 * much))]
        return sell_in, reported

    def _about(self, number: float) -> int:
        return max(0, round(self.dice.gauss(number, number / 5)))

    def _sell_in(self, partner: DemoPartner, day: date, after: date) -> Row:
        quantity = self.dice.choice((5, 10, 10, 20, 20, 30, 50)) * max(1, round(partner.weight / 3))
        return self._row("sell_in", partner, day, after, quantity, discount=self.dice.uniform(0.14, 0.22))

    def _sell_through(self, buyer: DemoPartner, day: date, after: date) -> Row:
        seller = next(partner for partner in self.partners if partner.code == buyer.parent)
        row = self._row("sell_through", seller, day, after, self.dice.randint(3, 12), self.dice.uniform(0.1, 0.16))
        return {**row, "other_partner": buyer.code}

    def _sell_out(self, partner: DemoPartner, day: date, after: date) -> Row:
        row = self._row("sell_out", partner, day, after, self.dice.choice((1, 1, 1, 2, 3)), self.dice.uniform(0, 0.09))
        row |= {"sold_into": partner.home, "customer": f"C{self.dice.randint(1, 4000):05d}"}
        if self.dice.random() < SHARE_RETURNED:
            self._will_come_back(row)
        return row

    def _will_come_back(self, row: Row) -> None:
        came_back = row["booked_on"] + timedelta(days=self.dice.randint(*RETURNED_AFTER))  # type: ignore[operator]
        taken_from = {name: f"-{row[name]}" for name in ("quantity", "list_amount", "net_amount")}
        number = f"{row['external_id']}-R"
        self.coming_back.append(
            {**row, **taken_from, "external_id": number, "booked_on": came_back, "returns": row["external_id"]},
        )

    def _row(self, kind: str, partner: DemoPartner, day: date, after: date, quantity: int, discount: float) -> Row:
        product = self.dice.choices(self.ranked, weights=self.popular)[0]
        asked = (product.list_price * quantity * PER_CNY[partner.currency]).quantize(CENT)
        net = (asked * (1 - Decimal(discount))).quantize(CENT)
        number = self.numbers[kind] = self.numbers.get(kind, 0) + 1
        return {
            "external_id": f"{kind}-{number:07d}",
            "kind": kind,
            "partner": partner.code,
            "product": product.sku,
            "document": f"{kind[:1].upper()}{day:%y%m}{number // 3:05d}",
            "document_line": str(number % 3 + 1),
            "booked_on": day + timedelta(days=self.dice.randrange((after - day).days)),
            "quantity": str(quantity),
            "currency": partner.currency,
            "list_amount": str(asked),
            "net_amount": str(net),
        }
