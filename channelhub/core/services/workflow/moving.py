"""How a case goes on, once something was decided; called with the case's row locked."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.apps import apps

from channelhub.core.enums.workflow import CaseState, CaseStepState, Party, StepKind, Verdict
from channelhub.core.models import CaseDecision, CaseStep, User, WorkflowCase, WorkflowStep
from channelhub.core.rules import workflow as rule
from channelhub.core.rules.workflow import ApproverBand, StepRule
from channelhub.core.selectors.workflow import rule_of
from channelhub.core.services.workflow import registry, telling
from channelhub.core.services.workflow.definitions import kinds_of
from channelhub.core.services.workflow.registry import Doing
from channelhub.lib.periods import add_business_days, business_day

ENDED_STATES = (CaseStepState.REFUSED, CaseStepState.VOID)


def go_on(case: WorkflowCase, *, at: datetime) -> None:
    """Reach every step whose turn it is, skipping what does not apply; the case is done when nothing is left."""
    steps = {step.code: step for step in case.workflow_version.steps.order_by("position", "pk")}
    rules = [rule_of(step) for step in steps.values()]
    kinds = kinds_of(case.workflow_version)
    while case.state == CaseState.RUNNING:
        states = _states(case)
        ready = rule.next_steps(rules, states)
        for each in ready:
            _reach(case, steps[each.code], each, kinds, at)
        if not ready:
            if CaseStepState.WAITING not in states.values():
                end(case, CaseState.DONE, at=at)
            return


def _states(case: WorkflowCase) -> dict[str, str]:
    rows = case.steps.exclude(state__in=ENDED_STATES)
    return dict(rows.values_list("step__code", "state"))


def _reach(case: WorkflowCase, step: WorkflowStep, each: StepRule, kinds: Mapping[str, str], at: datetime) -> None:
    """The step's turn has come: it waits, is skipped, or is done of itself."""
    row = CaseStep(
        case=case,
        step=step,
        round=1 + case.steps.filter(step=step).count(),
        party=step.party,
        partner_id=case.partner_id,
        shared_with_id=case.shared_with_id if step.party == Party.PARTNER else None,
        since=at,
    )
    if not rule.applies(each, facts=case.facts, kinds=kinds):
        _settle(row, CaseStepState.SKIPPED, Verdict.SKIPPED, at)
        return
    levels = levels_of(row)
    if step.kind == StepKind.ACTION or (step.kind == StepKind.APPROVAL and not levels):
        _settle(row, CaseStepState.DONE, Verdict.AUTOMATIC, at)
        act(row, by=None, at=at)
        return
    row.roles = [levels[0].role] if levels else ([step.role] if step.role else [])
    if step.deadline_days is not None:
        row.due_on = add_business_days(business_day(at), step.deadline_days)
    row.save()
    telling.ask(row, at=at)
    service = registry.step_service(step.kind)
    if service is not None and service.reached is not None:
        service.reached(row, at)


def _settle(row: CaseStep, state: str, verdict: str, at: datetime) -> None:
    row.state, row.ended_at = state, at
    row.save()
    record(row, verdict, at=at)


def levels_of(case_step: CaseStep) -> tuple[ApproverBand, ...]:
    """Who must approve this step, level by level, for the facts as they are; other kinds have no levels."""
    if case_step.step.kind != StepKind.APPROVAL:
        return ()
    return rule.approvers(rule_of(case_step.step), facts=case_step.case.facts)


def record(case_step: CaseStep, verdict: str, *, at: datetime, by: User | None = None, **more: Any) -> CaseDecision:
    """Add a line to the case's history and tell the apps."""
    line = CaseDecision.objects.create(
        case_step=case_step, verdict=verdict, at=at, by=by, level=case_step.level, **more
    )
    telling.decided(case_step, verdict=verdict, at=at)
    return line


def complete(case_step: CaseStep, *, by: User | None, at: datetime) -> None:
    """The step is done: its action runs in the same transaction, the case goes on."""
    case_step.state, case_step.ended_at = CaseStepState.DONE, at
    case_step.save(update_fields=["state", "ended_at"])
    telling.no_longer_asked(case_step, result="Done.", at=at)
    act(case_step, by=by, at=at)
    go_on(case_step.case, at=at)


def act(case_step: CaseStep, *, by: User | None, at: datetime) -> None:
    """Call the registered service of a step; its refusal undoes the decision that led to it."""
    if not case_step.step.action:
        return
    action = registry.action(case_step.step.action)
    given = case_step.step.arguments
    arguments = {name: rule.read_value(kind, given.get(name)) for name, kind in action.arguments.items()}
    action.run(Doing(case_step.case, case_step, record_of(case_step.case), by, at, arguments))


def record_of(case: WorkflowCase) -> Any:
    """The record a case is about; None: it is about nothing but itself."""
    if case.record_id is None:
        return None
    return apps.get_model(case.record_type)._default_manager.get(pk=case.record_id)  # noqa: SLF001 - its name


def void(steps: Any, *, at: datetime) -> None:
    """These steps count no more: what waited is not asked any longer, what was done is done anew."""
    for row in steps.exclude(state__in=ENDED_STATES).select_related("step"):
        if row.state == CaseStepState.WAITING:
            telling.no_longer_asked(row, result="Void.", at=at)
        row.state, row.ended_at = CaseStepState.VOID, row.ended_at or at
        row.save(update_fields=["state", "ended_at"])


def give_back(case: WorkflowCase, *, to: str, at: datetime) -> None:
    """From an earlier step on everything is done anew; branches that do not come after it go on."""
    rules = [rule_of(step) for step in case.workflow_version.steps.all()]
    void(case.steps.filter(step__code__in=rule.followers(rules, to)), at=at)
    go_on(case, at=at)


def end(case: WorkflowCase, state: str, *, at: datetime, reason: str = "") -> None:
    """The case ends; what was not carried out is given back to whoever owns the record."""
    void(case.steps.filter(state=CaseStepState.WAITING), at=at)
    case.state, case.ended_at = state, at
    case.save(update_fields=["state", "ended_at"])
    process = registry.process(case.definition.process)
    follow_up = process.carried_out if state == CaseState.DONE else process.given_back
    if follow_up is not None:
        follow_up(case, at)
    telling.finished(case, reason=reason, at=at)
