from django.db import models
from django.utils.translation import gettext_lazy as _


class LocationKind(models.TextChoices):
    """What a place where goods lie is."""

    WAREHOUSE = "warehouse", _("Warehouse")
    SHOP = "shop", _("Shop")
    CONSIGNMENT = "consignment", _("Consignment stock")


class MovementKind(models.IntegerChoices):
    """Why a level changed."""

    COUNTED = 1, _("Counted")  # a source reported another figure
    ABSENT = 2, _("Not in the full snapshot")


class Audience(models.TextChoices):
    """Whom a visibility rule speaks of."""

    EVERYONE = "everyone", _("Every partner")
    TERRITORY = "territory", _("Partners at home in a territory")
    TYPE = "type", _("Partners of a type")
    SUBTREE = "subtree", _("A partner and those under it")


class Shows(models.TextChoices):
    """How much of a location's stock is shown."""

    EXACT = "exact", _("The quantity")
    BAND = "band", _("In stock, few or none")
    HIDDEN = "hidden", _("Nothing")


class Band(models.TextChoices):
    """A quantity as far as it is told."""

    IN_STOCK = "in_stock", _("In stock")
    FEW = "few", _("Few left")
    NONE = "none", _("Out of stock")


class StockRule(models.TextChoices):
    """Why a stock row was refused, beside the rules that every import has."""

    NOT_AN_INSTANT = "not_an_instant", _("Not a time written as 2026-03-16T08:30:00+08:00.")
    COUNTED_IN_THE_FUTURE = "counted_in_the_future", _("The time of the count lies in the future.")
    NEGATIVE_STOCK = "negative_stock", _("What is reserved or in transit is never negative.")
    CONTRADICTS = "contradicts", _("Another quantity was already recorded for the same time.")
    LOCATION_ENDED = "location_ended", _("The location was closed before this count.")
    UNKNOWN_UNIT = "unknown_unit", _("The product has no such unit.")
