"""What a dealer does best next, as far as this app knows; read behind the fence."""

from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from channelhub.core.enums.rights import PortalRight
from channelhub.core.models import CaseStep, Task
from channelhub.core.services.fence import unfenced
from channelhub.lib.periods import add_months, month_of
from partners.enums import ContractState
from partners.models import Authorisation, ContractVersion, DepositAccount
from partners.selectors import onboarding
from performance.hooks import NextStep
from performance.models import ReportDuty, SalesReport, TierProposal
from pricing.enums import CONSENT_WANTED, ConsentState
from pricing.models import RebateAccount, RevisionNotice

SOON = timedelta(days=30)
LAST_DAYS = timedelta(days=14)
MOST = 3


def of_dealer(user: Any, today: date) -> list[NextStep]:
    """What waits for the partner: onboarding, contracts, deposits, new prices, reports, what ends, its tier."""
    return [
        *_onboarding(user),
        *_contracts(user),
        *_deposits(user),
        *_new_prices(user),
        *_reports(user, today),
        *_last_days(user, today),
        *_authorisations(user, today),
        *_tier(user),
    ]


def _onboarding(user: Any) -> list[NextStep]:
    """What waits for the partner's people before it is active."""
    rows = CaseStep.objects.visible_to(user).waiting().filter(case__record_type=onboarding.RECORD)
    text, button = _("Your onboarding waits for you"), _("Go on with it")
    return [
        NextStep(text, reverse("portal_onboarding"), button, row.due_on) for row in rows.order_by("due_on", "pk")[:1]
    ]


def _new_prices(user: Any) -> list[NextStep]:
    """Announced prices that wait for the partner's consent, of who may give it."""
    if not user.acting.may(PortalRight.SIGN):
        return []
    tasks = Task.objects.visible_to(user).still_open().filter(kind=CONSENT_WANTED.code)
    waiting = dict(tasks.order_by("pk").values_list("record_id", "due_on")[:MOST])
    if not waiting:
        return []
    mine = RevisionNotice.objects.visible_to(user).filter(consent=ConsentState.PENDING, revision_id__in=waiting)
    text, button = _("Agree to the new prices, or say that you do not"), _("Look at the prices and answer")
    return [
        NextStep(text, reverse("portal_new_price", args=[pk]), button, waiting[revision])
        for pk, revision in mine.order_by("pk").values_list("pk", "revision_id")
    ]


def _contracts(user: Any) -> list[NextStep]:
    """What waits for the signature of somebody who may sign."""
    if not user.acting.may(PortalRight.SIGN):
        return []
    rows = ContractVersion.objects.visible_to(user).filter(partner_id=user.acting.partner_id, state=ContractState.SENT)
    return [
        NextStep(
            _("Contract %(number)s waits for your signature") % {"number": row.contract.number},
            reverse("portal_contract", args=[row.pk]),
            _("Read and sign"),
            row.sign_by,
        )
        for row in rows.select_related("contract").order_by("sign_by", "pk")[:MOST]
    ]


def _deposits(user: Any) -> list[NextStep]:
    if not user.acting.may(PortalRight.MONEY):
        return []
    rows = DepositAccount.objects.visible_to(user).filter(partner_id=user.acting.partner_id).short()
    return [
        NextStep(
            _("Top up your deposit; there is missing"),
            reverse("portal_deposits"),
            _("See the deposit"),
            row.pay_by,
            row.missing,
            row.currency,
        )
        for row in rows.order_by("pay_by", "pk")[:MOST]
    ]


def _reports(user: Any, today: date) -> list[NextStep]:
    """Last month's sell-out report, as long as it is missing."""
    partner_id, month = user.acting.partner_id, add_months(month_of(today), -1)
    duty = ReportDuty.objects.visible_to(user).filter(partner_id=partner_id, valid_during__contains=month).first()
    if duty is None or SalesReport.objects.visible_to(user).filter(partner_id=partner_id, month=month).exists():
        return []
    text = _("Report your sales of %(month)s") % {"month": f"{month:%Y-%m}"}
    due_on = month_of(today).replace(day=duty.due_day)
    return [NextStep(text, reverse("portal_sales"), _("Look at your sales"), due_on)]


def _tier(user: Any) -> list[NextStep]:
    """A tier that would be lost after its day of grace."""
    if not user.acting.may(PortalRight.MONEY):
        return []
    with unfenced():
        rows = TierProposal.objects.still_open().filter(partner_id=user.acting.partner_id, grace_until__isnull=False)
        days = list(rows.values_list("grace_until", flat=True)[:1])
    text = _("Your tier is at risk: see what is missing")
    return [NextStep(text, reverse("portal_tier"), _("See your tier"), day) for day in days]


def _last_days(user: Any, today: date) -> list[NextStep]:
    if not user.acting.may(PortalRight.MONEY):
        return []
    rows = RebateAccount.objects.visible_to(user).filter(
        period_on__lte=today, period_ends__gt=today, period_ends__lte=today + LAST_DAYS
    )
    return [
        NextStep(
            _("The last days of a rebate period: what you buy now still counts"),
            reverse("portal_statement", args=[row.pk]),
            _("See what is missing"),
            row.period_ends - timedelta(days=1),
        )
        for row in rows.order_by("period_ends", "pk")[:MOST]
    ]


def _authorisations(user: Any, today: date) -> list[NextStep]:
    rows = Authorisation.objects.visible_to(user).filter(
        partner_id=user.acting.partner_id,
        valid_during__contains=today,
        valid_during__endswith__lte=today + SOON,
    )
    return [
        NextStep(
            _("An authorisation ends: ask your channel manager to renew it"),
            reverse("portal_profile"),
            _("See your company"),
            row.valid_during.upper - timedelta(days=1),
        )
        for row in rows.order_by("valid_during", "pk")[:MOST]
    ]
