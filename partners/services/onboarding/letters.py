"""Letters to an applicant, who has no account: in the language of its application, with its secret link."""

from channelhub.core.enums.workflow import Verdict
from channelhub.core.models import CaseDecision, CaseStep
from channelhub.core.services import mails
from partners.enums import ApplicationState
from partners.models import PartnerApplication
from partners.services.onboarding import links


def _write(application: PartnerApplication, template: str, **facts: object) -> bool:
    return mails.send_to(
        email=application.contact_email,
        language=application.language,
        template=template,
        application=application,
        link=links.link_of(application),
        **facts,
    )


def begun(*, application_id: int) -> bool:
    """The secret link, right after the beginning or when it was lost."""
    return _write(PartnerApplication.objects.select_related("type").get(pk=application_id), "application_begun")


def step_waits(*, case_step_id: int) -> bool:
    """What the applicant has to do next; sent back: why. A step that waits no more needs no letter."""
    row = CaseStep.objects.waiting().filter(pk=case_step_id).select_related("step", "case").first()
    if row is None:
        return False
    application = PartnerApplication.objects.get(pk=row.case.record_id)
    return _write(application, "application_waits", case_step=row, reason=reason_of(row))


def reason_of(row: CaseStep) -> str:
    """Why a step came back to the applicant; empty: it is the first time."""
    if row.round == 1:
        return ""
    refusals = CaseDecision.objects.filter(case_step__case_id=row.case_id, verdict=Verdict.REFUSED, at__lte=row.since)
    return refusals.order_by("-pk").values_list("comment", flat=True).first() or ""


def ended(*, application_id: int) -> bool:
    """Active, or refused and why; who withdrew knows it."""
    application = PartnerApplication.objects.select_related("partner").get(pk=application_id)
    if application.state == ApplicationState.ACTIVE:
        return _write(application, "application_active")
    if application.state != ApplicationState.REFUSED:
        return False
    return _write(application, "application_refused", reason=why_refused(application))


def why_refused(application: PartnerApplication) -> str:
    """The reason with which an application was refused."""
    lines = CaseDecision.objects.filter(
        case_step__case__record_type="partners.partnerapplication",
        case_step__case__record_id=application.pk,
        verdict__in=(Verdict.REFUSED, Verdict.REJECTED),
    )
    return lines.order_by("-pk").values_list("comment", flat=True).first() or ""
