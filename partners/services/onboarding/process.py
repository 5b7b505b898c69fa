"""What a track of onboarding may do: the facts it knows, the actions its steps call, and what must be in it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channelhub.core.enums.workflow import CaseState, FactKind
from channelhub.core.models import CaseStep, Role, User, WorkflowCase
from channelhub.core.rules.workflow import StepRule, predecessors
from channelhub.core.rules.workflow_checks import Problem
from channelhub.core.services import accounts, attention, outbox
from channelhub.core.services.workflow import cases, registry
from channelhub.core.services.workflow.registry import Doing, Fact, Process, WorkflowAction
from channelhub.lib.periods import business_day
from partners import enums
from partners.errors import AlreadyAdmitted, NotAdmitted
from partners.models import PartnerApplication
from partners.services import colleagues, entry, people
from partners.services.onboarding import applications, likeness
from partners.services.onboarding.likeness import valid_number

PROCESS_CODE = "partners.onboarding"
RECORD = "partners.partnerapplication"
ADMIT = "partners.admit_applicant"
ACTIVATE = "partners.activate_partner"


def _ask_outside(case_step: CaseStep, at: datetime) -> None:
    outbox.publish(
        "partners.application.waits",
        occurred_at=at,
        application_id=case_step.case.record_id,
        case_step_id=case_step.pk,
    )


def _checks(steps: Sequence[StepRule]) -> list[Problem]:
    """An applicant becomes a partner on every way, before what only a partner can do, and is active in the end."""
    return list(_missing(steps)) if steps else []


def _missing(steps: Sequence[StepRule]) -> Iterator[Problem]:
    admitting = {step.code: step for step in steps if step.action == ADMIT}
    if not admitting:
        yield Problem("", enums.NO_ADMISSION)
    if not any(step.action == ACTIVATE for step in steps):
        yield Problem("", enums.NO_ACTIVATION)
    if admitting and all(step.conditions for step in admitting.values()):
        for step in admitting.values():
            yield Problem(step.code, enums.ADMISSION_CONDITIONAL, {"step": step.name or step.code})
    for step in steps:
        needs = step.action == ACTIVATE or registry.step_service(step.kind) is not None
        if needs and admitting and not predecessors(steps, step.code) & set(admitting):
            yield Problem(step.code, enums.NOT_ADMITTED_YET, {"step": step.name or step.code})


def admit(doing: Doing) -> None:
    """Enter the applicant as a partner with its type and home territory, and invite its contact as owner.

    It may do what the steps it has done unlock. Refused: an applicant that is a partner already, or one that is like a
    partner of which nobody has said yet that it is another company.
    """
    application = PartnerApplication.objects.select_for_update(of=("self",)).get(pk=doing.record.pk)
    if application.partner_id is not None:
        raise AlreadyAdmitted(_("The applicant is a partner already."))
    today = business_day(doing.at)
    partner = entry.enter_partner(
        number=valid_number(application),
        apart_from=application.apart_from,
        by=doing.by,
        at=doing.at,
        code=f"A{application.pk:06d}",
        name=application.company,
        name_en=application.company_en,
        country=application.country,
        address=application.address,
        phone=application.phone,
        home=application.territory,
        types=[application.type],
        since=today,
    )
    application.partner = partner
    application.save()
    cases.name_partner(case=doing.case, partner_id=partner.pk)
    owner = colleagues.invite(
        partner=partner,
        email=application.contact_email,
        name=application.contact_name,
        role=Role.objects.get(code=people.OWNER),
        at=doing.at,
    )
    if application.language and not owner.user.language:
        accounts.choose_language(user=owner.user, language=application.language)
    outbox.publish(
        "partners.application.admitted", occurred_at=doing.at, application_id=application.pk, partner_id=partner.pk
    )


def activate(doing: Doing) -> None:
    """The partner is active from now on and is told; refused before it was entered as one."""
    application = PartnerApplication.objects.select_for_update(of=("self",)).get(pk=doing.record.pk)
    if application.partner_id is None:
        raise NotAdmitted(_("The applicant is no partner yet."))
    attention.notify(enums.ONBOARDED, at=doing.at, partner_id=application.partner_id)


def panel(case: WorkflowCase, user: User) -> tuple[str, dict[str, Any]] | None:
    """What the case's page shows of the application, to whoever may see it."""
    rows = PartnerApplication.objects.visible_to(user).select_related("type", "territory", "partner")
    application = rows.filter(pk=case.record_id or 0).first()
    if application is None or not user.has_perm("partners.view_partnerapplication"):
        return None
    may_refuse = case.state == CaseState.RUNNING and user.has_perm("partners.change_partnerapplication")
    shown = {"application": application, "may_refuse": may_refuse}
    if case.state == CaseState.RUNNING and application.partner_id is None:
        shown["matches"] = likeness.shown(application, user)
    return "admin/partners/application_panel.html", shown


PROCESS = Process(
    PROCESS_CODE,
    gettext_lazy("Onboarding of a partner"),
    record_type=RECORD,
    facts={
        "partner_type": Fact(FactKind.TEXT, gettext_lazy("partner type")),
        "country": Fact(FactKind.TEXT, gettext_lazy("country")),
        "territory": Fact(FactKind.TEXT, gettext_lazy("territory")),
        "credit": Fact(FactKind.NUMBER, gettext_lazy("credit asked for")),
        "expected_sales": Fact(FactKind.NUMBER, gettext_lazy("expected sales a year")),
        "has_company_number": Fact(FactKind.FLAG, gettext_lazy("has a company number")),
        "employees": Fact(FactKind.NUMBER, gettext_lazy("employees"), later=True),
        "years_in_business": Fact(FactKind.NUMBER, gettext_lazy("years in business"), later=True),
        "warehouse_area": Fact(FactKind.NUMBER, gettext_lazy("warehouse in m²"), later=True),
        "shops": Fact(FactKind.NUMBER, gettext_lazy("shops"), later=True),
        "engineers": Fact(FactKind.NUMBER, gettext_lazy("service engineers"), later=True),
        "other_brands": Fact(FactKind.TEXT, gettext_lazy("brands sold now"), later=True),
        "sells_online": Fact(FactKind.FLAG, gettext_lazy("sells online"), later=True),
        "credit_granted": Fact(FactKind.NUMBER, gettext_lazy("credit granted"), later=True),
    },
    given_back=applications.ended,
    carried_out=applications.ended,
    ask_outside=_ask_outside,
    checks=_checks,
    panel=panel,
)
ACTIONS = (
    WorkflowAction(ADMIT, gettext_lazy("Enter the applicant as a partner and invite its owner"), admit, RECORD),
    WorkflowAction(ACTIVATE, gettext_lazy("Make the partner active"), activate, RECORD),
)
