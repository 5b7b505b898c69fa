"""The price answer: the one service behind portal, admin, API and import (docs/algorithms/price_answer.md)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from channelhub.core.services.fence import unfenced
from channelhub.lib.currencies import known_currencies
from partners.models import Partner
from pricing.enums import PriceRefusal
from pricing.errors import UnknownCurrency
from pricing.rules.price_answer import answer
from pricing.rules.price_breaks import break_for
from pricing.rules.price_questions import Answer, ListOffer, Question
from pricing.selectors.price_facts import ProductFact, PromotionFacts, RowsFact, price_rows, products_by_sku
from pricing.services.net_answers import net_answers
from pricing.services.price_offers import NOBODY, Asker, Askers, BoughtFor, Common, earliest

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
    bought_for: BoughtFor = NOBODY


def answer_prices(
    *,
    partner: Partner,
    on: date,
    known_at: datetime,
    lines: Sequence[Line],
    currency: str = "",
    bought_for: BoughtFor = NOBODY,
    ladder: bool = False,
    reasons: bool = True,
) -> list[Answer]:
    """The price of every line for a partner on a day as known at a moment, in the order of the lines.

    A line without a price says why in its ``refusal``; the others are still answered. ``partner`` was fetched behind
    the fence; the answer is computed on all facts. Without ``reasons``: neither steps nor ladder nor next break, and
    many times as fast. Refused: a currency that is none.
    """
    carts = [Cart(partner, on, lines, currency, bought_for)]
    return answer_carts(carts=carts, known_at=known_at, ladder=ladder, reasons=reasons)[0]


def answer_carts(
    *, carts: Sequence[Cart], known_at: datetime, ladder: bool = False, reasons: bool = True
) -> list[list[Answer]]:
    """Many partners and days at once, in the same few queries as one: the answers per cart and line."""
    unknown = {cart.currency for cart in carts if cart.currency} - known_currencies()
    if unknown:
        raise UnknownCurrency(min(unknown))
    if not carts:
        return []
    with unfenced():
        pairs, currencies = [_pair(cart) for cart in carts], {cart.currency for cart in carts}
        askers = Askers(pairs, known_at, currencies=currencies, labelled=reasons)
        if not reasons:
            return net_answers(askers, [(_asker(askers, cart), cart.lines) for cart in carts], known_at)
        counter = _Counter(askers, carts, known_at, ladder=ladder)
        return [[counter.price(cart, line, ladder=ladder) for line in cart.lines] for cart in carts]


def _asker(askers: Askers, cart: Cart) -> Asker:
    return askers.asker(_pair(cart), cart.currency, cart.bought_for)


def _pair(cart: Cart) -> tuple[int, date]:
    return cart.partner.pk, cart.on


class _Counter:
    """The facts behind some carts, and the questions that they make."""

    def __init__(self, askers: Askers, carts: Sequence[Cart], known_at: datetime, *, ladder: bool) -> None:
        self.askers = askers
        self.products = products_by_sku(line.sku for cart in carts for line in cart.lines)
        self.rows: dict[tuple[int, int, date], RowsFact] = {}
        self._read(carts, known_at, ladder=ladder)
        running = {key for promotions in askers.pairs.promotions.values() for key in promotions}
        self.promotions = PromotionFacts(running, self.products.values(), known_at)

    def price(self, cart: Cart, line: Line, *, ladder: bool) -> Answer:
        """The answer to one line."""
        product, asker = self.products.get(line.sku), _asker(self.askers, cart)
        if product is None:
            return Answer(line.quantity, asker.currency, PriceRefusal.UNKNOWN_PRODUCT.value)
        return answer(self._question(cart, line, product, asker), ladder=ladder)

    def _question(self, cart: Cart, line: Line, product: ProductFact, asker: Asker) -> Question:
        return Question(
            on=cart.on,
            currency=asker.currency,
            quantity=line.quantity,
            lists=[self._offer(common, product, cart.on) for common in asker.offers],
            promotions=[
                *asker.agreed(product),
                *self.promotions.running(asker.promotions, product.id),
            ],
            authorised=self.askers.pairs.authorised(asker.pair, product.line_path),
            holds_until=asker.holds_until,
        )

    def _offer(self, common: Common, product: ProductFact, on: date) -> ListOffer:
        rows = self.rows.get((common.root_id, product.id, on))
        if rows is None:
            return common.bare
        return common.offer(breaks=rows.breaks, changes_on=earliest(rows.changes_on, common.changes_on))

    def _read(self, carts: Sequence[Cart], known_at: datetime, *, ladder: bool) -> None:
        """The rows of the lists that are asked: of the first, then of the next for what has no price yet.

        With ``ladder`` of all lists at once: other quantities may be answered by a later one.
        """
        waiting: dict[tuple[int, date], list[tuple[Asker, Line]]] = defaultdict(list)
        for cart in carts:
            asker = _asker(self.askers, cart)
            for line in cart.lines:
                if line.sku in self.products:
                    waiting[self.products[line.sku].id, cart.on].append((asker, line))
        place, most = 0, max((len(asker.offers) for lines in waiting.values() for asker, _ in lines), default=0)
        while waiting and place < most:
            last = most if ladder else place + 1
            asked = {
                (common.root_id, product, on): None
                for (product, on), lines in waiting.items()
                for asker, _ in lines
                for common in asker.offers[place:last]
                if common.root_id
            }
            self.rows |= price_rows(list(asked), known_at)
            waiting = {key: rest for key, lines in waiting.items() if (rest := self._silent(key, lines, place))}
            place = last

    def _silent(self, key: tuple[int, date], lines: Sequence[tuple[Asker, Line]], place: int) -> list:
        """The lines to which the list at a place says no price."""
        return [(asker, line) for asker, line in lines if not self._priced(key, asker, line, place)]

    def _priced(self, key: tuple[int, date], asker: Asker, line: Line, place: int) -> bool:
        if place >= len(asker.offers):
            return True
        rows = self.rows.get((asker.offers[place].root_id, *key), NO_ROWS)
        return break_for(rows.breaks, line.quantity) is not None
