import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass
from channelhub.core.models.versioned import Versioned, never_deleted, version_trigger
from partners.enums import LifeCycle
from partners.models.territories import TREE_COLUMNS, Area


@pghistory.track(exclude=["version", "updated_at", *TREE_COLUMNS])
class ProductLine(Area):
    """A family of products, in a tree: what programmes count, partners are authorised for and managers answer for."""

    fence = FenceClass.SHARED

    class Meta:
        verbose_name = _("product line")
        verbose_name_plural = _("product lines")
        constraints = [models.UniqueConstraint(fields=["id", "path"], name="partners_product_line_key_of_its_path")]
        triggers = [version_trigger("numchild"), never_deleted()]


@pghistory.track(exclude=["version", "updated_at"])
class Product(Versioned):
    """What may be sold: identity only; prices live in ``pricing``, stock in ``inventory``."""

    fence = FenceClass.SHARED

    sku = models.CharField(_("sku"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    line = models.ForeignKey(ProductLine, models.PROTECT, related_name="products", verbose_name=_("product line"))
    unit = models.CharField(_("base unit"), max_length=10, default="pcs")
    gtin = models.CharField(_("GTIN"), max_length=14, blank=True)
    life_cycle = models.CharField(_("life cycle"), max_length=12, choices=LifeCycle, default=LifeCycle.ACTIVE)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = [
            models.UniqueConstraint(
                fields=["gtin"],
                name="partners_product_gtin_names_one_product",
                condition=~Q(gtin=""),
            ),
            models.CheckConstraint(name="partners_product_life_cycle_known", condition=Q(life_cycle__in=LifeCycle)),
        ]
        indexes = [models.Index(fields=["updated_at", "id"], name="partners_product_changes")]
        triggers = [version_trigger(), never_deleted()]

    def __str__(self):
        return f"{self.sku} {self.name}"


class ProductUnit(models.Model):
    """Another unit a product is sold in: ``factor`` base units each (a carton of 12: 12)."""

    fence = FenceClass.SHARED

    product = models.ForeignKey(Product, models.PROTECT, related_name="units", verbose_name=_("product"))
    unit = models.CharField(_("unit"), max_length=10)
    factor = models.DecimalField(_("base units in one"), max_digits=19, decimal_places=6)

    class Meta:
        verbose_name = _("unit of a product")
        verbose_name_plural = _("units of products")
        constraints = [
            models.UniqueConstraint(fields=["product", "unit"], name="partners_product_unit_once_per_product"),
            models.CheckConstraint(name="partners_product_unit_factor_positive", condition=Q(factor__gt=0)),
        ]

    def __str__(self):
        return f"{self.product_id} {self.unit}"
