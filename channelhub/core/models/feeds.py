import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass
from channelhub.core.models.versioned import never_deleted


class Feed(models.Model):
    """A source that sends records: one API client or one mapping profile. Never a text from the request.

    (feed, external id) is what makes a replay harmless. ``partner_id``: the partner it speaks for; empty: the maker.
    """

    fence = FenceClass.STAFF

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    partner_id = models.BigIntegerField(_("partner"), null=True, blank=True, db_index=True)

    class Meta:
        verbose_name = _("feed")
        verbose_name_plural = _("feeds")
        triggers = [never_deleted()]

    def __str__(self):
        return self.code


@pghistory.track()
class ExternalCode(models.Model):
    """What another system calls one of our records: (feed, kind, code) → the record's id.

    Every import and API call resolves codes through these rows; without a row the record's own code is tried.
    """

    fence = FenceClass.STAFF

    class Kind(models.TextChoices):
        PARTNER = "partner", _("Partner")
        PRODUCT = "product", _("Product")
        TERRITORY = "territory", _("Territory")
        PRODUCT_LINE = "product_line", _("Product line")
        LOCATION = "location", _("Location")

    feed = models.ForeignKey(Feed, models.PROTECT, related_name="external_codes")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    code = models.CharField(_("code"), max_length=120)
    target_id = models.BigIntegerField(_("record"))

    class Meta:
        verbose_name = _("external code")
        verbose_name_plural = _("external codes")
        constraints = [
            models.UniqueConstraint(
                fields=["feed", "kind", "code"],
                name="core_external_code_means_one_record_per_feed_and_kind",
            ),
        ]
        indexes = [models.Index(fields=["kind", "target_id"], name="core_external_code_of_record")]

    def __str__(self):
        return f"{self.feed_id} {self.kind} {self.code}"
