import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass
from channelhub.core.models.versioned import Versioned, never_deleted, version_trigger
from partners.models.ranges import only
from partners.models.scoped import PartnerScopedQuerySet


class PartnerQuerySet(PartnerScopedQuerySet):
    scope_field = "id"


class PartnerType(models.Model):
    """A kind of partner (distributor, e-tailer …) as data; a partner may have several."""

    fence = FenceClass.SHARED

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80)

    class Meta:
        verbose_name = _("partner type")
        verbose_name_plural = _("partner types")

    def __str__(self):
        return self.code


@pghistory.track(exclude=["version", "updated_at"])
class Partner(Versioned):
    """A company we sell through. Changed by channel managers and their systems; never deleted.

    ``merged_into``: another record is the same company and the one that counts; this one stays, and can be taken out
    again. What changes over time (types, home territory, parent) stands in dated rows of its own, so that any past day
    can be priced and scored as it was.
    """

    fence = FenceClass.SUBTREE
    fence_columns = ("id",)

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    sort_key = models.CharField(max_length=400, blank=True, editable=False)
    country = models.CharField(_("country"), max_length=2, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    suspended_at = models.DateTimeField(_("suspended at"), null=True, blank=True)
    suspended_reason = models.TextField(_("reason of the suspension"), blank=True)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        verbose_name=_("merged into"),
    )

    objects = PartnerQuerySet.as_manager()

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        constraints = [
            models.CheckConstraint(
                name="partners_partner_suspension_has_reason",
                condition=Q(suspended_at__isnull=True, suspended_reason="")
                | (Q(suspended_at__isnull=False) & ~Q(suspended_reason="")),
                violation_error_message=_("A suspension needs a date and a reason."),
            ),
            models.CheckConstraint(
                name="partners_partner_not_merged_into_itself",
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=models.F("id")),
                violation_error_message=_("A partner cannot be merged into itself."),
            ),
        ]
        indexes = [
            models.Index(fields=["updated_at", "id"], name="partners_partner_changes"),
            models.Index(fields=["sort_key"], name="partners_partner_sorted"),
        ]
        triggers = [version_trigger(), never_deleted()]

    def __str__(self):
        return f"{self.code} {self.name}"


@pghistory.track()
class PartnerTypeAssignment(models.Model):
    """A partner is of a type during a period."""

    fence = FenceClass.SUBTREE

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="type_assignments", verbose_name=_("partner"))
    type = models.ForeignKey(PartnerType, models.PROTECT, related_name="assignments", verbose_name=_("type"))
    valid_during = DateRangeField(_("period"))

    objects = PartnerScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("type of a partner")
        verbose_name_plural = _("types of partners")
        constraints = [
            ExclusionConstraint(
                name="partners_each_type_once_per_partner_and_day",
                expressions=[
                    (only("partner_id"), RangeOperators.OVERLAPS),
                    (only("type_id"), RangeOperators.OVERLAPS),
                    ("valid_during", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This partner already has this type in that period."),
            ),
        ]

    def __str__(self):
        return f"{self.partner_id} {self.type_id} {self.valid_during}"


@pghistory.track()
class HomeTerritory(models.Model):
    """The territory a partner's address lies in, during a period: its figures and its manager follow from it."""

    fence = FenceClass.SUBTREE

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="home_territories", verbose_name=_("partner"))
    territory = models.ForeignKey("partners.Territory", models.PROTECT, related_name="+", verbose_name=_("territory"))
    valid_during = DateRangeField(_("period"))

    objects = PartnerScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("home territory")
        verbose_name_plural = _("home territories")
        constraints = [
            ExclusionConstraint(
                name="partners_one_home_territory_per_partner_and_day",
                expressions=[(only("partner_id"), RangeOperators.OVERLAPS), ("valid_during", RangeOperators.OVERLAPS)],
                violation_error_message=_("This partner already has a home territory in that period."),
            ),
        ]

    def __str__(self):
        return f"{self.partner_id} {self.territory_id} {self.valid_during}"
