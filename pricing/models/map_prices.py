import pghistory
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass
from channelhub.core.models.versioned import never_deleted
from partners.models import Product
from pricing.models.rates import recorded_once


@pghistory.track()
class MapPrice(models.Model):
    """The lowest price at which a product may be advertised, per base unit, from a day until a later row starts.

    One per product, currency and day. ``price`` empty: from that day on there is none. A correction is a new row for
    the same day; ``known_until`` of the old one is then set, once. ``judged_at``: when the lines it rules were judged;
    empty: they wait for the night.
    """

    fence = FenceClass.STAFF

    product = models.ForeignKey(Product, models.PROTECT, related_name="map_prices", verbose_name=_("product"))
    currency = models.CharField(_("currency"), max_length=3)
    price = models.DecimalField(_("minimum advertised price"), max_digits=19, decimal_places=6, null=True, blank=True)
    valid_from = models.DateField(_("valid from"))
    known_from = models.DateTimeField(_("known from"), db_default=Now(), editable=False)
    known_until = models.DateTimeField(_("known until"), null=True, blank=True, editable=False)
    judged_at = models.DateTimeField(_("judged at"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("minimum advertised price")
        verbose_name_plural = _("minimum advertised prices")
        constraints = [
            models.UniqueConstraint(
                fields=["product", "currency", "valid_from"],
                condition=Q(known_until__isnull=True),
                name="pricing_one_map_price_known_per_product_and_day",
            ),
            models.CheckConstraint(
                name="pricing_map_price_positive",
                condition=Q(price__isnull=True) | Q(price__gt=0),
            ),
        ]
        indexes = [
            models.Index(fields=["id"], name="pricing_map_price_waiting", condition=Q(judged_at__isnull=True)),
            models.Index(fields=["known_from", "id"], name="pricing_map_price_changes"),
        ]
        triggers = [recorded_once("known_until", "judged_at"), never_deleted()]

    def __str__(self):
        return f"{self.product} · {self.currency} · {self.valid_from}"
