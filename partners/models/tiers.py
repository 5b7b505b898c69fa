import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass
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
