import pghistory
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now, TruncMonth
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass
from channelhub.core.models.versioned import Versioned, append_only, never_deleted, version_trigger
from partners.models import Partner, PartnerType
from partners.models.scoped import PartnerScopedQuerySet
from performance.enums import CurveShape, KpiCode, Lack
from performance.models.kpis import derived_key
from pricing.models.rates import recorded_once


@pghistory.track(exclude=["version", "updated_at"])
class Scorecard(Versioned):
    """By what partners of a type (empty: all partners) are scored every month; its terms stand in versions."""

    fence = FenceClass.STAFF

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    partner_type = models.ForeignKey(
        PartnerType, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("partner type")
    )

    class Meta:
        verbose_name = _("scorecard")
        verbose_name_plural = _("scorecards")
        triggers = [version_trigger(), never_deleted()]

    def __str__(self):
        return f"{self.code} {self.name}"


@pghistory.track()
class ScorecardVersion(models.Model):
    """The terms of a scorecard from a month on, until a later version starts. Recorded, never edited.

    ``grades``: pairs of letter and the score from which it is given, the best first. ``min_coverage``: below this
    share of the weights with data there is no score. ``currency``: figures in it are scored.
    """

    fence = FenceClass.STAFF

    scorecard = models.ForeignKey(Scorecard, models.PROTECT, related_name="versions", verbose_name=_("scorecard"))
    valid_from = models.DateField(_("valid from"))
    currency = models.CharField(_("currency"), max_length=3)
    grades = models.JSONField(_("grades"))
    min_coverage = models.DecimalField(_("data needed"), max_digits=5, decimal_places=4, default="0.5")
    known_from = models.DateTimeField(_("known from"), db_default=Now(), editable=False)
    known_until = models.DateTimeField(_("known until"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("version of a scorecard")
        verbose_name_plural = _("versions of scorecards")
        constraints = [
            models.UniqueConstraint(
                fields=["scorecard", "valid_from"],
                condition=Q(known_until__isnull=True),
                name="performance_one_scorecard_version_known_per_month",
            ),
            models.CheckConstraint(
                name="performance_scorecard_version_starts_a_month",
                condition=Q(valid_from=TruncMonth("valid_from")),
            ),
            models.CheckConstraint(
                name="performance_scorecard_coverage_is_a_share",
                condition=Q(min_coverage__gte=0, min_coverage__lte=1),
            ),
        ]
        triggers = [recorded_once("known_until"), never_deleted()]

    def __str__(self):
        return f"{self.scorecard_id} from {self.valid_from}"


@pghistory.track()
class ScorecardCriterion(models.Model):
    """One KPI of a version: its weight, over how many months it is read, and the curve from its value to 0–100.

    ``points``: pairs (value, score) by ascending value; before the first and after the last the score stays.
    """

    fence = FenceClass.STAFF

    scorecard_version = models.ForeignKey(
        ScorecardVersion, models.PROTECT, related_name="criteria", verbose_name=_("version")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    kpi = models.CharField(_("KPI"), max_length=30, choices=KpiCode)
    weight = models.DecimalField(_("weight"), max_digits=7, decimal_places=2)
    months = models.PositiveSmallIntegerField(_("over months"), default=1)
    shape = models.CharField(_("curve"), max_length=10, choices=CurveShape, default=CurveShape.LINEAR)
    points = models.JSONField(_("points"))

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        constraints = [
            models.UniqueConstraint(
                fields=["scorecard_version", "position"], name="performance_criteria_of_a_version_in_order"
            ),
            models.UniqueConstraint(
                fields=["scorecard_version", "kpi", "months"], name="performance_criterion_once_per_kpi_and_months"
            ),
            models.CheckConstraint(name="performance_criterion_weight_positive", condition=Q(weight__gt=0)),
            models.CheckConstraint(name="performance_criterion_kpi_known", condition=Q(kpi__in=KpiCode)),
            models.CheckConstraint(name="performance_criterion_shape_known", condition=Q(shape__in=CurveShape)),
            models.CheckConstraint(
                name="performance_criterion_over_one_to_twelve_months", condition=Q(months__gte=1, months__lte=12)
            ),
        ]
        triggers = [append_only()]

    def __str__(self):
        return f"{self.kpi} {self.weight}"


class Score(Versioned):
    """A partner's score, grade and rank on a scorecard in a month. Written by the night only; its page says why.

    ``score`` empty: too little data, and ``lacks`` says so. ``rank`` among the ``ranked`` partners with a score on the
    same card in the month, ties sharing the better rank.
    """

    fence = FenceClass.SUBTREE

    partner = derived_key(Partner, verbose_name=_("partner"))
    scorecard = models.ForeignKey(Scorecard, models.PROTECT, related_name="scores", verbose_name=_("scorecard"))
    scorecard_version = models.ForeignKey(
        ScorecardVersion, models.PROTECT, related_name="+", db_index=False, verbose_name=_("version")
    )
    month = models.DateField(_("month"))
    score = models.DecimalField(_("score"), max_digits=7, decimal_places=2, null=True)
    grade = models.CharField(_("grade"), max_length=10, blank=True, db_default="")
    coverage = models.DecimalField(_("share of the weights with data"), max_digits=5, decimal_places=4)
    lacks = models.CharField(_("why there is no data"), max_length=20, choices=Lack, blank=True, db_default="")
    rank = models.IntegerField(_("rank"), null=True)
    ranked = models.IntegerField(_("ranked partners"), null=True)

    objects = PartnerScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "scorecard", "month"], name="performance_score_once_per_partner_card_and_month"
            ),
            models.CheckConstraint(
                name="performance_score_lacks_data_or_has_it",
                condition=Q(score__isnull=True, grade="", lacks=Lack.TOO_LITTLE_DATA)
                | Q(score__isnull=False, lacks=""),
            ),
        ]
        indexes = [
            models.Index(fields=["updated_at", "id"], name="performance_score_changes"),
            models.Index(fields=["partner", "updated_at", "id"], name="performance_score_own_changes"),
            models.Index(fields=["scorecard", "month", "-score"], name="performance_score_ranking"),
        ]
        triggers = [version_trigger()]

    def __str__(self):
        return f"{self.partner_id} {self.scorecard_id} {self.month:%Y-%m}"
