import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass
from channelhub.core.models.versioned import Versioned, append_only, never_deleted, version_trigger
from partners.models import Partner, ProductLine
from pricing.enums import (
    Pays,
    PeriodKind,
    ProgrammeScope,
    ProgrammeStatus,
    Qualifier,
    RebateMethod,
    RoundingMode,
    SalesKind,
)
from pricing.models.rates import recorded_once


def waiting(name: str, field: str = "known_in") -> models.Index:
    """The few rows that wait for the rollup, found at once."""
    return models.Index(fields=["id"], name=name, condition=Q(**{f"{field}__isnull": True}))


@pghistory.track(exclude=["version", "updated_at"])
class RebateProgramme(Versioned):
    """What partners may earn over a period; its terms stand in versions. Made by channel managers, never deleted.

    Currency and period never change: an account is programme x earner x earned period. ``starts_on``: the first day
    of its first period.
    """

    fence = FenceClass.STAFF

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    period = models.CharField(_("period"), max_length=10, choices=PeriodKind)
    starts_on = models.DateField(_("first day"))
    status = models.CharField(_("status"), max_length=10, choices=ProgrammeStatus, default=ProgrammeStatus.DRAFT)

    class Meta:
        verbose_name = _("rebate programme")
        verbose_name_plural = _("rebate programmes")
        constraints = [
            models.CheckConstraint(name="pricing_programme_period_known", condition=Q(period__in=PeriodKind)),
            models.CheckConstraint(name="pricing_programme_status_known", condition=Q(status__in=ProgrammeStatus)),
        ]
        triggers = [version_trigger(), never_deleted()]

    def __str__(self):
        return f"{self.code} {self.name}"


@pghistory.track()
class ProgrammeVersion(models.Model):
    """The terms of a programme from a period's first day on, until a later version starts. Recorded, never edited.

    A change of terms is a new row; one with the same ``valid_from`` supersedes the old, whose ``known_until`` is then
    set, once. ``ends``: from this day on nothing is earned. ``known_in``: the accounting month in which the rollup
    took it; empty: it waits.
    """

    fence = FenceClass.STAFF

    programme = models.ForeignKey(RebateProgramme, models.PROTECT, related_name="versions", verbose_name=_("programme"))
    valid_from = models.DateField(_("valid from"))
    ends = models.BooleanField(_("ends the programme"), default=False)
    method = models.CharField(_("method"), max_length=20, choices=RebateMethod)
    qualifier = models.CharField(_("band chosen by"), max_length=10, choices=Qualifier)
    pays = models.CharField(_("pays"), max_length=10, choices=Pays)
    cap = models.DecimalField(_("at most"), max_digits=19, decimal_places=4, null=True, blank=True)
    floor = models.DecimalField(_("at least"), max_digits=19, decimal_places=4, null=True, blank=True)
    rounding = models.CharField(_("rounding"), max_length=10, choices=RoundingMode, default=RoundingMode.HALF_UP)
    rounding_step = models.DecimalField(_("rounded to"), max_digits=19, decimal_places=4, null=True, blank=True)
    kinds = ArrayField(models.PositiveSmallIntegerField(choices=SalesKind), verbose_name=_("kinds of sales counted"))
    product_line = models.ForeignKey(
        ProductLine,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("product line"),
        help_text=_("This line and all beneath it; empty: everything."),
    )
    scope = models.CharField(_("scope"), max_length=10, choices=ProgrammeScope, default=ProgrammeScope.OWN)
    known_from = models.DateTimeField(_("known from"), db_default=Now(), editable=False)
    known_until = models.DateTimeField(_("known until"), null=True, blank=True, editable=False)
    known_in = models.DateField(_("known in"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("version of a programme")
        verbose_name_plural = _("versions of programmes")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "valid_from"],
                condition=Q(known_until__isnull=True),
                name="pricing_one_programme_version_known_per_day",
            ),
            models.CheckConstraint(
                name="pricing_programme_version_formula_known",
                condition=Q(method__in=RebateMethod, qualifier__in=Qualifier, pays__in=Pays),
            ),
            models.CheckConstraint(name="pricing_programme_version_scope_known", condition=Q(scope__in=ProgrammeScope)),
            models.CheckConstraint(
                name="pricing_programme_version_rounding_known",
                condition=Q(rounding__in=RoundingMode) & (Q(rounding_step__isnull=True) | Q(rounding_step__gt=0)),
            ),
            models.CheckConstraint(
                name="pricing_programme_version_cap_not_below_floor",
                condition=Q(cap__isnull=True) | Q(floor__isnull=True) | Q(cap__gte=F("floor")),
            ),
        ]
        indexes = [waiting("pricing_version_waiting")]
        triggers = [recorded_once("known_until", "known_in"), never_deleted()]

    def __str__(self):
        return f"{self.programme_id} from {self.valid_from}"


@pghistory.track()
class RebateBand(models.Model):
    """From ``starts_at`` of the qualifier upwards a version pays ``rate``: 0.05 is five percent, or money per unit."""

    fence = FenceClass.STAFF

    programme_version = models.ForeignKey(
        ProgrammeVersion, models.PROTECT, related_name="bands", verbose_name=_("version")
    )
    starts_at = models.DecimalField(_("from"), max_digits=19, decimal_places=4)
    rate = models.DecimalField(_("rate"), max_digits=19, decimal_places=6)

    class Meta:
        verbose_name = _("band")
        verbose_name_plural = _("bands")
        constraints = [
            models.UniqueConstraint(
                fields=["programme_version", "starts_at"], name="pricing_bands_of_a_version_start_apart"
            ),
            models.CheckConstraint(name="pricing_band_starts_at_zero_or_above", condition=Q(starts_at__gte=0)),
        ]
        triggers = [append_only()]

    def __str__(self):
        return f"{self.starts_at}+: {self.rate}"


@pghistory.track()
class ProgrammeMember(models.Model):
    """A partner takes part in a programme, in all its periods. ``known_in``: when taken; empty: it waits."""

    fence = FenceClass.STAFF

    programme = models.ForeignKey(RebateProgramme, models.PROTECT, related_name="members", verbose_name=_("programme"))
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+", verbose_name=_("partner"))
    known_in = models.DateField(_("known in"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("member of a programme")
        verbose_name_plural = _("members of programmes")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "partner"], name="pricing_partner_is_member_once_per_programme"
            ),
        ]
        indexes = [waiting("pricing_member_waiting")]
        triggers = [recorded_once("known_in"), never_deleted()]

    def __str__(self):
        return f"{self.partner_id} in {self.programme_id}"


class PeriodOpening(models.Model):
    """A programme's earned period has begun: from now on its members may earn in it, even without a line."""

    fence = FenceClass.STAFF

    programme = models.ForeignKey(RebateProgramme, models.PROTECT, related_name="openings", verbose_name=_("programme"))
    starts_on = models.DateField(_("first day"))
    known_in = models.DateField(_("known in"), editable=False)

    class Meta:
        verbose_name = _("opened period")
        verbose_name_plural = _("opened periods")
        constraints = [
            models.UniqueConstraint(fields=["programme", "starts_on"], name="pricing_period_opens_once_per_programme"),
        ]
        triggers = [append_only()]

    def __str__(self):
        return f"{self.programme_id} {self.starts_on}"
