"""Answers about who is waited for, for pages that stand inside the fence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from channelhub.core.enums.workflow import CaseState, CaseStepState, Party
from channelhub.core.models import CaseStep, WorkflowCase, WorkflowDefinition, WorkflowStep, WorkflowVersion
from channelhub.core.services.fence import unfenced


@dataclass(frozen=True)
class PartnerWait:
    """A step of a case that waits for the partner's people: what, in which process, since when, until when."""

    case_step_id: int
    case_id: int
    step: WorkflowStep
    process: WorkflowDefinition
    subject: str
    role: str
    since: datetime
    due_on: date | None


def waiting_for_partner(partner_id: int) -> list[PartnerWait]:
    """What waits for a partner, the most urgent first. Only what is shared with it."""
    with unfenced():
        rows = CaseStep.objects.filter(
            shared_with_id=partner_id, party=Party.PARTNER, state=CaseStepState.WAITING
        ).select_related("step", "case__definition")
        return [
            PartnerWait(
                row.pk,
                row.case_id,
                row.step,
                row.case.definition,
                row.case.subject,
                row.roles[0] if row.roles else "",
                row.since,
                row.due_on,
            )
            for row in sorted(rows, key=lambda row: (row.due_on or date.max, row.pk))
        ]


def unlocked_for_partner(partner_id: int, *, process: str) -> frozenset[str]:
    """What a partner may do by the steps it has done in its cases of a process, running or done."""
    with unfenced():
        rows = CaseStep.objects.filter(
            case__partner_id=partner_id,
            case__definition__process=process,
            case__state__in=(CaseState.RUNNING, CaseState.DONE),
            state=CaseStepState.DONE,
        )
        return frozenset(code for codes in rows.values_list("step__unlocks", flat=True) for code in codes)


def described(cases: Sequence[WorkflowCase], *, partner_id: int | None) -> list[WorkflowCase]:
    """Cases with ``process``, ``number`` and ``waits``; for a partner only what waits for it. Cases fetched before."""
    with unfenced():
        rows = CaseStep.objects.waiting().filter(case_id__in=[case.pk for case in cases]).select_related("step")
        if partner_id is not None:
            rows = rows.filter(shared_with_id=partner_id)
        waits: dict[int, list[CaseStep]] = {}
        for row in rows.order_by("pk"):
            waits.setdefault(row.case_id, []).append(row)
        versions = WorkflowVersion.objects.filter(pk__in={case.workflow_version_id for case in cases})
        named = {version.pk: version for version in versions.select_related("definition")}
    for case in cases:
        version = named[case.workflow_version_id]
        case.process, case.number = version.definition.code, version.number  # type: ignore[attr-defined]
        case.waits = waits.get(case.pk, [])  # type: ignore[attr-defined]
    return list(cases)
