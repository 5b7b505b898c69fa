"""What a dealer may be told of its own price: the column that adds up, without the names of lists and formulas.

The column begins at the highest price on the way from the root list to the dealer's own. A list that is computed from
what others pay, or from what the product costs, by a factor above one never tells where it came from.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pricing.enums import AgreementEffect, PriceStepKind, PromotionEffect
from pricing.rules.price_questions import Answer, Step

WITHIN_REACH = frozenset({"quantity_too_small", "quantity_too_large"})
OF_ROOT = frozenset({PromotionEffect.POINTS_OFF_LIST.value, AgreementEffect.FORMULA.value})  # shares of its price
OFFERED = (PriceStepKind.AGREEMENT, PriceStepKind.PROMOTION)
SHOWN_VALUES = {
    PriceStepKind.LIST: ("min_quantity", "valid_from", "break_mode"),
    PriceStepKind.CONVERSION: ("price", "currency", "rate"),
    PriceStepKind.AGREEMENT: ("effect", "value", "currency", "min_quantity", "valid_through"),
    PriceStepKind.PROMOTION: ("effect", "value", "currency", "min_quantity", "max_quantity", "valid_through"),
    PriceStepKind.LINE_DISCOUNT: ("rate",),
    PriceStepKind.ROUNDING: ("mode", "step"),
}
SHARE = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class _Way:
    """From the root's price over the highest one to the list's own, before promotions."""

    root: Decimal
    highest: Decimal
    own: Decimal

    @property
    def hidden(self) -> bool:
        """The root lies below what is told: neither it nor its conversion is."""
        return self.highest > self.root


def disclosed(answer: Answer) -> Answer:
    """The same figures; lists, agreements, formulas by kind and amount only, promotions within reach."""
    steps = list(answer.steps)
    way = _way(steps)
    list_price = None if answer.list_price is None else way.highest
    return answer._replace(list_code="", agreement="", list_price=list_price, steps=list(_disclosed(steps, way)))


def _way(steps: Sequence[Step]) -> _Way:
    root = next((step.amount for step in steps if step.kind == PriceStepKind.LIST and step.fired), None) or Decimal(0)
    prices = [root]
    for step in steps:
        if step.kind == PriceStepKind.FORMULA:
            prices.append(prices[-1] + (step.amount or Decimal(0)))
    return _Way(root, max(prices), prices[-1])


def _disclosed(steps: Iterable[Step], way: _Way) -> Iterable[Step]:
    told = way.own == way.highest and way.hidden
    for step in steps:
        if step.kind == PriceStepKind.FORMULA:
            if not told:
                told = True
                yield Step(PriceStepKind.FORMULA.value, "", True, "", way.own - way.highest)
        elif _is_told(step, way):
            yield _told(step, way)


def _is_told(step: Step, way: _Way) -> bool:
    if step.kind == PriceStepKind.CONVERSION and way.hidden:
        return False
    return step.fired or (step.kind in OFFERED and step.reason in WITHIN_REACH)


def _told(step: Step, way: _Way) -> Step:
    code = step.code if step.kind in (PriceStepKind.PROMOTION, PriceStepKind.LINE_DISCOUNT) else ""
    values = {name: step.values[name] for name in SHOWN_VALUES[PriceStepKind(step.kind)]}
    if way.hidden and values.get("effect") in OF_ROOT:
        share = Decimal(values["value"]) * way.root / way.highest
        values["value"] = str(share.quantize(SHARE))  # of the list price that is told
    amount = way.highest if step.kind == PriceStepKind.LIST else step.amount
    return replace(step, code=code, values=values, amount=amount)
