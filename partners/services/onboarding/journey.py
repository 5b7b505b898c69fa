"""Where an application stands, as its applicant reads it: every step, what is missing, what waits for whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from channelhub.core.enums.workflow import CaseStepState, Party
from channelhub.core.models import CaseStep, Document, WorkflowCase, WorkflowStep
from channelhub.core.rules.workflow import layers
from channelhub.core.selectors.workflow import rule_of
from channelhub.core.services.fence import unfenced
from channelhub.core.services.workflow import definitions, registry
from partners.models import PartnerApplication
from partners.selectors import onboarding
from partners.services.onboarding import letters
from partners.services.onboarding.applications import case_of


@dataclass(frozen=True)
class Stop:
    """One step of the way: not reached (state empty), waiting, done, skipped; ``mine``: the applicant's to do now."""

    step: WorkflowStep
    state: str
    case_step: CaseStep | None = None
    mine: bool = False
    due_on: date | None = None
    reason: str = ""
    documents: tuple[Document, ...] = ()
    asks_document: bool = False
    asks: Mapping[str, str] = field(default_factory=dict)
    page: str = ""


@dataclass(frozen=True)
class Journey:
    """All stops of an application in their order, and what people call its facts."""

    case: WorkflowCase
    stops: tuple[Stop, ...]
    labels: Mapping[str, str]

    @property
    def mine(self) -> list[Stop]:
        return [stop for stop in self.stops if stop.mine]

    @property
    def done(self) -> int:
        return sum(stop.state in (CaseStepState.DONE, CaseStepState.SKIPPED) for stop in self.stops)


def journey_of(application: PartnerApplication) -> Journey | None:
    """The way of an application whose page the caller may show; None: it was not sent yet."""
    with unfenced():
        case = case_of(application)
        if case is None:
            return None
        steps = {step.code: step for step in case.workflow_version.steps.order_by("position", "pk")}
        order = [rule.code for column in layers([rule_of(step) for step in steps.values()]) for rule in column]
        rows = {row.step.code: row for row in case.steps.order_by("round").select_related("step", "case")}
        papers = _papers(list(rows.values()))
        kinds = definitions.kinds_of(case.workflow_version)
        stops = tuple(_stop(steps[code], rows.get(code), papers, kinds) for code in order)
        return Journey(case, stops, _labels(case))


def _papers(rows: list[CaseStep]) -> dict[int, list[Document]]:
    found: dict[int, list[Document]] = {}
    documents = Document.objects.filter(record_type="core.casestep", record_id__in=[row.pk for row in rows])
    for document in documents.filter(hidden_at__isnull=True).order_by("pk"):
        found.setdefault(document.record_id or 0, []).append(document)
    return found


def _stop(
    step: WorkflowStep, row: CaseStep | None, papers: Mapping[int, list[Document]], kinds: Mapping[str, str]
) -> Stop:
    if row is None or row.state == CaseStepState.VOID:
        return Stop(step, "")
    mine = row.state == CaseStepState.WAITING and row.party == Party.PARTNER
    service = registry.step_service(step.kind)
    return Stop(
        step,
        row.state,
        case_step=row,
        mine=mine,
        due_on=row.due_on,
        reason=letters.reason_of(row) if mine else "",
        documents=tuple(papers.get(row.pk, ())) if step.party == Party.PARTNER else (),
        asks_document=registry.asks_document(step.kind),
        asks={name: kinds[name] for name in step.asks if name in kinds} if mine else {},
        page=service.page(row, True) if service is not None and row.state == CaseStepState.WAITING else "",
    )


def _labels(case: WorkflowCase) -> dict[str, str]:
    known = registry.process(case.definition.process).facts
    own = {name: name.replace("_", " ") for name in case.workflow_version.facts}
    return {name: str(fact.label) for name, fact in known.items()} | own


def of_partner(partner_id: int) -> PartnerApplication | None:
    """The application that a partner came from; None: it was entered otherwise."""
    with unfenced():
        rows = PartnerApplication.objects.select_related("type", "territory", "partner")
        return rows.filter(partner_id=partner_id).first()


def described(applications: Sequence[PartnerApplication]) -> list[PartnerApplication]:
    """Applications, fetched behind the fence, with their ``case_id`` and the steps that wait."""
    with unfenced():
        waits, numbers = onboarding.waits_of(applications), onboarding.case_numbers(applications)
    for application in applications:
        application.waits = waits.get(application.pk, [])  # type: ignore[attr-defined]
        application.case_id = numbers.get(application.pk)  # type: ignore[attr-defined]
    return list(applications)
