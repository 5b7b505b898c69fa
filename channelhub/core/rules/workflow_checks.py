"""What is wrong with a draft of a process, step by step; an empty list may be published."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from channelhub.core.enums.workflow import FactKind, Operator, Party, StepKind
from channelhub.core.rules import workflow as rule
from channelhub.core.rules.workflow import EQUALITY, ORDERED, StepRule


@dataclass(frozen=True)
class Problem:
    """What is wrong, with which step (its code; empty: with the whole), as a code and values."""

    step: str
    code: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Known:
    """What a definition may name: roles by party, facts given at the opening and all facts, actions' arguments.

    ``actions``: name → kinds of its arguments; ``foreign``: actions that are for records of another kind.
    """

    roles: Mapping[str, frozenset[str]]
    given: Mapping[str, str]
    facts: Mapping[str, str]
    actions: Mapping[str, Mapping[str, str]]
    foreign: frozenset[str] = frozenset()
    shown_to_partner: bool = False


@dataclass(frozen=True)
class Draft:
    """All steps of a draft, and what they may name."""

    steps: Sequence[StepRule]
    known: Known


def problems(steps: Sequence[StepRule], known: Known) -> list[Problem]:
    """Gaps, dead ends, unreachable steps, missing roles, unknown actions, cycles: each names its step."""
    if not steps:
        return [Problem("", "no_steps")]
    found = [*_shape(steps)]
    for step in steps:
        for part in (_naming, _people, _way, _conditions, _bands, _action):
            found += part(step, Draft(steps, known))
    return found


def _of(step: StepRule, code: str, what: str = "") -> Problem:
    values = {"step": step.name or step.code}
    return Problem(step.code, code, {**values, "what": what} if what else values)


def _shape(steps: Sequence[StepRule]) -> Iterator[Problem]:
    if all(step.after for step in steps):
        yield Problem("", "no_start")
    if not any(step.ends for step in steps):
        yield Problem("", "no_end")
    reached, states = set(), dict[str, str]()
    while new := [step for step in rule.next_steps(steps, states) if step.code not in reached]:
        reached |= {step.code for step in new}
        states |= {step.code: "done" for step in new}
    known = {step.code for step in steps}
    for step in steps:
        if step.code in reached:
            continue
        circle = _circle(steps, step.code)
        if circle:
            yield _of(step, "cycle", " → ".join(circle))
        elif set(step.after) <= known:
            yield _of(step, "never_reached")


def _circle(steps: Sequence[StepRule], start: str) -> list[str]:
    """The way from a step back to itself, as codes; empty: there is none."""
    after = {step.code: step.after for step in steps}
    paths = [[start]]
    seen = set()
    while paths:
        path = paths.pop(0)
        for code in after.get(path[-1], ()):
            if code == start:
                return list(reversed([*path, start]))
            if code not in seen:
                seen.add(code)
                paths.append([*path, code])
    return []


def _naming(step: StepRule, draft: Draft) -> Iterator[Problem]:
    if not step.name:
        yield Problem(step.code, "name_missing")
    first = next(other for other in draft.steps if other.code == step.code)
    if first is not step:
        yield _of(step, "code_twice", step.code)


def _people(step: StepRule, draft: Draft) -> Iterator[Problem]:
    needs = step.kind != StepKind.ACTION and step.party == Party.STAFF and not step.bands
    if needs and not step.role:
        yield _of(step, "role_missing")
    side = Party.PARTNER if step.party == Party.PARTNER else Party.STAFF
    if step.role and step.role not in draft.known.roles[side]:
        yield _of(step, "role_unknown", step.role)
    if step.escalate_to and step.escalate_to not in draft.known.roles[Party.STAFF]:
        yield _of(step, "role_unknown", step.escalate_to)
    if step.escalate_to and step.deadline_days is None:
        yield _of(step, "escalation_without_deadline")
    if step.party == Party.PARTNER and not draft.known.shown_to_partner:
        yield _of(step, "partner_without_view")


def _way(step: StepRule, draft: Draft) -> Iterator[Problem]:
    codes = {other.code for other in draft.steps}
    for code in step.after:
        if code not in codes:
            yield _of(step, "after_unknown", code)
    behind = [other.name or other.code for other in draft.steps if step.code in other.after]
    if step.ends and behind:
        yield _of(step, "end_followed", ", ".join(behind))
    if not step.ends and not behind:
        yield _of(step, "dead_end")
    if step.back_to and step.back_to not in rule.predecessors(draft.steps, step.code):
        yield _of(step, "back_not_before", step.back_to)


def _conditions(step: StepRule, draft: Draft) -> Iterator[Problem]:
    before = rule.predecessors(draft.steps, step.code)
    at_hand = {*draft.known.given, *(fact for other in draft.steps if other.code in before for fact in other.asks)}
    for each in step.conditions:
        if each.fact not in at_hand or each.fact not in draft.known.facts:
            yield _of(step, "fact_unknown", each.fact)
        elif not _comparable(draft.known.facts[each.fact], each.op, each.value):
            yield _of(step, "comparison_wrong", f"{each.fact} {each.op} {each.value}")
    for fact in step.asks:
        if fact not in draft.known.facts:
            yield _of(step, "asks_unknown", fact)


def _comparable(kind: str, op: str, value: Any) -> bool:
    if op not in Operator.values or (kind not in ORDERED and op not in EQUALITY):
        return False
    return _readable(kind, value)


def _readable(kind: str, value: Any) -> bool:
    try:
        return value not in (None, "") and rule.read_value(kind, value) is not None
    except ValueError:
        return False


def _bands(step: StepRule, draft: Draft) -> Iterator[Problem]:
    if not step.bands or step.kind != StepKind.APPROVAL:
        return
    limits = [band.up_to for band in step.bands]
    heights = [rule.INFINITE if limit is None else limit for limit in limits]
    if heights != sorted(heights):
        yield _of(step, "bands_not_rising")
    if limits[-1] is not None:
        yield _of(step, "bands_open", f"{limits[-1]:,f}")
    if draft.known.facts.get(step.amount_fact) != FactKind.NUMBER:
        yield _of(step, "amount_missing")
    for band in step.bands:
        if band.count > 0 and not band.role:
            yield _of(step, "band_without_role", "∞" if band.up_to is None else f"{band.up_to:,f}")
        elif band.role and band.role not in draft.known.roles[Party.STAFF]:
            yield _of(step, "role_unknown", band.role)


def _action(step: StepRule, draft: Draft) -> Iterator[Problem]:
    if not step.action:
        if step.kind == StepKind.ACTION:
            yield _of(step, "action_missing")
        return
    if step.action not in draft.known.actions:
        yield _of(step, "action_unknown", step.action)
        return
    if step.action in draft.known.foreign:
        yield _of(step, "action_of_other_records", step.action)
    wanted, given = draft.known.actions[step.action], dict(step.arguments)
    for name in sorted({*wanted, *given}):
        if name not in wanted or not _readable(wanted[name], given.get(name)):
            yield _of(step, "argument_wrong", name)
