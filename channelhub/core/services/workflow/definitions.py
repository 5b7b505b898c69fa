"""Processes as data: a draft is edited, checked and published as the next version; running cases keep theirs."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from channelhub.core.enums import workflow as enums
from channelhub.core.enums.workflow import FactKind, Party
from channelhub.core.errors import DraftHasProblems, NoDraft, ProcessCodeTaken, ProcessNotPublished
from channelhub.core.models import Role, User, WorkflowDefinition, WorkflowStep, WorkflowVersion
from channelhub.core.rules import workflow_checks
from channelhub.core.rules.workflow_checks import Known, Problem
from channelhub.core.selectors.workflow import rules_of
from channelhub.core.services.workflow import registry

COPIED = (
    "position",
    "code",
    "name",
    "name_en",
    "kind",
    "party",
    "role",
    "after",
    "conditions",
    "amount_fact",
    "bands",
    "asks",
    "deadline_days",
    "escalate_to",
    "action",
    "arguments",
    "unlocks",
    "back_to",
    "ends",
)


@transaction.atomic
def create_definition(
    *, code: str, name: str, process: str, name_en: str = "", shown_to_partner: bool = False
) -> WorkflowDefinition:
    """A new process with an empty first draft; refuses an unknown purpose and a code in use."""
    registry.process(process)
    try:
        with transaction.atomic():
            definition = WorkflowDefinition.objects.create(
                code=code, name=name, name_en=name_en, process=process, shown_to_partner=shown_to_partner
            )
    except IntegrityError as error:
        raise ProcessCodeTaken(_("Another process has the code %(code)s.") % {"code": code}) from error
    WorkflowVersion.objects.create(definition=definition, number=1)
    return definition


def in_force(definition: WorkflowDefinition) -> WorkflowVersion | None:
    """The version with which a case would begin now; None: nothing is published yet."""
    published = definition.versions.filter(published_at__isnull=False)
    return published.order_by("-number").first()


def require_in_force(definition: WorkflowDefinition) -> WorkflowVersion:
    """Like ``in_force``, refusing a process without a published version."""
    version = in_force(definition)
    if version is None:
        text = _("The process %(code)s has no published version yet.")
        raise ProcessNotPublished(text % {"code": definition.code})
    return version


def named(code: str) -> WorkflowDefinition:
    """The process of that code; refuses an unknown one."""
    definition = WorkflowDefinition.objects.filter(code=code).first()
    if definition is None:
        raise ProcessNotPublished(_("The process %(code)s has no published version yet.") % {"code": code})
    return definition


def kinds_of(version: WorkflowVersion) -> dict[str, str]:
    """Every fact a case of this version may have: those of its process, and those the definition adds."""
    known = {name: fact.kind for name, fact in registry.process(version.definition.process).facts.items()}
    return {**known, **version.facts}


@transaction.atomic
def open_draft(*, definition: WorkflowDefinition) -> WorkflowVersion:
    """The draft that is being edited; none: a copy of what is in force, as the next number."""
    held = WorkflowDefinition.objects.select_for_update().get(pk=definition.pk)
    draft = held.versions.filter(published_at__isnull=True).first()
    if draft is not None:
        return draft
    last = in_force(held)
    draft = WorkflowVersion.objects.create(
        definition=held,
        number=1 if last is None else last.number + 1,
        currency="CNY" if last is None else last.currency,
        facts={} if last is None else last.facts,
    )
    if last is not None:
        WorkflowStep.objects.bulk_create(
            WorkflowStep(version=draft, **{name: getattr(step, name) for name in COPIED})
            for step in last.steps.order_by("position", "pk")
        )
    return draft


@transaction.atomic
def save_draft(
    *,
    definition: WorkflowDefinition,
    steps: Iterable[Mapping[str, Any]],
    facts: Mapping[str, str] | None = None,
    currency: str = "",
) -> WorkflowVersion:
    """Write the draft's steps, exactly these in this order; what is wrong with them may be mended later."""
    draft = open_draft(definition=definition)
    draft.steps.all().delete()
    rows = [
        WorkflowStep(version=draft, **{name: step[name] for name in COPIED if name in step and name != "position"})
        for step in steps
    ]
    for position, row in enumerate(rows, start=1):
        row.position = position
    _make_codes_unique(rows)
    WorkflowStep.objects.bulk_create(rows)
    if facts is not None:
        unreadable = set(facts.values()) - set(FactKind.values)
        draft.facts = {name: kind for name, kind in facts.items() if kind not in unreadable}
    draft.currency = currency or draft.currency
    draft.save()
    return draft


def _make_codes_unique(rows: list[WorkflowStep]) -> None:
    """Codes follow names where a person gave none; a code given twice gets a number: the table asks for it."""
    seen: set[str] = set()
    for row in rows:
        base = row.code or re.sub(r"[^a-z0-9]+", "_", (row.name_en or row.name).lower()).strip("_") or "step"
        code, number = base[:55], 2
        while code in seen:
            code, number = f"{base[:55]}_{number}", number + 1
        row.code = code
        seen.add(code)


@transaction.atomic
def discard_draft(*, definition: WorkflowDefinition) -> None:
    """Throw the draft away; what is in force stays."""
    WorkflowDefinition.objects.select_for_update().get(pk=definition.pk)
    if not definition.versions.filter(published_at__isnull=True).exists():
        raise NoDraft(_("There is no draft."))
    definition.versions.get(published_at__isnull=True).delete()


def problems_of(version: WorkflowVersion) -> list[Problem]:
    """What keeps a version from being published, each naming its step."""
    definition = version.definition
    process = registry.process(definition.process)
    actions = registry.every_action()
    roles = Role.objects.values_list("kind", "code")
    known = Known(
        roles={
            Party.STAFF: frozenset(code for kind, code in roles if kind == Role.Kind.STAFF),
            Party.PARTNER: frozenset(code for kind, code in roles if kind == Role.Kind.DEALER),
        },
        given={name: fact.kind for name, fact in process.facts.items() if not fact.later} | _given(version),
        facts=kinds_of(version),
        actions={action.name: action.arguments for action in actions},
        foreign=frozenset(a.name for a in actions if a.record_type and a.record_type != process.record_type),
        shown_to_partner=definition.shown_to_partner,
    )
    steps = rules_of(version)
    return [*workflow_checks.problems(steps, known), *process.checks(steps)]


def _given(version: WorkflowVersion) -> dict[str, str]:
    """Facts of the definition that no step asks for: they are given when a case is opened."""
    asked = {fact for step in version.steps.all() for fact in step.asks}
    return {name: kind for name, kind in version.facts.items() if name not in asked}


def text_of(problem: Problem) -> str:
    """What is wrong, in the reader's language."""
    return enums.PROBLEMS[problem.code].render(problem.values)


@transaction.atomic
def publish(*, definition: WorkflowDefinition, by: User | None, at: datetime, note: str = "") -> WorkflowVersion:
    """Put the draft in force for cases that begin from now on; running ones keep their version.

    Refused while anything is wrong with it.
    """
    WorkflowDefinition.objects.select_for_update().get(pk=definition.pk)
    draft = definition.versions.filter(published_at__isnull=True).first()
    if draft is None:
        raise NoDraft(_("There is no draft."))
    found = problems_of(draft)
    if found:
        raise DraftHasProblems(" ".join(text_of(problem) for problem in found), problems=found)
    draft.published_at, draft.published_by, draft.note = at, by, note
    draft.save()
    return draft


@transaction.atomic
def deliver(*, data: Mapping[str, Any], at: datetime) -> bool:
    """Enter and publish a process that a release brings; one that is known already stays as people made it."""
    if WorkflowDefinition.objects.filter(code=data["code"]).exists():
        return False
    head = {name: data[name] for name in ("code", "name", "name_en", "process", "shown_to_partner") if name in data}
    definition = create_definition(**head)
    save_draft(definition=definition, steps=data["steps"], facts=data.get("facts"), currency=data.get("currency", ""))
    publish(definition=definition, by=None, at=at, note=data.get("note", ""))
    return True


def deliver_all(*, at: datetime) -> int:
    """Enter every process that the release brings and that is missing; how many."""
    known = set(WorkflowDefinition.objects.values_list("code", flat=True))
    return sum(deliver(data=data, at=at) for data in registry.every_delivered() if data["code"] not in known)
