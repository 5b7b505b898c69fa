from decimal import Decimal

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass
from channelhub.core.models.versioned import Versioned, append_only, never_deleted, version_trigger
from partners.enums import DepositKind
from partners.models.contracts import Contract
from partners.models.partners import Partner
from partners.models.scoped import OwnScopedQuerySet
from partners.models.tiers import PartnerTier
from partners.rules import deposits

TOPUP_DAYS = 10


def _sum(name) -> models.DecimalField:
    return models.DecimalField(name, max_digits=19, decimal_places=4, db_default=Decimal(0), editable=False)


def _change(name) -> models.DecimalField:
    return models.DecimalField(name, max_digits=19, decimal_places=4)


@pghistory.track()
class DepositRule(models.Model):
    """How much deposit partners of a tier owe; without a tier: everybody without a rule of its own.

    Edited by channel managers. A contract that names an amount goes before it. ``stop_after_days``: so many days after
    the day of payment new orders stop; empty: never.
    """

    fence = FenceClass.STAFF

    tier = models.ForeignKey(
        PartnerTier, models.PROTECT, verbose_name=_("tier"), related_name="+", null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3)
    amount = models.DecimalField(_("amount"), max_digits=19, decimal_places=4)
    topup_days = models.PositiveSmallIntegerField(_("days to pay"), default=TOPUP_DAYS)
    stop_after_days = models.PositiveSmallIntegerField(
        _("orders stop after days"),
        null=True,
        blank=True,
        help_text=_("Counted from the day of payment; empty: orders never stop."),
    )

    class Meta:
        verbose_name = _("deposit rule")
        verbose_name_plural = _("deposit rules")
        constraints = [
            models.CheckConstraint(
                name="partners_deposit_rule_asks_for_something",
                condition=Q(amount__gt=0),
                violation_error_message=_("An amount is more than nothing."),
            ),
            models.UniqueConstraint(
                fields=["tier", "currency"],
                name="partners_one_deposit_rule_per_tier_and_currency",
                nulls_distinct=False,
                violation_error_message=_("There is a rule for this tier and currency already."),
            ),
        ]

    def __str__(self):
        return f"{self.tier_id or '*'} {self.amount} {self.currency}"


class DepositAccountQuerySet(OwnScopedQuerySet):
    """Deposits by what is missing."""

    def short(self):
        return self.filter(due__gt=F("free") + F("frozen"))


@pghistory.track(exclude=["version", "updated_at", "due", "free", "frozen"])
class DepositAccount(Versioned):
    """The deposit of a partner in one currency, of one contract or of none; the row that every entry locks.

    ``due``, ``free`` and ``frozen`` are the sums of its entries, kept by their trigger and by nobody else; none is ever
    below zero. ``pay_by``: until when what is missing is to be paid. Made and changed by ``services.deposits``.
    """

    fence = FenceClass.OWN

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="deposit_accounts", verbose_name=_("partner"))
    contract = models.ForeignKey(
        Contract, models.PROTECT, null=True, blank=True, related_name="deposits", verbose_name=_("contract")
    )
    currency = models.CharField(_("currency"), max_length=3)
    due = _sum(_("due"))
    free = _sum(_("free"))
    frozen = _sum(_("frozen"))
    short_since = models.DateField(_("short since"), null=True, blank=True, editable=False)
    pay_by = models.DateField(_("to be paid by"), null=True, blank=True, editable=False)
    topup_days = models.PositiveSmallIntegerField(_("days to pay"), default=TOPUP_DAYS)
    stop_after_days = models.PositiveSmallIntegerField(_("orders stop after days"), null=True, blank=True)

    objects = DepositAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("deposit")
        verbose_name_plural = _("deposits")
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "currency", "contract"],
                name="partners_one_deposit_per_partner_currency_and_contract",
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="partners_deposit_due_is_never_below_zero", condition=Q(due__gte=0)),
            models.CheckConstraint(name="partners_deposit_is_never_below_zero", condition=Q(free__gte=0)),
            models.CheckConstraint(name="partners_frozen_deposit_is_never_below_zero", condition=Q(frozen__gte=0)),
        ]
        indexes = [models.Index(fields=["updated_at", "id"], name="partners_deposit_changes")]
        triggers = [version_trigger(), never_deleted()]

    def __str__(self):
        return f"{self.partner_id} {self.currency}"

    @property
    def balance(self) -> Decimal:
        return self.free + self.frozen

    @property
    def missing(self) -> Decimal:
        return deposits.shortfall(due=self.due, free=self.free, frozen=self.frozen)

    def stops_orders(self, on) -> bool:
        return deposits.stops_orders(
            missing=self.missing, pay_by=self.pay_by, stop_after_days=self.stop_after_days, on=on
        )


def _means(kinds, **changes) -> Q:
    """Of these kinds, each sum changes by the amount times the factor given; the others do not change."""
    meaning = Q(kind__in=kinds)
    for column in ("due_change", "free_change", "frozen_change"):
        factor = changes.get(column, 0)
        meaning &= Q(**{column: F("amount") * factor if factor else 0})
    return meaning


MEANINGS = (
    _means([DepositKind.DUE], due_change=1)
    | _means([DepositKind.WAIVED], due_change=-1)
    | _means([DepositKind.PAID, DepositKind.TOPPED_UP], free_change=1)
    | _means([DepositKind.FROZEN], free_change=-1, frozen_change=1)
    | _means([DepositKind.RELEASED], free_change=1, frozen_change=-1)
    | _means([DepositKind.DEDUCTED, DepositKind.RETURNED], free_change=-1)
    | _means([DepositKind.DEDUCTED], frozen_change=-1)
)


class DepositEntry(models.Model):
    """One thing that happened to a deposit: a row of the ledger, booked in an open month. Append-only.

    ``amount`` is positive; a correction is the same entry with the sign turned, which ``reverses`` the wrong one.
    ``reference``: the payment, or the case a deduction belongs to. Written by ``services.deposits``.
    """

    fence = FenceClass.OWN

    account = models.ForeignKey(DepositAccount, models.PROTECT, related_name="entries", verbose_name=_("deposit"))
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+", verbose_name=_("partner"))
    number = models.IntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=10, choices=DepositKind)
    currency = models.CharField(_("currency"), max_length=3)
    amount = _change(_("amount"))
    due_change = _change(_("due"))
    free_change = _change(_("free"))
    frozen_change = _change(_("frozen"))
    value_on = models.DateField(_("day"))
    booked_in = models.DateField(_("booked in"))
    reference = models.CharField(_("reference"), max_length=80, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by", verbose_name=_("reverses")
    )
    recorded_by = models.ForeignKey(
        "core.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)

    objects = OwnScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("deposit entry")
        verbose_name_plural = _("deposit entries")
        constraints = [
            models.UniqueConstraint(fields=["account", "number"], name="partners_deposit_entries_numbered_per_account"),
            models.CheckConstraint(name="partners_deposit_entry_changes_what_its_kind_says", condition=MEANINGS),
            models.CheckConstraint(
                name="partners_deposit_entry_is_positive_unless_it_reverses",
                condition=Q(amount__gt=0, reverses__isnull=True) | Q(amount__lt=0, reverses__isnull=False),
            ),
            models.CheckConstraint(
                name="partners_deduction_names_its_case",
                condition=~Q(kind=DepositKind.DEDUCTED) | ~Q(reference=""),
            ),
        ]
        indexes = [
            models.Index(fields=["partner", "recorded_at", "id"], name="partners_deposit_own_entries"),
            models.Index(fields=["recorded_at", "id"], name="partners_deposit_entry_changes"),
        ]
        triggers = [
            append_only(),
            pgtrigger.Trigger(
                name="keeps_the_sums",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func="""
                PERFORM FROM core_accountingmonth WHERE month = NEW.booked_in AND closed_at IS NULL FOR SHARE;
                IF NOT FOUND THEN
                    RAISE EXCEPTION 'an entry is booked in an open accounting month' USING ERRCODE = '23514';
                END IF;
                UPDATE partners_depositaccount
                SET due = due + NEW.due_change, free = free + NEW.free_change, frozen = frozen + NEW.frozen_change
                WHERE id = NEW.account_id AND partner_id = NEW.partner_id AND currency = NEW.currency;
                IF NOT FOUND THEN
                    RAISE EXCEPTION 'an entry belongs to the partner and currency of its deposit'
                        USING ERRCODE = '23503';
                END IF;
                RETURN NULL;
                """,
            ),
        ]

    def __str__(self):
        return f"{self.account_id}/{self.number}"
