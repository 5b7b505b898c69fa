"""What a partner's record holds beside its name: numbers, addresses, people, bank accounts, invoices, licences."""

from datetime import date, timedelta
from typing import Self

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass
from channelhub.core.models.versioned import Versioned, append_only, version_trigger
from channelhub.lib.sealing import Seal
from partners.enums import AddressKind, ContactRole, LicenceKind
from partners.models.partners import Partner
from partners.models.scoped import OwnScopedQuerySet

TRACKED = ["version", "updated_at"]


def seal() -> Seal:
    """The seal of this installation's keys."""
    return Seal(settings.FIELD_KEYS)


class SealedQuerySet(OwnScopedQuerySet):
    """Rows with a sealed number: found by its keyed hash, under any key that is in use."""

    def with_number(self, number: str) -> Self:
        return self.filter(mark__in=seal().marks(number))


class LicenceQuerySet(OwnScopedQuerySet):
    """Licences by when they end."""

    def ending_within(self, today: date, days: int) -> Self:
        """Those that hold today and end within so many days, the last one included."""
        return self.filter(
            valid_during__contains=today,
            valid_during__endswith__lte=today + timedelta(days=days + 1),
        )

    def ended(self, today: date) -> Self:
        """Those whose last day is over."""
        return self.filter(valid_during__endswith__lte=today)


@pghistory.track(exclude=TRACKED)
class CompanyNumber(Versioned):
    """An official number of a partner, checked by its scheme and kept without blanks and signs."""

    fence = FenceClass.OWN

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="numbers", verbose_name=_("partner"))
    scheme = models.CharField(_("scheme"), max_length=40)
    number = models.CharField(_("number"), max_length=40)

    objects = OwnScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("company number")
        verbose_name_plural = _("company numbers")
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "scheme"],
                name="partners_one_number_per_scheme_and_partner",
                violation_error_message=_("This partner already has a number of this scheme."),
            ),
        ]
        indexes = [
            models.Index(fields=["number"], name="partners_company_number"),
            models.Index(fields=["updated_at", "id"], name="partners_number_changes"),
        ]
        triggers = [version_trigger()]

    def __str__(self):
        return f"{self.scheme} {self.number}"


@pghistory.track(exclude=TRACKED)
class PartnerAddress(Versioned):
    """An address of a partner by what it is for. The registered one stands in its business licence."""

    fence = FenceClass.OWN

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="addresses", verbose_name=_("partner"))
    kind = models.CharField(_("kind"), max_length=20, choices=AddressKind.choices)
    text = models.CharField(_("address"), max_length=300)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)

    objects = OwnScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["partner"],
                condition=Q(kind=AddressKind.REGISTERED),
                name="partners_one_registered_address_per_partner",
                violation_error_message=_("This partner already has a registered address."),
            ),
        ]
        indexes = [models.Index(fields=["updated_at", "id"], name="partners_address_changes")]
        triggers = [version_trigger()]

    def __str__(self):
        return self.text


@pghistory.track(exclude=[*TRACKED, "sealed", "mark"])
class PartnerContact(Versioned):
    """A person of a partner by role; need not have an account. One is the legal representative at most.

    The number of an identity paper is sealed: ``end`` are its last signs, ``mark`` its keyed hash.
    """

    fence = FenceClass.OWN

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="contacts", verbose_name=_("partner"))
    role = models.CharField(_("role"), max_length=20, choices=ContactRole.choices)
    name = models.CharField(_("name"), max_length=120)
    position = models.CharField(_("position"), max_length=80, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    sealed = models.TextField(blank=True, editable=False)
    mark = models.CharField(max_length=64, blank=True, editable=False)
    end = models.CharField(_("identity number ends in"), max_length=4, blank=True, editable=False)

    objects = SealedQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.UniqueConstraint(
                fields=["partner"],
                condition=Q(role=ContactRole.LEGAL_REPRESENTATIVE),
                name="partners_one_legal_representative_per_partner",
                violation_error_message=_("This partner already has a legal representative."),
            ),
            models.CheckConstraint(
                name="partners_contact_sealed_with_its_mark",
                condition=Q(sealed="", mark="") | (~Q(sealed="") & ~Q(mark="")),
            ),
        ]
        indexes = [
            models.Index(fields=["updated_at", "id"], name="partners_contact_changes"),
            models.Index(fields=["mark"], name="partners_contact_by_mark"),
        ]
        triggers = [version_trigger()]

    def __str__(self):
        return self.name


@pghistory.track(exclude=[*TRACKED, "sealed", "mark"])
class BankAccount(Versioned):
    """An account of a partner, to which rebates and deposits are paid. Its number is sealed, its end is shown."""

    fence = FenceClass.OWN

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="bank_accounts", verbose_name=_("partner"))
    holder = models.CharField(_("account holder"), max_length=200)
    bank = models.CharField(_("bank"), max_length=200)
    bank_code = models.CharField(_("bank code (BIC, CNAPS)"), max_length=20, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    sealed = models.TextField(editable=False)
    mark = models.CharField(max_length=64, editable=False)
    end = models.CharField(_("number ends in"), max_length=4, editable=False)
    for_payouts = models.BooleanField(_("paid out to"), default=False)

    objects = SealedQuerySet.as_manager()

    class Meta:
        verbose_name = _("bank account")
        verbose_name_plural = _("bank accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "mark"],
                name="partners_each_account_once_per_partner",
                violation_error_message=_("This partner already has this account."),
            ),
            models.UniqueConstraint(
                fields=["partner", "currency"],
                condition=Q(for_payouts=True),
                name="partners_one_payout_account_per_currency",
                violation_error_message=_("Another account is paid out to in this currency."),
            ),
        ]
        indexes = [
            models.Index(fields=["updated_at", "id"], name="partners_account_changes"),
            models.Index(fields=["mark"], name="partners_account_by_mark"),
        ]
        triggers = [version_trigger()]

    def __str__(self):
        return f"{self.bank} •••• {self.end}"


@pghistory.track(exclude=TRACKED)
class InvoiceDetails(Versioned):
    """How invoices to a partner are made out: title, tax number, and where they are sent."""

    fence = FenceClass.OWN

    partner = models.OneToOneField(Partner, models.PROTECT, related_name="invoice_details", verbose_name=_("partner"))
    title = models.CharField(_("invoice title"), max_length=200)
    tax_number = models.CharField(_("tax number"), max_length=40, blank=True)
    address = models.CharField(_("address on the invoice"), max_length=300, blank=True)
    phone = models.CharField(_("phone on the invoice"), max_length=40, blank=True)
    email = models.EmailField(_("invoices are sent to"), blank=True)
    bank_account = models.ForeignKey(
        BankAccount, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("bank account")
    )

    objects = OwnScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("invoice details")
        verbose_name_plural = _("invoice details")
        indexes = [models.Index(fields=["updated_at", "id"], name="partners_invoice_changes")]
        triggers = [version_trigger()]

    def __str__(self):
        return self.title


@pghistory.track(exclude=TRACKED)
class Licence(Versioned):
    """A licence of a partner with the period it holds for; before it ends a task reminds of it."""

    fence = FenceClass.OWN

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="licences", verbose_name=_("partner"))
    kind = models.CharField(_("kind"), max_length=30, choices=LicenceKind.choices)
    number = models.CharField(_("number"), max_length=80)
    issued_by = models.CharField(_("issued by"), max_length=200, blank=True)
    valid_during = DateRangeField(_("period"))

    objects = LicenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("licence")
        verbose_name_plural = _("licences")
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "kind", "number", "valid_during"],
                name="partners_each_licence_once",
                violation_error_message=_("This licence is recorded already."),
            ),
        ]
        indexes = [models.Index(fields=["updated_at", "id"], name="partners_licence_changes")]
        triggers = [version_trigger()]

    def __str__(self):
        return f"{self.get_kind_display()} {self.number}"


class NumberReading(models.Model):
    """Somebody was shown a sealed number in full: who, which, when. A ledger."""

    fence = FenceClass.STAFF

    record_type = models.CharField(_("record"), max_length=60)
    record_id = models.BigIntegerField()
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+", verbose_name=_("partner"))
    end = models.CharField(_("number ends in"), max_length=4)
    read_by = models.ForeignKey("core.User", models.PROTECT, related_name="+", verbose_name=_("read by"))
    read_at = models.DateTimeField(_("read at"))

    class Meta:
        verbose_name = _("reading of a number")
        verbose_name_plural = _("readings of numbers")
        triggers = [append_only()]

    def __str__(self):
        return f"{self.record_type} {self.record_id}"
