"""What a dealer may be told of its own price: the column that adds up, without the names of lists and formulas."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from pricing.enums import PriceStepKind
from pricing.rules.price_questions import Answer, Step

WITHIN_REACH = frozenset({"quantity_too_small", "quantity_too_large"})
SHOWN_VALUES = {
    PriceStepKind.LIST: ("min_quantity", "valid_from"),
    PriceStepKind.CONVERSION: ("price", "currency", "rate"),
    PriceStepKind.PROMOTION: ("effect", "value", "currency", "min_quantity", "max_quantity", "valid_through"),
    PriceStepKind.LINE_DISCOUNT: ("rate",),
    PriceStepKind.ROUNDING: ("mode", "step"),
}


def disclosed(answer: Answer) -> Answer:
    """The same figures; lists and formulas by kind and amount only, promotions where a quantity would bring them."""
    return replace(answer, list_code="", steps=list(_disclosed(answer.steps)))


def _disclosed(steps: Iterable[Step]) -> Iterable[Step]:
    terms = [step for step in steps if step.kind == PriceStepKind.FORMULA]
    told = False
    for step in steps:
        if step.kind == PriceStepKind.FORMULA:
            if not told:
                told = True
                amount = sum((step.amount or Decimal(0) for step in terms), Decimal(0))
                yield Step(PriceStepKind.FORMULA.value, "", True, "", amount)
        elif step.fired or (step.kind == PriceStepKind.PROMOTION and step.reason in WITHIN_REACH):
            code = step.code if step.kind in (PriceStepKind.PROMOTION, PriceStepKind.LINE_DISCOUNT) else ""
            shown = SHOWN_VALUES[PriceStepKind(step.kind)]
            yield replace(step, code=code, values={name: step.values[name] for name in shown})
