import pghistory
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass
from channelhub.core.models.versioned import Versioned, append_only, never_deleted, version_trigger
from partners.models import Partner
from pricing.enums import UsageMeasure, UsageVerb
from pricing.models.agreements import Agreement
from pricing.models.price_lists import StaffQuerySet
from pricing.models.promotions import Promotion


@pghistory.track(exclude=["version", "updated_at", "used"])
class UsageLimit(Versioned):
    """How much of a promotion or agreement there is in all: pieces, money or uses; one per promotion or agreement.

    ``used``: what is reserved or consumed, the sum of its entries, moved in the statement that checks the cap. Only
    what a ledger reports may go beyond the cap; it is marked there.
    """

    fence = FenceClass.STAFF

    promotion = models.OneToOneField(
        Promotion, models.PROTECT, null=True, blank=True, related_name="limit", verbose_name=_("promotion")
    )
    agreement = models.OneToOneField(
        Agreement, models.PROTECT, null=True, blank=True, related_name="limit", verbose_name=_("price agreement")
    )
    measure = models.CharField(_("counted in"), max_length=10, choices=UsageMeasure)
    cap = models.DecimalField(_("cap"), max_digits=19, decimal_places=6)
    used = models.DecimalField(_("used"), max_digits=19, decimal_places=6, default=0, editable=False)

    objects = StaffQuerySet.as_manager()

    class Meta:
        verbose_name = _("usage limit")
        verbose_name_plural = _("usage limits")
        constraints = [
            models.CheckConstraint(
                name="pricing_usage_limit_is_of_one_thing",
                condition=Q(promotion__isnull=True, agreement__isnull=False)
                | Q(promotion__isnull=False, agreement__isnull=True),
            ),
            models.CheckConstraint(name="pricing_usage_cap_positive", condition=Q(cap__gt=0)),
            models.CheckConstraint(name="pricing_usage_never_negative", condition=Q(used__gte=0)),
        ]
        indexes = [models.Index(fields=["updated_at", "id"], name="pricing_usage_limit_changes")]
        triggers = [version_trigger(), never_deleted()]

    def __str__(self):
        return f"{self.of.code}: {self.used} / {self.cap}"

    @property
    def of(self):
        """The promotion or agreement it limits."""
        return self.promotion or self.agreement

    @property
    def left(self):
        """How much is not used; never below zero."""
        return max(self.cap - self.used, type(self.cap)(0))


class UsageEntry(models.Model):
    """One use, reserved, consumed or given back, once per reference. The ledger of usage limits; append-only.

    ``quantity``: by how much the entry moves ``used``; ``beyond``: a ledger reported more than the cap.
    """

    fence = FenceClass.STAFF

    limit = models.ForeignKey(UsageLimit, models.PROTECT, related_name="entries", verbose_name=_("usage limit"))
    reference = models.CharField(_("reference"), max_length=120)
    verb = models.CharField(_("what happened"), max_length=10, choices=UsageVerb)
    quantity = models.DecimalField(_("quantity"), max_digits=19, decimal_places=6)
    beyond = models.BooleanField(_("beyond the cap"), default=False)
    partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("partner")
    )
    at = models.DateTimeField(_("at"), db_default=Now(), editable=False)

    objects = StaffQuerySet.as_manager()

    class Meta:
        verbose_name = _("use of a limit")
        verbose_name_plural = _("uses of limits")
        constraints = [
            models.UniqueConstraint(
                fields=["limit", "reference", "verb"], name="pricing_usage_once_per_reference_and_verb"
            ),
            models.CheckConstraint(
                name="pricing_usage_gives_back_only_by_release",
                condition=Q(verb=UsageVerb.RELEASED, quantity__lte=0)
                | Q(verb=UsageVerb.RESERVED, quantity__gt=0)
                | Q(verb=UsageVerb.CONSUMED),
            ),
        ]
        indexes = [
            models.Index(fields=["limit", "at"], include=["quantity"], name="pricing_usage_as_known"),
            models.Index(F("at"), F("id"), name="pricing_usage_changes"),
        ]
        triggers = [append_only()]

    def __str__(self):
        return f"{self.reference}: {self.verb} {self.quantity}"
