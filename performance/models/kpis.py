import pgtrigger
from django.db import models
from django.db.models import Q
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass
from channelhub.core.models.versioned import Versioned, version_trigger
from partners.models import Partner
from partners.models.scoped import PartnerScopedQuerySet
from performance.enums import KpiCode, Lack


def derived_key(model: type[models.Model] | str, **options) -> models.ForeignKey:
    """A reference of a derived row: true because the row it was computed from has a true one."""
    return models.ForeignKey(model, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+", **options)


class KpiValue(Versioned):
    """One KPI of a partner in a month, and in one currency where it is money. Written by the night only.

    ``amount`` and ``base`` are what the value is made of (growth: this year's and last year's sales), so that several
    months add up. ``value`` empty: there is no data, and ``lacks`` says why; it is never nought for want of data.
    """

    fence = FenceClass.SUBTREE

    partner = derived_key(Partner, verbose_name=_("partner"))
    kpi = models.CharField(_("KPI"), max_length=30, choices=KpiCode)
    month = models.DateField(_("month"))
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    value = models.DecimalField(_("value"), max_digits=23, decimal_places=6, null=True)
    amount = models.DecimalField(_("amount"), max_digits=23, decimal_places=6, null=True)
    base = models.DecimalField(_("base"), max_digits=23, decimal_places=6, null=True)
    lacks = models.CharField(_("why there is no data"), max_length=20, choices=Lack, blank=True, db_default="")

    objects = PartnerScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("KPI value")
        verbose_name_plural = _("KPI values")
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "kpi", "month", "currency"],
                name="performance_kpi_value_once_per_key",
            ),
            models.CheckConstraint(name="performance_kpi_value_of_a_known_kpi", condition=Q(kpi__in=KpiCode)),
            models.CheckConstraint(
                name="performance_kpi_value_lacks_data_or_has_it",
                condition=Q(value__isnull=True, lacks__in=Lack) | Q(value__isnull=False, lacks=""),
            ),
            models.CheckConstraint(
                name="performance_kpi_value_month_is_a_first_day", condition=Q(month=TruncMonth("month"))
            ),
        ]
        indexes = [
            models.Index(fields=["updated_at", "id"], name="performance_kpi_changes"),
            models.Index(fields=["partner", "updated_at", "id"], name="performance_kpi_own_changes"),
            models.Index(fields=["month", "kpi"], name="performance_kpi_of_month"),
        ]
        triggers = [version_trigger()]

    def __str__(self):
        return f"{self.partner} · {self.get_kpi_display()} · {self.month:%Y-%m} {self.currency}"


class TouchedKpi(models.Model):
    """A partner's month whose facts have changed, to be measured and scored again. Rows are only added, and taken."""

    fence = FenceClass.STAFF

    partner = derived_key(Partner, verbose_name=_("partner"))
    month = models.DateField(_("month"))

    class Meta:
        verbose_name = _("touched KPI month")
        verbose_name_plural = _("touched KPI months")
        indexes = [models.Index(fields=["partner"], name="performance_touched_kpi")]
        triggers = [pgtrigger.Protect(name="only_added_and_taken", operation=pgtrigger.Update)]

    def __str__(self):
        return f"{self.partner_id} {self.month}"
