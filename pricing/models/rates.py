import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now, TruncMonth
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass
from channelhub.core.models.versioned import never_deleted


def recorded_once(*marks: str) -> pgtrigger.Trigger:
    """A recorded row: nothing but its marks may change, and each of them once."""
    listed = ", ".join(f"'{mark}'" for mark in marks)
    was_set = " OR ".join(f"(OLD.{mark} IS NOT NULL AND NEW.{mark} IS DISTINCT FROM OLD.{mark})" for mark in marks)
    return pgtrigger.Trigger(
        name="recorded_once",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func=f"""
        IF to_jsonb(NEW) - ARRAY[{listed}] IS DISTINCT FROM to_jsonb(OLD) - ARRAY[{listed}] OR {was_set} THEN
            RAISE EXCEPTION '% is recorded: a change is a new row', TG_TABLE_NAME;
        END IF;
        RETURN NEW;
        """,
    )


@pghistory.track()
class ExchangeRate(models.Model):
    """One unit of ``currency`` is ``rate`` units of ``to_currency`` from ``month`` until a later month has its own.

    A correction is a new row for the same month; ``known_until`` of the old one is then set, once. ``known_in``: the
    accounting month in which the rollup took it; empty: it waits.
    """

    fence = FenceClass.STAFF

    currency = models.CharField(_("currency"), max_length=3)
    to_currency = models.CharField(_("into currency"), max_length=3)
    month = models.DateField(_("month"))
    rate = models.DecimalField(_("rate"), max_digits=19, decimal_places=8)
    known_from = models.DateTimeField(_("known from"), db_default=Now(), editable=False)
    known_until = models.DateTimeField(_("known until"), null=True, blank=True, editable=False)
    known_in = models.DateField(_("known in"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        constraints = [
            models.UniqueConstraint(
                fields=["currency", "to_currency", "month"],
                condition=Q(known_until__isnull=True),
                name="pricing_one_exchange_rate_known_per_pair_and_month",
            ),
            models.CheckConstraint(name="pricing_exchange_rate_positive", condition=Q(rate__gt=0)),
            models.CheckConstraint(
                name="pricing_exchange_rate_between_two_currencies",
                condition=~Q(currency=F("to_currency")),
            ),
            models.CheckConstraint(
                name="pricing_exchange_rate_month_is_a_first_day",
                condition=Q(month=TruncMonth("month")),
            ),
        ]
        indexes = [
            models.Index(fields=["id"], name="pricing_exchange_rate_waiting", condition=Q(known_in__isnull=True)),
        ]
        triggers = [recorded_once("known_until", "known_in"), never_deleted()]

    def __str__(self):
        return f"{self.currency}/{self.to_currency} {self.month:%Y-%m}: {self.rate}"
