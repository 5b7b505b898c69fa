"""Checks that a system makes: an ERP or a credit agency reports the result of a check that waits."""

from datetime import datetime

from django.utils.translation import gettext as _

from channelhub.core.enums.workflow import StepKind, Verdict
from channelhub.core.models import CaseStep, User, WorkflowCase
from channelhub.core.services.fence import unfenced
from channelhub.core.services.workflow import cases
from partners.errors import NotACheck
from partners.models import PartnerApplication
from partners.selectors.onboarding import RECORD

SYSTEM = "system"


def report(
    *, application: PartnerApplication, step: str, passed: bool, comment: str, by: User, at: datetime
) -> WorkflowCase:
    """Decide a waiting check by a system's result: passed goes on, failed goes the step's way back, with the comment.

    Refused: a step that is no check or does not wait, a failure without a comment; of two results the second.
    """
    with unfenced():
        rows = CaseStep.objects.filter(case__record_type=RECORD, case__record_id=application.pk, step__code=step)
        row = rows.filter(step__kind=StepKind.CHECK).order_by("-round").first()
        if row is None:
            raise NotACheck(_("No check “%(step)s” waits for this application.") % {"step": step})
        verdict = Verdict.DONE if passed else Verdict.REFUSED
        return cases.settle(case_step=row, verdict=verdict, role=SYSTEM, by=by, comment=comment, at=at)
