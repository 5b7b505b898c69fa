"""The board of applications: by step, with age and who holds it up."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from channelhub.core.models import CaseStep, WorkflowCase
from channelhub.lib.periods import business_day, working_days_between
from partners.enums import ApplicationState
from partners.models import PartnerApplication

RECORD = "partners.partnerapplication"


@dataclass(frozen=True)
class Card:
    """One open step of an application: since how many working days it waits, and whether its last day is over."""

    application: PartnerApplication
    case_step: CaseStep
    working_days: int
    late: bool


@dataclass
class Column:
    """A step with everything that waits at it, the oldest first."""

    name: str
    name_en: str
    position: int
    cards: list[Card] = field(default_factory=list)

    @property
    def late(self) -> int:
        return sum(card.late for card in self.cards)


def found(user: Any, *, text: str = "", kind: str = "") -> QuerySet[PartnerApplication]:
    """The running applications that a person may see, of a type and with a text in company, contact or number."""
    rows = PartnerApplication.objects.visible_to(user).filter(state=ApplicationState.RUNNING)
    if kind:
        rows = rows.filter(type__code=kind)
    for word in text.split():
        here = Q(company__icontains=word) | Q(company_en__icontains=word) | Q(contact_name__icontains=word)
        rows = rows.filter(here | Q(contact_email__icontains=word) | Q(company_number__icontains=word))
    return rows


def board(rows: QuerySet[PartnerApplication], *, on: date, only_late: bool = False) -> list[Column]:
    """Columns by step in the order of the tracks; a step of the same name in two tracks is one column."""
    applications = {row.pk: row for row in rows.select_related("type")}
    waiting = CaseStep.objects.waiting().filter(case__record_type=RECORD, case__record_id__in=list(applications))
    columns: dict[tuple[str, str], Column] = {}
    for row in waiting.select_related("step", "case").order_by("since", "pk"):
        late = row.due_on is not None and row.due_on < on
        if only_late and not late:
            continue
        step = row.step
        column = columns.setdefault((step.code, step.name), Column(step.name, step.name_en, step.position))
        column.position = min(column.position, step.position)
        days = working_days_between(business_day(row.since), on)
        column.cards.append(Card(applications[row.case.record_id], row, days, late))
    return sorted(columns.values(), key=lambda column: (column.position, column.name))


def waits_of(applications: Sequence[PartnerApplication]) -> dict[int, list[CaseStep]]:
    """The open steps of several applications at once, by application."""
    ids = [application.pk for application in applications]
    waits: dict[int, list[CaseStep]] = {}
    waiting = CaseStep.objects.waiting().filter(case__record_type=RECORD, case__record_id__in=ids)
    for row in waiting.select_related("step", "case").order_by("pk"):
        waits.setdefault(row.case.record_id, []).append(row)
    return waits


def case_numbers(applications: Sequence[PartnerApplication]) -> dict[int, int]:
    """The case of each application."""
    cases = WorkflowCase.objects.filter(record_type=RECORD, record_id__in=[row.pk for row in applications])
    return {record_id or 0: pk for record_id, pk in cases.values_list("record_id", "pk")}
