import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass
from channelhub.core.models.versioned import Versioned, never_deleted, version_trigger
from partners.models import Partner, Product, ProductLine
from pricing.enums import AgreementEffect
from pricing.models.price_lists import Recorded, StaffQuerySet
from pricing.models.rates import recorded_once


@pghistory.track(exclude=["version", "updated_at"])
class Agreement(Versioned):
    """What was agreed with one partner (``with_subtree``: and all under it); its lines are recorded rows.

    ``customer`` and ``project``: it holds only for what is bought for this end customer or project, by their codes;
    empty: for everything. For whom and for what never changes. Made by price managers; a dealer gets its answers only.
    """

    fence = FenceClass.STAFF

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="agreements", verbose_name=_("partner"))
    with_subtree = models.BooleanField(_("with all under it"), default=False)
    customer = models.CharField(_("end customer"), max_length=60, blank=True)
    project = models.CharField(_("project"), max_length=60, blank=True)

    objects = StaffQuerySet.as_manager()

    class Meta:
        verbose_name = _("price agreement")
        verbose_name_plural = _("price agreements")
        indexes = [models.Index(fields=["updated_at", "id"], name="pricing_agreement_changes")]
        triggers = [version_trigger(), never_deleted()]

    def __str__(self):
        return f"{self.code} {self.name}"


@pghistory.track()
class AgreementLine(Recorded):
    """What an agreement says of a product, or of a product line with all beneath it, from a quantity on.

    ``value``: money in ``currency`` (net price, amount off), a share off, or a factor of the list price.
    """

    fence = FenceClass.STAFF

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="lines", verbose_name=_("price agreement"))
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product")
    )
    product_line = models.ForeignKey(
        ProductLine, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product line")
    )
    effect = models.CharField(_("effect"), max_length=20, choices=AgreementEffect)
    value = models.DecimalField(_("value"), max_digits=19, decimal_places=6)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    min_quantity = models.DecimalField(_("from quantity"), max_digits=19, decimal_places=6, default=0)
    valid_from = models.DateField(_("first day"))
    valid_through = models.DateField(_("last day"), null=True, blank=True)

    objects = StaffQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a price agreement")
        verbose_name_plural = _("lines of price agreements")
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "product", "product_line", "min_quantity", "valid_from"],
                condition=Q(known_until__isnull=True),
                nulls_distinct=False,
                name="pricing_agreement_says_one_thing_per_item_and_day",
            ),
            models.CheckConstraint(
                name="pricing_agreement_line_is_for_a_product_or_a_line",
                condition=Q(product__isnull=True, product_line__isnull=False)
                | Q(product__isnull=False, product_line__isnull=True),
            ),
            models.CheckConstraint(
                name="pricing_agreement_ends_after_it_starts",
                condition=Q(valid_through__isnull=True) | Q(valid_through__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="pricing_agreement_effect_has_its_value",
                condition=Q(effect__in=[AgreementEffect.NET_PRICE, AgreementEffect.AMOUNT_OFF], value__gte=0)
                & ~Q(currency="")
                | Q(effect=AgreementEffect.DISCOUNT, value__gte=0, value__lte=1, currency="")
                | Q(effect=AgreementEffect.FORMULA, value__gt=0, currency=""),
            ),
            models.CheckConstraint(name="pricing_agreement_quantity_sane", condition=Q(min_quantity__gte=0)),
        ]
        indexes = [models.Index(fields=["known_from", "id"], name="pricing_agreement_line_changes")]
        triggers = [recorded_once("known_until"), never_deleted()]

    def __str__(self):
        return f"{self.agreement_id}: {self.effect} {self.value} from {self.valid_from}"
