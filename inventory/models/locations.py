from datetime import date
from typing import Self

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from channelhub.core import hooks as core_hooks
from channelhub.core.enums.fence import FenceClass
from channelhub.core.models.versioned import Versioned, never_deleted, version_trigger
from inventory.enums import LocationKind
from partners.models import Partner, Territory
from partners.models.scoped import PartnerScopedQuerySet


def _belongs_for_good() -> pgtrigger.Trigger:
    """Levels and movements carry the partner of their location, so a location never changes hands."""
    return pgtrigger.Protect(
        name="belongs_for_good",
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition("OLD.partner_id IS DISTINCT FROM NEW.partner_id"),
    )


class StockScopedQuerySet(PartnerScopedQuerySet):
    """Rows of locations: partners' as everywhere; the maker's own are for staff, by the location's territory."""

    location_field = "location_id"

    def _in_territories(self, paths: tuple[str, ...]) -> Self:
        inside = Q(territory=None)
        for path in paths:
            inside |= Q(territory__path__startswith=path)
        own = Location.objects.filter(inside, partner=None).values("pk")
        partners = core_hooks.partners_within(paths)
        return self.filter(Q(**{f"{self.location_field}__in": own}) | Q(partner_id__in=partners))


class LocationQuerySet(StockScopedQuerySet):
    location_field = "pk"

    def in_use(self, on: date) -> Self:
        """Locations that are not closed on that day."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=on))


@pghistory.track(exclude=["version", "updated_at"])
class Location(Versioned):
    """A place where goods lie: the maker's own (no partner) or a partner's. Ended, never deleted.

    Opened and ended by channel managers; it never changes hands, because its levels and movements carry its partner.
    """

    fence = FenceClass.SUBTREE

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=LocationKind, default=LocationKind.WAREHOUSE)
    partner = models.ForeignKey(
        Partner,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="locations",
        verbose_name=_("partner"),
        help_text=_("Empty: the maker's own."),
    )
    territory = models.ForeignKey(
        Territory,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("territory"),
    )
    ends_on = models.DateField(_("last day"), null=True, blank=True)

    objects = LocationQuerySet.as_manager()

    class Meta:
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        constraints = [
            models.CheckConstraint(name="inventory_location_kind_known", condition=Q(kind__in=LocationKind)),
        ]
        indexes = [models.Index(fields=["updated_at", "id"], name="inventory_location_changes")]
        triggers = [version_trigger(), never_deleted(), _belongs_for_good()]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def is_open(self, on: date) -> bool:
        return self.ends_on is None or self.ends_on >= on
