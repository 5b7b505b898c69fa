"""Deadlines that have passed: the step comes to the role above as well. Rows say what is due; safe to repeat."""

from datetime import datetime

from django.db import transaction

from channelhub.core.enums.workflow import CaseStepState, Verdict
from channelhub.core.models import CaseStep, WorkflowCase
from channelhub.core.services.workflow import moving, telling
from channelhub.lib.periods import business_day


def escalate_overdue(*, at: datetime) -> int:
    """Escalate every waiting step whose last day is over, each once and in a transaction of its own; how many."""
    due = CaseStep.objects.overdue(on=business_day(at)).filter(escalated_at__isnull=True)
    ids = list(due.exclude(step__escalate_to="").order_by("due_on", "pk").values_list("pk", "case_id"))
    return sum(_escalate(case_step_id=pk, case_id=case_id, at=at) for pk, case_id in ids)


@transaction.atomic
def _escalate(*, case_step_id: int, case_id: int, at: datetime) -> bool:
    """Those waited for may still decide; the role above may now too. False: decided or escalated meanwhile."""
    WorkflowCase.objects.select_for_update(of=("self",)).get(pk=case_id)
    rows = CaseStep.objects.select_related("step", "case__definition")
    held = rows.filter(pk=case_step_id, state=CaseStepState.WAITING, escalated_at__isnull=True).first()
    if held is None:
        return False
    above = held.step.escalate_to
    held.escalated_at = at
    held.roles = [*held.roles, above] if above not in held.roles else held.roles
    held.save(update_fields=["escalated_at", "roles"])
    moving.record(held, Verdict.ESCALATED, at=at, role=above)
    telling.ask_above(held, role=above, at=at)
    return True
