"""What the page of a case shows beside who is waited for: the buttons' words, the record's own part, its papers."""

from django.utils.translation import gettext as _

from channelhub.core.enums.workflow import StepKind, Verdict
from channelhub.core.models import Document
from channelhub.core.selectors.names import name_of
from channelhub.core.services.workflow import registry


def buttons(row, case):
    """(verdict, what the button says, whether it is the primary one): each names its effect."""
    about = {"subject": case.subject, "step": name_of(row.step)}
    if row.step.kind == StepKind.APPROVAL:
        return [(Verdict.APPROVED, _("Approve %(subject)s") % about, True), *_refusals(row, case)]
    if row.step.kind == StepKind.CHECK:
        return [(Verdict.DONE, _("“%(step)s” is in order") % about, True), *_refusals(row, case)]
    if row.step.kind == StepKind.DOCUMENT:
        return [(Verdict.DONE, _("Hand in “%(step)s”") % about, True)]
    return [(Verdict.DONE, _("“%(step)s” is done") % about, True)]


def _refusals(row, case):
    """Where a step can send back, both ways are open: back to that step, or the end."""
    if not row.step.back_to:
        return [(Verdict.REFUSED, _("Refuse, with the reason above"), False)]
    back = case.workflow_version.steps.filter(code=row.step.back_to).first()
    where = {"step": name_of(back) if back else row.step.back_to}
    return [
        (Verdict.REFUSED, _("Send back to “%(step)s”, with the reason above") % where, False),
        (Verdict.REJECTED, _("Refuse for good, with the reason above"), False),
    ]


def panel_of(case, user):
    """The record's own part of the page, as {template, values}; None: the process has none for this person."""
    panel = registry.process(case.definition.process).panel
    shown = panel(case, user) if panel is not None else None
    return None if shown is None else {"template": shown[0], "values": shown[1]}


def papers_of(rows, user):
    """Every document of the case's steps with the step it belongs to, the oldest first."""
    steps = {row.pk: row.step for row in rows}
    documents = Document.objects.visible_to(user).filter(record_type="core.casestep", record_id__in=list(steps))
    return [(document, steps[document.record_id]) for document in documents.filter(hidden_at=None).order_by("pk")]
