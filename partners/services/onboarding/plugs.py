"""Contracts, deposits and certificates as steps of an onboarding: begun, asked about and settled by what does them."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from channelhub.core.enums.workflow import StepKind, Verdict
from channelhub.core.errors import CaseHasEnded, StepAlreadyDecided
from channelhub.core.models import CaseStep
from channelhub.core.services import outbox
from channelhub.core.services.fence import unfenced
from channelhub.core.services.workflow import cases
from channelhub.core.services.workflow.registry import StepService
from channelhub.lib.periods import business_day
from partners.enums import ContractState
from partners.models import Certificate, ContractVersion, Partner
from partners.selectors.onboarding import RECORD
from partners.services import certification, deposits

OF_ITSELF = "system"


def _partner(row: CaseStep) -> Partner:
    return Partner.objects.get(pk=row.partner_id or 0)


def _has_signed(partner: Partner) -> bool:
    return ContractVersion.objects.filter(partner=partner, state=ContractState.SIGNED).exists()


def _has_paid(partner: Partner) -> bool:
    """Something was asked for, and all of it is there."""
    held = deposits.balance(partner)
    return bool(held) and all(balance.missing == 0 for balance in held)


def _is_certified(partner: Partner) -> bool:
    """Somebody holds a certificate, and nothing lacks that the tier and the lines ask for."""
    today = business_day(timezone.now())
    held = Certificate.objects.filter(partner=partner, withdrawn_at__isnull=True, valid_during__contains=today)
    return held.exists() and certification.covered(partner, on=today)


def _contract_missing(row: CaseStep) -> str:
    return "" if _has_signed(_partner(row)) else _("The partner has not signed its contract yet.")


def _deposit_missing(row: CaseStep) -> str:
    return "" if deposits.is_covered(_partner(row)) else _("The deposit is not paid in full yet.")


def _certificate_missing(row: CaseStep) -> str:
    covered = certification.covered(_partner(row), on=business_day(timezone.now()))
    return "" if covered else _("The certificates that the tier and the product lines ask for are not there yet.")


def _demand(row: CaseStep, at: datetime) -> None:
    """Ask for the deposit that the rules ask of this partner; where no rule does, a person says that none is due."""
    partner = _partner(row)
    if deposits.rule_for(partner=partner, on=business_day(at)) is not None:
        deposits.demand_by_rule(partner=partner, at=at)
    _begun(row, at)


def _begun(row: CaseStep, at: datetime) -> None:
    """What was done before the step's turn came settles it too, once it waits."""
    outbox.publish("partners.onboarding.step_begun", occurred_at=at, partner_id=row.partner_id, kind=str(row.step.kind))


def _page(portal: str, listed: str) -> Callable[[CaseStep, bool], str]:
    def page(row: CaseStep, for_partner: bool) -> str:
        if for_partner:
            return reverse(portal)
        return f"{reverse(f'admin:{listed}_changelist')}?{urlencode({'partner__id__exact': row.partner_id or 0})}"

    return page


SERVICES = (
    StepService(StepKind.CONTRACT, _begun, _contract_missing, _page("portal_contracts", "partners_contractversion")),
    StepService(StepKind.DEPOSIT, _demand, _deposit_missing, _page("portal_deposits", "partners_depositaccount")),
    StepService(StepKind.CERTIFICATION, _begun, _certificate_missing, _page("portal_academy", "partners_certificate")),
)
DONE = {StepKind.CONTRACT: _has_signed, StepKind.DEPOSIT: _has_paid, StepKind.CERTIFICATION: _is_certified}


def settle(*, partner_id: int, kind: str, at: datetime) -> int:
    """What a step of a partner's onboarding waited for was done; how many steps went on. Safe to repeat."""
    with unfenced():
        if not DONE[StepKind(kind)](Partner.objects.get(pk=partner_id)):
            return 0
        rows = CaseStep.objects.waiting().filter(partner_id=partner_id, step__kind=kind, case__record_type=RECORD)
        return sum(_settled(row, at) for row in rows.order_by("pk"))


def _settled(row: CaseStep, at: datetime) -> bool:
    try:
        cases.settle(case_step=row, verdict=Verdict.DONE, role=OF_ITSELF, at=at)
    except (CaseHasEnded, StepAlreadyDecided):  # a person was faster
        return False
    return True
