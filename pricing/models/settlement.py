import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass
from channelhub.core.models.versioned import append_only, never_deleted
from partners.models import Partner
from partners.models.scoped import OwnScopedQuerySet
from pricing.models.rates import recorded_once
from pricing.models.rebates import ProgrammeVersion, RebateProgramme, waiting

PARTS = ("by_version", "by_rates", "by_moves", "by_sales", "by_late", "by_returns", "by_manual")


def _part(name) -> models.DecimalField:
    return models.DecimalField(name, max_digits=19, decimal_places=4)


class RebateAccount(models.Model):
    """What a partner earns under a programme in one earned period; the row that accrual locks.

    Made by accrual; its amount is the sum of its postings.
    """

    fence = FenceClass.OWN

    programme = models.ForeignKey(RebateProgramme, models.PROTECT, related_name="accounts", verbose_name=_("programme"))
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="rebate_accounts", verbose_name=_("partner"))
    period_on = models.DateField(_("first day of the period"))
    period_ends = models.DateField(_("day after the period"))
    currency = models.CharField(_("currency"), max_length=3)

    objects = OwnScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("rebate account")
        verbose_name_plural = _("rebate accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "partner", "period_on"],
                name="pricing_one_account_per_programme_earner_and_period",
            ),
        ]
        indexes = [models.Index(fields=["period_on", "period_ends"], name="pricing_account_periods")]
        triggers = [never_deleted()]

    def __str__(self):
        return f"{self.programme_id} {self.partner_id} {self.period_on}"


class RebatePosting(models.Model):
    """A change of an account's amount: what became known in a month, by cause, booked in an open month. Append-only.

    ``run_on``: the business day of the night that posted it. ``programme_version``: the terms in force.
    """

    fence = FenceClass.OWN

    account = models.ForeignKey(
        RebateAccount,
        models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="postings",
        verbose_name=_("account"),
    )
    partner = models.ForeignKey(
        Partner, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+", verbose_name=_("partner")
    )
    number = models.IntegerField(_("number"))
    known_in = models.DateField(_("known in"))
    booked_in = models.DateField(_("booked in"))
    run_on = models.DateField(_("night of"))
    programme_version = models.ForeignKey(
        ProgrammeVersion,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name=_("version"),
    )
    currency = models.CharField(_("currency"), max_length=3)
    by_version = _part(_("new terms"))
    by_rates = _part(_("exchange rates"))
    by_moves = _part(_("moves in the channel"))
    by_sales = _part(_("sales"))
    by_late = _part(_("late lines"))
    by_returns = _part(_("returns"))
    by_manual = _part(_("manual amounts"))
    amount = _part(_("amount"))
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)

    objects = OwnScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("rebate posting")
        verbose_name_plural = _("rebate postings")
        constraints = [
            models.UniqueConstraint(fields=["account", "number"], name="pricing_postings_numbered_per_account"),
            models.CheckConstraint(
                name="pricing_posting_amount_is_the_sum_of_its_parts",
                condition=Q(
                    amount=F("by_version")
                    + F("by_rates")
                    + F("by_moves")
                    + F("by_sales")
                    + F("by_late")
                    + F("by_returns")
                    + F("by_manual")
                ),
            ),
            models.CheckConstraint(
                name="pricing_posting_booked_when_known_or_later",
                condition=Q(booked_in__gte=F("known_in")),
            ),
        ]
        indexes = [
            models.Index(fields=["partner", "recorded_at", "id"], name="pricing_posting_own_changes"),
            models.Index(fields=["recorded_at", "id"], name="pricing_posting_changes"),
        ]
        triggers = [
            append_only(),
            pgtrigger.Trigger(
                name="booked_in_an_open_month",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="new_rows"),
                func="""
                PERFORM FROM core_accountingmonth
                WHERE month IN (SELECT booked_in FROM new_rows) ORDER BY month FOR SHARE;
                IF EXISTS (
                    SELECT FROM (SELECT DISTINCT booked_in FROM new_rows) n
                    LEFT JOIN core_accountingmonth m ON m.month = n.booked_in AND m.closed_at IS NULL
                    WHERE m.month IS NULL
                ) THEN RAISE EXCEPTION 'a posting is booked in an open accounting month' USING ERRCODE = '23514';
                END IF;
                IF EXISTS (
                    SELECT FROM new_rows n
                    LEFT JOIN pricing_rebateaccount a ON a.id = n.account_id AND a.partner_id = n.partner_id
                    WHERE a.id IS NULL
                ) THEN RAISE EXCEPTION 'a posting belongs to the partner of its account' USING ERRCODE = '23503';
                END IF;
                RETURN NULL;
                """,
            ),
        ]

    def __str__(self):
        return f"{self.account_id}/{self.number}"


@pghistory.track()
class ManualAmount(models.Model):
    """An amount a person gave or took on one account, and why. Recorded; taken back by a row of the opposite sign.

    ``month``: the month it speaks of. ``known_in``: the accounting month in which the rollup took it.
    """

    fence = FenceClass.STAFF

    programme = models.ForeignKey(RebateProgramme, models.PROTECT, related_name="+", verbose_name=_("programme"))
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+", verbose_name=_("partner"))
    period_on = models.DateField(_("first day of the period"))
    month = models.DateField(_("month"))
    amount = models.DecimalField(_("amount"), max_digits=19, decimal_places=4)
    reason = models.TextField(_("reason"))
    known_in = models.DateField(_("known in"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("manual amount")
        verbose_name_plural = _("manual amounts")
        constraints = [
            models.CheckConstraint(name="pricing_manual_amount_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(name="pricing_manual_amount_is_not_nothing", condition=~Q(amount=0)),
        ]
        indexes = [
            waiting("pricing_manual_amount_waiting"),
            models.Index(fields=["programme", "partner", "period_on"], name="pricing_manual_amount_account"),
        ]
        triggers = [recorded_once("known_in"), never_deleted()]

    def __str__(self):
        return f"{self.programme_id} {self.partner_id} {self.period_on}: {self.amount}"
