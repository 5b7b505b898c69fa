"""The price answer: the one service behind portal, admin, API and import (docs/algorithms/price_answer.md)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial

from channelhub.core.services.fence import unfenced
from channelhub.lib.currencies import known_currencies
from channelhub.lib.money import Rounding
from channelhub.lib.periods import month_of
from partners.models import Partner
from pricing.enums import ListKind, PriceRefusal
from pricing.errors import UnknownCurrency
from pricing.rules.price_answer import answer
from pricing.rules.price_questions import Answer, Formula, ListOffer, PromotionOffer, Question
from pricing.selectors.price_facts import (
    Assigned,
    ListFact,
    PairFacts,
    ProductFact,
    PromotionFacts,
    RateFacts,
    RowsFact,
    lists_with_bases,
    price_rows,
    products_by_sku,
)

NO_ROWS = RowsFact([], None)


@dataclass(frozen=True)
class Line:
    """A product by its sku, and how much of it in base units."""

    sku: str
    quantity: Decimal = Decimal(1)


@dataclass(frozen=True)
class Cart:
    """What one partner asks about one day. ``currency`` empty: that of the first list the partner is assigned."""

    partner: Partner
    on: date
    lines: Sequence[Line]
    currency: str = ""


def answer_prices(
    *, partner: Partner, on: date, known_at: datetime, lines: Sequence[Line], currency: str = "", ladder: bool = False
) -> list[Answer]:
    """The price of every line for a partner on a day as known at a moment, in the order of the lines.

    A line without a price says why in its ``refusal``; the others are still answered. ``partner`` was fetched behind
    the fence; the answer is computed on all facts. Refused: a currency that is none.
    """
    return answer_carts(carts=[Cart(partner, on, lines, currency)], known_at=known_at, ladder=ladder)[0]


def answer_carts(*, carts: Sequence[Cart], known_at: datetime, ladder: bool = False) -> list[list[Answer]]:
    """Many partners and days at once, in the same few queries as one: the answers per cart and line."""
    unknown = {cart.currency for cart in carts if cart.currency} - known_currencies()
    if unknown:
        raise UnknownCurrency(min(unknown))
    if not carts:
        return []
    with unfenced():
        counter = _Counter(carts, known_at)
        return [[counter.price(cart, line, ladder=ladder) for line in cart.lines] for cart in carts]


class _Counter:
    """The facts behind some carts, and the questions that they make."""

    def __init__(self, carts: Sequence[Cart], known_at: datetime) -> None:
        self.known_at = known_at
        pairs = list(dict.fromkeys((cart.partner.pk, cart.on) for cart in carts))
        self.pairs = PairFacts(pairs, known_at)
        self.products = products_by_sku(line.sku for cart in carts for line in cart.lines)
        assigned = {found.price_list_id for lists in self.pairs.lists.values() for found in lists}
        self.lists = lists_with_bases(assigned, known_at)
        self.chains: dict[tuple[int, date], _Chain | None] = {}
        self.offers: dict[tuple[Assigned, date, str], _Common] = {}
        self.holding: dict[tuple[int, date, str], date | None] = {}
        self.rows = price_rows(self._rows_asked(carts), known_at)
        self.promotions = PromotionFacts(
            {promotion for found in self.pairs.promotions.values() for promotion in found},
            self.products.values(),
            [cart.on for cart in carts],
            known_at,
        )
        self.audiences = {pair: frozenset(found) for pair, found in self.pairs.promotions.items()}
        currencies = {fact.currency for fact in self.lists.values()} | {cart.currency for cart in carts}
        self.rates = RateFacts(currencies - {""}, known_at)

    def price(self, cart: Cart, line: Line, *, ladder: bool) -> Answer:
        """The answer to one line."""
        product = self.products.get(line.sku)
        currency = cart.currency or self._currency_of(cart)
        if product is None:
            return Answer(line.quantity, currency, PriceRefusal.UNKNOWN_PRODUCT.value)
        return answer(self._question(cart, line, product, currency), ladder=ladder)

    def _question(self, cart: Cart, line: Line, product: ProductFact, currency: str) -> Question:
        pair = (cart.partner.pk, cart.on)
        offers = [self._offer(assigned, product, cart.on, currency) for assigned in self.pairs.lists.get(pair, ())]
        promotions: Sequence[PromotionOffer] = ()
        if pair in self.audiences:
            promotions = self.promotions.running(cart.on, product.id, self.audiences[pair])
        return Question(
            on=cart.on,
            currency=currency,
            quantity=line.quantity,
            lists=offers,
            promotions=promotions,
            authorised=self.pairs.authorised(pair, product.line_path),
            holds_until=self._holds_until(cart, offers, currency),
        )

    def _currency_of(self, cart: Cart) -> str:
        lists = self.pairs.lists.get((cart.partner.pk, cart.on))
        return self.lists[lists[0].price_list_id].currency if lists else ""

    def _holds_until(self, cart: Cart, offers: Sequence[ListOffer], currency: str) -> date | None:
        """The last day before another list is assigned, or before a month that may have another rate."""
        key = (cart.partner.pk, cart.on, currency)
        if key not in self.holding:
            self.holding[key] = self._last_day(cart, offers, currency)
        return self.holding[key]

    def _last_day(self, cart: Cart, offers: Sequence[ListOffer], currency: str) -> date | None:
        changes = [self.pairs.next_assignment.get((cart.partner.pk, cart.on))]
        if any(offer.root_currency != currency for offer in offers):
            changes.append(month_of(month_of(cart.on) + timedelta(days=31)))
        return min((day - timedelta(days=1) for day in changes if day is not None), default=None)

    def _offer(self, assigned: Assigned, product: ProductFact, on: date, currency: str) -> ListOffer:
        """What a list says about a product; all but its rows is the same for every product."""
        key = (assigned, on, currency)
        if key not in self.offers:
            self.offers[key] = self._common(assigned, on, currency)
        common = self.offers[key]
        rows = self.rows.get((common.root_id, product.id, on), NO_ROWS)
        return common.offer(breaks=rows.breaks, changes_on=_earliest(rows.changes_on, common.changes_on))

    def _common(self, assigned: Assigned, on: date, currency: str) -> "_Common":
        fact, chain = self.lists[assigned.price_list_id], self._chain(assigned.price_list_id, on)
        root = fact if chain is None else chain.root
        same = fact.currency == currency
        offer = partial(
            ListOffer,
            code=fact.code,
            kind=assigned.kind,
            priority=assigned.priority,
            target=assigned.target,
            root_code=root.code,
            root_currency=root.currency,
            formulas=() if chain is None else chain.formulas,
            rate=None if chain is None else self._rate(chain, on, currency),
            rounding=Rounding(fact.rounding, fact.rounding_step if same else None),
            amount_rounding=Rounding(fact.rounding, fact.amount_step if same else None),
        )
        return _Common(0 if chain is None else root.id, offer, None if chain is None else chain.changes_on)

    def _rate(self, chain: "_Chain", on: date, currency: str) -> Decimal | None:
        """All conversions from the root over the lists between into the asked currency, in one factor."""
        total = Decimal(1)
        for currency_from, into in zip(chain.currencies, [*chain.currencies[1:], currency], strict=True):
            rate = self.rates.rate(currency_from, into, on)
            if rate is None:
                return None
            total *= rate
        return total

    def _chain(self, list_id: int, on: date) -> "_Chain | None":
        if (list_id, on) not in self.chains:
            self.chains[list_id, on] = _chain_of(self.lists, list_id, on)
        return self.chains[list_id, on]

    def _rows_asked(self, carts: Sequence[Cart]) -> list[tuple[int, int, date]]:
        asked: dict[tuple[int, int, date], None] = {}
        for cart in carts:
            lists = self.pairs.lists.get((cart.partner.pk, cart.on), ())
            chains = (self._chain(assigned.price_list_id, cart.on) for assigned in lists)
            roots = list(dict.fromkeys(chain.root.id for chain in chains if chain is not None))
            products = [self.products[line.sku].id for line in cart.lines if line.sku in self.products]
            asked.update(((root, product, cart.on), None) for root in roots for product in products)
        return list(asked)


@dataclass(frozen=True)
class _Common:
    """What an assigned list says of every product on a day: its root, the offer without rows, its next change."""

    root_id: int
    offer: partial[ListOffer]
    changes_on: date | None


@dataclass(frozen=True)
class _Chain:
    """From a fixed list over formulas to the list that was assigned, on a day."""

    root: ListFact
    formulas: tuple[Formula, ...]
    currencies: tuple[str, ...]
    changes_on: date | None


def _chain_of(lists: Mapping[int, ListFact], list_id: int, on: date) -> _Chain | None:
    """The way to the list's root on a day; None: it has no formula in force, or its base was ended."""
    fact = lists[list_id]
    if fact.kind == ListKind.FIXED:
        return _Chain(fact, (), (fact.currency,), None)
    begun = [formula for formula in fact.formulas if formula[0] <= on]
    later = [valid_from for valid_from, _, _ in fact.formulas if valid_from > on]
    _, base, factor = begun[-1] if begun else (None, None, None)
    if base is None or factor is None:
        return None
    below = _chain_of(lists, base, on)
    if below is None:
        return None
    changes_on = _earliest(below.changes_on, min(later, default=None))
    formulas = (*below.formulas, Formula(fact.code, factor))
    return _Chain(below.root, formulas, (*below.currencies, fact.currency), changes_on)


def _earliest(*days: date | None) -> date | None:
    return min((day for day in days if day is not None), default=None)
