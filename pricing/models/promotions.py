import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass
from channelhub.core.models.versioned import Versioned, never_deleted, version_trigger
from partners.models import Product, ProductLine
from pricing.enums import PromotionEffect
from pricing.models.price_lists import TARGET_KEY, Recorded, Targeted, one_target
from pricing.models.rates import recorded_once


@pghistory.track(exclude=["version", "updated_at"])
class Promotion(Versioned):
    """A price action with a name; its terms, products and audience are recorded rows. Made by price managers.

    Promotions never add up: of those that fit a line the one with the lowest amount applies.
    """

    fence = FenceClass.STAFF

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    category = models.CharField(_("category"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("promotion")
        verbose_name_plural = _("promotions")
        indexes = [models.Index(fields=["updated_at", "id"], name="pricing_promotion_changes")]
        triggers = [version_trigger(), never_deleted()]

    def __str__(self):
        return f"{self.code} {self.name}"


@pghistory.track()
class PromotionTerms(Recorded):
    """When a promotion runs, for which quantities of a line, and what it does. A change is a new row.

    ``value``: a share (0.02 is two percent) or, for a fixed unit price, money in ``currency``. ``line_discount``: the
    share that is taken off the line's amount besides. ``max_quantity`` is included; empty: no limit.
    """

    fence = FenceClass.STAFF

    promotion = models.ForeignKey(Promotion, models.PROTECT, related_name="terms", verbose_name=_("promotion"))
    valid_from = models.DateField(_("first day"))
    valid_through = models.DateField(_("last day"), null=True, blank=True)
    min_quantity = models.DecimalField(_("from quantity"), max_digits=19, decimal_places=6, default=0)
    max_quantity = models.DecimalField(_("up to quantity"), max_digits=19, decimal_places=6, null=True, blank=True)
    effect = models.CharField(_("effect"), max_length=20, choices=PromotionEffect)
    value = models.DecimalField(_("value"), max_digits=19, decimal_places=6)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    line_discount = models.DecimalField(_("discount on the line"), max_digits=7, decimal_places=6, default=0)

    class Meta:
        verbose_name = _("terms of a promotion")
        verbose_name_plural = _("terms of promotions")
        constraints = [
            models.UniqueConstraint(
                fields=["promotion"],
                condition=Q(known_until__isnull=True),
                name="pricing_one_terms_known_per_promotion",
            ),
            models.CheckConstraint(
                name="pricing_promotion_ends_after_it_starts",
                condition=Q(valid_through__isnull=True) | Q(valid_through__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="pricing_promotion_quantities_in_order",
                condition=Q(min_quantity__gte=0)
                & (Q(max_quantity__isnull=True) | Q(max_quantity__gte=F("min_quantity"))),
            ),
            models.CheckConstraint(
                name="pricing_promotion_effect_has_its_value",
                condition=Q(effect=PromotionEffect.UNIT_PRICE, value__gte=0) & ~Q(currency="")
                | Q(
                    effect__in=[PromotionEffect.PERCENT_OFF, PromotionEffect.POINTS_OFF_LIST],
                    value__gte=0,
                    value__lte=1,
                    currency="",
                ),
            ),
            models.CheckConstraint(
                name="pricing_promotion_line_discount_is_a_share",
                condition=Q(line_discount__gte=0, line_discount__lte=1),
            ),
        ]
        indexes = [models.Index(fields=["promotion", "known_from"], name="pricing_promotion_terms_known")]
        triggers = [recorded_once("known_until"), never_deleted()]

    def __str__(self):
        return f"{self.promotion_id} {self.effect} {self.value} from {self.valid_from}"


class PromotionItem(Recorded):
    """A product, or a product line with all beneath it, that a promotion is for."""

    fence = FenceClass.STAFF

    promotion = models.ForeignKey(Promotion, models.PROTECT, related_name="items", verbose_name=_("promotion"))
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product")
    )
    product_line = models.ForeignKey(
        ProductLine, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product line")
    )

    class Meta:
        verbose_name = _("product of a promotion")
        verbose_name_plural = _("products of promotions")
        constraints = [
            models.CheckConstraint(
                name="pricing_promotion_item_is_a_product_or_a_line",
                condition=Q(product__isnull=True, product_line__isnull=False)
                | Q(product__isnull=False, product_line__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["promotion", "product", "product_line"],
                condition=Q(known_until__isnull=True),
                nulls_distinct=False,
                name="pricing_promotion_names_an_item_once",
            ),
        ]
        indexes = [models.Index(fields=["product", "promotion"], name="pricing_promotion_of_product")]
        triggers = [recorded_once("known_until"), never_deleted()]

    def __str__(self):
        return f"{self.promotion_id}: {self.product_id or self.product_line_id}"


@pghistory.track()
class PromotionAudience(Targeted, Recorded):
    """Who gets a promotion: the same kinds of target as price lists; several rows add up."""

    fence = FenceClass.STAFF

    promotion = models.ForeignKey(Promotion, models.PROTECT, related_name="audiences", verbose_name=_("promotion"))

    class Meta:
        verbose_name = _("audience of a promotion")
        verbose_name_plural = _("audiences of promotions")
        constraints = [
            models.UniqueConstraint(
                "promotion",
                "target_kind",
                TARGET_KEY,
                condition=Q(known_until__isnull=True),
                name="pricing_promotion_names_a_target_once",
            ),
            one_target("pricing_promotion_audience_names_its_target"),
        ]
        indexes = [models.Index("target_kind", TARGET_KEY, name="pricing_promotions_of_target")]
        triggers = [recorded_once("known_until"), never_deleted()]

    def __str__(self):
        return f"{self.promotion_id} for {self.target_kind}"
