import pgtrigger
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass
from channelhub.core.models.versioned import append_only, never_deleted
from partners.enums import ExamState
from partners.models.academy import CertificationLevel
from partners.models.partners import Partner
from partners.models.scoped import OwnScopedQuerySet


def _person(**options) -> models.ForeignKey:
    return models.ForeignKey("core.User", models.PROTECT, verbose_name=_("person"), **options)


class ExamAttemptQuerySet(OwnScopedQuerySet):
    """Tries by where they stand."""

    def running(self):
        return self.filter(state=ExamState.OPEN)

    def out_of_time(self, at):
        return self.running().filter(deadline_at__lte=at)


class ExamAttempt(models.Model):
    """A person's try at the exam of a level: what was drawn, what was answered, until when, and what came of it.

    Changed by ``services.exams`` alone: answers while it runs, its end once. ``drawn`` are the questions as they were
    shown; what is right stands apart (``ExamKey``), out of reach of every dealer. ``handed_in``: not ended by the
    clock.
    """

    fence = FenceClass.OWN

    level = models.ForeignKey(
        CertificationLevel, models.PROTECT, related_name="attempts", verbose_name=_("certification level")
    )
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+", verbose_name=_("partner"))
    user = _person(related_name="+")
    person = models.CharField(_("name"), max_length=120)
    number = models.PositiveSmallIntegerField(_("try"))
    state = models.CharField(_("state"), max_length=10, choices=ExamState, default=ExamState.OPEN)
    seed = models.CharField(_("seed of the draw"), max_length=32)
    pass_mark = models.PositiveSmallIntegerField(_("pass mark in per cent"))
    drawn = models.JSONField(_("questions"), encoder=DjangoJSONEncoder)
    answers = models.JSONField(_("answers"), default=dict, blank=True)
    started_at = models.DateTimeField(_("started at"))
    deadline_at = models.DateTimeField(_("deadline"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    handed_in = models.BooleanField(_("handed in"), default=False)
    asked = models.PositiveSmallIntegerField(_("questions"), default=0)
    right = models.PositiveSmallIntegerField(_("right answers"), default=0)
    score = models.DecimalField(_("per cent"), max_digits=5, decimal_places=2, default=0)
    by_course = models.JSONField(_("by course"), default=list, blank=True)

    objects = ExamAttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("try at an exam")
        verbose_name_plural = _("tries at exams")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "partner", "level"],
                condition=Q(state=ExamState.OPEN),
                name="partners_one_open_try_per_person_and_level",
            ),
            models.UniqueConstraint(
                fields=["user", "partner", "level", "number"], name="partners_tries_are_numbered_per_person_and_level"
            ),
            models.CheckConstraint(
                name="partners_try_ends_when_its_state_says_so",
                condition=Q(state=ExamState.OPEN, ended_at__isnull=True)
                | (Q(ended_at__isnull=False) & ~Q(state=ExamState.OPEN)),
            ),
            models.CheckConstraint(
                name="partners_try_ends_by_its_deadline",
                condition=Q(ended_at__isnull=True) | Q(ended_at__lte=F("deadline_at")),
            ),
        ]
        indexes = [
            models.Index(fields=["partner", "user", "level"], name="partners_tries_of_a_person"),
            models.Index(fields=["deadline_at"], condition=Q(state=ExamState.OPEN), name="partners_tries_that_run"),
        ]
        triggers = [
            never_deleted(),
            pgtrigger.Trigger(
                name="ended_try_is_final",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                IF OLD.state <> 'open' OR NEW.drawn IS DISTINCT FROM OLD.drawn
                   OR NEW.deadline_at IS DISTINCT FROM OLD.deadline_at OR NEW.seed IS DISTINCT FROM OLD.seed
                   OR NEW.pass_mark IS DISTINCT FROM OLD.pass_mark THEN
                    RAISE EXCEPTION 'what was drawn never changes, and a try ends once' USING ERRCODE = '23514';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self):
        return f"{self.user_id} {self.level_id} #{self.number}"

    @property
    def is_open(self) -> bool:
        return self.state == ExamState.OPEN


class ExamKey(models.Model):
    """The right answers of one try, as they were when it was drawn. Never shown to a dealer. Append-only."""

    fence = FenceClass.STAFF

    attempt = models.OneToOneField(ExamAttempt, models.PROTECT, related_name="key", verbose_name=_("try at an exam"))
    right = models.JSONField(_("right answers"))

    class Meta:
        verbose_name = _("key of an exam")
        verbose_name_plural = _("keys of exams")
        triggers = [append_only()]

    def __str__(self):
        return str(self.attempt_id)


class ExamRetake(models.Model):
    """One more try that somebody of the staff allows a person, with the reason. Append-only."""

    fence = FenceClass.STAFF

    level = models.ForeignKey(
        CertificationLevel, models.PROTECT, related_name="+", verbose_name=_("certification level")
    )
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+", verbose_name=_("partner"))
    user = _person(related_name="+")
    allowed_at = models.DateTimeField(_("allowed at"))
    allowed_by = models.ForeignKey("core.User", models.PROTECT, related_name="+", verbose_name=_("allowed by"))
    reason = models.CharField(_("reason"), max_length=300)

    class Meta:
        verbose_name = _("further try")
        verbose_name_plural = _("further tries")
        constraints = [
            models.CheckConstraint(name="partners_further_try_has_a_reason", condition=~Q(reason="")),
        ]
        triggers = [append_only()]

    def __str__(self):
        return f"{self.user_id} {self.level_id}"
