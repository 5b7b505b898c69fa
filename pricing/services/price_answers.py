"""The price answer: the one service behind portal, admin, API and import (docs/algorithms/price_answer.md)."""

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
        counter = _Counter(askers, carts, known_at)
        return [[counter.price(cart, line, ladder=ladder) for line in cart.lines] for cart in carts]


def _asker(askers: Askers, cart: Cart) -> Asker:
    return askers.asker(_pair(cart), cart.currency, cart.bought_for)


def _pair(cart: Cart) -> tuple[int, date]:
    return cart.partner.pk, cart.on


class _Counter:
    """The facts behind some carts, and the questions that they make."""

    def __init__(self, askers: Askers, carts: Sequence[Cart], known_at: datetime) -> None:
        self.askers = askers
        self.products = products_by_sku(line.sku for cart in carts for line in cart.lines)
        self.rows = price_rows(self._rows_asked(carts), known_at)
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
                *(fact.offer for fact in asker.agreements.values() if fact.names(product)),
                *self.promotions.running(asker.promotions, product.id),
            ],
            authorised=self.askers.pairs.authorised(asker.pair, product.line_path),
            holds_until=asker.holds_until,
        )

    def _offer(self, common: Common, product: ProductFact, on: date) -> ListOffer:
        rows = self.rows.get((common.root_id, product.id, on), NO_ROWS)
        return common.offer(breaks=rows.breaks, changes_on=earliest(rows.changes_on, common.changes_on))

    def _rows_asked(self, carts: Sequence[Cart]) -> list[tuple[int, int, date]]:
        asked: dict[tuple[int, int, date], None] = {}
        for cart in carts:
            offers = _asker(self.askers, cart).offers
            roots = list(dict.fromkeys(common.root_id for common in offers if common.root_id))
            products = [self.products[line.sku].id for line in cart.lines if line.sku in self.products]
            asked.update(((root, product, cart.on), None) for root in roots for product in products)
        return list(asked)
