import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass
from channelhub.core.models.versioned import never_deleted
from partners.enums import BenefitKind
from partners.models.partners import Partner
from partners.models.ranges import only
from partners.models.scoped import PartnerScopedQuerySet


@pghistory.track()
class PartnerTier(models.Model):
    """A level of the channel (gold, silver …) as data; the smallest ``rank`` is the highest tier."""

    fence = FenceClass.SHARED

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    rank = models.PositiveSmallIntegerField(_("rank"), unique=True)

    class Meta:
        verbose_name = _("partner tier")
        verbose_name_plural = _("partner tiers")

    def __str__(self):
        return f"{self.code} {self.name}"


@pghistory.track()
class TierAssignment(models.Model):
    """A partner stands in a tier during a period: in one at most on any day."""

    fence = FenceClass.SUBTREE

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="tier_assignments", verbose_name=_("partner"))
    tier = models.ForeignKey(PartnerTier, models.PROTECT, related_name="assignments", verbose_name=_("tier"))
    valid_during = DateRangeField(_("period"))

    objects = PartnerScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("tier of a partner")
        verbose_name_plural = _("tiers of partners")
        constraints = [
            ExclusionConstraint(
                name="partners_one_tier_per_partner_and_day",
                expressions=[(only("partner_id"), RangeOperators.OVERLAPS), ("valid_during", RangeOperators.OVERLAPS)],
                violation_error_message=_("This partner already has a tier in that period."),
            ),
        ]

    def __str__(self):
        return f"{self.partner_id} {self.tier_id} {self.valid_during}"


class TierBenefitQuerySet(models.QuerySet):
    """Benefits by whether they are still given."""

    def given(self):
        return self.filter(withdrawn_on__isnull=True)


@pghistory.track()
class TierBenefit(models.Model):
    """Something that standing in a tier brings: a figure (factor, share, seats) or words (group, level, text).

    Kept by channel managers. Withdrawn rather than deleted: what was granted stays as it was.
    """

    fence = FenceClass.SHARED

    tier = models.ForeignKey(PartnerTier, models.PROTECT, related_name="benefits", verbose_name=_("tier"))
    kind = models.CharField(_("kind"), max_length=20, choices=BenefitKind)
    value = models.DecimalField(
        _("value"),
        max_digits=9,
        decimal_places=4,
        null=True,
        blank=True,
        help_text=_("A factor, a share (0.02 is 2%) or a number of seats."),
    )
    text = models.CharField(_("in words"), max_length=200, blank=True)
    text_en = models.CharField(_("in English"), max_length=200, blank=True)
    withdrawn_on = models.DateField(_("given until"), null=True, blank=True, editable=False)

    objects = TierBenefitQuerySet.as_manager()

    class Meta:
        verbose_name = _("benefit of a tier")
        verbose_name_plural = _("benefits of tiers")
        ordering = ("tier__rank", "kind", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["tier", "kind", "text", "value", "withdrawn_on"],
                name="partners_benefit_once_per_tier",
                nulls_distinct=False,
                violation_error_message=_("The tier has this benefit already."),
            ),
            models.CheckConstraint(name="partners_benefit_of_a_known_kind", condition=Q(kind__in=BenefitKind)),
            models.CheckConstraint(
                name="partners_benefit_says_what_it_is",
                condition=~Q(text="") | Q(value__isnull=False),
                violation_error_message=_("A benefit has a figure or words."),
            ),
            models.CheckConstraint(
                name="partners_benefit_is_not_negative", condition=Q(value__isnull=True) | Q(value__gte=0)
            ),
        ]
        triggers = [never_deleted()]

    def __str__(self):
        return f"{self.tier_id} {self.kind} {self.text or self.value}"


@pghistory.track()
class GrantedBenefit(models.Model):
    """A benefit that a partner has during a period. Written by the change of its tier only, with it and as long."""

    fence = FenceClass.SUBTREE

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="granted_benefits", verbose_name=_("partner"))
    benefit = models.ForeignKey(TierBenefit, models.PROTECT, related_name="grants", verbose_name=_("benefit"))
    valid_during = DateRangeField(_("period"))

    objects = PartnerScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("granted benefit")
        verbose_name_plural = _("granted benefits")
        constraints = [
            ExclusionConstraint(
                name="partners_a_benefit_is_granted_once_at_a_time",
                expressions=[
                    (only("partner_id"), RangeOperators.OVERLAPS),
                    (only("benefit_id"), RangeOperators.OVERLAPS),
                    ("valid_during", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("The partner has this benefit in that period already."),
            ),
        ]

    def __str__(self):
        return f"{self.partner_id} {self.benefit_id} {self.valid_during}"
