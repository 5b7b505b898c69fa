"""Random histories of a small channel: made once from a seed, run against the database with nights cut anywhere."""

import random
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from channelhub.lib.errors import DomainError
from channelhub.lib.periods import add_months
from partners.models import Placement
from partners.services.placements import move_partner
from pricing.rules.rebates import Band, Terms
from pricing.services import accrual, members, months, programmes, rates, rollup
from tests.factories.ledger import line_of, record
from tests.factories.partners import make_partner, make_product, make_product_line
from tests.oracles import settling as oracle

JANUARY = date(2026, 1, 1)
PARTNERS = ("root", "north", "south", "shop1", "shop2", "alone")
PARENTS = {"north": "root", "south": "root", "shop1": "north", "shop2": "south"}
LINES = {"tools": None, "drills": "tools", "paint": None}
PROGRAMMES = {"own": ("CNY", "month"), "tree": ("CNY", "quarter"), "dollar": ("USD", "quarter")}


def noon(day):
    return datetime.combine(day, time(4), tzinfo=UTC)


@dataclass
class Made:
    """What the generator remembers of a line it made."""

    key: int
    booked_on: date
    amount: Decimal
    quantity: Decimal
    is_return: bool = False
    returns: int | None = None
    reversed: bool = False


class Maker:
    """Makes the operations of one history from a seed, without looking at any database."""

    def __init__(self, seed, length=70):
        self.random = random.Random(seed)
        self.day = date(2026, 1, 5)
        self.closed = None
        self.made = {}
        self.ops = []
        for code in PROGRAMMES:
            self.version(code, JANUARY)
            for partner in self.random.sample(PARTNERS, 4):
                self.ops.append(("member", code, partner))
        chances = {
            self.sales: 12, self.give_back: 5, self.reverse: 4, self.move: 6, self.rate: 5, self.new_version: 2,
            self.end: 0.4, self.member: 1, self.manual: 1.5, self.pass_time: 8, self.close: 7,
        }  # fmt: skip
        for _ in range(length):
            self.random.choices(list(chances), weights=list(chances.values()))[0]()

    def money(self, lowest, highest):
        return Decimal(self.random.randint(lowest, highest)).scaleb(-2)

    def sales(self):
        batch = []
        for _ in range(self.random.randint(2, 6)):
            late = self.random.choice([0, 0, 0, 10, 45, 80])
            made = Made(
                len(self.made),
                max(JANUARY, self.day - timedelta(days=self.random.randint(0, 5) + late)),
                self.money(100, 90000),
                Decimal(self.random.randint(1, 40)),
            )
            self.made[made.key] = made
            batch.append(
                (
                    made,
                    self.random.choice(PARTNERS),
                    self.random.choice([1, 1, 3]),
                    self.random.choice(list(LINES)),
                    self.random.choice(["CNY", "CNY", "CNY", "USD", "EUR"]),
                )
            )
        self.ops.append(("sales", batch))

    def give_back(self):
        sold = [m for m in self.made.values() if not m.is_return and not m.reversed and m.amount > 0]
        if sold:
            original = self.random.choice(sold)
            part = self.random.choice([Decimal("0.25"), Decimal("0.5"), Decimal(1)])
            day = self.day - timedelta(days=self.random.choice([0, 0, 20]))
            made = Made(
                len(self.made),
                max(day, original.booked_on),
                (-original.amount * part).quantize(Decimal("0.01")),
                -original.quantity * part,
                is_return=True,
                returns=original.key,
            )
            self.made[made.key] = made
            self.ops.append(("correct", made, original.key, "returns"))

    def reverse(self):
        returned = {m.returns for m in self.made.values() if m.returns is not None and not m.reversed}
        live = [m for m in self.made.values() if not m.reversed and m.key not in returned and m.amount]
        if live:
            original = self.random.choice(live)
            day = self.random.choice([original.booked_on, self.day])
            made = Made(len(self.made), day, -original.amount, -original.quantity, original.is_return, reversed=True)
            original.reversed = True
            self.made[made.key] = made
            self.ops.append(("correct", made, original.key, "reverses"))

    def move(self):
        partner = self.random.choice(PARTNERS[1:])
        parent = self.random.choice([None, *(p for p in PARTNERS if p != partner)])
        day = self.day + timedelta(days=self.random.choice([-110, -80, -60, -45, -30, -15, 0, 20]))
        self.ops.append(("move", partner, parent, max(JANUARY, day)))

    def rate(self):
        month = add_months(self.day.replace(day=1), self.random.choice([-3, -2, -1, -1, 0, 1]))
        pair = self.random.choice([("USD", "CNY"), ("USD", "CNY"), ("EUR", "CNY"), ("CNY", "USD"), ("EUR", "USD")])
        self.ops.append(("rate", *pair, month, self.money(10, 900)))

    def version(self, code, valid_from):
        starts = sorted(self.random.sample(range(0, 800, 50), self.random.randint(1, 3)))
        floor = self.money(1000, 5000) if self.random.random() < 0.2 else None
        terms = oracle.Terms(
            key=len(self.ops),
            valid_from=valid_from,
            known_in=date.min,
            ends=False,
            method=self.random.choice(["retrospective", "incremental"]),
            qualifier=self.random.choice(["amount", "amount", "quantity"]),
            pays=self.random.choice(["percent", "percent", "per_unit"]),
            bands=tuple((Decimal(start), self.money(1, 30)) for start in starts),
            cap=self.money(10000, 40000) if self.random.random() < 0.2 else None,
            floor=floor,
            kinds=self.random.choice([(1,), (1, 3), (1, 2, 3)]),
            product_line=self.random.choice([None, None, None, "tools", "drills"]),
            subtree=code == "tree" or self.random.random() < 0.5,
        )
        self.ops.append(("version", code, terms))

    def a_start(self, code):
        months = {"month": 1, "quarter": 3}[PROGRAMMES[code][1]]
        starts = [add_months(JANUARY, n) for n in range(0, 9, months)]
        return self.random.choice([s for s in starts if s <= self.day + timedelta(days=60)])

    def new_version(self):
        code = self.random.choice(list(PROGRAMMES))
        self.version(code, self.a_start(code))

    def end(self):
        code = self.random.choice(list(PROGRAMMES))
        self.ops.append(("end", code, self.a_start(code), len(self.ops)))

    def member(self):
        self.ops.append(("member", self.random.choice(list(PROGRAMMES)), self.random.choice(PARTNERS)))

    def manual(self):
        code, partner = self.random.choice(list(PROGRAMMES)), self.random.choice(PARTNERS)
        month = add_months(self.day.replace(day=1), self.random.choice([-1, 0]))
        self.ops.append(("manual", code, partner, self.a_start(code), month, self.money(-5000, 5000) or Decimal(1)))

    def pass_time(self):
        self.day += timedelta(days=self.random.randint(3, 30))
        self.ops.append(("day", self.day))

    def close(self):
        following = JANUARY if self.closed is None else add_months(self.closed, 1)
        if add_months(following, 1) <= self.day:
            self.closed = following
            self.ops.append(("close", following))


@dataclass
class Run:
    """Runs a history's operations through the services and keeps the oracle's book beside it."""

    day: date = date(2026, 1, 5)
    first_open: date = date(1900, 1, 1)
    book: oracle.Book = field(default_factory=lambda: oracle.Book(line_parents=LINES))
    lines: dict = field(default_factory=dict)
    at_close: list = field(default_factory=list)

    def __post_init__(self):
        self.partners, self.products = {}, {}
        for code in PARTNERS:
            self.partners[code] = make_partner(parent=self.partners.get(PARENTS.get(code)))
        tree_lines = {}
        for code, parent in LINES.items():
            tree_lines[code] = make_product_line(parent=tree_lines.get(parent))
            self.products[code] = make_product(line=tree_lines[code])
        self.tree_lines = tree_lines
        self.codes = {partner.pk: code for code, partner in self.partners.items()}
        self.programmes = {}
        for code, (currency, period) in PROGRAMMES.items():
            self.programmes[code] = programmes.create_programme(
                code=code, name=code, currency=currency, period=period, starts_on=JANUARY
            )
            self.book.programmes[code] = oracle.Programme(code, currency, period)
        self.keep_tree()

    def known(self, day):
        return max(day.replace(day=1), self.first_open)

    def keep_tree(self):
        placements = {}
        for row in Placement.objects.filter(partner_id__in=self.codes):
            lower, upper = row.valid_during.lower or date.min, row.valid_during.upper or date.max
            placements.setdefault(self.codes[row.partner_id], []).append((lower, upper, self.codes[row.parent_id]))
        self.book.trees.append((self.first_open, placements))

    def open_periods(self):
        """A period opens when it has begun, is ruled by terms that earn, and somebody looks."""
        for programme in self.book.programmes.values():
            start = JANUARY
            while start <= self.day:
                terms = oracle.in_force(programme, start, date.max)
                if start not in programme.openings and terms is not None and not terms.ends:
                    programme.openings[start] = self.known(start)
                start = add_months(start, {"month": 1, "quarter": 3}[programme.period])

    def do(self, op):
        getattr(self, f"do_{op[0]}")(*op[1:])

    def night(self):
        self.open_periods()
        rollup.roll_up(business_day=self.day)
        return accrual.accrue(business_day=self.day)

    def do_sales(self, batch):
        rows = []
        for made, partner, kind, product, currency in batch:
            rows.append(
                line_of(
                    self.partners[partner],
                    booked_on=made.booked_on,
                    amount=made.amount,
                    quantity=made.quantity,
                    kind=kind,
                    product=self.products[product],
                    currency=currency,
                )
            )
            self.book.lines.append(
                oracle.Line(
                    made.key, partner, kind, product, made.booked_on, made.booked_on, currency, made.amount,
                    made.quantity, False, self.known(made.booked_on),
                )
            )  # fmt: skip
        for (made, *_), row in zip(batch, record(*rows), strict=True):
            self.lines[made.key] = row

    def do_correct(self, made, of, how):
        original = self.lines[of]
        twin = next(line for line in self.book.lines if line.key == of)
        row = line_of(
            original.partner,
            booked_on=made.booked_on,
            amount=made.amount,
            quantity=made.quantity,
            kind=original.kind,
            product=original.product,
            currency=original.currency,
            **{how: original},
        )
        self.lines[made.key] = record(row)[0]
        self.book.lines.append(
            replace(
                twin,
                key=made.key,
                booked_on=made.booked_on,
                amount=made.amount,
                quantity=made.quantity,
                is_return=made.is_return,
                known_in=self.known(made.booked_on),
            )
        )

    def do_move(self, partner, parent, day):
        try:
            move_partner(
                partner=self.partners[partner], parent=self.partners.get(parent), first_day=day, at=noon(self.day)
            )
        except DomainError:
            return
        self.keep_tree()

    def do_rate(self, currency, to_currency, month, rate):
        recorded = rates.set_rate(currency=currency, to_currency=to_currency, month=month, rate=rate, at=noon(self.day))
        if recorded.known_in is None:
            self.book.rates.append((currency, to_currency, month, rate, self.known(month)))

    def do_version(self, code, terms):
        programme = self.programmes[code]
        rule = Terms(
            terms.method, terms.qualifier, terms.pays, [Band(*band) for band in terms.bands], programme.currency,
            cap=terms.cap, floor=terms.floor,
        )  # fmt: skip
        counting = programmes.Counting(
            terms.kinds, self.tree_lines.get(terms.product_line), "subtree" if terms.subtree else "own"
        )
        programmes.publish_version(
            programme=programme, valid_from=terms.valid_from, terms=rule, counting=counting, at=noon(self.day)
        )
        programmes.activate(programme=programme)
        self.book.programmes[code].versions.append(replace(terms, known_in=self.known(terms.valid_from)))

    def do_end(self, code, valid_from, key):
        programmes.end_programme(programme=self.programmes[code], valid_from=valid_from, at=noon(self.day))
        ended = oracle.Terms(key=key, valid_from=valid_from, known_in=self.known(valid_from), ends=True)
        self.book.programmes[code].versions.append(ended)

    def do_member(self, code, partner):
        members.add_members(programme=self.programmes[code], partner_ids=[self.partners[partner].pk])
        self.book.programmes[code].members.setdefault(partner, self.known(JANUARY))

    def do_manual(self, code, partner, period_on, month, amount):
        if partner not in self.book.programmes[code].members:
            return
        members.record_manual_amount(
            programme=self.programmes[code],
            partner=self.partners[partner],
            period_on=period_on,
            month=month,
            amount=amount,
            reason="agreed",
        )
        self.book.programmes[code].manuals.append((partner, period_on, amount, self.known(month)))

    def do_day(self, day):
        self.day = day

    def do_close(self, month):
        self.open_periods()
        months.close_month(month=month, at=noon(self.day), by=None)
        self.first_open = add_months(month, 1)
        self.at_close.append((month, self.posted()))

    def posted(self):
        """{(programme, earner, first day of the period, known_in, cause): amount} of what was posted."""
        from pricing.models import RebatePosting
        from pricing.models.settlement import PARTS

        found = {}
        for posting in RebatePosting.objects.select_related("account__programme").order_by("pk"):
            account = posting.account
            for part in PARTS:
                key = (
                    account.programme.code,
                    self.codes[account.partner_id],
                    account.period_on,
                    posting.known_in,
                    part.removeprefix("by_"),
                )
                found[key] = found.get(key, Decimal(0)) + getattr(posting, part)
        return {key: amount for key, amount in found.items() if amount}


def run(ops, *, nights, check=None):
    """Run a history with a night after each operation whose number is in ``nights``, and one at the end."""
    history = Run()
    for number, op in enumerate(ops):
        history.do(op)
        if number in nights:
            history.night()
            if check is not None:
                check(history)
    history.night()
    return history
