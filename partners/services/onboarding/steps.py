"""What the applicant does itself: forms and papers of the steps that wait for it, by its link or in the portal."""

import zipfile
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.files.base import File
from django.utils.translation import gettext as _

from channelhub.core.enums.workflow import CaseStepState, Party, Verdict
from channelhub.core.errors import DocumentRefused, StepAlreadyDecided
from channelhub.core.models import CaseStep, Document, User, WorkflowCase
from channelhub.core.rules import file_kinds
from channelhub.core.services import documents
from channelhub.core.services.fence import unfenced
from channelhub.core.services.workflow import cases
from partners.errors import NotTheApplicants, TooManyFiles
from partners.models import PartnerApplication
from partners.services.onboarding.applications import APPLICANT

LARGEST = 10 * 1024 * 1024
MOST_FILES = 40
ENDINGS = ("pdf", "png", "jpg", "jpeg", "docx", "xlsx")


def attach(
    *, application: PartnerApplication, case_step: CaseStep, file: File, declared: str, at: datetime
) -> Document:
    """Keep a paper with a step that waits for the applicant.

    Refused: a step that waits for somebody else, an ending that is not taken, a file whose ending, declared type and
    content disagree, one that is empty or over 10 MB, and too many files.
    """
    with unfenced():
        return _keep(_own(application, case_step), file, declared, at, None)


def attach_as_partner(*, case_step: CaseStep, file: File, declared: str, at: datetime, by: User) -> Document:
    """Like ``attach``, by somebody of the partner, on a step that the caller fetched as one that waits for it."""
    with unfenced():
        held = CaseStep.objects.select_related("case", "step").get(pk=case_step.pk)
        if held.party != Party.PARTNER or held.shared_with_id != by.acting.partner_id:
            raise NotTheApplicants(_("This step waits for somebody else."))
        return _keep(held, file, declared, at, by)


def _keep(held: CaseStep, file: File, declared: str, at: datetime, by: User | None) -> Document:
    if held.state != CaseStepState.WAITING:
        raise StepAlreadyDecided(_("Somebody has decided this already."))
    name = str(file.name or "")
    _require_kind(file, name, declared)
    steps_of_case = CaseStep.objects.filter(case_id=held.case_id).values("pk")
    if Document.objects.filter(record_type="core.casestep", record_id__in=steps_of_case).count() >= MOST_FILES:
        raise TooManyFiles(_("An application keeps at most %(number)d files.") % {"number": MOST_FILES})
    return documents.store_document(file=file, name=name, at=at, by=by, record=held, partner_id=held.shared_with_id)


def _require_kind(file: File, name: str, declared: str) -> None:
    ending = file_kinds.ending_of(name)
    if ending not in ENDINGS:
        raise DocumentRefused(_("Send one of these kinds: %(kinds)s.") % {"kinds": ", ".join(ENDINGS)})
    if not file.size:
        raise DocumentRefused(_("The file is empty."))
    if file.size > LARGEST:
        raise DocumentRefused(_("The file is larger than 10 MB."))
    expected = documents.KINDS[ending]
    head = file.read(file_kinds.HEAD)
    file.seek(0)
    agrees = file_kinds.type_agrees(declared=declared, expected=expected) and file_kinds.content_agrees(
        ending=ending, head=head, names=_names(file, ending)
    )
    if not agrees:
        raise DocumentRefused(_("The file is not what its name says: its content is no %(kind)s.") % {"kind": ending})


def _names(file: File, ending: str) -> list[str]:
    """What an office file holds; nothing, if it is no archive."""
    if ending not in file_kinds.FOLDERS:
        return []
    try:
        with zipfile.ZipFile(file) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, OSError):
        return []
    finally:
        file.seek(0)


def hand_in(
    *, application: PartnerApplication, case_step: CaseStep, facts: Mapping[str, Any], at: datetime
) -> WorkflowCase:
    """The applicant has done a step that waits for it. Refused: another's step, a form or papers that are missing."""
    with unfenced():
        held = _own(application, case_step)
        return cases.settle(case_step=held, verdict=Verdict.DONE, role=APPLICANT, facts=facts, at=at)


def _own(application: PartnerApplication, case_step: CaseStep) -> CaseStep:
    """The step as the applicant's own; once there is a partner, its people do what waits for it, signed in."""
    held = CaseStep.objects.select_related("case", "step").get(pk=case_step.pk)
    ours = held.case.record_type == "partners.partnerapplication" and held.case.record_id == application.pk
    if not ours or held.party != Party.PARTNER or held.shared_with_id is not None:
        raise NotTheApplicants(_("This step waits for somebody else."))
    return held
