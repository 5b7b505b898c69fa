"""Steps of a price answer with what they name and their figures, for pages that show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from channelhub.core.services.fence import unfenced
from pricing.enums import PriceStepKind
from pricing.models import Agreement, PriceList, Promotion
from pricing.rules.price_questions import Answer, Step

OF_LISTS = frozenset({PriceStepKind.LIST.value, PriceStepKind.FORMULA.value})
OF_PROMOTIONS = frozenset({PriceStepKind.PROMOTION.value, PriceStepKind.LINE_DISCOUNT.value})


Named = PriceList | Promotion | Agreement


@dataclass(frozen=True)
class ShownStep:
    """A step, the list or promotion it names (None: it is not told), and its values as numbers and texts."""

    step: Step
    record: Named | None
    values: dict[str, Any]


@dataclass(frozen=True)
class Explained:
    """A price as a column that adds up, the line under it, and the rules that did not fire."""

    answer: Answer
    column: Sequence[ShownStep]
    line: Sequence[ShownStep]
    not_applied: Sequence[ShownStep]

    @property
    def before_line_discount(self) -> Decimal | None:
        """What the line would cost without discounts on the line."""
        changes = sum((shown.step.amount or Decimal(0) for shown in self.line), Decimal(0))
        return None if self.answer.amount is None else self.answer.amount - changes


def explain(answers: Sequence[Answer]) -> list[Explained]:
    """Each answer with the names of what its steps are about; the same few queries for any number of answers."""
    steps = [step for answer in answers for step in answer.steps if step.code]
    with unfenced():
        lists = PriceList.objects.filter(code__in={step.code for step in steps if step.kind in OF_LISTS})
        promotions = Promotion.objects.filter(code__in={step.code for step in steps if step.kind in OF_PROMOTIONS})
        codes = {step.code for step in steps if step.kind == PriceStepKind.AGREEMENT}
        agreements = Agreement.objects.filter(code__in=codes) if codes else ()
        named: dict[tuple[str, str], Named] = {("list", found.code): found for found in lists}
        named |= {("promotion", found.code): found for found in promotions}
        named |= {("agreement", found.code): found for found in agreements}
    return [_explained(answer, named) for answer in answers]


def _explained(answer: Answer, named: dict[tuple[str, str], Named]) -> Explained:
    shown = [ShownStep(step, named.get((_of(step), step.code)), _values(step)) for step in answer.steps]
    fired = [one for one in shown if one.step.fired]
    return Explained(
        answer,
        [one for one in fired if one.step.kind != PriceStepKind.LINE_DISCOUNT],
        [one for one in fired if one.step.kind == PriceStepKind.LINE_DISCOUNT],
        [one for one in shown if not one.step.fired],
    )


def _of(step: Step) -> str:
    """What the step's code names: a list, a promotion or an agreement."""
    if step.kind in OF_LISTS:
        return "list"
    return "promotion" if step.kind in OF_PROMOTIONS else "agreement"


def _values(step: Step) -> dict[str, Any]:
    return {name: _number(text) for name, text in step.values.items()}


def _number(text: str) -> Any:
    try:
        return Decimal(text)
    except InvalidOperation:
        return text
