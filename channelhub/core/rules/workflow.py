"""How a process written as data goes on: which step is next, who approves what, and what is wrong with a draft.

Steps name those they come *after*: one name makes an order, two steps after the same one are parallel branches, several
names are a join that waits for all. A step whose condition does not hold is skipped and counts as done. A refusal ends
the case, or gives it back to an earlier step, from which everything is done anew. Plain values in, plain values out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from channelhub.core.enums.workflow import FactKind, Operator, Party, StepKind

Facts = Mapping[str, Any]
INFINITE = Decimal("Infinity")
SETTLED = frozenset({"done", "skipped"})
ORDERED = frozenset({FactKind.NUMBER, FactKind.DATE})
EQUALITY = frozenset({Operator.EQUAL, Operator.NOT_EQUAL})


@dataclass(frozen=True)
class Comparison:
    """A fact compared with a value of its own kind: ``amount > 1000000``."""

    fact: str
    op: str
    value: str


@dataclass(frozen=True)
class ApproverBand:
    """Up to this amount (None: any) so many different persons of a role approve; nobody (count 0): of itself.

    Bands with the same limit are levels: the second is asked when the first is complete.
    """

    up_to: Decimal | None
    role: str
    count: int


@dataclass(frozen=True)
class StepRule:
    """One step of a definition, as the rules need it."""

    code: str
    name: str = ""
    kind: str = StepKind.TASK
    party: str = Party.STAFF
    role: str = ""
    after: tuple[str, ...] = ()
    conditions: tuple[Comparison, ...] = ()
    amount_fact: str = ""
    bands: tuple[ApproverBand, ...] = ()
    asks: tuple[str, ...] = ()
    deadline_days: int | None = None
    escalate_to: str = ""
    action: str = ""
    arguments: tuple[tuple[str, str], ...] = ()
    back_to: str = ""
    ends: bool = False


# Facts


def read_value(kind: str, text: Any) -> Any:
    """A stored fact as what it is; None stays unknown; what cannot be read is a ValueError."""
    if text is None:
        return None
    if kind == FactKind.NUMBER:
        return _number(text)
    if kind == FactKind.DATE:
        return text if isinstance(text, date) else date.fromisoformat(str(text))
    if kind == FactKind.FLAG:
        return _flag(text)
    return str(text)


def _number(text: Any) -> Decimal:
    try:
        number = Decimal(str(text).replace(",", ""))
    except InvalidOperation as error:
        raise ValueError(f"no number: {text}") from error
    if not number.is_finite():
        raise ValueError(f"no number: {text}")
    return number


def _flag(text: Any) -> bool:
    if isinstance(text, bool):
        return text
    known = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
    if str(text).strip().lower() not in known:
        raise ValueError(f"neither yes nor no: {text}")
    return known[str(text).strip().lower()]


def holds(comparison: Comparison, *, facts: Facts, kinds: Mapping[str, str]) -> bool:
    """Whether a comparison holds. A number that is not known counts as higher than any; nothing else unknown holds."""
    kind = kinds.get(comparison.fact, FactKind.TEXT)
    have, wanted = read_value(kind, facts.get(comparison.fact)), read_value(kind, comparison.value)
    if have is None:
        if kind != FactKind.NUMBER:
            return False
        have = INFINITE
    return {
        Operator.EQUAL: have == wanted,
        Operator.NOT_EQUAL: have != wanted,
        Operator.MORE: kind in ORDERED and have > wanted,
        Operator.AT_LEAST: kind in ORDERED and have >= wanted,
        Operator.LESS: kind in ORDERED and have < wanted,
        Operator.AT_MOST: kind in ORDERED and have <= wanted,
    }[Operator(comparison.op)]


def applies(step: StepRule, *, facts: Facts, kinds: Mapping[str, str]) -> bool:
    """Whether all of a step's conditions hold; a step without any always applies."""
    return all(holds(each, facts=facts, kinds=kinds) for each in step.conditions)


# Approvers


def approvers(step: StepRule, *, facts: Facts) -> tuple[ApproverBand, ...]:
    """The levels that must approve, in their order; none: it is approved of itself.

    Without bands: one person of the step's role. An amount that is not known needs what the highest amount needs.
    """
    if not step.bands:
        return (ApproverBand(None, step.role, 1),)
    amount = read_value(FactKind.NUMBER, facts.get(step.amount_fact))
    limits = [band.up_to for band in step.bands]
    reached = [limit for limit in limits if limit is None or (amount is not None and amount <= limit)]
    chosen = min(reached, key=lambda limit: INFINITE if limit is None else limit, default=limits[-1])
    return tuple(band for band in step.bands if band.up_to == chosen and band.count > 0)


# The way


def next_steps(steps: Sequence[StepRule], states: Mapping[str, str]) -> list[StepRule]:
    """Steps not begun whose predecessors are all done or skipped, in the definition's order."""
    return [
        step for step in steps if step.code not in states and all(states.get(code) in SETTLED for code in step.after)
    ]


def followers(steps: Iterable[StepRule], code: str) -> set[str]:
    """A step and everything that comes after it."""
    return _closure({step.code: {other.code for other in steps if step.code in other.after} for step in steps}, code)


def predecessors(steps: Iterable[StepRule], code: str) -> set[str]:
    """Everything that comes before a step, without itself."""
    return _closure({step.code: set(step.after) for step in steps}, code) - {code}


def _closure(edges: Mapping[str, set[str]], start: str) -> set[str]:
    found, open_ends = {start}, [start]
    while open_ends:
        new = edges.get(open_ends.pop(), set()) - found
        found |= new
        open_ends += new
    return found


def layers(steps: Sequence[StepRule]) -> list[list[StepRule]]:
    """The steps in columns from left to right: each one column after the last it waits for. What hangs comes last."""
    depth: dict[str, int] = {}
    left = list(steps)
    while left:
        ready = [s for s in left if all(code in depth for code in s.after)] or left
        for step in ready:
            depth[step.code] = 1 + max((depth[code] for code in step.after if code in depth), default=-1)
        left = [step for step in left if step not in ready]
    columns: list[list[StepRule]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for step in steps:
        if step not in columns[depth[step.code]]:
            columns[depth[step.code]].append(step)
    return columns
