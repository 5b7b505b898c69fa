from typing import Any, Self

import pgtrigger
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass
from partners.models import Partner, ProductLine, Territory
from partners.models.scoped import PartnerScopedQuerySet
from pricing.enums import Cause, SalesKind
from pricing.models.rebates import ProgrammeVersion, RebateProgramme


def _key(model: type[models.Model], **options) -> models.ForeignKey:
    """A reference of a derived row: true because the row it was computed from has a true one."""
    return models.ForeignKey(model, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+", **options)


class Sums(models.Model):
    """What a rollup adds up: exact sums and the number of lines in them."""

    amount = models.DecimalField(_("amount"), max_digits=23, decimal_places=4)
    quantity = models.DecimalField(_("quantity"), max_digits=23, decimal_places=6)
    lines = models.IntegerField(_("lines"))

    class Meta:
        abstract = True


class SalesMonth(Sums):
    """Net sales of a partner in the month of booking, by kind and currency. Written by the rollup only."""

    fence = FenceClass.SUBTREE

    partner = _key(Partner, verbose_name=_("partner"))
    month = models.DateField(_("month"))
    kind = models.PositiveSmallIntegerField(_("kind"), choices=SalesKind)
    currency = models.CharField(_("currency"), max_length=3)

    objects = PartnerScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("sales of a month")
        verbose_name_plural = _("sales by month")
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "month", "kind", "currency"],
                name="pricing_sales_month_once_per_key",
            ),
        ]

    def __str__(self):
        return f"{self.partner_id} {self.month:%Y-%m} {self.kind} {self.currency}"


class SalesMonthLineQuerySet(models.QuerySet):
    """Sums without a partner: staff limited to territories see those of their territories, dealers none."""

    def visible_to(self, user: Any) -> Self:
        acting = getattr(user, "acting", None)
        if acting is None or acting.standing is not None:
            return self.none()
        if acting.territories is None:
            return self
        inside = Q(pk__in=[])
        for path in acting.territories:
            inside |= Q(home_territory__path__startswith=path)
        return self.filter(inside)


class SalesMonthLine(Sums):
    """Net sales by home territory and product line at entry, month, kind and currency. Written by the rollup only."""

    fence = FenceClass.STAFF

    home_territory = _key(Territory, null=True, verbose_name=_("home territory"))
    product_line = _key(ProductLine, verbose_name=_("product line"))
    month = models.DateField(_("month"))
    kind = models.PositiveSmallIntegerField(_("kind"), choices=SalesKind)
    currency = models.CharField(_("currency"), max_length=3)

    objects = SalesMonthLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("sales of a month and line")
        verbose_name_plural = _("sales by month and line")
        constraints = [
            models.UniqueConstraint(
                fields=["home_territory", "product_line", "month", "kind", "currency"],
                name="pricing_sales_month_line_once_per_key",
                nulls_distinct=False,
            ),
        ]

    def __str__(self):
        return f"{self.home_territory_id} {self.product_line_id} {self.month:%Y-%m} {self.kind} {self.currency}"


class TakenAncestry(models.Model):
    """Who stood above whom, and when, as the rollup knew it from one accounting month until another.

    The rollup compares it with today's ancestry to find what has moved, and builds late members' and new versions'
    measures with what was known then. Self is not kept: everyone is their own.
    """

    fence = FenceClass.STAFF

    ancestor = _key(Partner)
    partner = _key(Partner)
    valid_during = DateRangeField()
    known_in = models.DateField()
    known_until = models.DateField(null=True)

    class Meta:
        verbose_name = _("ancestry as taken")
        verbose_name_plural = _("ancestry as taken")
        indexes = [models.Index(fields=["ancestor", "partner"], name="pricing_taken_ancestry_below")]

    def __str__(self):
        return f"{self.partner_id} below {self.ancestor_id} {self.valid_during}"


class RebateMeasure(models.Model):
    """What counts for an earner's period under a version: sums by currency, rate month, cause and month of knowledge.

    Written by the rollup only; the rows of a closed month never change. The lines behind a row are listed by the
    rollup's own rule, called per line, and add up to it.
    """

    fence = FenceClass.STAFF

    programme_version = _key(ProgrammeVersion)
    earner = _key(Partner)
    period_on = models.DateField(_("first day of the period"))
    currency = models.CharField(_("currency"), max_length=3)
    rate_month = models.DateField(_("month of the rate"))
    cause = models.PositiveSmallIntegerField(_("cause"), choices=Cause)
    known_in = models.DateField(_("known in"))
    amount = models.DecimalField(_("amount"), max_digits=23, decimal_places=4)
    quantity = models.DecimalField(_("quantity"), max_digits=23, decimal_places=6)
    lines = models.IntegerField(_("lines"))

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        constraints = [
            models.UniqueConstraint(
                fields=["programme_version", "earner", "period_on", "currency", "rate_month", "cause", "known_in"],
                name="pricing_measure_once_per_key",
            ),
            models.CheckConstraint(
                name="pricing_measure_has_a_cause_of_lines",
                condition=Q(cause__in=[Cause.MOVES, Cause.SALES, Cause.LATE, Cause.RETURNS]),
            ),
        ]
        indexes = [
            models.Index(fields=["currency", "rate_month"], name="pricing_measure_by_rate_month"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="closed_months_stay",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                referencing=pgtrigger.Referencing(old="old_rows"),
                func="""
                IF EXISTS (
                    SELECT FROM old_rows
                    WHERE known_in <= (SELECT max(month) FROM core_accountingmonth WHERE closed_at IS NOT NULL)
                ) THEN RAISE EXCEPTION 'measures of a closed month never change';
                END IF;
                RETURN NULL;
                """,
            ),
        ]

    def __str__(self):
        return f"{self.programme_version_id} {self.earner_id} {self.period_on} {self.cause} {self.known_in}"


class TouchedAccount(models.Model):
    """An account whose facts have changed and that accrual must look at. Rows are only added, and taken by accrual."""

    fence = FenceClass.STAFF

    programme = _key(RebateProgramme)
    earner = _key(Partner)
    period_on = models.DateField(_("first day of the period"))

    class Meta:
        verbose_name = _("touched account")
        verbose_name_plural = _("touched accounts")
        indexes = [models.Index(fields=["earner"], name="pricing_touched_by_earner")]
        triggers = [pgtrigger.Protect(name="only_added_and_taken", operation=pgtrigger.Update)]

    def __str__(self):
        return f"{self.programme_id} {self.earner_id} {self.period_on}"
