"""Who hears of a case: tasks for those who are waited for, news for whoever opened it, events for the right."""

from datetime import datetime
from typing import Any

from channelhub.core.enums import workflow as messages
from channelhub.core.enums.messages import Message
from channelhub.core.enums.workflow import CaseState, Party
from channelhub.core.models import CaseStep, Task, WorkflowCase
from channelhub.core.services import attention, outbox
from channelhub.core.services.workflow import registry


def _named(record: Any) -> dict[str, str]:
    """A name in both scripts: the reader's language chooses."""
    return {"name": record.name, "name_en": record.name_en}


def _key(case_step: CaseStep) -> str:
    return f"case_step:{case_step.pk}:"


def ask(case_step: CaseStep, *, at: datetime) -> Task | None:
    """Open the task of a step that waits, for the role of its level, the opener or the partner.

    Whoever is not a partner yet has no tasks: the process tells it outside. None.
    """
    case = case_step.case
    if case_step.party == Party.PARTNER and case_step.shared_with_id is None:
        outside = registry.process(case.definition.process).ask_outside
        if outside is not None:
            outside(case_step, at)
        return None
    whom: dict[str, Any] = {"role": case_step.roles[0] if case_step.roles else ""}
    if case_step.party == Party.OPENER:
        whom = {"user": case.opened_by}
    elif case_step.party == Party.PARTNER:
        whom = {"partner_id": case_step.shared_with_id}
    else:
        whom["about_partner_id"] = case.partner_id
    return attention.open_task(
        kind=messages.STEP_WAITS,
        key=f"{_key(case_step)}{case_step.level}",
        at=at,
        record=case,
        due_on=case_step.due_on,
        process=_named(case.definition),
        step=_named(case_step.step),
        subject=case.subject,
        **whom,
    )


def ask_above(case_step: CaseStep, *, role: str, at: datetime) -> Task:
    """The deadline has passed: a task for the role it was escalated to."""
    case = case_step.case
    return attention.open_task(
        kind=messages.STEP_ESCALATED,
        key=f"{_key(case_step)}above",
        at=at,
        role=role,
        about_partner_id=case.partner_id,
        record=case,
        process=_named(case.definition),
        step=_named(case_step.step),
        subject=case.subject,
        until=case_step.due_on,
    )


def no_longer_asked(case_step: CaseStep, *, result: str, at: datetime) -> None:
    """Close all tasks of a step in the system's name: it was decided, or is void."""
    attention.close_all_of_themselves(prefix=_key(case_step), result=result, at=at)


def decided(case_step: CaseStep, *, verdict: str, at: datetime) -> None:
    """Tell the apps that a step was decided."""
    outbox.publish(
        "core.case_step.decided",
        occurred_at=at,
        case_id=case_step.case_id,
        case_step_id=case_step.pk,
        step=case_step.step.code,
        verdict=verdict,
    )


def opened(case: WorkflowCase, *, at: datetime) -> None:
    """Tell the apps that a case began."""
    outbox.publish("core.case.opened", occurred_at=at, case_id=case.pk, process=case.definition.process)


def finished(case: WorkflowCase, *, reason: str, at: datetime) -> None:
    """Tell the apps, and whoever opened the case, how it ended."""
    outbox.publish(
        "core.case.finished", occurred_at=at, case_id=case.pk, process=case.definition.process, state=case.state
    )
    if case.state == CaseState.REFUSED:
        tell_opener(case, messages.CASE_REFUSED, at=at, reason=reason)
    elif case.state == CaseState.DONE:
        tell_opener(case, messages.CASE_DONE, at=at)


def tell_opener(case: WorkflowCase, message: Message, *, at: datetime, **values: Any) -> None:
    """News for whoever opened the case; a case that began of itself has nobody to tell."""
    person = case.opened_by
    if person is None or (not person.is_staff and case.shared_with_id is None):
        return
    attention.notify(
        message,
        at=at,
        user=person,
        partner_id=None if person.is_staff else case.shared_with_id,
        url=f"/admin/core/workflowcase/{case.pk}/change/" if person.is_staff else "",
        process=_named(case.definition),
        subject=case.subject,
        **values,
    )
