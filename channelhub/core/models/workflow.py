import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass
from channelhub.core.enums.workflow import Party, StepKind
from channelhub.core.models.versioned import never_deleted


def _codes(label, **options):
    return ArrayField(models.CharField(max_length=60), verbose_name=label, default=list, blank=True, **options)


@pghistory.track()
class WorkflowDefinition(models.Model):
    """A process of the house: onboarding, a contract, the activation of a programme. Its steps stand in versions.

    ``process``: what it is for, as an app registered it; says which facts a case has. Made and published by those who
    may change definitions; never deleted.
    """

    fence = FenceClass.STAFF

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    process = models.CharField(_("what it is for"), max_length=60)
    shown_to_partner = models.BooleanField(
        _("partners see their cases"),
        default=False,
        help_text=_("Needed where a step waits for the partner."),
    )

    class Meta:
        verbose_name = _("process")
        verbose_name_plural = _("processes")
        triggers = [never_deleted()]

    def __str__(self):
        return self.code


@pghistory.track()
class WorkflowVersion(models.Model):
    """The steps of a process as they were published; the highest published number is in force. Cases keep theirs.

    A draft (not published) is edited; there is one at most. What is published never changes.
    """

    fence = FenceClass.STAFF

    definition = models.ForeignKey(
        WorkflowDefinition,
        models.PROTECT,
        related_name="versions",
        verbose_name=_("process"),
    )
    number = models.PositiveIntegerField(_("number"))
    currency = models.CharField(_("currency of limits"), max_length=3, default="CNY")
    facts = models.JSONField(
        _("further facts"),
        default=dict,
        blank=True,
        help_text=_("Beside those of the process: name → number, text, date or flag."),
    )
    note = models.CharField(_("what is new"), max_length=200, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        "core.User",
        models.PROTECT,
        verbose_name=_("published by"),
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    class Meta:
        verbose_name = _("version of a process")
        verbose_name_plural = _("versions of processes")
        constraints = [
            models.UniqueConstraint(fields=["definition", "number"], name="core_workflow_version_number_once"),
            models.UniqueConstraint(
                fields=["definition"],
                condition=Q(published_at__isnull=True),
                name="core_workflow_one_draft_per_process",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__published_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.definition_id} v{self.number}"


# The steps of what was published are as unchangeable as the version.
ONLY_IN_DRAFTS = """
    version := CASE TG_OP WHEN 'DELETE' THEN OLD.version_id ELSE NEW.version_id END;
    IF EXISTS (SELECT 1 FROM core_workflowversion v WHERE v.id = version AND v.published_at IS NOT NULL) THEN
        RAISE EXCEPTION 'pgtrigger: the steps of a published version never change';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
"""


class WorkflowStep(models.Model):
    """One step of a version: what is done by whom, after what, under which conditions, and what it sets off.

    ``bands`` (approvals): {up_to, role, count} from the lowest limit up; ``conditions``: {fact, op, value}, all hold;
    ``asks``: facts that whoever does the step fills in; ``unlocks``: what the partner may do once it is done;
    ``action``: a registered service, called with ``arguments`` when the step is done. ``core.rules.workflow`` reads it.
    """

    fence = FenceClass.STAFF

    version = models.ForeignKey(WorkflowVersion, models.CASCADE, related_name="steps", verbose_name=_("version"))
    position = models.PositiveSmallIntegerField(_("position"))
    code = models.SlugField(_("code"), max_length=60)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=StepKind)
    party = models.CharField(_("waits for"), max_length=10, choices=Party, default=Party.STAFF)
    role = models.SlugField(_("role"), max_length=40, blank=True)
    after = _codes(_("after"))
    conditions = models.JSONField(_("conditions"), default=list, blank=True)
    amount_fact = models.CharField(_("amount"), max_length=60, blank=True)
    bands = models.JSONField(_("approvers by amount"), default=list, blank=True)
    asks = _codes(_("asks for"))
    deadline_days = models.PositiveSmallIntegerField(_("working days"), null=True, blank=True)
    escalate_to = models.SlugField(_("then comes to"), max_length=40, blank=True)
    action = models.CharField(_("action"), max_length=80, blank=True)
    arguments = models.JSONField(_("arguments"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    unlocks = _codes(_("unlocks"))
    back_to = models.SlugField(_("refused: back to"), max_length=60, blank=True)
    ends = models.BooleanField(_("ends the case"), default=False)

    class Meta:
        verbose_name = _("step of a process")
        verbose_name_plural = _("steps of processes")
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="core_workflow_step_code_once_per_version"),
            models.CheckConstraint(name="core_workflow_step_kind_known", condition=Q(kind__in=StepKind)),
            models.CheckConstraint(name="core_workflow_step_party_known", condition=Q(party__in=Party)),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="only_in_drafts",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("version", "BIGINT")],
                func=ONLY_IN_DRAFTS,
            ),
        ]

    def __str__(self):
        return f"{self.version_id} {self.code}"
