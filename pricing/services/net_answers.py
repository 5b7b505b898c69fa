"""Price answers without reasons: every line of a cart or a whole catalogue in one statement."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from itertools import accumulate, pairwise
from typing import Protocol

from pricing.enums import IN_MONEY, PriceRefusal
from pricing.rules.price_questions import Answer
from pricing.selectors.net_prices import Statement
from pricing.services.price_offers import Asker, Askers

CATALOGUE = 2_000  # from so many lines of one partner on, lists are read through rather than asked line by line
UNTOLD = (None, (), ())  # next break, ladder, steps
UNKNOWN = PriceRefusal.UNKNOWN_PRODUCT.value


class AskedLine(Protocol):
    """A product and how much of it."""

    @property
    def sku(self) -> str: ...
    @property
    def quantity(self) -> Decimal: ...


def net_answers(
    askers: Askers, carts: Sequence[tuple[Asker, Sequence[AskedLine]]], known_at: datetime
) -> list[list[Answer]]:
    """The answers per cart: one statement for all carts, and one for each that is a catalogue."""
    answers: list[list[Answer]] = [[] for _ in carts]
    small = [number for number, (_, lines) in enumerate(carts) if len(lines) < CATALOGUE]
    batches = [small, *([number] for number in range(len(carts)) if number not in set(small))]
    for numbers in filter(None, batches):
        found = _answered(askers, [carts[number] for number in numbers], known_at)
        for number, of_cart in zip(numbers, found, strict=True):
            answers[number] = of_cart
    return answers


def _answered(
    askers: Askers, carts: Sequence[tuple[Asker, Sequence[AskedLine]]], known_at: datetime
) -> list[list[Answer]]:
    statement = Statement(known_at)
    numbers: dict[int, int] = {}
    answers: list[Answer] = []
    for asker, lines in carts:
        key = id(asker)  # of equal askers there is one
        if key not in numbers:
            numbers[key] = _add(statement, askers, asker)
        quantities = [line.quantity for line in lines]
        statement.add_lines(numbers[key], [line.sku for line in lines], quantities)
        answers += [Answer(quantity, asker.currency, UNKNOWN) for quantity in quantities]
    roots = None
    if len(carts) == 1 and len(answers) >= CATALOGUE:
        roots = [common.root_id or None for common in carts[0][0].offers]
    make = Answer._make
    for row in statement.rows(roots=roots):
        number, refusal = row[0], row[1]
        asked = answers[number][:2]
        answers[number] = make(asked + row[1:] + UNTOLD) if not refusal else Answer(asked[0], asked[1], refusal)
    ends = accumulate((len(lines) for _, lines in carts), initial=0)
    return [answers[start:end] for start, end in pairwise(ends)]


def _add(statement: Statement, askers: Askers, asker: Asker) -> int:
    offers = [(common.root_id, common.bare) for common in asker.offers]
    number = statement.add_asker(asker.pair[1], asker.holds_until, offers, asker.currency)
    statement.allow(askers.pairs.lines.get(asker.pair, ()))
    for key, promotion in asker.promotions.items():
        if promotion.effect not in IN_MONEY or promotion.currency == asker.currency:
            statement.add_promotion(key, promotion)
    for key, fact in asker.agreements.items():
        if fact.offer.effect not in IN_MONEY or fact.offer.currency == asker.currency:
            statement.add_promotion(key, fact.offer)
            statement.add_agreed_item(key, fact.product_id, fact.line_path)
    return number
