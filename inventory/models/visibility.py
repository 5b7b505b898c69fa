import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass
from channelhub.core.models.versioned import Versioned, version_trigger
from inventory.enums import Audience, Shows
from inventory.models.locations import Location
from partners.models import Partner, PartnerType, Territory


def _named(audience: Audience, **filled: bool) -> Q:
    names = ("territory", "partner_type", "partner")
    return Q(audience=audience, **{f"{name}__isnull": not filled.get(name, False) for name in names})


@pghistory.track(exclude=["version", "updated_at"])
class StockVisibility(Versioned):
    """To whom the stock of a location is shown, and how much of it. Without a rule nothing is shown.

    ``location`` empty: every location of the maker. Of the rules that fit a partner and a location one decides
    (``rules.visibility``). A partner's own locations and those under it are always its own to see. Set by channel
    managers; a rule that no longer holds is turned into another or shows nothing.
    """

    fence = FenceClass.STAFF

    location = models.ForeignKey(
        Location,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="visibility",
        verbose_name=_("location"),
        help_text=_("Empty: every location of the maker."),
    )
    audience = models.CharField(_("shown to"), max_length=10, choices=Audience, default=Audience.EVERYONE)
    territory = models.ForeignKey(
        Territory,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("territory"),
    )
    partner_type = models.ForeignKey(
        PartnerType,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("type"),
    )
    partner = models.ForeignKey(
        Partner,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("partner"),
    )
    shows = models.CharField(_("shows"), max_length=8, choices=Shows, default=Shows.BAND)
    few_below = models.DecimalField(
        _("few below"),
        max_digits=19,
        decimal_places=6,
        default=10,
        help_text=_("Where only a band is shown: a quantity under this is “few”."),
    )

    class Meta:
        verbose_name = _("visibility of stock")
        verbose_name_plural = _("visibility of stock")
        constraints = [
            models.CheckConstraint(
                name="inventory_visibility_audience_is_named",
                condition=_named(Audience.EVERYONE)
                | _named(Audience.TERRITORY, territory=True)
                | _named(Audience.TYPE, partner_type=True)
                | _named(Audience.SUBTREE, partner=True),
                violation_error_message=_("Name the territory, the type or the partner that the rule speaks of, only."),
            ),
            models.CheckConstraint(name="inventory_visibility_shows_known", condition=Q(shows__in=Shows)),
            models.CheckConstraint(name="inventory_visibility_few_positive", condition=Q(few_below__gt=0)),
            models.UniqueConstraint(
                fields=["location", "audience", "territory", "partner_type", "partner"],
                name="inventory_visibility_one_rule_per_location_and_audience",
                nulls_distinct=False,
                violation_error_message=_("There is already a rule for this location and these partners."),
            ),
        ]
        triggers = [version_trigger()]

    def __str__(self):
        return f"{self.location_id or '*'} {self.audience} {self.shows}"
