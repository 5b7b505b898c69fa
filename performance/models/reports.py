import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass
from partners.models import Partner
from partners.models.ranges import only
from partners.models.scoped import PartnerScopedQuerySet
from performance.models.kpis import derived_key


@pghistory.track()
class ReportDuty(models.Model):
    """A partner owes a report of each month's sell-out by a day of the month after it. Dated, set by managers.

    Which duty rules a month's report is decided by the month's first day.
    """

    fence = FenceClass.SUBTREE

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="report_duties", verbose_name=_("partner"))
    due_day = models.PositiveSmallIntegerField(_("day of the next month"))
    valid_during = DateRangeField(_("period"))

    objects = PartnerScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("report duty")
        verbose_name_plural = _("report duties")
        constraints = [
            ExclusionConstraint(
                name="performance_one_report_duty_per_partner_and_day",
                expressions=[(only("partner_id"), RangeOperators.OVERLAPS), ("valid_during", RangeOperators.OVERLAPS)],
                violation_error_message=_("This partner already has a due day in that period."),
            ),
            models.CheckConstraint(
                name="performance_report_due_day_is_in_every_month",
                condition=Q(due_day__gte=1, due_day__lte=28),
            ),
        ]

    def __str__(self):
        return f"{self.partner} · {self.due_day}"


class SalesReport(models.Model):
    """A partner's sell-out of a month has been reported: when its first lines came in. Written by the night only."""

    fence = FenceClass.SUBTREE

    partner = derived_key(Partner, verbose_name=_("partner"))
    month = models.DateField(_("month"))
    received_on = models.DateField(_("received on"))
    batch_number = models.BigIntegerField(_("batch"))

    objects = PartnerScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("sell-out report")
        verbose_name_plural = _("sell-out reports")
        constraints = [
            models.UniqueConstraint(fields=["partner", "month"], name="performance_sales_report_once_per_month"),
        ]

    def __str__(self):
        return f"{self.partner} · {self.month:%Y-%m}"
