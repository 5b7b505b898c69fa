from typing import Self

import pghistory
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass
from channelhub.core.models.versioned import never_deleted
from partners.models import Partner, ProductLine, Territory
from partners.models.scoped import PartnerScopedQuerySet
from performance.enums import KpiCode, TargetPeriod
from pricing.models.rates import recorded_once

TARGETED = (KpiCode.SALES, KpiCode.SELL_OUT)


class TargetQuerySet(PartnerScopedQuerySet):
    """Targets by whose they are and what is known."""

    def _in_territories(self, paths: tuple[str, ...]) -> Self:
        """Those of the partners at home there, and of the territories themselves."""
        inside = Q()
        for path in paths:
            inside |= Q(territory__path__startswith=path)
        ids = super()._in_territories(paths).order_by().values("pk")
        return self.filter(Q(pk__in=ids) | inside) if paths else self.none()

    def known(self) -> Self:
        """As known now: neither corrected nor taken back."""
        return self.filter(known_until__isnull=True, amount__isnull=False)


@pghistory.track()
class Target(models.Model):
    """So much of a KPI is to be reached by a partner, or in a territory, within a period. Recorded, never edited.

    A change is a new row with the same subject, KPI, period and currency; ``known_until`` of the old one is then set,
    once. ``amount`` empty: from then on there is no such target. ``product_line``: of this line and all beneath it
    only. ``weight`` counts where several targets are read as one attainment.
    """

    fence = FenceClass.SUBTREE

    partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, blank=True, related_name="targets", verbose_name=_("partner")
    )
    territory = models.ForeignKey(
        Territory, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("territory")
    )
    product_line = models.ForeignKey(
        ProductLine, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product line")
    )
    kpi = models.CharField(_("KPI"), max_length=30, choices=[(kpi.value, kpi.label) for kpi in TARGETED])
    period = models.CharField(_("kind of period"), max_length=10, choices=TargetPeriod)
    valid_during = DateRangeField(_("period"))
    currency = models.CharField(_("currency"), max_length=3)
    amount = models.DecimalField(_("target"), max_digits=19, decimal_places=4, null=True)
    weight = models.DecimalField(_("weight"), max_digits=7, decimal_places=2, db_default=1)
    known_from = models.DateTimeField(_("known from"), db_default=Now(), editable=False)
    known_until = models.DateTimeField(_("known until"), null=True, blank=True, editable=False)

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "territory", "product_line", "kpi", "valid_during", "currency"],
                condition=Q(known_until__isnull=True),
                name="performance_one_target_known_per_subject_and_period",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="performance_target_is_for_a_partner_or_a_territory",
                condition=Q(partner__isnull=True, territory__isnull=False)
                | Q(partner__isnull=False, territory__isnull=True),
            ),
            models.CheckConstraint(name="performance_target_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="performance_target_weight_positive", condition=Q(weight__gt=0)),
            models.CheckConstraint(name="performance_target_kpi_known", condition=Q(kpi__in=TARGETED)),
            models.CheckConstraint(name="performance_target_period_known", condition=Q(period__in=TargetPeriod)),
            models.CheckConstraint(
                name="performance_target_period_has_both_ends",
                condition=Q(valid_during__isempty=False)
                & Q(valid_during__lower_inf=False)
                & Q(valid_during__upper_inf=False),
            ),
        ]
        indexes = [
            models.Index(fields=["known_from", "id"], name="performance_target_changes"),
            models.Index(fields=["partner", "known_from", "id"], name="performance_target_own"),
        ]
        triggers = [recorded_once("known_until"), never_deleted()]

    def __str__(self):
        return f"{self.partner_id or self.territory_id} {self.kpi} {self.valid_during}"
