"""A price revision is submitted for approval; approved, it may be announced; refused, it is a draft again."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.workflow import FactKind
from channelhub.core.models import User, WorkflowCase
from channelhub.core.services.workflow import cases, definitions
from channelhub.core.services.workflow.registry import Doing, Fact, Process, WorkflowAction
from channelhub.lib.periods import business_day, month_of
from pricing.enums import RevisionStatus
from pricing.errors import NothingRevised, RevisionStale
from pricing.models import PriceRevision
from pricing.selectors import price_revisions as selectors
from pricing.selectors.revision_impact import last_quarter, total_impact
from pricing.services.price_revisions import held, require_ahead, write
from pricing.services.programme_approval import converted

CODE = "price_revision"
S = RevisionStatus


def _given_back(case: WorkflowCase, at: datetime) -> None:  # noqa: ARG001 - how processes call it
    """Refused or taken back: a draft that may be changed and submitted again."""
    row = held(PriceRevision(pk=case.record_id))
    if row.status == S.SUBMITTED:
        write(row, status=S.DRAFT)


PROCESS = Process(
    "pricing.price_revision",
    _("Price revision"),
    record_type="pricing.pricerevision",
    facts={
        "impact": Fact(FactKind.NUMBER, _("change of last quarter's sales")),
        "prices": Fact(FactKind.NUMBER, _("changed prices")),
        "partners": Fact(FactKind.NUMBER, _("partners concerned")),
    },
    given_back=_given_back,
)


def _approve(doing: Doing) -> None:
    write(held(doing.record, S.SUBMITTED), status=S.APPROVED)


APPROVE = WorkflowAction(
    "pricing.approve_revision", _("Approve the price revision"), _approve, record_type="pricing.pricerevision"
)

# What ``load_reference`` delivers; people change it as the next version.
DELIVERED = {
    "code": CODE,
    "name": "调价审批",
    "name_en": "Price revision",
    "process": PROCESS.code,
    "currency": "CNY",
    "steps": (
        {
            "code": "approve",
            "name": "审批",
            "name_en": "Approve the new prices",
            "kind": "approval",
            "amount_fact": "impact",
            "bands": [
                {"up_to": "500000", "role": "finance", "count": 1},
                {"up_to": None, "role": "finance", "count": 1},
                {"up_to": None, "role": "management", "count": 1},
            ],
            "deadline_days": 3,
            "escalate_to": "management",
        },
        {
            "code": "take_effect",
            "name": "批准",
            "name_en": "Ready to be announced",
            "kind": "action",
            "after": ["approve"],
            "action": APPROVE.name,
            "ends": True,
        },
    ),
}


@transaction.atomic
def submit(*, revision: PriceRevision, by: User, at: datetime) -> WorkflowCase:
    """Ask those who approve what the new prices change of a quarter's sales, in either direction; never the author.

    Refused: anything but a draft, one that changes nothing, a day that has begun, and a list that has changed since
    the draft: what is approved is what was compared.
    """
    row = held(revision, S.DRAFT)
    require_ahead(row.effective_on, at)
    figures = selectors.summary(row)
    if not figures.changed:
        raise NothingRevised(row)
    require_fresh(row)
    today = business_day(at)
    definition = definitions.named(CODE)
    limits_in = definitions.require_in_force(definition).currency
    impact = abs(total_impact(row, quarter=last_quarter(today)))
    facts = {
        "impact": converted(limits_in, row.price_list.currency, impact, month_of(today)),
        "prices": figures.changed,
        "partners": len(selectors.concerned(row, today=today)),
    }
    write(row, status=S.SUBMITTED)
    return cases.open_case(definition=definition, subject=str(row), facts=facts, record=row, by=by, at=at)


def require_fresh(row: PriceRevision) -> None:
    """Refuses a revision whose list has changed since it was drafted."""
    count, skus = selectors.stale_products(row)
    if count:
        raise RevisionStale(count, skus)
