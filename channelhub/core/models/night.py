from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums import messages
from channelhub.core.enums.fence import FenceClass
from channelhub.core.enums.night import LogLevel, RunKind, RunStatus
from channelhub.core.models.versioned import append_only


class JobRunQuerySet(models.QuerySet):
    def still_open(self):
        """Runs with something left to do, the oldest first."""
        return self.filter(status=RunStatus.OPEN).order_by("business_day", "pk")

    def nights(self):
        return self.filter(kind=RunKind.NIGHT)


class JobRun(models.Model):
    """One night's work for a business day, or one step run alone. Its steps and chunks are rows: nothing waits in
    messages, so whatever is killed, the next worker goes on.

    Open until no chunk is left; then done, or incomplete when chunks were set aside. A person may cancel it.
    """

    fence = FenceClass.STAFF

    kind = models.CharField(_("kind"), max_length=10, choices=RunKind, default=RunKind.NIGHT)
    business_day = models.DateField(_("business day"))
    status = models.CharField(_("status"), max_length=12, choices=RunStatus, default=RunStatus.OPEN)
    opened_at = models.DateTimeField(_("opened at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ordered_by = models.ForeignKey(
        "core.User",
        models.PROTECT,
        verbose_name=_("ordered by"),
        null=True,
        blank=True,
        related_name="+",
    )

    objects = JobRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("run of the night")
        verbose_name_plural = _("runs of the night")
        constraints = [
            models.CheckConstraint(name="core_job_run_status_known", condition=Q(status__in=RunStatus.values)),
            models.CheckConstraint(
                name="core_job_run_has_ended_unless_open",
                condition=Q(status=RunStatus.OPEN, ended_at__isnull=True)
                | (~Q(status=RunStatus.OPEN) & Q(ended_at__isnull=False)),
            ),
            models.UniqueConstraint(
                fields=["business_day"],
                name="core_job_run_one_open_night_per_day",
                condition=Q(kind=RunKind.NIGHT, status=RunStatus.OPEN),
            ),
        ]
        indexes = [
            models.Index(fields=["business_day"], name="core_job_run_open", condition=Q(status=RunStatus.OPEN)),
            models.Index(fields=["kind", "-business_day"], name="core_job_run_by_day"),
        ]

    def __str__(self):
        return f"{self.business_day} {self.kind} {self.pk}"


class JobStep(models.Model):
    """One step of a run, in its place. ``business_day`` differs from the run's when a missed day is made up."""

    fence = FenceClass.STAFF

    run = models.ForeignKey(JobRun, models.CASCADE, related_name="steps", verbose_name=_("run"))
    position = models.PositiveSmallIntegerField(_("position"))
    code = models.CharField(_("step"), max_length=40)
    business_day = models.DateField(_("business day"))

    class Meta:
        verbose_name = _("step of a run")
        verbose_name_plural = _("steps of a run")
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="core_job_step_one_per_place"),
        ]

    def __str__(self):
        return f"{self.run_id}.{self.position} {self.code}"


class JobChunkQuerySet(models.QuerySet):
    def still_open(self):
        """Neither done nor set aside, in a run that is open."""
        return self.filter(done_at__isnull=True, set_aside_at__isnull=True, run__status=RunStatus.OPEN)

    def set_aside(self):
        return self.filter(set_aside_at__isnull=False)

    def in_earliest_open_step(self):
        """Open chunks of the earliest step that has any: no step starts while an earlier one is unfinished."""
        earliest = self.still_open().order_by("position").values("position")[:1]
        return self.still_open().filter(position=models.Subquery(earliest))

    def free(self, at):
        """Not resting after an attempt; those tried least first."""
        return self.filter(Q(rests_until__isnull=True) | Q(rests_until__lte=at)).order_by("attempts", "pk")

    def locked(self, *, skip):
        return self.select_for_update(of=("self",), skip_locked=skip)


class JobChunk(models.Model):
    """A part of a step that one worker does in one transaction, together with the mark that it is done.

    ``params``: what the step's function is called with. ``part``: what a person reads ("partners 1 to 250").
    The attempt is counted in a transaction of its own before the work; after five it is set aside with its error.
    """

    fence = FenceClass.STAFF

    run = models.ForeignKey(JobRun, models.CASCADE, related_name="chunks", verbose_name=_("run"))
    step = models.ForeignKey(JobStep, models.CASCADE, related_name="chunks", verbose_name=_("step"))
    position = models.PositiveSmallIntegerField(_("position"), help_text=_("Its step's place in the run."))
    part = models.CharField(_("part"), max_length=120, blank=True)
    params = models.JSONField(_("parameters"), default=dict)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    attempted_at = models.DateTimeField(_("last attempt at"), null=True, blank=True)
    rests_until = models.DateTimeField(_("rests until"), null=True, blank=True)
    worker = models.CharField(_("worker"), max_length=120, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    set_aside_at = models.DateTimeField(_("set aside at"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)
    result = models.JSONField(_("result"), encoder=DjangoJSONEncoder, default=dict)

    objects = JobChunkQuerySet.as_manager()

    class Meta:
        verbose_name = _("part of a step")
        verbose_name_plural = _("parts of a step")
        constraints = [
            models.CheckConstraint(
                name="core_job_chunk_is_done_or_set_aside_not_both",
                condition=Q(done_at__isnull=True) | Q(set_aside_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["run", "position"],
                name="core_job_chunk_open",
                condition=Q(done_at__isnull=True, set_aside_at__isnull=True),
            ),
        ]

    def __str__(self):
        return f"{self.step_id} {self.part}"


class JobLog(models.Model):
    """A line of a run's log: a message's code and values. Never changed."""

    fence = FenceClass.STAFF

    run = models.ForeignKey(JobRun, models.CASCADE, related_name="log", verbose_name=_("run"))
    at = models.DateTimeField(_("at"))
    level = models.CharField(_("level"), max_length=10, choices=LogLevel, default=LogLevel.INFO)
    code = models.CharField(_("message"), max_length=80)
    values = models.JSONField(_("values"), encoder=DjangoJSONEncoder, default=dict)

    class Meta:
        verbose_name = _("line of a run's log")
        verbose_name_plural = _("lines of a run's log")
        indexes = [models.Index(fields=["run", "id"], name="core_job_log_of_run")]
        triggers = [append_only()]

    def __str__(self):
        return f"{self.run_id} {self.code}"

    @property
    def text(self) -> str:
        return messages.render(self.code, self.values)
