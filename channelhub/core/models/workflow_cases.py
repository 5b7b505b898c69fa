from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass
from channelhub.core.enums.workflow import CaseState, CaseStepState, Verdict
from channelhub.core.models.scoped import OwnRows
from channelhub.core.models.versioned import Versioned, append_only, never_deleted, version_trigger
from channelhub.core.models.workflow import WorkflowDefinition, WorkflowStep, WorkflowVersion


def _user(label, **options):
    return models.ForeignKey("core.User", models.PROTECT, verbose_name=label, related_name="+", **options)


class SharedRows(OwnRows):
    """Rows about a partner, which it reads only where they are shared with it."""

    def _of_dealer(self, user, partner_id):
        return self.none() if partner_id is None else self.filter(shared_with_id=partner_id)


class CaseQuerySet(SharedRows):
    def running(self):
        return self.filter(state=CaseState.RUNNING)

    def about(self, record):
        """The cases of one record, the latest first."""
        return self.filter(record_type=record._meta.label_lower, record_id=record.pk).order_by("-pk")


class WorkflowCase(Versioned):
    """One run of a process, on the version it began with. Opened and moved by ``services.workflow`` only.

    ``record_type`` and ``record_id``: what it is about, by name as comments do; ``subject``: what that was called.
    ``partner_id``: the partner it is about (limits who of the staff sees it); ``shared_with_id``: the same where the
    partner sees it too. ``facts``: what conditions and limits read.
    """

    fence = FenceClass.OWN
    fence_columns = ("shared_with_id",)

    definition = models.ForeignKey(WorkflowDefinition, models.PROTECT, related_name="cases", verbose_name=_("process"))
    workflow_version = models.ForeignKey(
        WorkflowVersion,
        models.PROTECT,
        related_name="cases",
        verbose_name=_("version"),
    )
    record_type = models.CharField(_("kind of record"), max_length=80, blank=True)
    record_id = models.BigIntegerField(_("record"), null=True, blank=True)
    subject = models.CharField(_("about"), max_length=200)
    facts = models.JSONField(_("facts"), encoder=DjangoJSONEncoder, default=dict)
    partner_id = models.BigIntegerField(_("partner"), null=True, blank=True)
    shared_with_id = models.BigIntegerField(_("shared with"), null=True, blank=True, db_index=True)
    opened_by = _user(_("opened by"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened at"))
    state = models.CharField(_("state"), max_length=10, choices=CaseState, default=CaseState.RUNNING)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        constraints = [
            models.CheckConstraint(name="core_case_state_known", condition=Q(state__in=CaseState)),
            models.CheckConstraint(
                name="core_case_runs_or_has_ended",
                condition=Q(state=CaseState.RUNNING, ended_at__isnull=True)
                | (~Q(state=CaseState.RUNNING) & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="core_case_is_shared_with_its_own_partner",
                condition=Q(shared_with_id__isnull=True) | Q(shared_with_id=F("partner_id")),
            ),
            models.UniqueConstraint(
                fields=["definition", "record_type", "record_id"],
                condition=Q(state=CaseState.RUNNING, record_id__isnull=False),
                name="core_case_one_running_per_process_and_record",
            ),
        ]
        indexes = [
            models.Index(fields=["record_type", "record_id"], name="core_case_of_record"),
            models.Index(fields=["updated_at", "id"], name="core_case_changes"),
            models.Index(fields=["shared_with_id", "updated_at", "id"], name="core_case_changes_of_partner"),
        ]
        triggers = [version_trigger(), never_deleted()]

    def __str__(self):
        return f"{self.pk} {self.subject}"


class CaseStepQuerySet(SharedRows):
    def waiting(self):
        return self.filter(state=CaseStepState.WAITING)

    def overdue(self, *, on):
        return self.waiting().filter(due_on__lt=on)


class CaseStep(models.Model):
    """A step that a case has reached: for whom it waits since when until when, and how it ended.

    Given back, a case reaches a step again in a further ``round``. ``roles``: who may decide now (the level's role,
    and the one it was escalated to). Changed by ``services.workflow`` only; what was decided stands in decisions.
    """

    fence = FenceClass.OWN
    fence_columns = ("shared_with_id",)

    case = models.ForeignKey(WorkflowCase, models.PROTECT, related_name="steps", verbose_name=_("case"))
    step = models.ForeignKey(WorkflowStep, models.PROTECT, related_name="+", verbose_name=_("step"))
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    state = models.CharField(_("state"), max_length=10, choices=CaseStepState, default=CaseStepState.WAITING)
    party = models.CharField(_("waits for"), max_length=10)
    level = models.PositiveSmallIntegerField(_("level"), default=0)
    roles = ArrayField(models.SlugField(max_length=40), verbose_name=_("roles"), default=list, blank=True)
    partner_id = models.BigIntegerField(_("partner"), null=True, blank=True)
    shared_with_id = models.BigIntegerField(_("shared with"), null=True, blank=True, db_index=True)
    since = models.DateTimeField(_("since"))
    due_on = models.DateField(_("until"), null=True, blank=True)
    escalated_at = models.DateTimeField(_("escalated at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = CaseStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of a case")
        verbose_name_plural = _("steps of cases")
        constraints = [
            models.UniqueConstraint(fields=["case", "step", "round"], name="core_case_reaches_a_step_once_a_round"),
            models.CheckConstraint(name="core_case_step_state_known", condition=Q(state__in=CaseStepState)),
            models.CheckConstraint(
                name="core_case_step_waits_or_has_ended",
                condition=Q(state=CaseStepState.WAITING, ended_at__isnull=True)
                | (~Q(state=CaseStepState.WAITING) & Q(ended_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"],
                name="core_case_step_waiting",
                condition=Q(state=CaseStepState.WAITING),
            ),
        ]
        triggers = [never_deleted()]

    def __str__(self):
        return f"{self.case_id} {self.step_id} {self.round}"


class CaseDecision(models.Model):
    """One line of a case's history: who decided what, when, in whose place, and why. Never changed.

    Without a person it happened of itself: skipped by its condition, approved below the limit, escalated.
    """

    fence = FenceClass.STAFF

    case_step = models.ForeignKey(CaseStep, models.PROTECT, related_name="decisions", verbose_name=_("step"))
    verdict = models.CharField(_("decision"), max_length=10, choices=Verdict)
    by = _user(_("who"), null=True, blank=True)
    in_place_of = _user(_("in place of"), null=True, blank=True)
    role = models.SlugField(_("role"), max_length=40, blank=True)
    level = models.PositiveSmallIntegerField(_("level"), default=0)
    comment = models.TextField(_("reason"), blank=True)
    facts = models.JSONField(_("facts"), encoder=DjangoJSONEncoder, default=dict)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = [
            models.CheckConstraint(name="core_case_verdict_known", condition=Q(verdict__in=Verdict)),
            models.CheckConstraint(
                name="core_case_refusal_says_why",
                condition=~Q(verdict__in=(Verdict.REFUSED, Verdict.REJECTED)) | ~Q(comment=""),
            ),
            models.UniqueConstraint(
                fields=["case_step", "by"],
                condition=Q(verdict=Verdict.APPROVED),
                name="core_case_same_person_approves_once",
            ),
            models.UniqueConstraint(
                fields=["case_step", "in_place_of"],
                condition=Q(verdict=Verdict.APPROVED, in_place_of__isnull=False),
                name="core_case_approved_once_in_place_of_a_person",
            ),
        ]
        triggers = [append_only()]

    def __str__(self):
        return f"{self.case_step_id} {self.verdict}"
