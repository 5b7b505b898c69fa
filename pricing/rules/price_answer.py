"""The price answer: list -> formulas -> quantity break -> promotion -> net, each step with its reason.

Everything is computed exactly in the answer's currency (converted first) and rounded once, by the policy of the list
that answers; the line's amount is quantity times the rounded unit price, less the line discount, rounded once.
docs/algorithms/price_answer.md tells it in words.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from channelhub.lib.money import smallest_unit
from pricing.enums import IN_MONEY, AgreementEffect, BreakMode, PriceRefusal, PriceStepKind, PromotionEffect
from pricing.rules.price_breaks import before_conversion, break_for, why_no_price
from pricing.rules.price_questions import (
    Answer,
    Break,
    ListOffer,
    NextBreak,
    PromotionOffer,
    Question,
    Rung,
    Step,
    Steps,
)

ONE, ZERO = Decimal(1), Decimal(0)


@dataclass(frozen=True, slots=True)
class _Priced:
    """An exact price at one quantity, before rounding: of ``per`` pieces (one, or the whole line)."""

    offer: ListOffer
    row: Break
    gross: Decimal
    price: Decimal
    promotion: PromotionOffer | None
    net: Decimal
    per: Decimal = ONE

    @property
    def line_discount(self) -> Decimal:
        return ZERO if self.promotion is None else self.promotion.line_discount

    @property
    def effective(self) -> Decimal:
        """What it costs with its share of the line discount: by this, promotions are compared."""
        return self.net * (ONE - self.line_discount)

    @property
    def of_a_piece(self) -> bool:
        """Whether a piece has a price of its own; else only the line has one."""
        return self.offer.break_mode == BreakMode.ALL_UNITS


def promoted(promotion: PromotionOffer, *, gross: Decimal, price: Decimal, per: Decimal = ONE) -> Decimal:
    """The price of ``per`` pieces under a promotion; never below zero. ``gross``: the list price before formulas."""
    if promotion.effect == PromotionEffect.UNIT_PRICE:
        return promotion.value * per
    if promotion.effect == AgreementEffect.FORMULA:
        return gross * promotion.value
    if promotion.effect == AgreementEffect.AMOUNT_OFF:
        return max(price - promotion.value * per, ZERO)
    base = gross if promotion.effect == PromotionEffect.POINTS_OFF_LIST else price
    return max(price - base * promotion.value, ZERO)


def why_not_promoted(promotion: PromotionOffer, quantity: Decimal, currency: str) -> str:
    """Why a promotion that runs does not fit the line; empty: it fits."""
    if quantity < promotion.min_quantity:
        return "quantity_too_small"
    if promotion.max_quantity is not None and quantity > promotion.max_quantity:
        return "quantity_too_large"
    if promotion.effect in IN_MONEY and promotion.currency != currency:
        return "other_currency"
    return "used_up" if promotion.left is not None and promotion.left < quantity else ""


def answer(question: Question, *, ladder: bool = False) -> Answer:
    """The price of one line with its steps; ``ladder``: also the prices of all other quantities."""
    refusal = _refused(question)
    if refusal:
        return Answer(question.quantity, question.currency, refusal)
    found = _price(question, question.quantity)
    if isinstance(found, str):
        rungs = _ladder(question) if ladder and found == PriceRefusal.NO_PRICE else ()
        return Answer(question.quantity, question.currency, found, ladder=rungs, steps=_why_none(question))
    return _answered(question, found, ladder=ladder)


def _refused(question: Question) -> str:
    if question.quantity <= 0:
        return PriceRefusal.BAD_QUANTITY.value
    return "" if question.authorised else PriceRefusal.NOT_AUTHORISED.value


def _price(question: Question, quantity: Decimal, *, at_the_break: bool = False) -> _Priced | str:
    """The first list with a price for the quantity, with the best promotion; otherwise the refusal.

    ``at_the_break``: what the break that is reached says, whatever the pieces below it cost.
    """
    ended = False
    for offer in question.lists:
        row = break_for(offer.breaks, quantity)
        if row is None:
            ended = ended or why_no_price(offer.breaks) == "ended"
            continue
        if offer.rate is None:
            return PriceRefusal.NO_RATE.value
        return _with_promotion(question, quantity, offer, row, at_the_break=at_the_break)
    return PriceRefusal.EXPIRED.value if ended else PriceRefusal.NO_PRICE.value


def _with_promotion(
    question: Question, quantity: Decimal, offer: ListOffer, row: Break, *, at_the_break: bool
) -> _Priced:
    """The exact price of a row: converted, through the formulas, under the promotion that makes it cheapest."""
    assert row.unit_price is not None
    assert offer.rate is not None
    said, per = row.unit_price, ONE
    if not at_the_break:
        said, per = before_conversion(offer.break_mode, offer.breaks, row, quantity)
    gross = said * offer.rate
    price = gross
    for formula in offer.formulas:
        price *= formula.factor
    best = _Priced(offer, row, gross, price, None, price, per)
    if not question.promotions:
        return best
    for promotion in sorted(question.promotions, key=lambda promotion: (not promotion.agreed, promotion.code)):
        if not why_not_promoted(promotion, quantity, question.currency):
            net = promoted(promotion, gross=gross, price=price, per=per)
            rival = _Priced(offer, row, gross, price, promotion, net, per)
            best = rival if rival.effective < best.effective else best
    return best


def _rounded_unit(question: Question, priced: _Priced) -> Decimal:
    return priced.offer.rounding.round(priced.net / priced.per, question.currency)


def _list_price(question: Question, priced: _Priced) -> Decimal:
    """Of a piece; where only the line has a price, its share, rounded."""
    if priced.of_a_piece:
        return priced.gross
    return priced.offer.rounding.round(priced.gross / priced.per, question.currency)


def _amount(question: Question, priced: _Priced, unit: Decimal) -> Decimal:
    """The line: the rounded unit price times the quantity, or what only the line as a whole costs; rounded once."""
    exact = question.quantity * unit if priced.of_a_piece else priced.net
    return priced.offer.amount_rounding.round(exact * (ONE - priced.line_discount), question.currency)


def _effective_unit(question: Question, priced: _Priced) -> Decimal:
    """The rounded price of a piece with its share of the line discount, for comparing quantities."""
    unit = _rounded_unit(question, priced)
    if not priced.line_discount:
        return unit
    return priced.offer.rounding.round(unit * (ONE - priced.line_discount), question.currency)


def _answered(question: Question, priced: _Priced, *, ladder: bool) -> Answer:
    unit = _rounded_unit(question, priced)
    amount = _amount(question, priced, unit)
    rungs = _ladder(question) if ladder else ()
    return Answer(
        quantity=question.quantity,
        currency=question.currency,
        list_code=priced.offer.code,
        list_price=_list_price(question, priced),
        unit_price=unit,
        amount=amount,
        promotion=priced.promotion.code if priced.promotion and not priced.promotion.agreed else "",
        agreement=priced.promotion.code if priced.promotion and priced.promotion.agreed else "",
        line_discount=priced.line_discount,
        valid_until=_valid_until(question, priced),
        break_mode=priced.offer.break_mode,
        next_break=_next_break(question, priced),
        ladder=rungs,
        steps=Steps(lambda: [*_list_steps(question, priced), *_price_steps(question, priced, unit, amount)]),
    )


def _why_none(question: Question) -> Steps:
    return Steps(lambda: _list_steps(question, None))


def _valid_until(question: Question, priced: _Priced) -> date | None:
    """The last day on which the rules that fired still hold."""
    changes = priced.offer.changes_on
    days = [changes - timedelta(days=1)] if changes else []
    days += [question.holds_until] if question.holds_until else []
    through = priced.promotion.valid_through if priced.promotion else None
    return min([*days, through] if through else days, default=None)


def _thresholds(question: Question) -> Iterable[Decimal]:
    """The quantities at which the price may change, ascending."""
    found = {row.min_quantity for offer in question.lists for row in offer.breaks}
    for promotion in question.promotions:
        found.add(promotion.min_quantity)
        if promotion.max_quantity is not None:
            found.add(promotion.max_quantity + ONE)
    return sorted(quantity for quantity in found if quantity > 0)


def _next_break(question: Question, priced: _Priced) -> NextBreak | None:
    """The nearest larger quantity at which a piece costs less; None: there is none."""
    if len(priced.offer.breaks) == 1 and len(question.lists) == 1 and not question.promotions:
        return None
    larger = [quantity for quantity in _thresholds(question) if quantity > question.quantity]
    if not larger:
        return None
    marginal = priced.offer.break_mode == BreakMode.MARGINAL
    here = _price(question, question.quantity, at_the_break=True) if marginal else priced
    assert isinstance(here, _Priced)
    now = _effective_unit(question, here)
    for quantity in larger:
        rival = _price(question, quantity, at_the_break=marginal)
        if isinstance(rival, _Priced) and (unit := _effective_unit(question, rival)) < now:
            return NextBreak(quantity, quantity - question.quantity, unit, now - unit)
    return None


def _ladder(question: Question) -> list[Rung]:
    """The price of a piece from each quantity on; quantities that change nothing are left out."""
    rungs: list[Rung] = []
    for quantity in _thresholds(question):
        priced = _price(question, quantity, at_the_break=True)
        if isinstance(priced, str):
            continue
        unit = _effective_unit(question, priced)
        if not rungs or rungs[-1].unit_price != unit:
            rungs.append(Rung(quantity, unit, _promotion_code(priced)))
    return rungs


def _promotion_code(priced: _Priced) -> str:
    """Its code; an agreement is told by its steps only."""
    return priced.promotion.code if priced.promotion and not priced.promotion.agreed else ""


def _list_steps(question: Question, priced: _Priced | None) -> list[Step]:
    """Each list up to the one that answered, and those that were not asked any more."""
    steps, answered = [], False
    for offer in question.lists:
        named = (offer.code, offer.kind, offer.target, offer.priority, offer.root_code)
        if priced is not None and offer is priced.offer:
            answered = True
            row = {
                "min_quantity": str(priced.row.min_quantity),
                "valid_from": priced.row.valid_from.isoformat(),
                "break_mode": offer.break_mode,
            }
            values = _silent_list(*named, "").values | row
            steps.append(Step(PriceStepKind.LIST.value, offer.code, True, "", priced.gross / priced.per, values))
            continue
        reason = "later_in_order" if answered else _why_silent(offer, question.quantity)
        steps.append(_silent_list(*named, reason))
    return steps


@lru_cache(maxsize=4096)
def _silent_list(code: str, kind: str, target: str, priority: int, root: str, reason: str) -> Step:
    """A list that was not the one; of a thousand lines many say the same of it."""
    values = {"for": kind, "target": target, "priority": str(priority), "root": root}
    return Step(PriceStepKind.LIST.value, code, False, reason, None, values)


def _why_silent(offer: ListOffer, quantity: Decimal) -> str:
    return "no_rate" if break_for(offer.breaks, quantity) is not None else why_no_price(offer.breaks)


def _price_steps(question: Question, priced: _Priced, unit: Decimal, amount: Decimal) -> Iterable[Step]:
    """From the list price to the net, as a column that adds up; then the line."""
    offer, price, per = priced.offer, priced.gross / priced.per, priced.per
    if offer.root_currency != question.currency:
        values = {"price": str(priced.row.unit_price), "currency": offer.root_currency, "rate": str(offer.rate)}
        yield Step(PriceStepKind.CONVERSION.value, question.currency, True, "", None, values)
    for formula in offer.formulas:
        change = price * formula.factor - price
        price += change
        yield Step(PriceStepKind.FORMULA.value, formula.code, True, "", change, {"factor": str(formula.factor)})
    yield from _promotion_steps(question, priced)
    if unit != priced.net / per:
        values = {"mode": offer.rounding.mode, "step": str(offer.rounding.step or smallest_unit(question.currency))}
        yield Step(PriceStepKind.ROUNDING.value, question.currency, True, "", unit - priced.net / per, values)
    if priced.promotion is not None and priced.line_discount:
        full = _amount(question, replace(priced, promotion=None), unit)
        values = {"rate": str(priced.line_discount)}
        code = priced.promotion.code
        yield Step(PriceStepKind.LINE_DISCOUNT.value, code, True, "", amount - full, values)


def _promotion_steps(question: Question, priced: _Priced) -> Iterable[Step]:
    for promotion in question.promotions:
        values = {
            "effect": promotion.effect,
            "value": str(promotion.value),
            "currency": promotion.currency,
            "min_quantity": str(promotion.min_quantity),
            "max_quantity": "" if promotion.max_quantity is None else str(promotion.max_quantity),
            "valid_through": promotion.valid_through.isoformat() if promotion.valid_through else "",
        }
        if promotion is priced.promotion:
            change = (priced.net - priced.price) / priced.per
            yield Step(_kind(promotion), promotion.code, True, "", change, values)
        else:
            reason = why_not_promoted(promotion, question.quantity, question.currency) or "another_is_better"
            yield Step(_kind(promotion), promotion.code, False, reason, None, values)


def _kind(promotion: PromotionOffer) -> str:
    return (PriceStepKind.AGREEMENT if promotion.agreed else PriceStepKind.PROMOTION).value
