"""What processes may be about, and what their steps may do: apps register both when they start."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.apps import apps

from channelhub.core.enums.workflow import FactKind, StepKind
from channelhub.core.errors import UnknownProcess, UnknownWorkflowAction
from channelhub.core.models import CaseStep, User, WorkflowCase
from channelhub.core.rules.workflow import StepRule
from channelhub.core.rules.workflow_checks import Problem


@dataclass(frozen=True)
class Fact:
    """Something a case knows: its kind, what people call it, its values if they are few.

    ``later``: once a step has asked for it.
    """

    kind: str
    label: Any
    later: bool = False
    choices: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Process:
    """What a definition may be for: the record it is about, its facts, and what happens when it is not carried out.

    ``given_back(case, at)`` is called in the transaction in which a case is refused or withdrawn, ``carried_out`` in
    that in which it is done. ``by_hand``: people open cases themselves, with a subject of their own. ``ask_outside``
    tells somebody who has no account that a step for the partner waits. ``checks``: what else keeps a version from
    being published. ``panel(case, user)``: what the case's page shows of the record, as (template, values).
    """

    code: str
    label: Any
    record_type: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    given_back: Callable[[WorkflowCase, datetime], None] | None = None
    by_hand: bool = False
    carried_out: Callable[[WorkflowCase, datetime], None] | None = None
    ask_outside: Callable[[CaseStep, datetime], None] | None = None
    checks: Callable[[Sequence[StepRule]], Sequence[Problem]] = lambda _steps: ()
    panel: Callable[[WorkflowCase, User], tuple[str, dict[str, Any]] | None] | None = None


@dataclass(frozen=True)
class Doing:
    """With what an action is called: the case and its record, the step that set it off, by whom (None: of itself)."""

    case: WorkflowCase
    case_step: CaseStep
    record: Any
    by: User | None
    at: datetime
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class WorkflowAction:
    """What a step may do: one service call, in the transaction of the decision. A refusal undoes the decision.

    ``record_type``: for records of this kind only; empty: for any. ``arguments``: name → kind, set in the definition.
    """

    name: str
    label: Any
    run: Callable[[Doing], Any]
    record_type: str = ""
    arguments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class StepService:
    """What a kind of step does: an app registers it once for the kind, every definition uses it.

    ``reached(case_step, at)`` begins it in the transaction in which the step's turn comes; it never settles the step
    itself: what is done later calls ``cases.settle``. ``missing(case_step)`` says what is still to be done; while it
    says something, no person can call the step done. ``page(case_step, for_partner)``: the address where it is done.
    """

    kind: str
    reached: Callable[[CaseStep, datetime], None] | None = None
    missing: Callable[[CaseStep], str] = lambda _case_step: ""
    page: Callable[[CaseStep, bool], str] = lambda _case_step, _for_partner: ""


_processes: dict[str, Process] = {}
_actions: dict[str, WorkflowAction] = {}
_delivered: dict[str, Mapping[str, Any]] = {}
_services: dict[str, StepService] = {}
# Kinds that a person confirms with a document.
_ON_PAPER = (StepKind.CONTRACT, StepKind.DEPOSIT, StepKind.CERTIFICATION)


def register(*entries: Process | WorkflowAction | StepService) -> None:
    """Make processes, actions and kinds of steps known; called from an app's ``AppConfig.ready()``."""
    for entry in entries:
        if isinstance(entry, Process):
            _processes[entry.code] = entry
        elif isinstance(entry, StepService):
            _services[entry.kind] = entry
        else:
            _actions[entry.name] = entry


def deliver(data: Mapping[str, Any]) -> None:
    """Name a process that ``load_reference`` enters where it is missing; called from ``AppConfig.ready()``."""
    _delivered[data["code"]] = data


def every_delivered() -> list[Mapping[str, Any]]:
    """The processes that the release brings, by code."""
    return [_delivered[code] for code in sorted(_delivered)]


def process(code: str) -> Process:
    """The process of that code; refuses one that no app registers."""
    if code not in _processes:
        raise UnknownProcess(f"There is no process {code}.")
    return _processes[code]


def action(name: str) -> WorkflowAction:
    """The action of that name; refuses one that no app registers."""
    if name not in _actions:
        raise UnknownWorkflowAction(f"There is no action {name}.")
    return _actions[name]


def step_service(kind: str) -> StepService | None:
    """What a kind of step does; None: nothing but waiting for a person."""
    return _services.get(kind)


def asks_document(kind: str) -> bool:
    """Whether a step of this kind needs a document: by its kind, or because no app does it yet."""
    return kind == StepKind.DOCUMENT or (kind in _ON_PAPER and kind not in _services)


def every_process() -> list[Process]:
    """All processes, by code."""
    return [_processes[code] for code in sorted(_processes)]


def every_action() -> list[WorkflowAction]:
    """All actions, by name."""
    return [_actions[name] for name in sorted(_actions)]


def validate() -> None:
    """Fail the start when a process or an action names a kind of record or of fact that does not exist."""
    known = {model._meta.label_lower for model in apps.get_models()} | {""}
    about = {p.code: p.record_type for p in every_process()} | {a.name: a.record_type for a in every_action()}
    lost = sorted(name for name, record_type in about.items() if record_type not in known)
    if lost:
        raise LookupError(f"Workflow: about tables that do not exist: {', '.join(lost)}")
    kinds = [fact.kind for p in every_process() for fact in p.facts.values()]
    kinds += [kind for a in every_action() for kind in a.arguments.values()]
    strange = set(kinds) - set(FactKind.values)
    if strange:
        raise LookupError(f"Workflow: there are no facts of kind {', '.join(sorted(strange))}.")
