"""Reading processes and cases: steps as rules, who is waited for, what happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from channelhub.core.enums.workflow import CaseStepState, Party, StepKind, Verdict
from channelhub.core.models import (
    CaseDecision,
    CaseStep,
    Delegation,
    Role,
    User,
    WorkflowCase,
    WorkflowStep,
    WorkflowVersion,
)
from channelhub.core.rules.workflow import ApproverBand, Comparison, StepRule
from channelhub.lib.periods import working_days_between


def rule_of(step: WorkflowStep) -> StepRule:
    """A stored step as the rules read it."""
    return StepRule(
        code=step.code,
        name=step.name,
        kind=step.kind,
        party=step.party,
        role=step.role,
        after=tuple(step.after),
        conditions=tuple(Comparison(c["fact"], c["op"], str(c["value"])) for c in step.conditions),
        amount_fact=step.amount_fact,
        bands=tuple(_band(band) for band in step.bands),
        asks=tuple(step.asks),
        deadline_days=step.deadline_days,
        escalate_to=step.escalate_to,
        action=step.action,
        arguments=tuple(sorted((str(name), str(value)) for name, value in step.arguments.items())),
        back_to=step.back_to,
        ends=step.ends,
    )


def _band(band: Mapping[str, Any]) -> ApproverBand:
    up_to = band.get("up_to")
    return ApproverBand(None if up_to in (None, "") else Decimal(str(up_to)), band.get("role", ""), int(band["count"]))


def rules_of(version: WorkflowVersion) -> list[StepRule]:
    """The steps of a version in their order."""
    return [rule_of(step) for step in version.steps.order_by("position", "pk")]


@dataclass(frozen=True)
class Principal:
    """Somebody whose decisions a person may take: who (None: the person itself), and in which roles."""

    user: User | None
    roles: frozenset[str]


def principals(user: User, *, on: date) -> list[Principal]:
    """The person itself, then everybody who is absent that day and named it as delegate."""
    own = frozenset(user.roles.filter(kind=Role.Kind.STAFF).values_list("code", flat=True))
    found = [Principal(None, own)]
    rows = Delegation.objects.in_force(on).filter(delegate_id=user.pk).select_related("user").order_by("pk")
    for row in rows.prefetch_related("user__roles"):
        held = {role.code for role in row.user.roles.all() if role.kind == Role.Kind.STAFF}
        found.append(Principal(row.user, frozenset(held & {row.role} if row.role else held)))
    return found


def waiting_for(user: Any, *, on: date) -> QuerySet[CaseStep]:
    """The steps that wait for a person now: by its roles, as opener, for its partner, or in somebody's place.

    Never an approval of a case it opened, nor one it has approved already.
    """
    rows = CaseStep.objects.visible_to(user).waiting()
    acting = getattr(user, "acting", None)
    if acting is None or not user.is_authenticated:
        return rows.none()
    if acting.standing is not None:
        return rows.filter(Q(roles=[]) | Q(roles__contains=[acting.role]), party=Party.PARTNER)
    mine = Q(pk__in=[])
    for principal in principals(user, on=on):
        who = user if principal.user is None else principal.user
        not_own = ~Q(step__kind=StepKind.APPROVAL, case__opened_by_id=who.pk)
        mine |= Q(party=Party.STAFF, roles__overlap=sorted(principal.roles)) & not_own
        mine |= Q(party=Party.OPENER, case__opened_by_id=who.pk)
    done = CaseDecision.objects.filter(
        Q(by_id=user.pk) | Q(in_place_of_id=user.pk),
        case_step_id=OuterRef("pk"),
        verdict=Verdict.APPROVED,
    )
    own_approval = Q(step__kind=StepKind.APPROVAL, case__opened_by_id=user.pk)
    return rows.filter(mine).exclude(own_approval).exclude(Exists(done))


@dataclass(frozen=True)
class Wait:
    """Who is waited for at a step, since when, until when; ``approved`` of ``needed`` persons have approved."""

    case_step: CaseStep
    roles: tuple[str, ...]
    since: datetime
    due_on: date | None
    late: bool
    working_days: int
    approved: int


def waits_of(case_steps: Sequence[CaseStep], *, on: date) -> list[Wait]:
    """The waits of steps whose ``decisions`` and ``step`` were fetched, in their order."""
    from channelhub.lib.periods import business_day

    return [
        Wait(
            case_step=row,
            roles=tuple(row.roles),
            since=row.since,
            due_on=row.due_on,
            late=row.due_on is not None and row.due_on < on,
            working_days=working_days_between(business_day(row.since), on),
            approved=sum(d.verdict == Verdict.APPROVED and d.level == row.level for d in row.decisions.all()),
        )
        for row in case_steps
        if row.state == CaseStepState.WAITING
    ]


def steps_of(case: WorkflowCase) -> list[CaseStep]:
    """Everything a case has reached, with its decisions and who took them, in the order it happened."""
    decisions = CaseDecision.objects.select_related("by", "in_place_of").order_by("pk")
    rows = case.steps.select_related("step").order_by("pk")
    return list(rows.prefetch_related(Prefetch("decisions", queryset=decisions)))


def with_waits(cases: Sequence[WorkflowCase]) -> dict[int, list[CaseStep]]:
    """The waiting steps of several cases at once, by case."""
    rows = CaseStep.objects.waiting().filter(case_id__in=[case.pk for case in cases]).select_related("step")
    found: dict[int, list[CaseStep]] = {}
    for row in rows.order_by("pk").prefetch_related("decisions"):
        found.setdefault(row.case_id, []).append(row)
    return found


def running_case(record: Any) -> WorkflowCase | None:
    """The running case about a record, whatever process it is; None: nobody decides on it now."""
    return WorkflowCase.objects.about(record).running().select_related("definition").first()


def running_by_version(definition_id: int) -> dict[int, int]:
    """How many running cases keep which version of a process."""
    numbers: dict[int, int] = {}
    rows = WorkflowCase.objects.running().filter(definition_id=definition_id)
    for number in rows.values_list("workflow_version__number", flat=True):
        numbers[number] = numbers.get(number, 0) + 1
    return dict(sorted(numbers.items()))
