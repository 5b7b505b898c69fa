"""Cases: opened on a record, decided step by step, withdrawn. One transaction each, with the case's row locked."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from channelhub.core.enums import workflow as messages
from channelhub.core.enums.workflow import CaseState, CaseStepState, Party, StepKind, Verdict
from channelhub.core.errors import (
    CaseAlreadyRuns,
    CaseHasEnded,
    DocumentMissing,
    FactsWrong,
    NotWaitedFor,
    ReasonMissing,
    StepAlreadyDecided,
    StepNotFulfilled,
    WrongVerdict,
)
from channelhub.core.models import CaseStep, Document, User, WorkflowCase, WorkflowDefinition
from channelhub.core.rules import workflow as rule
from channelhub.core.services.fence import unfenced
from channelhub.core.services.workflow import definitions, moving, registry, telling
from channelhub.core.services.workflow.authority import authority_of
from channelhub.lib.periods import business_day

POSSIBLE = {
    StepKind.APPROVAL: {Verdict.APPROVED, Verdict.REFUSED, Verdict.REJECTED},
    StepKind.CHECK: {Verdict.DONE, Verdict.REFUSED, Verdict.REJECTED},
}
REFUSALS = frozenset({Verdict.REFUSED, Verdict.REJECTED})
_plain = DjangoJSONEncoder()


def open_case(
    *,
    definition: WorkflowDefinition,
    subject: str,
    facts: Mapping[str, Any],
    at: datetime,
    by: User | None = None,
    record: Model | None = None,
    partner_id: int | None = None,
) -> WorkflowCase:
    """Begin a process on the version in force, about a record that the caller fetched behind the fence.

    Refused: no published version, facts that are unknown, missing or unreadable, and a second running case of this
    process about the same record. A number may be None: not known, it counts as higher than any limit.
    """
    with unfenced():
        version = definitions.require_in_force(definition)
        about = {} if record is None else {"record_type": record._meta.label_lower, "record_id": record.pk}
        shared = partner_id if definition.shown_to_partner else None
        try:
            with transaction.atomic():
                case = WorkflowCase.objects.create(
                    definition=definition,
                    workflow_version=version,
                    subject=subject[:200],
                    facts=_checked(definitions.kinds_of(version), facts, _asked_later(version)),
                    partner_id=partner_id,
                    shared_with_id=shared,
                    opened_by=by,
                    opened_at=at,
                    **about,
                )
        except IntegrityError as error:
            if "core_case_one_running" not in str(error):
                raise
            raise CaseAlreadyRuns(_("This is being decided on already.")) from error
        telling.opened(case, at=at)
        moving.go_on(case, at=at)
        case.refresh_from_db()
        return case


def _asked_later(version: Any) -> set[str]:
    known = registry.process(version.definition.process).facts
    later = {name for name, fact in known.items() if fact.later}
    return later | {fact for step in version.steps.all() for fact in step.asks}


def _checked(kinds: Mapping[str, str], facts: Mapping[str, Any], may_lack: set[str]) -> dict[str, Any]:
    """Facts as they are stored; each is known, none is missing, all can be read."""
    strange = sorted({*facts} - {*kinds}) or sorted({*kinds} - {*facts} - may_lack)
    if strange:
        raise FactsWrong(_("These facts are unknown or missing: %(facts)s.") % {"facts": ", ".join(strange)})
    stored: dict[str, Any] = {}
    for name, value in facts.items():
        try:
            read = rule.read_value(kinds[name], value)
        except ValueError as error:
            raise FactsWrong(_("%(fact)s cannot be read.") % {"fact": name}) from error
        stored[name] = read if isinstance(read, bool) or read is None else str(read)
    return stored


def decide(
    *,
    case_step: CaseStep,
    by: User,
    verdict: str,
    at: datetime,
    comment: str = "",
    facts: Mapping[str, Any] | None = None,
) -> WorkflowCase:
    """Decide a step that waits: done, approved or refused, in one's own right or in somebody's place.

    The case's row is locked before anything is read: of two at once one decides, the other is told. Refused: whoever
    is not waited for, the author's own approval, a second one by the same person, a refusal without a reason, a form
    without its facts, a document step without a document.
    """
    with unfenced():
        held = _held(case_step)
        _require_possible(held, verdict)
        right = authority_of(held, by, on=business_day(at))
        line: dict[str, Any] = {"by": by, "in_place_of": right.in_place_of, "role": right.role, "comment": comment}
        return _settle(held, verdict, line, facts=facts, at=at)


def settle(
    *,
    case_step: CaseStep,
    verdict: str,
    role: str,
    at: datetime,
    by: User | None = None,
    comment: str = "",
    facts: Mapping[str, Any] | None = None,
) -> WorkflowCase:
    """Decide a step as one for whom the calling app vouches: an applicant by its link, a system, a service that did it.

    ``role`` says as what. Everything but the right is asked as in ``decide``, with the same lock; no approvals.
    """
    with unfenced():
        held = _held(case_step)
        _require_possible(held, verdict)
        if held.step.kind == StepKind.APPROVAL:
            raise WrongVerdict(_("A step of this kind is not decided like that."))
        return _settle(held, verdict, {"by": by, "role": role, "comment": comment}, facts=facts, at=at)


def _require_possible(held: CaseStep, verdict: str) -> None:
    if verdict not in POSSIBLE.get(StepKind(held.step.kind), {Verdict.DONE}):
        raise WrongVerdict(_("A step of this kind is not decided like that."))


def _settle(
    held: CaseStep, verdict: str, line: dict[str, Any], *, facts: Mapping[str, Any] | None, at: datetime
) -> WorkflowCase:
    line["comment"] = _said(line["comment"])
    refused = verdict in REFUSALS
    if refused and not line["comment"]:
        raise ReasonMissing(_("A refusal says why."))
    given = {} if refused else _given(held, facts or {})
    moving.record(held, verdict, at=at, facts=given, **line)
    if given:
        held.case.facts = {**held.case.facts, **given}
        held.case.save(update_fields=["facts"])
    _after(held, verdict, by=line["by"], at=at, reason=line["comment"])
    held.case.refresh_from_db()
    return held.case


def _said(text: str) -> str:
    """What a person wrote, without what nothing can keep."""
    return text.replace("\x00", "").strip()


def _held(case_step: CaseStep) -> CaseStep:
    """The step as it is now, behind the lock on its case; refuses one that waits no more."""
    case = WorkflowCase.objects.select_for_update(of=("self",)).get(pk=case_step.case_id)
    held = CaseStep.objects.select_related("step", "case__definition", "case__workflow_version").get(pk=case_step.pk)
    if case.state != CaseState.RUNNING:
        raise CaseHasEnded(_("The case has ended."))
    if held.state != CaseStepState.WAITING:
        raise StepAlreadyDecided(_("Somebody has decided this already."))
    return held


def _given(held: CaseStep, facts: Mapping[str, Any]) -> dict[str, Any]:
    asks = set(held.step.asks)
    kinds = {name: kind for name, kind in definitions.kinds_of(held.case.workflow_version).items() if name in asks}
    given = _checked(kinds, facts, set())
    if any(value in (None, "") for value in given.values()):
        raise FactsWrong(_("Every fact of the form is needed."))
    if registry.asks_document(held.step.kind) and not Document.objects.on_record(held).exists():
        raise DocumentMissing(_("Attach the document first."))
    service = registry.step_service(held.step.kind)
    missing = "" if service is None else service.missing(held)
    if missing:
        raise StepNotFulfilled(missing)
    return given


def _after(held: CaseStep, verdict: str, *, by: User | None, at: datetime, reason: str) -> None:
    if verdict in REFUSALS:
        _refused(held, at=at, reason=reason, for_good=verdict == Verdict.REJECTED)
    elif verdict == Verdict.APPROVED:
        _approved(held, by=by, at=at)
    else:
        moving.complete(held, by=by, at=at)


def _approved(held: CaseStep, *, by: User | None, at: datetime) -> None:
    """The level is complete, or another person of it is needed; after the last level the step is done."""
    levels = moving.levels_of(held)
    have = held.decisions.filter(verdict=Verdict.APPROVED, level=held.level).count()
    if held.level < len(levels) and have < levels[held.level].count:
        return
    telling.no_longer_asked(held, result="Approved.", at=at)
    if held.level + 1 < len(levels):
        held.level += 1
        held.roles = [levels[held.level].role]
        held.save(update_fields=["level", "roles"])
        telling.ask(held, at=at)
    else:
        moving.complete(held, by=by, at=at)


def _refused(held: CaseStep, *, at: datetime, reason: str, for_good: bool) -> None:
    case = held.case
    held.state, held.ended_at = CaseStepState.REFUSED, at
    held.save(update_fields=["state", "ended_at"])
    telling.no_longer_asked(held, result="Refused.", at=at)
    if for_good or not held.step.back_to:
        moving.end(case, CaseState.REFUSED, at=at, reason=reason)
        return
    telling.tell_opener(case, messages.STEP_GIVEN_BACK, at=at, reason=reason)
    moving.give_back(case, to=held.step.back_to, at=at)


def withdraw(*, case: WorkflowCase, by: User, reason: str, at: datetime) -> WorkflowCase:
    """Whoever opened a case, or an administrator, takes it back with a reason; what waited waits no more."""
    with unfenced():
        held = WorkflowCase.objects.select_for_update(of=("self",)).get(pk=case.pk)
        if held.state != CaseState.RUNNING:
            raise CaseHasEnded(_("The case has ended."))
        if held.opened_by_id != by.pk and not by.is_superuser:
            raise NotWaitedFor(_("Only whoever opened a case takes it back."))
        if not _said(reason):
            raise ReasonMissing(_("Say why it is taken back."))
        return _stop(held, CaseState.WITHDRAWN, {"by": by, "comment": _said(reason)}, at)


def stop(
    *, case: WorkflowCase, state: str, role: str, reason: str, at: datetime, by: User | None = None
) -> WorkflowCase:
    """End a case at any step, as one for whom the calling app vouches: refused, or withdrawn, with a reason."""
    with unfenced():
        held = WorkflowCase.objects.select_for_update(of=("self",)).get(pk=case.pk)
        if held.state != CaseState.RUNNING:
            raise CaseHasEnded(_("The case has ended."))
        if not _said(reason):
            raise ReasonMissing(_("A refusal says why."))
        return _stop(held, state, {"by": by, "role": role, "comment": _said(reason)}, at)


def _stop(held: WorkflowCase, state: str, line: dict[str, Any], at: datetime) -> WorkflowCase:
    verdict = Verdict.REJECTED if state == CaseState.REFUSED else Verdict.WITHDRAWN
    for row in held.steps.filter(state=CaseStepState.WAITING).select_related("step", "case"):
        moving.record(row, verdict, at=at, **line)
    moving.end(held, state, at=at, reason=line["comment"])
    return held


def name_partner(*, case: WorkflowCase, partner_id: int) -> None:
    """The record has become a partner: the case and its steps are about it, and shared where the process is."""
    case.partner_id = partner_id
    case.shared_with_id = partner_id if case.definition.shown_to_partner else None
    case.save(update_fields=["partner_id", "shared_with_id"])
    rows = case.steps.all()
    rows.update(partner_id=partner_id)
    rows.filter(party=Party.PARTNER).update(shared_with_id=case.shared_with_id)
